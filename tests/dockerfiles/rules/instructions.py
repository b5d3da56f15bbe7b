"""Rules for instructions, their flags and values, and for the settings of every image.

https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Dockerfile

FLAGS: Final[dict[str, frozenset[str]]] = {
    "ADD": frozenset({"keep-git-dir", "checksum", "chown", "chmod", "link", "exclude"}),
    "ARG": frozenset(),
    "CMD": frozenset(),
    "COPY": frozenset({"from", "chown", "chmod", "link", "parents", "exclude"}),
    "ENTRYPOINT": frozenset(),
    "ENV": frozenset(),
    "EXPOSE": frozenset(),
    "FROM": frozenset({"platform"}),
    "HEALTHCHECK": frozenset({"interval", "timeout", "start-period", "start-interval", "retries"}),
    "LABEL": frozenset(),
    "ONBUILD": frozenset(),
    "RUN": frozenset({"mount", "network", "security", "device"}),
    "SHELL": frozenset(),
    "STOPSIGNAL": frozenset(),
    "USER": frozenset(),
    "VOLUME": frozenset(),
    "WORKDIR": frozenset(),
}
"""Every instruction except the deprecated MAINTAINER, with its flags."""

DIRECTIVES: Final = frozenset({"escape", "syntax", "check"})
PAIR: Final = re.compile(r'([A-Za-z_]\w*)=(?:"[^"]*"|\S*)')


def known_instructions(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Instructions and flags are those of the reference, in capital letters."""
    for one in file.instructions:
        if one.name not in FLAGS:
            yield one.line, f"unknown instruction {one.name}"
        else:
            for flag in one.flags:
                if flag not in FLAGS[one.name]:
                    yield one.line, f"{one.name} has no flag --{flag}"


def known_directives(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Parser directives are those of the reference."""
    for name in file.directives:
        if name not in DIRECTIVES:
            yield 1, f"unknown parser directive {name}"


def one_stage(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The file begins with its only FROM, of an image with a tag, and copies no other files."""
    names = [one.name for one in file.instructions]
    if names[:1] != ["FROM"] or names.count("FROM") != 1:
        yield 1, "the file must have one FROM, and it must be first"
    elif ":" not in file.base:
        yield file.instructions[0].line, f"{file.base} has no tag"
    elif file.base.endswith(":latest"):
        yield file.instructions[0].line, f"{file.base} becomes another system one day"
    for one in file.instructions:
        if one.name in {"ADD", "COPY", "ARG"}:
            yield one.line, f"{one.name}: the file has to be enough by itself"


def values(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """ENV is NAME=value, CMD and SHELL are JSON arrays of strings."""
    for one in file.named("ENV"):
        if not PAIR.fullmatch(one.value):
            yield one.line, f"ENV {one.value} is not one NAME=value"
    for one in [*file.named("CMD"), *file.named("SHELL"), *file.named("ENTRYPOINT")]:
        try:
            parsed = json.loads(one.value)
        except ValueError:
            parsed = None
        if not (isinstance(parsed, list) and all(isinstance(word, str) for word in parsed)):
            yield one.line, f"{one.name} {one.value} is not a JSON array of strings"


def command(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The last instruction is the CMD, which starts Python."""
    last = file.instructions[-1]
    expected = '["python"]' if file.directives.get("escape") == "`" else '["python3"]'
    if (last.name, last.value) != ("CMD", expected) or len(file.named("CMD")) != 1:
        yield last.line, f"the file must end with its only CMD, {expected}"


def versions(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """ENV has the version of Python and its checksum."""
    found = file.environment()
    if not re.fullmatch(r"3\.\d+\.\d+(?:(?:a|b|rc)\d+)?", found.get("PYTHON_VERSION", "")):
        yield 1, "ENV PYTHON_VERSION is an exact version"
    if not re.fullmatch(r"[0-9a-f]{64}", found.get("PYTHON_SHA256", "")):
        yield 1, "ENV PYTHON_SHA256 is a SHA-256 in hexadecimal"


def readable(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The grammar of its shell accepts the script of every RUN."""
    for run in file.named("RUN"):
        if run.tree().has_error:
            yield run.line, f"this is not a {run.language} script"
        if "<<" in run.value:
            yield run.line, "older builders do not support here-documents"


def characters(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Instructions have characters of ASCII only: others look like blanks, hyphens or letters."""
    for one in file.instructions:
        for line in one.lines:
            for found in re.findall(r"[^\t -~]", line.text.removesuffix("\r")):
                yield line.number, f"U+{ord(found):04X} is not a character of ASCII"


RULES: Final = (
    *(known_instructions, known_directives, one_stage, values, command, versions, readable),
    characters,
)
