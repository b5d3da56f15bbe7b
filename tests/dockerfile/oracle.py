"""The bases of stages in another way: from BuildKit's instructions, with one substitution.

It knows only variables and their defaults: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`.
"""

from __future__ import annotations

import re
from typing import Final

from tagmatrix.dockerfile.image_names import name_error, normal_name

_PLAIN: Final = re.compile(
    r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+])([^${}]*))?\})", re.ASCII
)
PLATFORM: Final = {
    f"{side}{name}": value
    for side in ("TARGET", "BUILD")
    for name, value in {
        "PLATFORM": "linux/amd64",
        "OS": "linux",
        "ARCH": "amd64",
        "VARIANT": "",
    }.items()
}


class UnsupportedError(Exception):
    """The oracle does not know this text."""


def bases(commands: list[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return the image that each stage comes from, of pairs of a keyword and arguments.

    Raises UnsupportedError for what Docker refuses, and for texts that are not plain.
    """
    values = dict(PLATFORM)
    names: dict[str, str] = {}
    lines = [_from(arguments) for keyword, arguments in commands if keyword == "FROM"]
    found: list[str] = []
    for keyword, arguments in commands:
        if keyword == "ARG" and not found:
            for name, equals, default in (word.partition("=") for word in arguments):
                if equals:
                    values[name] = replace(default, values)
        if keyword == "FROM":
            image, name = _from(arguments)
            image = replace(image, values)
            later = [each for _, each in lines[len(found) + 1 :]]
            if image not in names and (name_error(image) or image in later):
                raise UnsupportedError  # a later stage's name is refused on purpose
            found.append(names.get(image) or normal_name(image))
            if name:
                names[name] = found[-1]
    return found


def _from(arguments: tuple[str, ...]) -> tuple[str, str]:
    """Return the image and the name of a stage."""
    match arguments:
        case [image]:
            return image, ""
        case [image, word, name] if word.upper() == "AS":
            if re.fullmatch(r"[a-z][a-z0-9_.-]*", name.lower()):
                return image, name.lower()
    raise UnsupportedError


def replace(text: str, values: dict[str, str]) -> str:
    """Return a text with its variables replaced from the inside to the outside."""
    if re.fullmatch(r'"[^"\\`]*"', text):
        text = text[1:-1]
    if re.search(r"""['"\\`]""", text):
        raise UnsupportedError
    while match := _PLAIN.search(text):
        name, operator, word = match[1] or match[2], match[3] or "", match[4] or ""
        value = values.get(name)
        empty = not value if ":" in operator else value is None
        if "-" in operator:
            value = word if empty else value
        elif "+" in operator:
            value = "" if empty else word
        if "$" in (value or ""):
            raise UnsupportedError
        text = text[: match.start()] + (value or "") + text[match.end() :]
    if "$" in text:
        raise UnsupportedError
    return text
