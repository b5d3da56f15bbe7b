"""Find the line of a template that a line of a rendered text comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.render.templates import Templates

_TAG: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


class TemplateLines:
    """The lines of a template and of all templates that it includes by name."""

    def __init__(self, templates: Templates, name: str) -> None:
        self._name = name
        self._lines = [
            (f"templates/{source}:{number}", _pattern(line))
            for source, text in templates.sources(name).items()
            for number, line in enumerate(text.split("\n"), 1)
            if _TAG.sub("", line).strip()
        ]

    def place(self, rendered: Sequence[str], line: int) -> str:
        """Return `templates/NAME:LINE` for a line of the rendered text.

        Without the line if no line of the templates fits, or if several do.
        """
        wanted = rendered[line - 1].strip() if 0 < line <= len(rendered) else ""
        fitting = [place for place, pattern in self._lines if pattern.fullmatch(wanted)]
        return fitting[0] if wanted and len(fitting) == 1 else f"templates/{self._name}"


def _pattern(line: str) -> re.Pattern[str]:
    """Return a pattern for what a line of a template may become."""
    fixed = _TAG.split(line.strip())
    return re.compile(".*".join(map(re.escape, fixed)))
