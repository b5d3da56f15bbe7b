"""A folder of templates, with the toolkit's own below it: reading them, and their errors."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import jinja2
from jinja2.exceptions import SecurityError

from tagmatrix.errors import InputError
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.problems import printable
from tagmatrix.render.error_lines import line_of
from tagmatrix.render.template_hashes import ABSENT
from tagmatrix.util import private_cache
from tagmatrix.util.files import read_bounded
from tagmatrix.util.nearest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_TEMPLATE_BYTES: Final = 1024 * 1024
_LONE_CR: Final = re.compile(r"\r(?!\n)")
_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]+(?:/(?!\.)[A-Za-z0-9_.-]+)*", re.ASCII)


class TemplateError(InputError):
    """A template can't be found, read or rendered; the message has the line."""

    def __init__(self, message: str) -> None:
        super().__init__(printable(message, keep="\n\t"))


class TemplateFolder:
    """A folder of templates. Messages show it as `label`: `templates`, or a folder in it.

    `own` is the folder of the toolkit's templates, for those that the folder does not have.
    `used` has the templates of the folder that were read. `read` has the hash of all that was read,
    by name, also of what the folder does not have.
    """

    def __init__(self, folder: Path, own: Path, label: str = "templates") -> None:
        self._folder = folder
        self._own = own
        self._label = label
        self.used: set[str] = set()
        self.read: set[tuple[str, bytes]] = set()
        self._root = folder.parents[label.count("/")]

    def load(self, name: str) -> tuple[str, str, None] | None:
        """Return a template's text; None if there is no such file: jinja reports it."""
        label = self._label
        if not _NAME.fullmatch(name):
            raise TemplateError(
                f'templates/: invalid template name "{name}": expected a path in this folder, '
                'with letters, digits, "_", "-" and ".", and no dot at the beginning of a name'
            )
        path = self._folder / name
        try:
            folder = self._folder.resolve()
            if not folder.is_relative_to(self._root.resolve()):
                raise TemplateError(f"{label}/ leads out of the image's folder through a link")
            if not path.resolve().is_relative_to(folder):
                raise TemplateError(f"{label}/{name} leads out of {label}/ through a link")
            data = read_bounded(path, MAX_TEMPLATE_BYTES)
        except FileNotFoundError:
            self.read.add((name, ABSENT))
            own = self._own / name
            where = f"{label}/{name} (the toolkit's own)"
            return (own.read_text(encoding="utf-8"), where, None) if own.is_file() else None
        except OSError as error:
            raise TemplateError(f"{label}/{name}: {error.strerror}") from None
        if len(data) > MAX_TEMPLATE_BYTES:
            message = f"{label}/{name} is larger than {MAX_TEMPLATE_BYTES:,} bytes"
            raise TemplateError(message)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise TemplateError(f"{label}/{name} is not UTF-8: {error.reason}") from None
        if alone := _LONE_CR.search(text):
            line = text.count("\n", 0, alone.start()) + 1
            raise TemplateError(
                f"{label}/{name}:{line}: this line has a carriage return inside; remove it"
            )
        self.note(name, data)
        return text, f"{label}/{name}", None

    def note(self, name: str, content: bytes) -> None:
        """Note that a file of the folder was read."""
        self.used.add(name)
        self.read.add((name, private_cache.digest(content)))

    @contextmanager
    def reporting(self, name: str) -> Iterator[None]:
        """Raise TemplateError for every error of what is rendered; `name` is the template."""
        where = f"{self._label}/{name}"
        try:
            yield
        except jinja2.TemplateNotFound as error:
            message = f"{self._label}/{error.name}: no such template{_included_by(error)}"
            message += self._hint(str(error.name))
            raise TemplateError(message) from None
        except jinja2.TemplateSyntaxError as error:
            place = error.filename or error.name or where
            raise TemplateError(f"{place}:{error.lineno}: {error.message}") from None
        except SecurityError as error:
            message = f"{line_of(error) or where}: not allowed in a template: {error}"
            raise TemplateError(message) from None
        except TemplateError as error:  # an included template can't be read
            line = line_of(error)
            message = str(error).removeprefix("templates/: ") if line else str(error)
            raise TemplateError(f"{line}: {message}" if line else message) from None
        except MemoryError as error:
            message = "this needs too much memory"
            raise TemplateError(f"{line_of(error) or where}: {message}") from None
        except (RecursionError, SyntaxError) as error:  # Jinja2 made code that Python refuses
            message = "this is nested too deeply, or includes or calls itself without an end"
            raise TemplateError(f"{line_of(error) or where}: {message}") from None
        except Exception as error:  # noqa: BLE001 (any error here comes from the template)
            message = str(error) or type(error).__name__
            if "integer string conversion" in message:  # Python's own limit
                message = "a number has more than 64 bits"
            raise TemplateError(f"{line_of(error) or where}: {message}") from None

    def _hint(self, name: str) -> str:
        """Return '; did you mean X?' for an unknown template, if a known one is near.

        A Dockerfile's template has the name that versions.yaml has: debian.
        """
        known = sorted(
            path.relative_to(folder).as_posix()
            for folder in (self._folder, self._own)
            for path in folder.rglob("*.j2")
            if path.is_file()
        )
        if name.endswith(DOCKERFILE_TEMPLATE):
            known = [each for each in known if each.endswith(DOCKERFILE_TEMPLATE)]
        meant = closest(
            name.removesuffix(DOCKERFILE_TEMPLATE),
            [each.removesuffix(DOCKERFILE_TEMPLATE) for each in known],
        )
        return f"; did you mean {meant}?" if meant else ""


def _included_by(error: BaseException) -> str:
    """Return which line of a template includes the missing template, if any does."""
    line = line_of(error)
    return f", included by {line}" if line else ""
