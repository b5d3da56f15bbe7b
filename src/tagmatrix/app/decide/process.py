"""What the container runs: --command, the Procfile, a framework's server, a script, a module."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decide import servers, shell
from tagmatrix.app.reading.sources import module_name
from tagmatrix.app.report import Source, clean
from tagmatrix.errors import InputError
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.app.decide.servers import Server
    from tagmatrix.app.decide.shell import Command
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.procfile import Process as ProcfileProcess
    from tagmatrix.app.reading.sources import AppObject
    from tagmatrix.app.report import Report

_DEVELOPMENT: Final = (
    (r"\bflask\b.*\brun\b", "gunicorn"),
    (r"\bmanage\.py\b.*\brunserver\b|\bdjango-admin\b.*\brunserver\b", "gunicorn"),
    (r"--reload\b", "the same command without --reload"),
    (r"\bfastapi\s+dev\b", "fastapi run"),
    (r"\bhttp\.server\b", "a web server"),
)
_MIGRATION: Final = re.compile(
    r"\bmanage\.py\s+migrate\b|\balembic\b.*\bupgrade\b|\bflask\b.*\bdb\s+upgrade\b|\baerich\b.*\bupgrade\b"
)
_HEALTH: Final = (
    "/healthz", "/health", "/livez", "/-/healthy", "/readyz", "/ready", "/ping", "/up", "/status",
    "/health/", "/healthz/", "/ping/", "/up/", "/",
)  # fmt: skip
_GOOD_MODULES: Final = ("app", "main", "wsgi", "asgi", "web", "server", "application", "api")
_GOOD_NAMES: Final = ("app", "application", "api", "server")
_ENTRY: Final = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*(?::[A-Za-z0-9_.]+)?(?:\s*\[.*\])?")
_SCRIPT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MAINS: Final = ("main.py", "app.py", "__main__.py", "run.py", "server.py", "bot.py", "cli.py")


@dataclass(slots=True, kw_only=True)
class Process:
    """The container's process.

    Attributes:
        words: CMD.
        environment: the variables that it needs.
        port: the port that it listens on; 0 if it does not.
        port_variable: the variable that sets the port; empty if none does.
        health: the path of the health check; empty if none is known.
        stop: the signal that stops it; empty for SIGTERM.
        install: the server that has to be installed, `gunicorn==27.0.1`; empty if none has.
        file: the file that it runs or that has its object; empty for a console script.
        others: commands of other processes, by their type.
    """

    words: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    port_variable: str = ""
    health: str = ""
    stop: str = ""
    install: str = ""
    file: str = ""
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)


def choose(
    application: Application, names: frozenset[str], command: str, port: int, report: Report
) -> Process:
    """Return the process. Raises InputError if nothing to run is found.

    Args:
        application: the facts.
        names: the names of all distributions that are installed.
        command: --command, or "".
        port: --port, or 0.
        report: gets the decisions.
    """
    first = None if command else _first(application.processes)
    if command:
        process = _written(command, port, Source("--command"), application, report)
    elif first:
        process = _written(
            first.command, port, first.source, application, report, web=first.name == "web"
        )
    else:
        process = _found(application, names, port, report)
    for one in application.processes:
        if one is not first:
            process.others[one.name] = _other(one.command, one.source, process, report)
    _add_worker(application, names, process, report)
    if process.port and not process.health:
        process.health = _health(application, report)
    return process


def _first(processes: Sequence[ProcfileProcess]) -> ProcfileProcess | None:
    """Return the process of a Procfile that is CMD: `web`, or else the first that keeps running."""
    rank = {"web": 0, "release": 2}
    return min(processes, key=lambda one: rank.get(one.name, 1), default=None)


def _written(
    text: str,
    port: int,
    source: Source,
    application: Application,
    report: Report,
    *,
    web: bool = True,
) -> Process:
    """Return the process of a command that a person wrote."""
    try:
        command = shell.read(text, port or 8000)
    except InputError as error:
        report.fail(str(error), source)
    if not command.words:
        report.fail("the command is empty: give one", source)
    report.decide("command", " ".join(command.words), "it is written there", source)
    _warn_of_command(text, command, source, report)
    server = command.server
    listens = port or (web and (command.uses_port or server is not None)) or "$PORT" in text
    process = Process(words=command.words, environment=dict(command.environment))
    if listens:
        process.port = port or _port_in(command.words) or 8000
        if command.uses_port:
            process.port_variable = server.port_variable if server else "PORT"
            if server:
                process.environment |= server.environment(process.port)
            process.environment.setdefault(process.port_variable, str(process.port))
    process.stop = server.stop if server else ""
    if server is servers.STREAMLIT:
        process.health = "/_stcore/health"
    process.file = next((word for word in command.words if application.folder.has(word)), "")
    if server is None and not command.shell and command.words[0].startswith("python"):
        process.stop = _stop(application, process.file)
    return process


def _warn_of_command(text: str, command: Command, source: Source, report: Report) -> None:
    """Warn of a shell, a development server and a migration, and say what to use."""
    if command.shell:
        report.warn(f"the command needs a shell, because {command.shell}: write it without", source)
    for pattern, better in _DEVELOPMENT:
        if re.search(pattern, text):
            report.warn(f"this is a development server: use {better} instead", source)
            break
    if _MIGRATION.search(text):
        report.warn("each container would migrate the database: run it once, by itself", source)


def _port_in(words: tuple[str, ...]) -> int:
    """Return the port that a command names; 0 if it names none."""
    match = re.search(r"(?:--port[= ]|-p |:)([0-9]{2,5})\b", " ".join(words))
    return int(match[1]) if match else 0


def _other(text: str, source: Source, process: Process, report: Report) -> tuple[str, ...]:
    try:
        command = shell.read(text, process.port or 8000)
    except InputError as error:
        report.fail(str(error), source)
    report.decide("process", " ".join(command.words), "a service of compose", source)
    if command.environment:
        words = [f"{name}={value}" for name, value in command.environment.items()]
        return ("env", *words, *command.words)
    return command.words


def _found(application: Application, names: frozenset[str], port: int, report: Report) -> Process:
    """Return the process of what the application's files have."""
    for finder in (_streamlit, _gradio, _web, _celery, _console_script, _module):
        process = finder(application, names, port, report)
        if process is not None:
            return process
    for source in application.sources.broken:
        report.refuse("is not valid Python 3: port it; Python 2 has ended", source)
    report.fail(
        f"{clean(application.folder.name)}: nothing to run was found: no application object, no console "
        "script, no main module; give --command"
    )


