"""Texts of an application's files in generated files: one function for each context.

Each function raises InputError for a text that its context can't hold. No other module
puts a value into a Dockerfile, a shell command, JSON or YAML.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Final

from tagmatrix.app.report import clean
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_path: Final = re.compile(r"(?![-/])[A-Za-z0-9_.+@/-]+", re.ASCII).fullmatch
_variable: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII).fullmatch
_SLUG: Final = re.compile(r"[^a-z0-9]+")


def path(text: str) -> str:
    """Return a path for COPY, a mount or .dockerignore: none of its characters is special there.

    >>> path("services/api/requirements.txt")
    'services/api/requirements.txt'
    """
    if problem := path_problem(text):
        raise InputError(problem)
    return text


def path_problem(text: str) -> str:
    """Return why `path` refuses a text; empty if it does not."""
    if is_path(text):
        return ""
    return (
        f"{clean(text)!r}: this path can't be used in a Dockerfile: use letters, digits, "
        "'_', '-', '+', '@' and '.' only, and no '..'"
    )


def shell_word(text: str) -> str:
    """Return a text as one word of a shell command in a RUN instruction.

    >>> shell_word("flask>=3; rm -rf /")
    "'flask>=3; rm -rf /'"
    """
    return shlex.quote(_one_line(text, "a shell command"))


def exec_form(words: Sequence[str]) -> str:
    """Return the exec form of a command: a JSON list, in which Docker expands nothing.

    >>> exec_form(["gunicorn", "app:app"])
    '["gunicorn", "app:app"]'
    """
    return json.dumps([_one_line(word, "a command") for word in words], ensure_ascii=False)


def variable(text: str) -> str:
    """Return the name of an environment variable."""
    if not _variable(text):
        raise InputError(f"{clean(text)!r}: invalid name of an environment variable")
    return text


def env_value(text: str) -> str:
    r"""Return the value of an ENV instruction, in which Docker would expand `$`.

    >>> env_value('a "b" $HOME')
    '"a \\"b\\" \\$HOME"'
    """
    escaped = re.sub(r'(["\\$])', r"\\\1", _one_line(text, "an environment variable"))
    return f'"{escaped}"'


def yaml(text: str) -> str:
    """Return a text as a double-quoted YAML scalar, for compose.yaml, which would expand `$`.

    >>> yaml("a: $b")
    '"a: $$b"'
    """
    return json.dumps(_one_line(text, "compose.yaml").replace("$", "$$"), ensure_ascii=False)


def workflow(text: str) -> str:
    """Return a text as a double-quoted YAML scalar, for a workflow, which would expand `${{`."""
    if "${{" in text:
        raise InputError(f"{clean(text)!r}: a workflow can't hold an expression")
    return json.dumps(_one_line(text, "a workflow"), ensure_ascii=False)


def slug(text: str, default: str) -> str:
    """Return a name for compose and for images: lowercase letters, digits and single hyphens.

    >>> slug("My_App", "app"), slug("--", "app")
    ('my-app', 'app')
    """
    return _SLUG.sub("-", text.lower()).strip("-")[:60].strip("-") or default


def _one_line(text: str, where: str) -> str:
    """Return the text if all its characters are printable."""
    if not text.isprintable():
        raise InputError(f"{clean(text)!r}: {where} can't hold control characters or line breaks")
    return text


def is_path(text: str) -> bool:
    """Return whether `path` accepts a text."""
    return _path(text) is not None and ".." not in text.split("/")
