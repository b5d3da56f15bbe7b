"""The templates of an image: Jinja2, strict and sandboxed.

https://jinja.palletsprojects.com/en/stable/sandbox/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import jinja2
from jinja2.exceptions import SecurityError

from tagmatrix.render.budget import MAX_OUTPUT
from tagmatrix.render.compiled import Compiled
from tagmatrix.render.sandbox import Names, Sandbox, Values
from tagmatrix.render.template_folder import TemplateFolder
from tagmatrix.util.printable import code_point

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

S = TypeVar("S", bound=Sandbox)
FALLBACK: Final = Path(__file__).with_name("fallback")
"""The folder of the page templates that are used if templates/ does not have them."""
_BITS: Final = 64
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Missing(jinja2.StrictUndefined):
    """An undefined value; its use is an error, with a message for the template's author."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, (Names, Values)):
            return self._undefined_obj.missing(str(self._undefined_name))
        return super()._undefined_message


_COMPILED: Final = Compiled()


class Templates:
    """The templates of a folder; the toolkit has its own for missing parts of the page.

    `used` has the files of the folder that were read, also those of `files`. `read` has their
    hashes.
    Raises TemplateError for every error in a template.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = TemplateFolder(folder, FALLBACK)
        self.used, self.read, self.note = self._files.used, self._files.read, self._files.note
        self._environment = self.environment(Sandbox, _COMPILED)

    def environment(self, kind: type[S], compiled: Compiled) -> S:
        """Return an environment with these templates."""
        # autoescape is for HTML; these templates write Dockerfiles and Markdown
        made = kind(
            loader=jinja2.FunctionLoader(self._files.load),
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            optimized=False,  # to look for constants takes longer than it saves
            bytecode_cache=compiled,
            finalize=_printable,
        )
        made.filters["code"] = lambda text: f"`{text}`"
        return made

    def has(self, name: str) -> bool:
        """Return whether the folder has a template."""
        return (self.folder / name).is_file()

    def render(self, name: str, **context: Any) -> str:  # noqa: ANN401 (what the template asks for)
        """Return the rendered text of a template."""
        with self._files.reporting(name):
            self._environment.budget.reset()
            return self._text(name, context)

    def _text(self, name: str, context: Mapping[str, Any]) -> str:
        """Return the rendered text, or raise TemplateError as soon as it is too long."""
        pieces, size = [], 0
        rendering = self._environment.get_template(name).generate(**context)
        for piece in rendering:
            size += len(piece) if piece.isascii() else len(piece.encode())
            if size > MAX_OUTPUT:
                # Into the template, so that the error has its line.
                message = f"the file has more than {MAX_OUTPUT:,} bytes; shorten it"
                cast("Generator[str, None, None]", rendering).throw(SecurityError(message))
            pieces.append(piece)
        return "".join(pieces)


def _printable(value: Any) -> Any:  # noqa: ANN401 (whatever a template prints)
    """Return the value of an expression, which must be a text or a number.

    False or None in a Dockerfile comes from a forgotten condition; other objects may
    print differently in each run. A lone surrogate can't be written as UTF-8.
    """
    if isinstance(value, int) and value.bit_length() >= _BITS:
        raise ValueError("this prints a number of more than 64 bits")
    if isinstance(value, str) and not value.isascii() and (found := _SURROGATE.search(value)):
        raise ValueError(f"this prints half a character, {code_point(found[0])}; remove it")
    if type(value) in {str, int, float} or isinstance(value, (str, jinja2.Undefined)):
        return value
    raise TypeError(f"this prints {_kind(value)}: expected a text or a number")


def _kind(value: Any) -> str:  # noqa: ANN401 (whatever a template prints)
    """Return what a value is, in the words of YAML and Jinja2."""
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (tuple, list, set, frozenset)):
        return "a list"
    if callable(value):
        return "a function"
    return f"a {type(value).__name__}"
