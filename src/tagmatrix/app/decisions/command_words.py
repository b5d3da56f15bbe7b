"""Commands as a Procfile and --command write them: split into words, or kept for a shell."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions.manager_prefixes import without_manager
from tagmatrix.app.decisions.servers import ALL, GUNICORN
from tagmatrix.app.decisions.shell_text import ASSIGNMENT, parts
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

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
_LEAD: Final = re.compile(
    r"""(?:(?:exec|command|(?P<env>(?:/usr/bin/)?env))|(?P<name>[A-Za-z_][A-Za-z0-9_]*)="""
    r"""(?P<value>(?:[^\s'"$`\\]|'[^']*'|"[^"$`\\]*")*))\s+(?=[^\s-])"""
)
_QUOTED_ASSIGNMENT: Final = re.compile(
    r"""(['"])(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>[^'"$`\\]*)\1\s+(?=[^\s-])"""
)
"""`env "A=b c"`: only env reads it, and to a shell it is a program."""
_script: Final = re.compile(
    r"""(?:\S*/)?(?:ba|da|a|z|k)?sh\s+-[a-z]*c\s+(?:'[^']*'|"(?:\\.|[^"\\])*")\s*""", re.DOTALL
).fullmatch
"""A shell with one text: `bash -c "gunicorn app:app"`."""
_WRAPPERS: Final = frozenset(
    {
        "--", "command", "ddtrace-run", "dumb-init", "env", "exec", "newrelic-admin", "nice",
        "nohup", "opentelemetry-instrument", "run-program", "tini",
    }
)  # fmt: skip
"""Programs that start the program behind them."""
_MODULE: Final = 3
_LONGEST: Final = 10_000
_QUOTED: Final = re.compile(
    r"""'[^']*'|"(?P<inside>(?:\\.|[^"\\])*)"|(?P<outside>[^'"]+|['"])""", re.DOTALL
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
        left_out: the manager that the image does not have: `uv run`.
    """

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    server: Server | None = None
    uses_port: bool = False
    shell: str = ""
    left_out: str = ""

    @property
    def reads_port(self) -> bool:
        """Return whether the shell fills in the port."""
        return bool(self.shell and _PORT.search(self.words[-1]))

    def value_of(self, variable: str) -> str:
        """Return what the command itself gives a variable; empty if it does not set it."""
        pattern = rf"(?<![\w$]){variable}=(?:\"([^\"]*)\"|'([^']*)'|([^\s'\";&|]*))"
        text = self.words[-1] if self.shell else shlex.join(self.words)
        if self.words[0] in {"env", "/usr/bin/env"} or self.shell:
            for found in reversed(re.findall(pattern, text)):
                return "".join(found)
        return self.environment.get(variable, "")

    @property
    def gets_signals(self) -> bool:
        """Return whether the program replaces the shell, which does not pass signals on."""
        return not self.shell or re.search(r"\bexec\s", self.words[-1]) is not None


def read(text: str, port: int, tasks: Collection[str] = ()) -> Command:
    """Return the command of a text. Raises InputError if it is long, empty, or has an open quote.

    `tasks` are names that only a manager can run.

    >>> read("FLASK_APP=web.py python3 -m flask run --port=$PORT", 8000).words
    ('python3', '-m', 'flask', 'run')
    """
    if len(text) > _LONGEST:
        raise InputError(f"the command has more than {_LONGEST} characters: put it into a script")
    environment, rest = _assignments(text.strip())
    if re.fullmatch(r"[0-9]{1,5}", environment.get("PORT", "")):
        port = int(environment["PORT"])
    if _script(rest):
        shell, option, script = _words(rest)
        inner = read(script, port, tasks)
        words = (shell, option, inner.words[-1]) if inner.shell else inner.words
        return replace(inner, words=words, environment=environment | inner.environment)
    rest, left_out = without_manager(rest, tasks)
    if left_out:
        inner = read(rest, port)
        merged = environment | inner.environment
        return replace(inner, environment=merged, left_out=left_out)
    return _read(rest, environment, port)


def _read(rest: str, environment: dict[str, str], port: int) -> Command:
    """Return the command of a text without variables, managers and another shell."""
    words = _words(rest)
    if not words or not words[0]:
        raise InputError("the command is empty: give one")
    server = _server(rest)
    if server and server.port_variable and len(parts(rest)) == 1:
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
    if _BUILTIN.match(rest):
        raise InputError(f"{words[0]} is a command of the shell: write a program")
    return Command(words=tuple(words), environment=environment, server=server)


def with_exec(text: str) -> str:
    """Return a shell command whose last program replaces the shell, so that it gets signals.

    >>> with_exec("alembic upgrade head && gunicorn app:app")
    'alembic upgrade head && exec gunicorn app:app'
    >>> with_exec("cat a | sort")
    'cat a | sort'
    """
    simple = parts(text)
    if any(operator not in {"&&", ";"} for _, operator in simple[:-1]):
        return text
    last = simple[-1][0]
    stripped = last.lstrip()
    compound = any(_COMPOUND.match(part.lstrip()) for part, _ in simple)
    if not stripped or compound or _BUILTIN.match(stripped):
        return text
    match = re.match(r"(?:[A-Za-z_][A-Za-z0-9_]*=(?:[^\s'\"]|'[^']*'|\"[^\"]*\")*\s+)*", stripped)
    lead = match[0] if match else ""
    exec_ = f"{lead}exec {stripped[len(lead) :]}"
    return text[: len(text) - len(last)] + last[: len(last) - len(stripped)] + exec_


def _assignments(text: str) -> tuple[dict[str, str], str]:
    """Return the literal variables at the beginning, and the rest without exec and env."""
    found: dict[str, str] = {}
    if len(parts(text)) > 1:
        return found, text
    rest = text
    before_env: tuple[dict[str, str], str] | None = None
    while True:
        if match := _LEAD.match(rest):
            if match["env"] and before_env is None:
                before_env = dict(found), rest
            if match["name"]:
                found[match["name"]] = "".join(shlex.split(match["value"]))
        elif before_env and (match := _QUOTED_ASSIGNMENT.match(rest)):
            found[match["name"]] = match["value"]
        else:
            break
        rest = rest[match.end() :]
    if before_env and re.match(r"""['"][A-Za-z0-9_]+=""", rest):
        return before_env  # env has to read what only a shell can fill in
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


def _server(text: str) -> Server | None:
    """Return the known server that a command starts."""
    for part, _ in parts(text):
        try:
            words = shlex.split(part)
        except ValueError:  # a group or an escaped character; the text as a whole is valid
            continue
        while words and (words[0] in _WRAPPERS or re.fullmatch(ASSIGNMENT, words[0])):
            words.pop(0)
        names = [word.rpartition("/")[2] for word in words]
        if len(names) >= _MODULE and names[0].startswith("python") and words[1] == "-m":
            names = names[2:]
        server = ALL.get(names[0]) if names else None
        if server and not (server.program == "flask" and "run" not in names):
            return server
    return None


def _without_port(words: list[str], text: str, server: Server) -> tuple[list[str], str, bool]:
    """Return words and text without the options for address and port, if these read `$PORT`."""
    kept: list[str] = []
    removed = 0
    position = 0
    while position < len(words):
        word = words[position]
        name, equals, value = word.partition("=")
        if name in server.port_options:
            if not equals and position + 1 < len(words):
                value = words[position + 1]
            is_port = bool(re.fullmatch(r"(?:[0-9.:\[\]]*:)?" + _PORT.pattern, value))
            if is_port:
                removed += 1
                position += 1 if equals else 2
                continue
        kept.append(word)
        position += 1
    if not removed or (removed > 1 and server is GUNICORN) or _binds(kept, server):
        return words, text, False
    options = "|".join(map(re.escape, server.port_options))
    pattern = rf"\s+(?:{options})[=\s]\s*[\"']?(?:[0-9.:\[\]]*:)?{_PORT.pattern}[\"']?(?=\s|$)"
    rest = re.sub(pattern, "", f" {text}").strip()
    try:
        same = shlex.split(rest) == kept
    except ValueError:
        same = False
    return (kept, rest, True) if same else (words, text, False)


def _binds(words: list[str], server: Server) -> bool:
    """Return whether words name a second address to listen on, or another port."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if server is GUNICORN and (word.startswith("-b") or name == "--bind"):
            return True
        if name in server.port_options and re.fullmatch(r"[0-9]+", value if equals else following):
            return True
    return False
