"""Messages for YAML syntax errors: what is wrong, where, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.problems import ConfigError, Problem

if TYPE_CHECKING:
    import yaml

    from tagmatrix.problems import Place

# {suite}-slim or {name}/x without quotes: YAML reads a mapping, with text after it
_HOLE: Final = re.compile(r"[:\[,-] *(\{(?:suite|cycle|version|name)\}[^\s,\]}\"']+)")
_COMPARISON: Final = re.compile(r"[:-] +(>=?[^#\"']*[^#\"' ])")
FOLDED: Final = "YAML reads > as the beginning of a folded text"
# Half of a pair of UTF-16, which JSON has for characters such as an emoji
_SURROGATE: Final = re.compile(r"\\[uU](?:0000)?([dD][89a-fA-F][0-9a-fA-F]{2})")
_ESCAPE: Final = "write the character itself; a backslash is literal in single quotes only"
_HINTS: Final = (
    ("tab character", "indent with spaces, not tabs"),
    ("mapping values are not allowed", "quote a text that holds `: `, or check the indentation"),
    ("expected key", "check the indentation here and in the line above"),
    ("<block end>", "check the indentation here and in the line above"),
    ("expected ':'", "write `key: value`"),
    ("',' or", "close the bracket, or put a comma before this"),
    ("hexdecimal", _ESCAPE),  # libyaml's spelling
    ("escape", _ESCAPE),
    ("quoted scalar", "close the quote"),
)


def failure(file: str, message: str, place: Place | None) -> ConfigError:
    """Return the error of a document as a whole."""
    return ConfigError(file, [Problem((), message, place)])


def message(error: yaml.MarkedYAMLError, text: str) -> str:
    """Return the parser's message, and what to do about the error."""
    mark = error.problem_mark
    lines = text.splitlines()[mark.line : mark.line + 1] if mark else []
    if plain := _plain(error, lines[0] if lines else ""):
        return plain
    problem = str(error.problem or "something is wrong")
    begun = error.context_mark
    since = f" that begins in line {begun.line + 1}" if begun and mark != begun else ""
    context = f" ({error.context}{since})" if error.context else ""
    about = f"{problem} {error.context or ''}"
    hint = next(
        (hint for words, hint in _HINTS if words in about),
        "check the indentation, brackets and quotes here and in the line above",
    )
    return f"this is not YAML: {problem}{context}; {hint}"


def _plain(error: yaml.MarkedYAMLError, line: str) -> str:
    """Return a message of our own for a frequent error, empty for all others."""
    problem, context = str(error.problem), str(error.context)
    mark, begun = error.problem_mark, error.context_mark
    if "cannot start any token" in problem and mark is not None:
        sign = line[mark.column : mark.column + 1]
        if sign == "\t":
            return "a tab is here; indent with spaces, not tabs"
        return f"a text cannot begin with {sign}; write it in quotes"
    found = ""
    if "escape" in problem and (half := _SURROGATE.search(line, _begin(mark))):
        code = f"U+{half[1].upper()}"
        found = f"{code} is not a character; write the character itself, or remove this"
    elif "unexpected end of stream" in problem and begun is not None:
        found = f"the quote that opens in line {begun.line + 1} is not closed; close it there"
    elif "incompatible" in problem or "%YAML" in f"{problem} {context}":
        found = "this version of YAML is not supported; remove the line that begins with %YAML"
    elif hole := _HOLE.search(line):
        found = f'a text cannot begin with {{; write it in quotes: "{hole[1]}"'
    elif "block scalar" in context and (folded := _COMPARISON.search(line)):
        found = f'{FOLDED}; write it in quotes: "{folded[1]}"'
    return found


def _begin(mark: yaml.Mark | None) -> int:
    """Return where the escape at a mark begins at the earliest: the mark is in it or behind."""
    return max(0, mark.column - len(r"\U0000d800")) if mark else 0
