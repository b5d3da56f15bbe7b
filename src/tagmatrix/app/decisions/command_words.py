"""Commands as a Procfile and --command write them: split into words, or kept for a shell."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions.servers import ALL
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from tagmatrix.app.decisions.servers import Server

_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_PORT: Final = re.compile(r"\$(?:PORT\b|\{PORT\}|\{PORT:-[0-9]+\})")
_SPECIAL: Final = frozenset("$`;&|<>()*?[]{}~#!\\")
_COMPOUND: Final = re.compile(
    r"[({]|(?:if|for|while|until|case)(?=\s)|[A-Za-z_][A-Za-z0-9_]*\s*\(\s*\)"
)
"""Loops, conditions, groups and functions: their last word is not a program."""
_BUILTIN: Final = re.compile(
    r"(?:[!.:]|alias|cd|command|eval|exec|exit|export|read|set|shift|source|trap|ulimit|umask"
    r"|unset|wait)(?=\s|$)"
)
_MODULE: Final = 3
_LONGEST: Final = 10_000
_QUOTED: Final = re.compile(
    r"""'[^']*'|"(?P<inside>(?:\\.|[^"\\])*)"|(?P<outside>[^'"]+|['"])""", re.DOTALL
)
# Quoted texts and redirections such as `2>&1` come first: their operators are none.
_TOKEN: Final = re.compile(
    r"""\\.|'[^']*'|"(?:\\.|[^"\\])*"|`[^`]*`|[<>]&|&>|[()]|(?P<operator>&&|\|\||[;&|])""",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command for CMD.

    Attributes:
        words: its words; `sh -c TEXT` if it needs a shell.
        environment: the variables that it sets before it starts.
        server: the known server that it starts, if any.
        uses_port: whether it reads the port from a variable.
        shell: why it needs a shell; empty if it does not.
    """

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    server: Server | None = None
    uses_port: bool = False
    shell: str = ""


def read(text: str, port: int) -> Command:
    """Return the command of a text. Raises InputError if it is long, empty, or has an open quote.

    >>> read("FLASK_APP=web.py python3 -m flask run --port=$PORT", 8000).words
    ('python3', '-m', 'flask', 'run')
    """
    if len(text) > _LONGEST:
        raise InputError(f"the command has more than {_LONGEST} characters: put it into a script")
    environment, rest = _assignments(text.strip())
    words = _words(rest)
    if not words or not words[0]:
        raise InputError("the command is empty: give one")
    server = _server(words)
    if server and server.port_variable:
        kept, rest, uses = _without_port(words, rest, server)
        if uses:
            if not _needs_shell(rest):
                return Command(
                    words=tuple(kept),
                    environment=server.environment(port) | environment,
                    server=server,
                    uses_port=True,
                )
            environment = server.environment(port) | environment
    if special := _needs_shell(rest):
        return Command(
            words=("sh", "-c", with_exec(rest)),
            environment=environment,
            server=server,
            uses_port=bool(_PORT.search(rest)),
            shell=special,
        )
    return Command(words=tuple(words), environment=environment, server=server)


def with_exec(text: str) -> str:
    """Return a shell command whose last program replaces the shell, so that it gets signals.

    >>> with_exec("alembic upgrade head && gunicorn app:app")
    'alembic upgrade head && exec gunicorn app:app'
    >>> with_exec("cat a | sort")
    'cat a | sort'
    """
    parts = _parts(text)
    if any(operator not in {"&&", ";"} for _, operator in parts[:-1]):
        return text
    last = parts[-1][0]
    stripped = last.lstrip()
    compound = any(_COMPOUND.match(part.lstrip()) for part, _ in parts)
    if not stripped or compound or _BUILTIN.match(stripped):
        return text
    match = re.match(r"(?:[A-Za-z_][A-Za-z0-9_]*=(?:[^\s'\"]|'[^']*'|\"[^\"]*\")*\s+)*", stripped)
    lead = match[0] if match else ""
    exec_ = f"{lead}exec {stripped[len(lead) :]}"
    return text[: len(text) - len(last)] + last[: len(last) - len(stripped)] + exec_


def _parts(text: str) -> list[tuple[str, str]]:
    """Return the simple commands of a text, each with the operator after it."""
    parts: list[tuple[str, str]] = []
    depth = start = 0
    for match in _TOKEN.finditer(text):
        text_ = match[0]
        if text_ in {"(", ")"}:
            depth += 1 if text_ == "(" else -1
        elif match["operator"] and depth == 0:
            parts.append((text[start : match.start()], text_))
            start = match.end()
    return [*parts, (text[start:], "")]


def _assignments(text: str) -> tuple[dict[str, str], str]:
    """Return the literal variables at the beginning, and the rest of the text."""
    found: dict[str, str] = {}
    if len(_parts(text)) > 1:
        return found, text
    rest = text
    while match := re.match(r"([A-Za-z_][A-Za-z0-9_]*)=((?:[^\s'\"$`\\]|'[^']*')*)\s+(?=\S)", rest):
        found[match[1]] = match[2].replace("'", "")
        rest = rest[match.end() :]
    return found, rest


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InputError(f"invalid command: {str(error).lower()}") from None


def _needs_shell(text: str) -> str:
    """Return why a text needs a shell; empty if its words are literal."""
    for match in _QUOTED.finditer(text):
        for character in match["outside"] or "":
            if character in _SPECIAL:
                return f"it has {character}"
        for character in match["inside"] or "":
            if character in "$`\\":
                return f"it has {character}"
    return "it sets a variable" if _ASSIGNMENT.match(text) else ""


def _server(words: list[str]) -> Server | None:
    """Return the known server that a command starts."""
    names = [word.rpartition("/")[2] for word in words]
    if len(names) >= _MODULE and names[0].startswith("python") and words[1] == "-m":
        names = names[2:]
    server = ALL.get(names[0]) if names else None
    if server and server.program == "flask" and "run" not in names:
        return None
    return server


def _without_port(words: list[str], text: str, server: Server) -> tuple[list[str], str, bool]:
    """Return words and text without the options for address and port, if these read `$PORT`."""
    kept: list[str] = []
    removed = False
    position = 0
    while position < len(words):
        word = words[position]
        name, equals, value = word.partition("=")
        if name in server.port_options:
            if not equals and position + 1 < len(words):
                value = words[position + 1]
            is_port = bool(re.fullmatch(r"(?:[0-9.:\[\]]*:)?" + _PORT.pattern, value))
            if is_port:
                removed = True
                position += 1 if equals else 2
                continue
        kept.append(word)
        position += 1
    if not removed:
        return words, text, False
    options = "|".join(map(re.escape, server.port_options))
    pattern = rf"\s+(?:{options})[=\s]\s*[\"']?(?:[0-9.:\[\]]*:)?{_PORT.pattern}[\"']?(?=\s|$)"
    rest = re.sub(pattern, "", f" {text}").strip()
    try:
        same = shlex.split(rest) == kept
    except ValueError:
        same = False
    return (kept, rest, True) if same else (words, text, False)
