"""The line of a template that an error comes from, while it runs or while it is compiled."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING, Final

from jinja2.nodes import Node
from jinja2.parser import Parser

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEBUG_INFO: Final = re.compile(r"^debug_info = '([0-9=&]*)'", re.MULTILINE)
"""Jinja2 writes pairs of lines below the code that it makes: TEMPLATE=CODE."""


def line_of(error: BaseException) -> str:
    """Return `templates/NAME:LINE` of the innermost template of an error; empty if it has none."""
    where = ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith("templates/"):
            where = f"{frame.f_code.co_filename}:{line}"
    return where or _compiled_line(error)


def _compiled_line(error: BaseException) -> str:
    """Return the place where Jinja2 was when it could not compile a template."""
    name, line = "", 0
    for frame, _ in traceback.walk_tb(error.__traceback__):
        found = frame.f_locals
        if isinstance(file := found.get("filename"), str) and file.startswith("templates/"):
            name = file
        line = _line_in(found, error) or line
    return f"{name}:{line}" if name and line else ""


def _line_in(found: Mapping[str, object], error: BaseException) -> int:
    """Return the line of a template that a frame of Jinja2 reads; 0 if it reads none."""
    parser, node, code = found.get("self"), found.get("node"), found.get("source")
    if isinstance(parser, Parser):
        return parser.stream.current.lineno
    if isinstance(node, Node):
        return node.lineno
    if isinstance(error, SyntaxError) and isinstance(code, str):  # of the code that Jinja2 made
        pairs = _DEBUG_INFO.search(code)
        lines = [pair.split("=") for pair in pairs[1].split("&") if pair] if pairs else []
        return max((int(own) for own, made in lines if int(made) <= (error.lineno or 0)), default=0)
    return 0
