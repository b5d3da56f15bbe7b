"""The environment of templates: Jinja2's sandbox within a budget."""

from __future__ import annotations

import functools
import operator as operators
import types
from typing import TYPE_CHECKING, Any, Final

import jinja2
from jinja2 import pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from tagmatrix.render.bounds import (
    BoundedEscapeFormatter,
    BoundedFormatter,
    bounded_filter,
    bounded_test,
    call_of_text,
    joined,
    joining,
    percent,
)
from tagmatrix.render.budget import Budget
from tagmatrix.render.counting import JOINED, SPENT, WEIGHED, count
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2 import nodes

_BASH_LENGTH: Final = (
    '`{#` begins a comment; if this is Bash\'s ${#name}, write {{ "${#" }} for its beginning, or '
    "put the line between {% raw %} and {% endraw %}"
)


_METHODS: Final = frozenset({"get", "items", "keys", "values"})
"""The methods of Values; the others would change it."""


class Names(dict[str, Any]):
    """Values that a template reads by name: `image.base`, `settings.pgo`.

    In the sandbox, `settings.items` is always a setting, never the method of the dictionary.
    """

    __slots__ = ("what",)

    def __init__(self, what: str, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.what = what

    def missing(self, name: str) -> str:
        """Return the message for a name that does not exist."""
        return f'there is no {self.what} "{name}"{nearest(name, self)}'


class Values(dict[str, Any]):
    """A mapping of versions.yaml in a template: `settings.map.key`, `settings.map.items()`.

    A key comes before the method of a dictionary with the same name.
    """

    __slots__ = ()

    def missing(self, name: str) -> str:
        """Return the message for a key that does not exist."""
        return f'there is no key "{name}"{nearest(name, self)}'


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, within a budget, and with shortcuts for what templates do very often."""

    intercepted_binops = frozenset({"+", "-", "*", "//", "%", "**"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (jinja's own)
        super().__init__(**options)
        self._loaded: dict[str, jinja2.Template] = {}
        self.budget = budget = Budget()
        # The same input must always give the same text: these use chance, print addresses, or ask
        # whether two equal values are one object, which depends on what the cache has.
        del self.filters["random"]
        del self.tests["sameas"]
        for name in ("lipsum", "cycler", "joiner"):
            del self.globals[name]
        self.filters |= {
            name: bounded_filter(name, function, budget) for name, function in self.filters.items()
        }
        tests: dict[str, Any] = dict(self.tests)
        self.tests |= {name: bounded_test(test, budget) for name, test in tests.items()}
        self.filters["join"] = joining(budget)
        # With the context, because jinja computes filters without it only once, when it compiles.
        self.filters |= {
            SPENT: pass_context(lambda _, steps: budget.step(steps)),
            WEIGHED: pass_context(lambda _, value: budget.weighed(value)),
            JOINED: pass_context(lambda _, items: joined(budget, "", items)),
        }

    def concat(self, pieces: Iterable[str]) -> str:
        """Return the text of a macro, a block or a part of a file."""
        texts = list(pieces)
        self.budget.text(sum(map(len, texts)))
        return "".join(texts)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the nodes of a template, with the statements that count its work."""
        try:
            if "${#" in source:
                self._refuse_bash_lengths(source)
            tree = super()._parse(source, name, filename)
            count(tree)
        except jinja2.TemplateSyntaxError as error:
            message = error.message or ""
            if "end of comment" in message:
                message = f"this comment has no end; {_BASH_LENGTH}"
            raise jinja2.TemplateSyntaxError(message, error.lineno, name, filename) from None
        return tree

    def _refuse_bash_lengths(self, source: str) -> None:
        """Raise an error for `${#`, which would hide the text up to the end of another comment."""
        before = ""
        for line, token, text in self.lex(source):
            if token == "comment_begin" and before.endswith("$"):  # noqa: S105 (a kind of token)
                raise jinja2.TemplateSyntaxError(_BASH_LENGTH, line)
            before = text

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 (jinja's)
        """Compute within the budget: powers and repeated texts could use up the memory."""
        numbers = isinstance(left, int) and isinstance(right, int)
        if operator == "**" or (operator == "*" and not numbers):
            raise SecurityError("`**` is not available, and `*` is only for integers")
        if operator == "%" and isinstance(left, (str, bytes)):
            percent(self.budget, left, right)
        self.budget.step()
        if operator == "+" and isinstance(left, (str, list, tuple)) and type(left) is type(right):
            if isinstance(left, str):
                self.budget.text(len(left) + len(right))
            else:
                self.budget.step((len(left) + len(right)) // 16)
            return operators.add(left, right)
        return self.budget.result(super().call_binop(context, operator, left, right))

    def call(self, context: Any, function: Any, *given: Any, **named: Any) -> Any:  # noqa: ANN401 (jinja's)
        """Call a function, a macro or a method within the budget."""
        self.budget.step()
        owner, name = getattr(function, "__self__", None), getattr(function, "__name__", "")
        if isinstance(owner, (str, bytes, int)) and name not in {"format", "format_map"}:
            if name == "join" and isinstance(owner, str) and len(given) == 1:
                return joined(self.budget, owner, list(given[0]))
            call_of_text(self.budget, name, owner, [*given, *named.values()])
        elif not isinstance(function, (Macro, LoopContext)):
            # To look for a value, or to hash it, takes as long as all that it contains.
            self.budget.weigh([*given, *named.values()])
            if name in {"count", "index"}:
                self.budget.weigh(owner)
        return self.budget.result(super().call(context, function, *given, **named))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401 (jinja's)
        """Return `format` or `format_map` of a text, within the budget; None for other values."""
        kinds = (types.MethodType, types.BuiltinMethodType)
        if not isinstance(value, kinds) or value.__name__ not in {"format", "format_map"}:
            return None
        text = value.__self__
        if not isinstance(text, str):
            return None
        formatter = (
            BoundedEscapeFormatter(self, self.budget, text.escape)
            if isinstance(text, Markup)
            else BoundedFormatter(self, self.budget)
        )

        def format_(*given: Any, **named: Any) -> str:  # noqa: ANN401 (of any template)
            if value.__name__ == "format_map":
                (named,), given = given, ()
            return type(text)(formatter.vformat(text, given, named))

        return functools.update_wrapper(format_, value)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 (jinja's)
        """Return whether templates may read an attribute.

        Numbers have none that templates need: some make numbers of any size. To encode a text may
        take minutes, and `escape` prints what an object is, with its address.
        """
        if isinstance(obj, (int, float)) or (isinstance(obj, str) and attr in {"encode", "escape"}):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 (jinja's signature)
        """Return an item; to look one up takes as long as its key."""
        if isinstance(argument, tuple):
            self.budget.weigh(argument)
        return super().getitem(obj, argument)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 (jinja's signature)
        """Return a value by its name, without first looking for a method of that name."""
        if type(obj) is Names:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj) is Values and (attribute in obj or attribute not in _METHODS):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def select_template(
        self,
        names: Any,  # noqa: ANN401 (whatever a template includes)
        parent: str | None = None,
        globals: Any = None,  # noqa: A002, ANN401 (jinja's signature)
    ) -> jinja2.Template:
        """Return the first template of a list that exists."""
        if not isinstance(names, (list, tuple)):
            raise TypeError("expected a template's name, or a list of names")
        for name in names:
            _check_name(name)
            str(name)  # an undefined value raises its error here, not in an error's message
        return super().select_template(names, parent, globals)

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002, ANN401 (jinja's signature)
    ) -> jinja2.Template:
        """Return a template; each is loaded once, because none changes during a run."""
        self.budget.step()
        _check_name(name)
        if not isinstance(name, str) or globals is not None:
            return super().get_template(name, parent, globals)
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent)
        return template


def _check_name(name: object) -> None:
    """Raise TypeError if this is not a template's name: to look it up could take for ever."""
    if not isinstance(name, (str, jinja2.Template, jinja2.Undefined)):
        raise TypeError("a template's name must be a text")
