"""The part of GitHub's expressions that the workflows use: contexts, literals, operators.

Unknown syntax is an error, so that a test can't pass because it misreads a workflow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[\w-]+(?:\.[\w-]+)*)|"
    r"(?P<mark>\|\||&&|==|!=|!|\(|\)))"
)
_WORDS = {"true": True, "false": False, "null": None}
FUNCTIONS = ("always", "success", "failure", "cancelled")


def fill(text: str, contexts: Mapping[str, Any]) -> str:
    """Replace the expressions in a text with their values."""
    return EXPRESSION.sub(lambda found: written(evaluate(found[1], contexts)), text)


def written(value: object) -> str:
    """Return a value as GitHub inserts it into a text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(text: str, contexts: Mapping[str, Any]) -> object:
    """Return the value of an expression.

    >>> evaluate("a.b == 'x' && 'yes' || 'no'", {"a": {"b": "x"}})
    'yes'
    """
    return _Reader(text, contexts).read()


class _Reader:
    """Parses one expression, from the weakest operators to the strongest."""

    def __init__(self, text: str, contexts: Mapping[str, Any]) -> None:
        self.contexts = contexts
        self.tokens: list[tuple[str, str]] = []
        place, text = 0, text.strip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise ValueError(f"not understood: {text[place:]!r}")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def read(self) -> object:
        value = self._or()
        if self.tokens:
            raise ValueError(f"not understood: {self.tokens}")
        return value

    def _takes(self, mark: str) -> bool:
        if self.tokens and self.tokens[0] == ("mark", mark):
            self.tokens.pop(0)
            return True
        return False

    def _or(self) -> object:
        value = self._and()
        while self._takes("||"):
            other = self._and()
            value = value or other
        return value

    def _and(self) -> object:
        value = self._comparison()
        while self._takes("&&"):
            other = self._comparison()
            value = value and other
        return value

    def _comparison(self) -> object:
        value = self._value()
        for mark, same in (("==", True), ("!=", False)):
            if self._takes(mark):
                # if the types differ, null, false and '' are equal; texts compare without case
                # https://docs.github.com/en/actions/learn-github-actions/expressions#operators
                left, right = written(value).lower(), written(self._value()).lower()
                return (left == right) is same
        return value

    def _value(self) -> object:
        if self._takes("!"):
            return not self._value()
        if self._takes("("):
            value = self._or()
            if not self._takes(")"):
                raise ValueError("a bracket is not closed")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return int(text)
        if kind == "mark":
            raise ValueError(f"not understood: {text}")
        if self._takes("("):
            if text not in FUNCTIONS or not self._takes(")"):
                raise ValueError(f"not understood: {text}(")
            return self.contexts["()"][text]
        return _WORDS[text] if text in _WORDS else self._look_up(text)

    def _look_up(self, name: str) -> object:
        first, *rest = name.split(".")
        if first not in self.contexts:
            raise ValueError(f"unknown context {first}")
        value = self.contexts[first]
        for key in rest:
            value = value.get(key) if isinstance(value, dict) else None
        return value
