"""What the container runs: --command, the Procfile, a framework's server, a script, a module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.application_options import LAST_PORT
from tagmatrix.app.decisions import command_warnings, command_words, frameworks, programs, servers
from tagmatrix.app.decisions.frameworks import worker, worker_words
from tagmatrix.app.decisions.running import ContainerProcess, Search, stop_signal
from tagmatrix.app.reading.dependencies import refuse_credentials
from tagmatrix.app.report import SourceLine, clean
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.app.decisions.command_words import Command
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.procfile import ProcfileProcess
    from tagmatrix.app.report import Report

_NAMED_SERVER: Final = re.compile(
    rf"(?<![\w./-])({'|'.join(sorted({*servers.ALL} - {'flask'}))})\s"
)
_BROKEN: Final = "is not valid Python 3: port it; Python 2 has ended"
_BIND: Final = re.compile(r"(?:^|\s)(?:-b|--bind)[= ]?\S*:([0-9]{2,5})(?=\s|$)")
_HEALTH: Final = (
    "/healthz", "/health", "/livez", "/-/healthy", "/readyz", "/ready", "/ping", "/up", "/status",
    "/health/", "/healthz/", "/ping/", "/up/", "/",
)  # fmt: skip


def choose(
    application: Application, names: frozenset[str], command: str, port: int, report: Report
) -> ContainerProcess:
    """Return the process. Raises InputError if nothing to run is found.

    Args:
        application: the facts.
        names: the names of all distributions that are installed.
        command: --command, or "".
        port: --port, or 0.
        report: gets the decisions.
    """
    search = Search(application=application, names=names, port=port, report=report)
    first = None if command else _first(application.processes)
    if command:
        refuse_credentials(command, SourceLine("--command"), report)
        process = _written(command, SourceLine("--command"), search)
    elif first:
        process = _written(first.command, first.source, search, web=first.name == "web")
    else:
        process = _found(search)
    for source in application.sources.broken:
        if source.file == process.file:
            report.fail(_BROKEN, source)
    for one in application.processes:
        if one is not first:
            process.others[one.name] = _other(one.command, one.source, process, application, report)
    _add_worker(search, process)
    if process.port and not process.health:
        process.health = _health(application, report)
    return process


def _first(processes: Sequence[ProcfileProcess]) -> ProcfileProcess | None:
    """Return the process of a Procfile that is CMD: `web`, or else the first that keeps running."""
    rank = {"web": 0, "release": 2}
    return min(processes, key=lambda one: rank.get(one.name, 1), default=None)


def _written(
    text: str, source: SourceLine, search: Search, *, web: bool = True
) -> ContainerProcess:
    """Return the process of a command that a person wrote."""
    application, report, port = search.application, search.report, search.port
    try:
        command = command_words.read(text, port or 8000, _tasks(application))
    except InputError as error:
        report.fail(str(error), source)
    report.decide("command", " ".join(command.words), _why(command, "it is written there"), source)
    command_warnings.of_command(text, command, source, report)
    server = command.server
    if server is None and web and (named := _NAMED_SERVER.search(text)):
        report.warn(
            f"tagmatrix can't see whether this starts {named[1]}: begin the command with it", source
        )
    process = ContainerProcess(words=command.words, environment=dict(command.environment))
    if port or (web and (server is not None or command.value_of("PORT"))) or "$PORT" in text:
        _listen(process, command, port, source, report)
    process.stop = server.stop if server else ""
    if server is servers.STREAMLIT:
        process.health = "/_stcore/health"
    process.file = next((word for word in command.words if application.folder.has(word)), "")
    if server is None and not command.shell and command.words[0].startswith("python"):
        process.stop = stop_signal(application, process.file)
    return process


def _tasks(application: Application) -> frozenset[str]:
    """Return the names that only a manager can run."""
    projects = [application.project, *filter(None, [application.pipfile])]
    return frozenset().union(*(one.tasks for one in projects))


def _why(command: Command, why: str) -> str:
    """Return a reason, with what was left out of the command."""
    if not command.left_out:
        return why
    manager = command.left_out.partition(" ")[0]
    return f"{why}, without {command.left_out}: the image has no {manager}"


def _listen(
    process: ContainerProcess, command: Command, port: int, source: SourceLine, report: Report
) -> None:
    """Give a process its port, and the variables by which its server listens on it."""
    server = command.server
    written = 0 if command.uses_port else _port_in(command.words)
    fixed = 0 if written else _fixed_port(command, source, report)
    if port and fixed and port != fixed:
        report.refuse(f"it listens on {fixed}, and not on --port {port}: remove one", source)
    process.port = port or written or fixed or 8000
    if server and server.port_variable:
        process.environment = server.environment(process.port) | command.environment
        process.port_variable = "" if written else server.port_variable
    if command.reads_port or (command.uses_port and not process.port_variable):
        process.environment.setdefault("PORT", str(process.port))
        process.port_variable = "PORT"
    if fixed and command.environment.get(process.port_variable) != str(fixed):
        process.port_variable = ""  # the command itself overrides the container's variable


def _fixed_port(command: Command, source: SourceLine, report: Report) -> int:
    """Return the port that a variable of the command says; 0 if none does."""
    server = command.server
    if server is servers.GUNICORN:
        bound = _BIND.search(command.value_of("GUNICORN_CMD_ARGS"))
        if bound:
            return int(bound[1])
    variable = "PORT" if command.reads_port or not server else server.port_variable
    value = command.value_of(variable) if variable else ""
    if not value or "$" in value:
        return 0
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 0 < int(value) <= LAST_PORT:
        report.fail(f"invalid port {variable}={clean(value)}: use 1 to {LAST_PORT}", source)
    return int(value)


def _port_in(words: tuple[str, ...]) -> int:
    """Return the port that a command names; 0 if it names none."""
    match = re.search(r"(?:--port[= ]|-p |:)([0-9]{2,5})\b", " ".join(words))
    return int(match[1]) if match else 0


def _other(
    text: str,
    source: SourceLine,
    process: ContainerProcess,
    application: Application,
    report: Report,
) -> tuple[str, ...]:
    port = process.port or 8000
    try:
        command = command_words.read(text, port, _tasks(application))
    except InputError as error:
        report.fail(str(error), source)
    why = _why(command, "a service of compose")
    report.decide("process", " ".join(command.words), why, source)
    command_warnings.of_process(text, command, source, report)
    environment = ({"PORT": str(port)} if command.reads_port else {}) | command.environment
    if environment:
        words = [f"{name}={value}" for name, value in environment.items()]
        return ("env", *words, *command.words)
    return command.words


def _found(search: Search) -> ContainerProcess:
    """Return the process of what the application's files have."""
    for finder in (*frameworks.FINDERS, *programs.FINDERS):
        process = finder(search)
        if process is not None:
            if finder in programs.FINDERS:
                _warn_of_server(search, process)
            return process
    for source in search.application.sources.broken:
        search.report.refuse(_BROKEN, source)
    return search.report.fail(
        f"{clean(search.application.folder.name)}: nothing to run was found: no application "
        "object, no console script, no main module; give --command"
    )


def _warn_of_server(search: Search, process: ContainerProcess) -> None:
    """Warn of a server that nothing starts: it serves an object that tagmatrix does not know."""
    if not process.file:
        return  # a console script may start it
    imports = set().union(*search.application.sources.imports.values())
    for server in (*servers.WSGI, *servers.ASGI):
        if server.distribution in search.names and server.distribution not in imports:
            search.report.warn(
                f"{server.distribution} is a dependency, but no application object was found that "
                f"it serves: give it, --command '{server.program} MODULE:OBJECT'"
            )
            return


def _add_worker(search: Search, process: ContainerProcess) -> None:
    """Add a Celery worker beside the web process, unless a Procfile names the processes."""
    target = worker(search)
    if target is None or search.application.processes or process.words[0] == "celery":
        return
    process.others["worker"] = worker_words(target)
    search.report.decide(
        "process", " ".join(worker_words(target)), "a service of compose", target.source
    )


def _health(application: Application, report: Report) -> str:
    """Return the path of the health check; empty if no route is known."""
    routes = application.sources.routes
    for path in _HEALTH:
        if path in routes:
            report.decide("health check", path, "the route answers GET", routes[path])
            return path
    return ""
