"""The process of a framework: its server, and the application object that it serves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions import servers
from tagmatrix.app.decisions.running import ContainerProcess, of_server
from tagmatrix.app.report import SourceLine
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from tagmatrix.app.decisions.running import Search
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.python_sources import AppObject

_GOOD_MODULES: Final = ("app", "main", "wsgi", "asgi", "web", "server", "application", "api")
_MOST: Final = 5
_GOOD_NAMES: Final = ("app", "application", "api", "server")


def _streamlit(search: Search) -> ContainerProcess | None:
    file = _importing(
        search.application, "streamlit", ("streamlit_app.py", "app.py", "main.py", "Home.py")
    )
    if "streamlit" not in search.names or not file:
        return None
    search.report.decide("framework", "streamlit", "it imports streamlit", SourceLine(file))
    process = of_server(servers.STREAMLIT, ["streamlit", "run", file], search.port or 8501)
    process.file, process.health = file, "/_stcore/health"
    return process


def _gradio(search: Search) -> ContainerProcess | None:
    file = _importing(search.application, "gradio", ("app.py", "main.py"))
    if "gradio" not in search.names or not file:
        return None
    search.report.decide("framework", "gradio", "it imports gradio", SourceLine(file))
    process = of_server(servers.GRADIO, ["python3", file], search.port or 7860)
    process.file, process.health = file, "/"
    return process


def _web(search: Search) -> ContainerProcess | None:
    """Return the process of a WSGI or ASGI application."""
    objects = [
        one for one in search.application.sources.objects if one.kind not in {"celery", "gradio"}
    ]
    if not objects:
        return None
    asgi_server = next((each for each in servers.ASGI if each.distribution in search.names), None)
    wsgi_server = next((each for each in servers.WSGI if each.distribution in search.names), None)
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
    search.report.decide(
        "framework", framework, f"the object {target.module}:{target.name}", target.source
    )
    others = [one for one in objects if rank(one) == rank(target) and one != target]
    if others:
        named = join_names([f"{one.module}:{one.name} ({one.source})" for one in others[:_MOST]])
        search.report.warn(f"{named} could be served too: choose one with --command", target.source)
    if framework not in search.names:
        search.report.warn(f"no dependency names {framework}: add it", target.source)
    process_install = ""
    server = asgi_server if asgi else wsgi_server
    if server is None:
        server = servers.UVICORN if asgi else servers.GUNICORN
        process_install = f"{server.distribution}=={server.newest}"
        search.report.warn(
            f"no dependency is a server for {framework}: the Dockerfile installs "
            f"{process_install}; add it to the dependencies"
        )
    search.report.decide("server", server.distribution, "it serves " + ("ASGI" if asgi else "WSGI"))
    process = of_server(
        server, server.command(target, search.port or 8000, asgi=asgi), search.port or 8000
    )
    process.install, process.file = process_install, target.source.file
    return process


def _celery(search: Search) -> ContainerProcess | None:
    target = worker(search)
    if target is None:
        return None
    search.report.decide("framework", "celery", f"the object {target.module}", target.source)
    return ContainerProcess(words=worker_words(target), port=search.port, file=target.source.file)


def _importing(application: Application, module: str, names: tuple[str, ...]) -> str:
    """Return the file at the top that imports a module, the usual names first."""
    files = [
        path
        for path, imports in application.sources.imports.items()
        if module in imports and re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.py", path)
    ]
    return min(files, key=lambda p: names.index(p) if p in names else len(names), default="")


def worker(search: Search) -> AppObject | None:
    """Return the Celery application; None if there is none."""
    if "celery" not in search.names:
        return None
    found = [
        one
        for one in search.application.sources.objects
        if one.kind == "celery" and not one.factory
    ]
    return found[0] if found else None


def worker_words(target: AppObject) -> tuple[str, ...]:
    """Return the command of a Celery worker."""
    name = f"{target.module}:{target.name}"
    return ("celery", f"--app={name}", "worker", "--loglevel=INFO")


FINDERS: Final = (_streamlit, _gradio, _web, _celery)
