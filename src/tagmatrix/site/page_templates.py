"""The templates of the pages: Jinja2, strict, sandboxed, with every value escaped."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from tagmatrix.layout import TEMPLATES
from tagmatrix.render.template_folder import TemplateFolder

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

_OWN: Final = Path(__file__).with_name("templates")
_LABEL: Final = f"{TEMPLATES}/site"
_MOST: Final = 1 << 28
"""The most characters of a page."""


class PageTemplates:
    """The templates of the pages; those in `templates/site` of a family replace the package's.

    Raises TemplateError for every error in a template.
    """

    def __init__(self, root: Path) -> None:
        self._files = TemplateFolder(root / TEMPLATES / "site", _OWN, _LABEL)
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.FunctionLoader(self._files.load),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        own = {"web": _web, "code": _code, "day": lambda when: f"{when:%Y-%m-%d}"}
        self._environment.filters |= own

    def render(self, name: str, context: Mapping[str, Any], **more: object) -> bytes:
        """Return a page."""
        with self._files.reporting(name):
            pieces, size = [], 0
            rendering = self._environment.get_template(name).generate({**context, **more})
            for piece in rendering:
                size += len(piece)
                if size > _MOST:
                    # Into the template, so that the error has its line.
                    message = f"the page has more than {_MOST:,} characters; shorten it"
                    cast("Generator[str, None, None]", rendering).throw(SecurityError(message))
                pieces.append(piece)
            return "".join(pieces).encode("utf-8", "replace")


def _code(line: str) -> Markup:
    """Return a line as HTML, with what is between backticks as code.

    >>> str(_code("alias `3` of <b>"))
    'alias <code>3</code> of &lt;b&gt;'
    """
    parts = re.split("`([^`]+)`", line)  # every second part was between backticks
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


def _web(address: str) -> str:
    """Return an address if a browser may follow it; else nothing.

    >>> _web("https://example.org"), _web("javascript:alert(1)")
    ('https://example.org', '')
    """
    return address if address.startswith(("https://", "http://")) else ""
