"""The templates of an image: Jinja2, strict and sandboxed.

https://jinja.palletsprojects.com/en/stable/sandbox/
"""

from __future__ import annotations

import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jinja2
from jinja2.bccache import BytecodeCache
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tagmatrix.errors import InputError
from tagmatrix.render.page.page import TEMPLATE
from tagmatrix.util.files import read_bounded
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from jinja2.bccache import Bucket

PAGE_PARTS: Final = "readme/"
FALLBACK: Final = Path(__file__).with_name("fallback")
"""The folder of the page templates that are used if templates/ does not have them."""
MAX_TEMPLATE_BYTES: Final = 1024 * 1024
_OPEN_COMMENT: Final = "Missing end of comment tag"
_COMMENT_ADVICE: Final = "; `{#` begins a comment: write {{ '{#' }} for the text, as in ${#list[@]}"
_NAME = re.compile(r"(?!\.)[A-Za-z0-9_.-]+(?:/(?!\.)[A-Za-z0-9_.-]+)*", re.ASCII)


class TemplateError(InputError):
    """A template can't be found, read or rendered; the message has the line."""


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


class _Missing(jinja2.StrictUndefined):
    """An undefined value; its use is an error, with a message for the template's author."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if isinstance(self._undefined_obj, Names):
            return self._undefined_obj.missing(str(self._undefined_name))
        return super()._undefined_message


class _Compiled(BytecodeCache):
    """A cache of compiled templates: a process compiles each of them once.

    The key is the whole text, with the file name that messages show.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the file name that messages show."""
        return filename or name

    def get_source_checksum(self, source: str) -> str:
        """Return the text itself."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in the code from the cache, if it is there."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code in the cache."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED: Final = _Compiled()


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with shortcuts for what templates do tens of thousands of times."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (jinja's own)
        super().__init__(**options)
        self._loaded: dict[str, jinja2.Template] = {}

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        """Multiply integers only: powers and repeated texts could use up the memory."""
        if operator == "**" or not (isinstance(left, int) and isinstance(right, int)):
            raise SecurityError("`**` is not available, and `*` is only for integers")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 (jinja's signature)
        """Return a value by its name, without first looking for a method of that name."""
        if type(obj) is Names:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def get_template(
        self,
        name: str | jinja2.Template,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002, ANN401 (jinja's signature)
    ) -> jinja2.Template:
        """Return a template; each is loaded once, because none changes during a run."""
        if not isinstance(name, str) or globals is not None:
            return super().get_template(name, parent, globals)
        template = self._loaded.get(name)
        if template is None:
            template = self._loaded[name] = super().get_template(name, parent)
        return template


class Templates:
    """The templates of a folder; the toolkit has its own for missing parts of the page.

    Raises TemplateError for every error in a template.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # autoescape is for HTML; these templates write Dockerfiles and Markdown
        self._environment = _Sandbox(
            loader=jinja2.FunctionLoader(self._load),
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            bytecode_cache=_COMPILED,
            finalize=_printable,
        )
        self._environment.filters["code"] = lambda text: f"`{text}`"
        # The same input must always give the same text: these use chance, or print addresses.
        del self._environment.filters["random"]
        for name in ("lipsum", "cycler", "joiner"):
            del self._environment.globals[name]

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
        return text, f"templates/{name}", None

    def sources(self, name: str) -> dict[str, str]:
        """Return the text of a template and of those that it includes by their names."""
        from jinja2.meta import find_referenced_templates  # noqa: PLC0415 (rarely needed)

        found: dict[str, str] = {}
        waiting = [name]
        for each in waiting:  # grows
            loaded = self._load(each)
            if each in found or loaded is None:
                continue
            found[each] = loaded[0]
            tree = self._environment.parse(loaded[0])
            waiting += [other for other in find_referenced_templates(tree) if other]
        return found

    def render(self, name: str, **context: Any) -> str:  # noqa: ANN401 (what the template asks for)
        """Return the rendered text of a template."""
        try:
            return self._environment.get_template(name).render(**context)
        except jinja2.TemplateNotFound as error:
            message = f"templates/{error.name}: no such template{_included_by(error)}"
            raise TemplateError(message) from None
        except jinja2.TemplateSyntaxError as error:
            where = error.filename or error.name or f"templates/{name}"
            advice = _COMMENT_ADVICE if error.message == _OPEN_COMMENT else ""
            raise TemplateError(f"{where}:{error.lineno}: {error.message}{advice}") from None
        except SecurityError as error:
            message = f"{_line(error, name)}: not allowed in a template: {error}"
            raise TemplateError(message) from None
        except TemplateError:
            raise
        except Exception as error:  # noqa: BLE001 (any error here comes from the template)
            message = str(error) or type(error).__name__
            raise TemplateError(f"{_line(error, name)}: {message}") from None


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
    print differently in each run.
    """
    if type(value) in {str, int, float} or isinstance(value, (str, jinja2.Undefined)):
        return value
    kind = value if value is None or isinstance(value, bool) else f"a {type(value).__name__}"
    raise TypeError(f"this prints {kind}: expected a text or a number")


def _line(error: BaseException, name: str) -> str:
    """Return `templates/NAME:LINE` of the innermost template frame of an error."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith("templates/")
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else f"templates/{name}"


def _included_by(error: BaseException) -> str:
    """Return which line of a template includes the missing template, if any does."""
    line = _line(error, "")
    return f", included by {line}" if line != "templates/" else ""
