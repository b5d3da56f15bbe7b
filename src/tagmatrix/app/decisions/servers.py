"""Servers: how each is started, which variable holds its port, how it stops."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.app.reading.python_sources import AppObject

PORT: Final = "{port}"
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 (a container's port can be reached from outside only with it)
"""The place of the port in the words and variables of a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server.

    Attributes:
        distribution: the distribution that brings it.
        program: its command.
        wsgi, asgi: the words before the application object; None if it has no such interface.
        factory: the option for a factory; empty if the object is written as a call.
        port_variable: the variable that it reads its port from; empty if it has none.
        variables: all variables that it needs.
        port_options: its options for the address and the port, for commands of a Procfile.
        stop: the signal that it needs instead of SIGTERM.
        newest: the version that is installed if the application does not name the server.
    """

    distribution: str
    program: str
    wsgi: tuple[str, ...] | None = None
    asgi: tuple[str, ...] | None = None
    factory: str = ""
    port_variable: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    port_options: tuple[str, ...] = ()
    stop: str = ""
    newest: str = ""

    def command(self, target: AppObject, port: int, *, asgi: bool) -> list[str]:
        """Return the command that serves an application object."""
        words = (self.asgi if asgi else self.wsgi) or ()
        name = f"{target.module}:{target.name}"
        if target.factory:
            words = (*words, self.factory) if self.factory else words
            name += "" if self.factory else "()"
        return [self.program, *(word.replace(PORT, str(port)) for word in words), name]

    def environment(self, port: int) -> dict[str, str]:
        """Return the variables of the server."""
        return {name: value.replace(PORT, str(port)) for name, value in self.variables.items()}


GUNICORN: Final = Server(
    distribution="gunicorn",
    program="gunicorn",
    # Its heartbeat is a file: in memory, also with a read-only root file system.
    wsgi=("--access-logfile=-", "--worker-tmp-dir=/dev/shm"),
    port_variable="PORT",
    variables={"PORT": PORT},
    port_options=("--bind", "-b"),
    newest="27.0.1",
)
UVICORN: Final = Server(
    distribution="uvicorn",
    program="uvicorn",
    asgi=(),
    factory="--factory",
    port_variable="UVICORN_PORT",
    variables={"UVICORN_HOST": EVERYWHERE, "UVICORN_PORT": PORT},
    port_options=("--port", "--host"),
    newest="0.54.0",
)
_GRANIAN: Final = Server(
    distribution="granian",
    program="granian",
    wsgi=("--interface", "wsgi"),
    asgi=("--interface", "asgi"),
    factory="--factory",
    port_variable="GRANIAN_PORT",
    variables={"GRANIAN_HOST": EVERYWHERE, "GRANIAN_PORT": PORT},
    port_options=("--port", "--host"),
)
_HYPERCORN: Final = Server(
    distribution="hypercorn",
    program="hypercorn",
    wsgi=("--bind", f"{EVERYWHERE}:{PORT}"),
    asgi=("--bind", f"{EVERYWHERE}:{PORT}"),
)
_WAITRESS: Final = Server(
    distribution="waitress",
    program="waitress-serve",
    wsgi=(f"--listen={EVERYWHERE}:{PORT}",),
    factory="--call",
    stop="SIGINT",
)
_DAPHNE: Final = Server(
    distribution="daphne",
    program="daphne",
    asgi=("-b", EVERYWHERE, "-p", PORT),
)
FLASK: Final = Server(
    distribution="flask",
    program="flask",
    port_variable="FLASK_RUN_PORT",
    variables={"FLASK_RUN_HOST": EVERYWHERE, "FLASK_RUN_PORT": PORT},
    port_options=("--port", "-p", "--host", "-h"),
    stop="SIGINT",
)
STREAMLIT: Final = Server(
    distribution="streamlit",
    program="streamlit",
    port_variable="STREAMLIT_SERVER_PORT",
    variables={
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "STREAMLIT_SERVER_ADDRESS": EVERYWHERE,
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_PORT": PORT,
    },
    port_options=("--server.port", "--server.address"),
)
GRADIO: Final = Server(
    distribution="gradio",
    program="gradio",
    port_variable="GRADIO_SERVER_PORT",
    variables={
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_SERVER_NAME": EVERYWHERE,
        "GRADIO_SERVER_PORT": PORT,
    },
    stop="SIGINT",
)
WSGI: Final = (GUNICORN, _GRANIAN, _WAITRESS, _HYPERCORN)
ASGI: Final = (UVICORN, _GRANIAN, _HYPERCORN, _DAPHNE)
LOCAL: Final = (_HYPERCORN, _DAPHNE)
"""Servers that listen on 127.0.0.1, unless an option says another address."""
ALL: Final = {
    server.program: server
    for server in (GUNICORN, UVICORN, _GRANIAN, _HYPERCORN, _WAITRESS, _DAPHNE, FLASK, STREAMLIT)
}
