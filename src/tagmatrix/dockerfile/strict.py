"""The options and arguments that BuildKit's instructions take.

https://github.com/moby/buildkit/blob/master/frontend/dockerfile/instructions/parse.go
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.dockerfile.ignore import rule_error
from tagmatrix.problems import shown
from tagmatrix.util.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction

_SWITCHES: Final = frozenset({"keep-git-dir", "link", "parents", "unpack"})
_REPEATED: Final = frozenset({"device", "exclude", "mount"})
_OPTIONS: Final = {
    "ADD": frozenset({"checksum", "chmod", "chown", "exclude", "keep-git-dir", "link", "unpack"}),
    "COPY": frozenset({"chmod", "chown", "exclude", "from", "link", "parents"}),
    "FROM": frozenset({"platform"}),
    "HEALTHCHECK": frozenset({"interval", "retries", "start-interval", "start-period", "timeout"}),
    "RUN": frozenset({"device", "mount", "network", "security"}),
}
_NETWORKS: Final = frozenset({"default", "host", "none"})
_UNREAD: Final = frozenset({"ARG", "STOPSIGNAL"})
"""Instructions whose options BuildKit drops."""

# https://pkg.go.dev/time#ParseDuration; BuildKit reads options byte by byte, and so spoils µ.
_PART: Final = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|ms|s|m|h)"
_DURATION: Final = re.compile(rf"\+?(?:0|(?:{_PART})+)")
_NANOSECONDS: Final = dict(
    zip(
        ("ns", "us", "ms", "s", "m", "h"),
        (1, 10**3, 10**6, 10**9, 60 * 10**9, 3600 * 10**9),
        strict=True,
    )
)
_LEAST: Final = _NANOSECONDS["ms"]
_LARGEST: Final = 2**63
_OCTAL: Final = frozenset("01234567")
# https://www.gnu.org/software/coreutils/manual/html_node/Symbolic-Modes.html
_MODE: Final = re.compile(r"[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+")
# https://github.com/moby/sys/blob/main/signal/signal_linux.go
_SIGNAL: Final = re.compile(
    r"[+-]?0*[1-9][0-9]{0,18}|(?:SIG)?(?:RTMIN(?:\+[1-9]|\+1[0-5])?|RTMAX(?:-[1-9]|-1[0-4])?|"
    r"ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|"
    r"PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|"
    r"USR1|USR2|VTALRM|WINCH|XCPU|XFSZ"
    r")",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"[+]?[0-9]{1,10}|-0+")
_LARGEST_COUNT: Final = 2**31 - 1
_PORT: Final = re.compile(r"[0-9]+(?:-[0-9]+)?(?:/(?:tcp|udp|sctp)?)?", re.IGNORECASE)


def option_errors(instruction: Instruction) -> Iterator[str]:
    """Yield what is wrong with the options of an instruction."""
    keyword = instruction.keyword
    if keyword in _UNREAD or (keyword == "HEALTHCHECK" and _kind(instruction) == "NONE"):
        return
    known = _OPTIONS.get(keyword, frozenset())
    seen: set[str] = set()
    for word in instruction.options:
        name, equals, value = word.removeprefix("--").partition("=")
        option = f"--{name}"
        if name not in known:
            near = nearest(name, sorted(known))
            yield f"{keyword} has no option {shown(option)}: remove it{near}"
            continue
        if name in seen and name not in _REPEATED:
            yield f"{keyword} has {option} twice: remove one"
        seen.add(name)
        if name in _SWITCHES:
            if value.lower() not in {"", "true", "false"}:
                yield f"{option} is {shown(value)}: write {option}, or true or false after ="
        elif not equals:
            yield f"{option} has no value: write {option}=VALUE"
        else:
            yield from _value_errors(keyword, name, value)


def _value_errors(keyword: str, name: str, value: str) -> Iterator[str]:
    """Yield what is wrong with the value of an option."""
    if keyword == "HEALTHCHECK":
        yield from _health_option(f"--{name}", value)
    elif name == "chmod" and value and "$" not in value and not _is_mode(value):
        yield f"--chmod is {shown(value)}: write a mode such as 0755 or u+x"
    elif name == "exclude" and (problem := rule_error(value)):
        yield f"--exclude is {shown(value)}: {problem}"
    elif name == "network" and value not in _NETWORKS:
        yield f"--network is {shown(value)}: write default, none or host"


def _health_option(option: str, value: str) -> Iterator[str]:
    if not value:
        return
    if option == "--retries":
        if not _COUNT.fullmatch(value) or int(value) > _LARGEST_COUNT:
            yield f"{option} is {shown(value)}: write a number such as 3"
    elif not _DURATION.fullmatch(value) or (length := _nanoseconds(value)) >= _LARGEST:
        yield f"{option} is {shown(value)}: write a duration such as 30s"
    elif 1 <= length < _LEAST:
        yield f"{option} is {shown(value)}: write at least 1ms, or 0 for Docker's default"


def _nanoseconds(duration: str) -> float:
    return sum(float(many) * _NANOSECONDS[unit] for many, unit in re.findall(_PART, duration))


def _is_mode(value: str) -> bool:
    if value.isdecimal():
        return set(value) <= _OCTAL and int(value, 8) <= 0o7777  # noqa: PLR2004 (all bits of a mode)
    return all(_MODE.fullmatch(part) for part in value.split(","))


def argument_errors(instruction: Instruction) -> Iterator[str]:
    """Yield what is wrong with arguments of which there are enough."""
    keyword, arguments = instruction.keyword, instruction.arguments
    if keyword == "RUN" and instruction.json and not any(arguments):
        yield "RUN needs a command: the array is empty"
    if not arguments:
        return
    if keyword == "HEALTHCHECK":
        yield from _health_errors(*arguments)
    elif keyword == "SHELL" and not instruction.json:
        yield 'SHELL needs a JSON array: write SHELL ["/bin/sh", "-c"]'
    elif keyword in {"ENV", "LABEL"} and "" in arguments[::2]:
        yield f"{keyword} needs a name before ="
    elif keyword == "VOLUME" and not all(word.strip("'\"") for word in arguments):
        yield "VOLUME needs a path: it is empty"
    elif keyword == "STOPSIGNAL":
        yield from _signal_errors(arguments[0])
    elif keyword == "EXPOSE":
        yield from _port_errors(arguments)


def _health_errors(kind: str, *command: str) -> Iterator[str]:
    if kind.upper() not in {"CMD", "NONE"}:
        yield f"HEALTHCHECK {shown(kind)} is unknown: write CMD and a command, or NONE"
    elif kind.upper() == "CMD" and not command:
        yield "HEALTHCHECK CMD needs a command"
    elif kind.upper() == "NONE" and command:
        yield "HEALTHCHECK NONE takes no arguments: remove them"


def _port_errors(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        # The value of a variable is not known here.
        port = word.replace('"', "").replace("'", "")
        if not any(each in word for each in "$\\`") and not _is_port(port):
            yield f"EXPOSE {shown(word)}: write a port such as 80, 8000-8010 or 53/udp"


def _signal_errors(word: str) -> Iterator[str]:
    name = word.strip("'\"")
    if not _SIGNAL.fullmatch(name) and not any(each in word for each in "$\\`"):
        found = f"{shown(name)} is unknown" if name else "has an empty value"
        yield f"STOPSIGNAL {found}: write a number, or a name such as SIGTERM"


def _is_port(word: str) -> bool:
    """Return whether a text is a port, or a range; a port of the host before `:` is allowed."""
    port = word.rpartition(":")[2]
    if not _PORT.fullmatch(port):
        return False
    first, _, last = port.partition("/")[0].partition("-")
    return int(first) <= int(last or first) <= 65535  # noqa: PLR2004 (the largest port)


def _kind(instruction: Instruction) -> str:
    return instruction.arguments[0].upper() if instruction.arguments else ""
