"""The container's process, and what finders of it share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagmatrix.app.decisions.servers import Server
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a finder looks at.

    Attributes:
        names: the names of all distributions that are installed.
        port: --port, or 0.
    """

    application: Application
    names: frozenset[str]
    port: int
    report: Report


@dataclass(slots=True, kw_only=True)
class ContainerProcess:
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


def of_server(server: Server, words: list[str], port: int) -> ContainerProcess:
    """Return the process of a server."""
    return ContainerProcess(
        words=tuple(words),
        environment=server.environment(port),
        port=port,
        port_variable=server.port_variable,
        stop=server.stop,
    )


def stop_signal(application: Application, file: str) -> str:
    """Return SIGINT unless the program handles SIGTERM, which process 1 ignores by default."""
    handled = application.sources.handles_term
    return "" if (handled if not file else file in handled) else "SIGINT"
