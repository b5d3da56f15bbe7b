"""The steps of an installation: RUN instructions of the build stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.app import quoting

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application

HOME: Final = "/root"
"""The home of root in the build stage of the image, where managers keep caches and settings."""
PIP: Final = "pip --python /opt/venv/bin/python3 install --no-compile"
APPLICATION: Final = "--no-warn-script-location --prefix=/opt/application"
"""pip's options for the application: its files are in a layer of their own."""
DEPENDENCIES_FIRST: Final = "The dependencies come first: a change of the sources alone keeps them."
FINISH: Final = (
    "python3 -m compileall -q -f --invalidation-mode unchecked-hash /opt/venv || true",
    "find /opt/venv -exec touch -h -d @946684800 '{}' +",
)
"""The end of the installation of the dependencies: bytecode without times, files of one date.

Pipenv compiles too, with times: -f replaces that.
"""
PIP_CACHE: Final = f"{HOME}/.cache/pip"
NETRC: Final = ("netrc", f"{HOME}/.netrc")
CA: Final = ("ca", "/etc/ssl/certs/ca-certificates.crt")
CONFIGURATION: Final = {
    "pip": ("pip.conf", "/etc/pip.conf"),
    "pipenv": ("pip.conf", "/etc/pip.conf"),
    "uv": ("uv.toml", "/etc/uv/uv.toml"),
    "pylock": ("uv.toml", "/etc/uv/uv.toml"),
    "poetry": ("auth.toml", f"{HOME}/.config/pypoetry/auth.toml"),
    "pdm": ("config.toml", f"{HOME}/.config/pdm/config.toml"),
}
"""The file with the settings and credentials of each manager, as a build secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildStep:
    """A RUN instruction of the build stage, with the files that it reads.

    Attributes:
        why: the comment above it.
        commands: its shell commands, quoted.
        cache: the folder that builds share.
        files: the files of the application that it reads, validated.
        folders: the folders that it builds, and removes afterwards.
        secrets: the build secrets that it may read.
    """

    why: str
    commands: tuple[str, ...]
    cache: str = ""
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Install:
    """How everything is installed.

    Attributes:
        before: steps before the sources are copied.
        after: steps after that.
        environment: variables of the build stage.
        version_variable: the argument of the build that has the application's version, if only
            git does; empty otherwise.
        packaged: whether the application itself is installed as a distribution.
    """

    before: list[BuildStep] = field(default_factory=list)
    after: list[BuildStep] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    version_variable: str = ""
    packaged: bool = False


def of_application(commands: tuple[str, ...], secrets: tuple[tuple[str, str], ...]) -> BuildStep:
    """Return the step with the commands that install the application."""
    why = "The application itself, without its sources."
    return BuildStep(why=why, commands=commands, cache=PIP_CACHE, secrets=secrets)


def mounts(
    application: Application, files: list[str], others: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files and the folders that a step reads, each once. Raises InputError."""
    paths = [path.removeprefix("./") for path in dict.fromkeys((*files, *others))]
    folders = [path for path in paths if application.folder.has_folder(path)]
    return (
        tuple(quoting.path(path) for path in paths if path not in folders),
        tuple(map(quoting.path, folders)),
    )
