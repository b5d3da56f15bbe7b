"""What the user asked for; the Dockerfile keeps it in a comment, so that a check can repeat it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, fields
from typing import Final

from tagmatrix.app.report import Source, clean
from tagmatrix.errors import InputError

MANAGERS: Final = ("pip", "uv", "poetry", "pdm", "pipenv", "pylock")
VARIANTS: Final = ("slim", "alpine", "default")
EXTRAS: Final = ("compose", "ci-github", "ci-gitlab")
LAST_PORT: Final = 65535
_LINE: Final = "# Options: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `app write`; an empty value is not set."""

    manifest: str = ""
    manager: str = ""
    tag: str = ""
    digest: str = ""
    variant: str = ""
    command: str = ""
    port: int = 0
    extras: tuple[str, ...] = ()

    def comment(self) -> str:
        """Return the line that keeps the options; empty if none is set.

        >>> Options(variant="alpine", port=80).comment()
        '# Options: --variant alpine --port 80'
        """
        words: list[str] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if value:
                text = ",".join(value) if isinstance(value, tuple) else str(value)
                words += [f"--{'with' if item.name == 'extras' else item.name}", text]
        return _LINE + " ".join(map(shlex.quote, words)) if words else ""


def recorded(text: str) -> Options:
    """Return the options that a Dockerfile keeps. Raises InputError if they are invalid."""
    for number, line in enumerate(text.split("\n", 20)[:20], 1):
        if line.startswith(_LINE):
            return _parse(line.removeprefix(_LINE), Source("Dockerfile", number))
    return Options()


def _parse(line: str, source: Source) -> Options:
    try:
        words = shlex.split(line)
        values: dict[str, str] = dict(zip(words[::2], words[1::2], strict=True))
    except ValueError:
        raise InputError(f"{source}: invalid options: run tagmatrix app write again") from None
    extras = tuple(filter(None, values.pop("--with", "").split(",")))
    port = values.pop("--port", "0")
    texts = {name.removeprefix("--"): value for name, value in values.items()}
    known = {item.name for item in fields(Options)} - {"extras", "port"}
    if unknown := sorted(set(texts) - known):
        raise InputError(f"{source}: unknown option --{clean(unknown[0])}: write the file again")
    if not re.fullmatch(r"[0-9]{1,5}", port):
        raise InputError(f"{source}: invalid port {clean(port)!r}: write the file again")
    return validated(Options(**texts, port=int(port), extras=extras), str(source))


def validated(options: Options, where: str) -> Options:
    """Return the options if their values are known ones. Raises InputError."""
    for value, choices in (
        (options.manager, MANAGERS),
        (options.variant, VARIANTS),
        *((extra, EXTRAS) for extra in options.extras),
    ):
        if value and value not in choices:
            raise InputError(f"{where}: unknown value {clean(value)!r}: use {', '.join(choices)}")
    if options.port > LAST_PORT:
        raise InputError(f"{where}: invalid port {options.port}: use 1 to {LAST_PORT}")
    if not (options.command + options.manifest).isprintable():
        raise InputError(f"{where}: an option has control characters: remove them")
    return options
