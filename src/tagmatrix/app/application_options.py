"""What the user asked for; the Dockerfile keeps it in a comment, so that a check can repeat it."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, fields, replace
from typing import Final

from tagmatrix.app.report import SourceLine, clean
from tagmatrix.errors import InputError

MANAGERS: Final = ("pip", "uv", "poetry", "pdm", "pipenv", "pylock")
VARIANTS: Final = ("slim", "alpine", "default")
EXTRAS: Final = ("compose", "ci-github", "ci-gitlab")
LAST_PORT: Final = 65535
BEGIN: Final = "# Options: "
"""How the line begins that keeps the options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOptions:
    """The options of `app write`; an empty value is not set.

    The Dockerfile keeps all but the digest, which is in its FROM line.
    """

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

        >>> ApplicationOptions(variant="alpine", port=80).comment()
        '# Options: --variant alpine --port 80'
        """
        words: list[str] = []
        for item in fields(self):
            value = getattr(self, item.name)
            if value and item.name != "digest":
                text = ",".join(value) if isinstance(value, tuple) else str(value)
                words += [f"--{'with' if item.name == 'extras' else item.name}", text]
        return BEGIN + " ".join(map(shlex.quote, words)) if words else ""


def merged(given: ApplicationOptions, kept: ApplicationOptions) -> ApplicationOptions:
    """Return the given options; those that are not given are what a Dockerfile keeps.

    A tag has a variant, so each replaces the other.

    >>> kept = ApplicationOptions(tag="3.13-slim", port=80)
    >>> merged(ApplicationOptions(variant="alpine"), kept).comment()
    '# Options: --variant alpine --port 80'
    """
    if given.tag or given.variant:
        kept = replace(kept, tag="", variant="")
    values = {
        item.name: getattr(given, item.name) or getattr(kept, item.name) for item in fields(given)
    }
    return ApplicationOptions(**values)


def recorded(text: str, remedy: str) -> ApplicationOptions:
    """Return the options that a Dockerfile keeps.

    Raises InputError if they are invalid, with what to do.
    """
    for number, line in enumerate(text.split("\n", 20)[:20], 1):
        if line.startswith(BEGIN):
            return _parse(line.removeprefix(BEGIN), SourceLine("Dockerfile", number), remedy)
    return ApplicationOptions()


def _parse(line: str, source: SourceLine, remedy: str) -> ApplicationOptions:
    try:
        words = shlex.split(line)
        values: dict[str, str] = dict(zip(words[::2], words[1::2], strict=True))
    except ValueError:
        raise InputError(f"{source}: invalid options: {remedy}") from None
    extras = tuple(filter(None, values.pop("--with", "").split(",")))
    port = values.pop("--port", "0")
    values.pop("--digest", None)  # older versions kept it; the FROM line has it
    texts = {name.removeprefix("--"): value for name, value in values.items()}
    known = {item.name for item in fields(ApplicationOptions)} - {"extras", "port"}
    if unknown := sorted(set(texts) - known):
        raise InputError(f"{source}: unknown option --{clean(unknown[0])}: {remedy}")
    if not re.fullmatch(r"[0-9]{1,5}", port):
        raise InputError(f"{source}: invalid port {clean(port)!r}: {remedy}")
    try:
        return validated(ApplicationOptions(**texts, port=int(port), extras=extras), str(source))
    except InputError as error:
        raise InputError(f"{error}; or {remedy}") from None


def validated(options: ApplicationOptions, where: str) -> ApplicationOptions:
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