def _streamlit(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    file = _importing(
        application, "streamlit", ("streamlit_app.py", "app.py", "main.py", "Home.py")
    )
    if "streamlit" not in names or not file:
        return None
    report.decide("framework", "streamlit", "it imports streamlit", Source(file))
    process = _of_server(servers.STREAMLIT, ["streamlit", "run", file], port or 8501)
    process.file, process.health = file, "/_stcore/health"
    return process


def _gradio(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    file = _importing(application, "gradio", ("app.py", "main.py"))
    if "gradio" not in names or not file:
        return None
    report.decide("framework", "gradio", "it imports gradio", Source(file))
    process = _of_server(servers.GRADIO, ["python3", file], port or 7860)
    process.file, process.health = file, "/"
    return process


def _web(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    """Return the process of a WSGI or ASGI application."""
    objects = [one for one in application.sources.objects if one.kind not in {"celery", "gradio"}]
    if not objects:
        return None
    asgi_server = next((each for each in servers.ASGI if each.distribution in names), None)
    wsgi_server = next((each for each in servers.WSGI if each.distribution in names), None)
    wants_asgi = asgi_server is not None and wsgi_server is None

    def rank(one: AppObject) -> tuple[bool, bool, int, bool, int]:
        last = one.module.rpartition(".")[2]
        return (
            one.kind == ("django-wsgi" if wants_asgi else "django-asgi"),
            one.factory,
            _GOOD_MODULES.index(last) if last in _GOOD_MODULES else len(_GOOD_MODULES),
            one.name not in _GOOD_NAMES,
            one.module.count("."),
        )

    target = min(objects, key=rank)
    asgi = target.kind in {"fastapi", "starlette", "django-asgi"}
    framework = target.kind.partition("-")[0]
    report.decide(
        "framework", framework, f"the object {target.module}:{target.name}", target.source
    )
    if framework not in names:
        report.warn(f"no dependency names {framework}: add it", target.source)
    process_install = ""
    server = asgi_server if asgi else wsgi_server
    if server is None:
        server = servers.UVICORN if asgi else servers.GUNICORN
        process_install = f"{server.distribution}=={server.newest}"
        report.warn(
            f"no dependency is a server for {framework}: the Dockerfile installs {process_install}; "
            "add it to the dependencies"
        )
    report.decide("server", server.distribution, "it serves " + ("ASGI" if asgi else "WSGI"))
    process = _of_server(server, server.command(target, port or 8000, asgi=asgi), port or 8000)
    process.install, process.file = process_install, target.source.file
    return process


def _of_server(server: Server, words: list[str], port: int) -> Process:
    return Process(
        words=tuple(words),
        environment=server.environment(port),
        port=port,
        port_variable=server.port_variable,
        stop=server.stop,
    )


def _celery(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    worker = _worker(application, names)
    if worker is None:
        return None
    report.decide("framework", "celery", f"the object {worker.module}", worker.source)
    return Process(words=_worker_words(worker), port=port, file=worker.source.file)


def _worker(application: Application, names: frozenset[str]) -> AppObject | None:
    if "celery" not in names:
        return None
    found = [one for one in application.sources.objects if one.kind == "celery" and not one.factory]
    return found[0] if found else None


def _worker_words(worker: AppObject) -> tuple[str, ...]:
    target = f"{worker.module}:{worker.name}"
    return ("celery", f"--app={target}", "worker", "--loglevel=INFO")


def _add_worker(
    application: Application, names: frozenset[str], process: Process, report: Report
) -> None:
    """Add a Celery worker beside the web process, unless a Procfile names the processes."""
    worker = _worker(application, names)
    if worker is None or application.processes or process.words[0] == "celery":
        return
    process.others["worker"] = _worker_words(worker)
    report.decide("process", " ".join(_worker_words(worker)), "a service of compose", worker.source)


def _console_script(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    del names
    scripts = application.project.scripts
    if not scripts or not application.project.backend:
        return None
    name = application.project.name
    if len(scripts) > 1 and name not in scripts:
        source = next(iter(scripts.values()))[1]
        listed = join_names([clean(each) for each in list(scripts)[:5]])
        report.fail(f"{len(scripts)} console scripts, {listed}: choose one with --command", source)
    script = name if name in scripts else next(iter(scripts))
    target, source = scripts[script]
    if not _SCRIPT.fullmatch(script) or not _ENTRY.fullmatch(target):
        report.fail(
            f"invalid console script {clean(script)!r}: expected `name = module:object`", source
        )
    report.decide("command", script, "the console script", source)
    return Process(words=(script,), port=port, stop=_stop(application, ""))


def _module(
    application: Application, names: frozenset[str], port: int, report: Report
) -> Process | None:
    del names
    mains = application.sources.mains
    packages = [path for path in mains if path.endswith("/__main__.py")]
    top = [path for path in mains if "/" not in path]
    top += [name for name in _MAINS if name not in top and application.folder.has(name)]
    top = [path for path in top if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.py", path)]
    top.sort(key=lambda path: _MAINS.index(path) if path in _MAINS else len(_MAINS))
    words: tuple[str, ...]
    if top and (top[0] in _MAINS or len(top) == 1):
        words, file = ("python3", top[0]), top[0]
    elif len(packages) == 1 or (packages and packages[0].startswith("src/")):
        name = module_name(packages[0]).removesuffix(".__main__")
        if not name:
            return None
        words, file = ("python3", "-m", name), packages[0]
    elif len(top) > 1:
        report.fail(f"{join_names(top[:5])} can each be run: choose one with --command")
    else:
        return None
    report.decide("command", " ".join(words), "the main module", Source(file))
    return Process(words=words, port=port, file=file, stop=_stop(application, file))


def _stop(application: Application, file: str) -> str:
    """Return SIGINT unless the program handles SIGTERM, which process 1 ignores by default."""
    handled = application.sources.handles_term
    return "" if (handled if not file else file in handled) else "SIGINT"


def _importing(application: Application, module: str, names: tuple[str, ...]) -> str:
    """Return the file at the top that imports a module, the usual names first."""
    files = [
        path
        for path, imports in application.sources.imports.items()
        if module in imports and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.py", path)
    ]
    return min(files, key=lambda p: names.index(p) if p in names else len(names), default="")


def _health(application: Application, report: Report) -> str:
    """Return the path of the health check; empty if no route is known."""
    routes = application.sources.routes
    for path in _HEALTH:
        if path in routes:
            report.decide("health check", path, "the route answers GET", routes[path])
            return path
    return ""
