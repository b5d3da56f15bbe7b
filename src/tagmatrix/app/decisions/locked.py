"""The steps of the managers that have locks: uv, Poetry, PDM, Pipenv, and pylock.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions.build_steps import (
    APPLICATION,
    DEPENDENCIES_FIRST,
    HOME,
    PIP,
    BuildStep,
    mounts,
    of_application,
)

if TYPE_CHECKING:
    from tagmatrix.app.decisions.build_steps import Install
    from tagmatrix.app.reading.application import Application

_UV_CACHE: Final = f"{HOME}/.cache/uv"
_UV_SYNC: Final = "/opt/manager/bin/uv sync --locked --no-default-groups --no-editable"
_COMMANDS: Final = {
    "uv": (
        (f"{_UV_SYNC} --no-install-project",),
        _UV_CACHE,
    ),
    "pylock": (("/opt/manager/bin/uv pip sync --require-hashes pylock.toml",), _UV_CACHE),
    "poetry": (
        ("/opt/manager/bin/poetry install --only=main --no-root --no-interaction",),
        f"{HOME}/.cache/pypoetry",
    ),
    "pdm": (
        ("/opt/manager/bin/pdm install --check --prod --no-editable --no-self",),
        f"{HOME}/.cache/pdm",
    ),
    "pipenv": (
        ("/opt/manager/bin/pipenv verify", "/opt/manager/bin/pipenv sync"),
        f"{HOME}/.cache/pipenv",
    ),
}
_UV: Final = {
    "UV_LINK_MODE": "copy",
    "UV_PROJECT_ENVIRONMENT": "/opt/venv",
    "UV_PYTHON_DOWNLOADS": "never",
}
_ENVIRONMENT: Final = {
    "uv": _UV,
    "pylock": _UV,
    "poetry": {"POETRY_VIRTUALENVS_CREATE": "false"},
    "pdm": {"PDM_CHECK_UPDATE": "false"},
    "pipenv": {"PIPENV_NOSPIN": "1", "PIPENV_VERBOSITY": "-1"},
}


def locked(
    application: Application,
    manager: str,
    install: Install,
    secrets: tuple[tuple[str, str], ...],
    pip_secrets: tuple[tuple[str, str], ...],
) -> None:
    """Plan a manager that has a lock; pip, with its own secrets, installs the application."""
    lock = application.locks[manager]
    project = application.pipfile if manager == "pipenv" else application.project
    folders = [path for path, _ in project.folders] if project else []
    named = [lock.file]
    if manager != "pylock" and project and project.file:
        named.append(project.file)
    inside = [path for path in (*folders, *lock.folders) if application.folder.inside(path)]
    files, mounted = mounts(application, named, inside)
    commands, cache = _COMMANDS[manager]
    install.environment |= _ENVIRONMENT[manager]
    install.before.append(
        BuildStep(
            why=DEPENDENCIES_FIRST,
            commands=commands,
            cache=cache,
            files=files,
            folders=mounted,
            secrets=secrets,
        )
    )
    if install.packaged:
        install.after.append(of_application((f"{PIP} {APPLICATION} --no-deps .",), pip_secrets))
