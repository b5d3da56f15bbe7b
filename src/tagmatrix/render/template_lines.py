"""The line of a template that each line of a rendered text comes from.

It renders again, with a filter around all that a template prints: the filter notes the place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import jinja2
from jinja2 import nodes, pass_context

from tagmatrix.header import directive_lines
from tagmatrix.render.compiled import Compiled
from tagmatrix.render.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.environment import TemplateModule
    from jinja2.runtime import Context

    from tagmatrix.render.sandbox import Names
    from tagmatrix.render.templates import Templates

_AT: Final = "tagmatrix_at"
_COMPILED: Final = Compiled("traced ")


class TemplateLines:
    """The places of rendered lines, by template and values."""

    def __init__(self, templates: Templates) -> None:
        self._sandbox = templates.environment(_TracingSandbox, _COMPILED)

    def of(self, name: str, values: Mapping[str, Names]) -> Places:
        """Return the place of each line that a template makes."""
        unknown = f"templates/{name}"
        found, place, is_begun = [], "", False
        try:
            self._sandbox.budget.reset()
            for piece in self._sandbox.get_template(name).generate(**values):
                at = self._sandbox.printed_at
                for number, part in enumerate(piece.split("\n")):
                    if number:
                        found.append(place or unknown)
                        place, is_begun = "", False
                    is_begun |= part != ""
                    if not place and part.strip(" \t"):
                        line = at.line + number if at.is_text else at.line
                        place = f"{at.file}:{line}" if line else unknown
        except Exception:  # noqa: BLE001 (the filters took it beyond the budget)
            return Places(unknown, [])
        return Places(unknown, [*found, place or unknown] if is_begun else found)

    def of_dockerfile(self, name: str, values: Mapping[str, Names], text: str) -> Places:
        """Return the places of the lines of a Dockerfile, which has a header."""
        unknown, own = self.of(name, values)
        size, above = text.count("\n"), directive_lines(text)
        # The header is below the directives; blank lines below it are removed.
        body = own[above:][above - size :]
        header = [unknown] * (size - above - len(body))
        return Places(unknown, [*own[:above], *header, *body])


class Places(NamedTuple):
    """The places of the lines of a rendered text.

    A line comes from where its first character comes from that is not blank.
    """

    template: str
    lines: list[str]

    def __call__(self, line: int) -> str:
        """Return `templates/NAME:LINE`; the template alone for a blank or an unknown line."""
        return self.lines[line - 1] if 0 < line <= len(self.lines) else self.template


class _Printed(NamedTuple):
    """What a template prints: where it is, and whether it is text of the template itself.

    The line is 0 if the place is not known.
    """

    file: str = ""
    line: int = 0
    is_text: bool = False


class _TracedTemplate(jinja2.Template):
    """A template that may be included `without context`: it is then rendered once, in advance."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        made = super()._get_default_module(ctx)
        cast("_TracingSandbox", self.environment).printed_at = _Printed()  # not known
        return made


class _TracingSandbox(Sandbox):
    """A sandbox that knows the place of each piece as soon as a template has made it."""

    template_class = _TracedTemplate

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (jinja's own)
        super().__init__(**options)
        self.printed_at = _Printed()
        self.filters[_AT] = self._note

    @pass_context
    def _note(self, _: object, value: object, *place: Any) -> object:  # noqa: ANN401 (of `_at`)
        self.printed_at = _Printed(*place)
        return value

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the nodes of a template, with the filters that note places."""
        tree = super()._parse(source, name, filename)
        _trace(tree, filename or "")
        return tree


def _trace(node: nodes.Node, file: str) -> None:
    """Add filters to all that a template prints; each runs right before its piece is there."""
    for field in node.fields:
        value = getattr(node, field, None)
        if isinstance(value, nodes.Node):
            _trace(value, file)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _trace(item, file)
                    if _prints_at_once(item):
                        value[index] = nodes.FilterBlock(
                            [item], _at(file, item, None), lineno=item.lineno
                        )
    if isinstance(node, nodes.Output):
        node.nodes = [_at(file, each, each) for each in node.nodes]
    elif isinstance(node, nodes.FilterBlock):
        node.filter = _at(file, node, node.filter)


def _prints_at_once(node: nodes.Node) -> bool:
    """Return whether a statement prints a text that it has joined."""
    is_recursive = isinstance(node, nodes.For) and node.recursive
    return is_recursive or isinstance(node, nodes.CallBlock)


def _at(file: str, node: nodes.Node, printed: nodes.Expr | None) -> nodes.Filter:
    """Return a filter that notes the place of a node, at its first line."""
    line = node.lineno
    if isinstance(node, nodes.Expr):
        line = min([line, *(each.lineno for each in node.find_all(nodes.Expr))])
    is_text = isinstance(node, nodes.TemplateData)
    place = [nodes.Const(each, lineno=line) for each in (file, line, is_text)]
    return nodes.Filter(printed, _AT, place, [], None, None, lineno=line)
