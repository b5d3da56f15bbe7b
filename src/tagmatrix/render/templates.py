"""The templates of an image: Jinja2, strict and sandboxed.

https://jinja.palletsprojects.com/en/stable/sandbox/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import jinja2
from jinja2.exceptions import SecurityError

from tagmatrix.errors import InputError
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.render.budget import MAX_OUTPUT
from tagmatrix.render.compiled import Compiled
from tagmatrix.render.error_lines import line_of
from tagmatrix.render.page.page import TEMPLATE
from tagmatrix.render.sandbox import Names, Sandbox, Values
from tagmatrix.util.files import read_bounded
from tagmatrix.util.nearest import closest
from tagmatrix.util.printable import code_point, escaped

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

S = TypeVar("S", bound=Sandbox)
PAGE_PARTS: Final = "readme/"
FALLBACK: Final = Path(__file__).with_name("fallback")
"""The folder of the page templates that are used if templates/ does not have them."""
MAX_TEMPLATE_BYTES: Final = 1024 * 1024
_BITS: Final = 64
_LONE_CR: Final = re.compile(r"\r(?!\n)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]+(?:/(?!\.)[A-Za-z0-9_.-]+)*", re.ASCII)


class TemplateError(InputError):
    """A template can't be found, read or rendered; the message has the line."""

    def __init__(self, message: str) -> None:
        super().__init__(escaped(message))


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

    `used` has the files of the folder that were read, also those of `files`.
    Raises TemplateError for every error in a template.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = self.folder = folder
        self.used: set[str] = set()
        self._environment = self.environment(Sandbox, _COMPILED)

    def environment(self, kind: type[S], compiled: Compiled | None = None) -> S:
        """Return an environment with these templates."""
        # autoescape is for HTML; these templates write Dockerfiles and Markdown
        made = kind(
            loader=jinja2.FunctionLoader(self._load),
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

    def _load(self, name: str) -> tuple[str, str, None] | None:
        """Return a template's text; None if there is no such file: jinja reports it."""
        if not _NAME.fullmatch(name):
            raise TemplateError(
                f'templates/: invalid template name "{name}": expected a path in this folder, '
                'with letters, digits, "_", "-" and ".", and no dot at the beginning of a name'
            )
        path = self._folder / name
        try:
            folder = self._folder.resolve()
            if not folder.is_relative_to(self._folder.parent.resolve()):
                raise TemplateError("templates/ leads out of the image's folder through a link")
            if not path.resolve().is_relative_to(folder):
                raise TemplateError(f"templates/{name} leads out of templates/ through a link")
            data = read_bounded(path, MAX_TEMPLATE_BYTES)
        except FileNotFoundError:
            return _fallback(name)
        except OSError as error:
            raise TemplateError(f"templates/{name}: {error.strerror}") from None
        if len(data) > MAX_TEMPLATE_BYTES:
            message = f"templates/{name} is larger than {MAX_TEMPLATE_BYTES:,} bytes"
            raise TemplateError(message)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(f"templates/{name} is not UTF-8: {error.reason}") from None
        if alone := _LONE_CR.search(text):
            line = text.count("\n", 0, alone.start()) + 1
            raise TemplateError(
                f"templates/{name}:{line}: this line has a carriage return inside; remove it, "
                'or write {{ "\\r" }}'
            )
        self.used.add(name)
        return text, f"templates/{name}", None

    def has(self, name: str) -> bool:
        """Return whether the folder has a template."""
        return (self.folder / name).is_file()

    def _hint(self, name: str) -> str:
        """Return '; did you mean X?' for an unknown template, if a known one is near.

        A Dockerfile's template has the name that versions.yaml has: debian.
        """
        files = (path for path in self.folder.rglob("*.j2") if path.is_file())
        known = sorted(path.relative_to(self.folder).as_posix() for path in files)
        if name.endswith(DOCKERFILE_TEMPLATE):
            known = [each for each in known if each.endswith(DOCKERFILE_TEMPLATE)]
        meant = closest(
            name.removesuffix(DOCKERFILE_TEMPLATE),
            [each.removesuffix(DOCKERFILE_TEMPLATE) for each in known],
        )
        return f"; did you mean {meant}?" if meant else ""

    def render(self, name: str, **context: Any) -> str:  # noqa: ANN401 (what the template asks for)
        """Return the rendered text of a template."""
        try:
            self._environment.budget.reset()
            return self._text(name, context)
        except jinja2.TemplateNotFound as error:
            message = f"templates/{error.name}: no such template{_included_by(error)}"
            message += self._hint(str(error.name))
            raise TemplateError(message) from None
        except jinja2.TemplateSyntaxError as error:
            where = error.filename or error.name or f"templates/{name}"
            raise TemplateError(f"{where}:{error.lineno}: {error.message}") from None
        except SecurityError as error:
            message = f"{_place(error, name)}: not allowed in a template: {error}"
            raise TemplateError(message) from None
        except TemplateError as error:  # an included template can't be read
            line = line_of(error)
            message = str(error).removeprefix("templates/: ") if line else str(error)
            raise TemplateError(f"{line}: {message}" if line else message) from None
        except MemoryError as error:
            raise TemplateError(f"{_place(error, name)}: this needs too much memory") from None
        except (RecursionError, SyntaxError) as error:  # Jinja2 made code that Python refuses
            message = "this is nested too deeply, or includes or calls itself without an end"
            raise TemplateError(f"{_place(error, name)}: {message}") from None
        except Exception as error:  # noqa: BLE001 (any error here comes from the template)
            message = str(error) or type(error).__name__
            raise TemplateError(f"{_place(error, name)}: {message}") from None

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


def _fallback(name: str) -> tuple[str, str, None] | None:
    """Return the toolkit's own template for a part of the page; None if it has none."""
    if name != TEMPLATE and not name.startswith(PAGE_PARTS):
        return None
    try:
        text = (FALLBACK / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    return text, f"templates/{name} (the toolkit's own)", None


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
    kind = value if value is None or isinstance(value, bool) else f"a {type(value).__name__}"
    if isinstance(value, Values):
        kind = "a mapping"
    raise TypeError(f"this prints {kind}: expected a text or a number")


def _place(error: BaseException, name: str) -> str:
    """Return `templates/NAME:LINE` of an error, or the template's name alone."""
    return line_of(error) or f"templates/{name}"


def _included_by(error: BaseException) -> str:
    """Return which line of a template includes the missing template, if any does."""
    line = line_of(error)
    return f", included by {line}" if line else ""
