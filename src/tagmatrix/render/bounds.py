"""Jinja2's filters, tests, methods of texts and formats, within the budget of a rendering."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

from jinja2 import pass_environment
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.sandbox import SandboxedEscapeFormatter, SandboxedFormatter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment

    from tagmatrix.render.budget import Budget

# These return items of the value, or look at it, and make no text of them.
_NO_TEXT: Final = frozenset(
    {
        *("attr", "batch", "count", "d", "default", "dictsort", "first", "groupby", "items"),
        *("last", "length", "list", "map", "max", "min", "reject", "rejectattr", "reverse"),
        *("select", "selectattr", "slice", "sort", "sum", "unique"),
    }
)
# These look at no more than the value's ends or its length.
_CHEAP: Final = frozenset({"count", "d", "default", "first", "last", "length"})
_WIDTHS: Final = frozenset(
    {"batch", "center", "indent", "round", "slice", "tojson", "truncate", "urlize", "wordwrap"}
)
# The time of these may grow with the square of the length.
_SLOW: Final = frozenset({"pprint", "striptags", "urlize", "wordwrap", "xmlattr"})
_LONGEST_SLOW: Final = 16 * 1024
_NUMBERS: Final = re.compile(r"\d+")
_CONVERSION: Final = re.compile(
    r"%(?:\([^)]*\))?[-#0 +]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+)?)?"
)


def bounded_filter(name: str, function: Callable[..., Any], budget: Budget) -> Callable[..., Any]:
    """Return a filter that stays within the budget, and makes no text of an object."""
    at = int(hasattr(function, "jinja_pass_arg"))

    @functools.wraps(function)
    def bounded(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (of any filter)
        value, arguments = given[at], [*given[at + 1 :], *named.values()]
        budget.step()
        if name not in _CHEAP:
            budget.weigh(value, plain=name not in _NO_TEXT)
            budget.weigh(arguments, plain=name not in _NO_TEXT)
        if name in _WIDTHS:
            for argument in arguments:
                budget.width(argument)
        if name in _SLOW and len(str(value)) > _LONGEST_SLOW:
            raise SecurityError(f"`{name}` is only for texts of {_LONGEST_SLOW:,} characters")
        if foresee := _FORESEEN.get(name):
            foresee(budget, value, arguments)
        return budget.result(function(*given, **named))

    return bounded


def bounded_test(function: Callable[..., Any], budget: Budget) -> Callable[..., Any]:
    """Return a test that stays within the budget."""

    @functools.wraps(function)
    def bounded(*given: Any, **named: Any) -> Any:  # noqa: ANN401 (of any test)
        budget.step()
        budget.weigh([*given, *named.values()])
        return function(*given, **named)

    return bounded


def joining(budget: Budget) -> Callable[..., str]:
    """Return the filter `join`."""

    @pass_environment
    def join(
        environment: Environment,
        value: Iterable[Any],
        d: str = "",
        attribute: str | int | None = None,
    ) -> str:
        items = list(value)
        if attribute is not None:
            items = list(map(make_attrgetter(environment, attribute), items))
        return joined(budget, d, items)

    return join


def joined(budget: Budget, separator: object, items: list[Any]) -> str:
    """Return the text of all items, if it is not too long."""
    budget.weigh([separator, *items], plain=True)
    texts, between = [str(item) for item in items], str(separator)
    budget.text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def call_of_text(budget: Budget, name: str, text: Any, arguments: list[Any]) -> None:  # noqa: ANN401 (str, bytes or int)
    """Check a call of a method of a text or a number before it is made."""
    if not isinstance(text, int):
        budget.text(len(text))
    budget.weigh(arguments, plain=True)
    for argument in arguments:
        budget.width(argument)
    if name == "expandtabs" and arguments:
        budget.text(text.count("\t") * arguments[0])
    if name == "translate":
        longest = max([len(str(new)) for new in dict(arguments[0]).values()], default=1)
        budget.text(len(text) * longest)
    if foresee := _FORESEEN.get(name):
        foresee(budget, text, arguments)


def percent(budget: Budget, text: Any, values: object) -> None:  # noqa: ANN401 (str or bytes)
    """Check the widths and the length of `text % values` before it is made."""
    budget.weigh(values, plain=True)
    pattern = text if isinstance(text, str) else text.decode("latin-1")
    numbers = list(_CONVERSION.finditer(pattern))
    for match in numbers:
        for number in match.groups():
            if number == "*":
                raise SecurityError("`*` is not available in a format; write the width")
            budget.width(int((number or "0")[:20]))
    if isinstance(values, dict):
        parts = [*values.values()]
    else:
        parts = list(values) if isinstance(values, tuple) else [values]
    longest = max([len(str(part)) for part in parts], default=0)
    budget.text(len(pattern) + len(numbers) * longest)


class BoundedFormatter(SandboxedFormatter):
    """`str.format` within a budget."""

    def __init__(self, environment: Environment, budget: Budget) -> None:
        super().__init__(environment)
        self._budget = budget

    def convert_field(self, value: Any, conversion: Any) -> Any:  # noqa: ANN401 (the base's)
        """Check the value of a field before it becomes a text."""
        self._budget.weigh(value, plain=True)
        return super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ANN401 (the base's)
        """Check the widths of a field, and count its text."""
        for number in _NUMBERS.findall(format_spec):
            self._budget.width(int(number[:20]))
        return self._budget.result(super().format_field(value, format_spec))


class BoundedEscapeFormatter(BoundedFormatter, SandboxedEscapeFormatter):
    """The same for escaped texts."""

    def __init__(
        self, environment: Environment, budget: Budget, escape: Callable[..., Any]
    ) -> None:
        BoundedFormatter.__init__(self, environment, budget)
        self.escape = escape


def _replaced(budget: Budget, value: Any, arguments: list[Any]) -> None:  # noqa: ANN401 (a text)
    if len(arguments) > 1:
        text, old, new = str(value), str(arguments[0]), str(arguments[1])
        budget.text(len(text) + text.count(old) * len(new))


def _indented(budget: Budget, value: Any, arguments: list[Any]) -> None:  # noqa: ANN401 (a text)
    width = arguments[0] if arguments else 0
    length = len(width) if isinstance(width, str) else width
    budget.text(len(str(value)) + (len(str(value).splitlines()) + 1) * length)


def _summed(_: Budget, __: Any, arguments: list[Any]) -> None:  # noqa: ANN401 (any list)
    if any(not isinstance(start, (int, float, str)) for start in arguments[1:]):
        raise SecurityError("`sum` is only for numbers")


def _formatted(budget: Budget, value: Any, arguments: list[Any]) -> None:  # noqa: ANN401 (a text)
    percent(budget, str(value), tuple(arguments))


_FORESEEN: Final[dict[str, Callable[[Budget, Any, list[Any]], None]]] = {
    "format": _formatted,
    "indent": _indented,
    "replace": _replaced,
    "sum": _summed,
}
