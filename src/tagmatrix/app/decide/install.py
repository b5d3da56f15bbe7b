"""The steps that install the dependencies and the application, by each manager."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.app import quoting
from tagmatrix.app.report import Source

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.report import Report

_PIP: Final = "pip --python /opt/venv/bin/python3 install --no-compile"
_PIP_CACHE: Final = "/root/.cache/pip"
_UV_SYNC: Final = "/opt/manager/bin/uv sync --locked --no-default-groups --no-editable"
_UV_CACHE: Final = "/root/.cache/uv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A RUN instruction of the build stage.

    Attributes:
        why: the comment above it.
        commands: its shell commands, quoted.
        cache: the folder that builds share.
        files: the files of the application that it reads, validated.
        folders: the folders that it builds; what it writes there is gone afterwards.
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
        packaged: whether the application itself is installed as a distribution.
    """

    before: list[Step] = field(default_factory=list)
    after: list[Step] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    packaged: bool = False


NETRC: Final = ("netrc", "/root/.netrc")
CA: Final = ("ca", "/etc/ssl/certs/ca-certificates.crt")
_CONFIGURATION: Final = {
    "pip": ("pip.conf", "/etc/pip.conf"),
    "pipenv": ("pip.conf", "/etc/pip.conf"),
    "uv": ("uv.toml", "/etc/uv/uv.toml"),
    "pylock": ("uv.toml", "/etc/uv/uv.toml"),
    "poetry": ("auth.toml", "/root/.config/pypoetry/auth.toml"),
    "pdm": ("config.toml", "/root/.config/pdm/config.toml"),
}


def plan(application: Application, manager: str, tool: str, server: str, report: Report) -> Install:
    """Return the steps.

    Args:
        application: the facts.
        manager: the manager.
        tool: the requirement that installs the manager; empty for pip.
        server: the requirement of a server that the application does not name, or "".
        report: gets the decisions.
    """
    install = Install(packaged=installable(application, report))
    indexes = _indexes(application, manager)
    secrets: tuple[tuple[str, str], ...] = (NETRC, CA)
    if indexes:
        secrets = (*secrets, _CONFIGURATION[manager])
        url, source = indexes[0]
        report.decide(
            "index", re.sub(r"//[^/@]*@", "//", url), "builds may give its secrets", source
        )
    if tool:
        install.before.append(
            Step(
                why=f"The manager is outside of the application's environment: {manager}.",
                commands=(
                    "python3 -m venv /opt/manager",
                    f"/opt/manager/bin/pip install {quoting.shell_word(tool)}",
                ),
                cache=_PIP_CACHE,
                secrets=(NETRC, CA, _CONFIGURATION["pip"]) if indexes else secrets,
            )
        )
    if manager == "pip":
        _pip(application, install, secrets, report)
    else:
        _locked(application, manager, install, secrets)
    if server:
        install.before.append(
            Step(
                why="The application's dependencies have no server.",
                commands=(f"{_PIP} {quoting.shell_word(server)}",),
                cache=_PIP_CACHE,
                secrets=(NETRC, CA),
            )
        )
    return install


def installable(application: Application, report: Report) -> bool:
    """Return whether the application can be built into a wheel that has its modules."""
    project = application.project
    whole = application.requirements is not None and application.requirements.whole
    if not (project.backend or whole) or not (project.name or project.dynamic):
        return False
    if project.packages or top_modules(application):
        report.decide(
            "application", project.name, "it is installed as a package", Source(project.file)
        )
        return True
    report.decide(
        "application",
        project.name,
        "no package has its name, so its sources are copied and not installed",
        Source(project.file),
    )
    return False


def top_modules(application: Application) -> set[str]:
    """Return the names of the modules that a wheel of the application has."""
    folder, project = application.folder, application.project
    found = set(project.packages)
    if folder.has_folder("src"):
        found |= {
            name.removesuffix(".py")
            for name, is_folder in folder.names("src")
            if (is_folder or name.endswith(".py")) and name.removesuffix(".py").isidentifier()
        }
    module = re.sub(r"[-_.]+", "_", project.name)
    for name in (module, module.lower()):
        if name and (folder.has_folder(name) or folder.has(f"{name}.py")):
            found.add(name)
    return found


def _indexes(application: Application, manager: str) -> list[tuple[str, Source]]:
    """Return the indexes that are not PyPI."""
    found = list(application.project.indexes)
    if application.requirements and manager == "pip":
        found += application.requirements.indexes
    if application.pipfile and manager == "pipenv":
        found += application.pipfile.indexes
    if manager in application.locks:
        found += application.locks[manager].indexes
    return [(url, at) for url, at in found if "://pypi.org/" not in f"{url}/"]


def _pip(
    application: Application,
    install: Install,
    secrets: tuple[tuple[str, str], ...],
    report: Report,
) -> None:
    """Plan pip: from requirements.txt, or from the requirements that the project names."""
    wanted, project = application.requirements, application.project
    if wanted is not None and (wanted.dependencies or wanted.folders):
        files, folders = _mounts(application, wanted.files, [path for path, _ in wanted.folders])
        hashes = " --require-hashes" if wanted.hashed else ""
        if not wanted.hashed:
            _warn_unpinned(application, report)
        file = quoting.shell_word(wanted.files[0])
        commands = [f"{_PIP}{hashes} --requirement {file}"]
        if wanted.editable:
            # Beside the file, because its paths are relative to it.
            strip = quoting.shell_word("s/^ *(-e|--editable)[ =]*//")
            commands = [
                f"sed -E {strip} {file} > .requirements.txt",
                f"{_PIP}{hashes} --requirement .requirements.txt",
            ]
        step = Step(
            why="The dependencies come first: a change of the sources alone keeps them.",
            commands=tuple(commands),
            cache=_PIP_CACHE,
            files=files,
            folders=folders,
            secrets=secrets,
        )
        if wanted.whole:
            install.after.append(_without(step))
        else:
            install.before.append(step)
    elif project.dependencies:
        report.warn("nothing pins the dependencies: write a lock", Source(project.file))
        texts = " ".join(quoting.shell_word(one.text) for one in project.dependencies if one.text)
        install.before.append(
            Step(
                why=f"The dependencies that {project.file} names.",
                commands=(
                    f"printf '%s\\n' {texts} > /tmp/requirements.txt",
                    f"{_PIP} --requirement /tmp/requirements.txt",
                ),
                cache=_PIP_CACHE,
                secrets=secrets,
            )
        )
    if install.packaged:
        only = " --no-deps" if wanted is not None and not wanted.whole else ""
        install.after.append(
            Step(
                why="The application itself, without its sources.",
                commands=(f"{_PIP}{only} .",),
                cache=_PIP_CACHE,
                secrets=secrets,
            )
        )


def _mounts(
    application: Application, files: list[str], others: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the files and the folders that a step reads, each once. Raises InputError."""
    paths = [path.removeprefix("./") for path in dict.fromkeys((*files, *others))]
    folders = [path for path in paths if application.folder.has_folder(path)]
    return (
        tuple(quoting.path(path) for path in paths if path not in folders),
        tuple(map(quoting.path, folders)),
    )


def _without(step: Step) -> Step:
    """Return a step that reads the copied sources instead of mounted files."""
    return Step(
        why="The dependencies name the application itself, so they come after the sources.",
        commands=step.commands,
        cache=step.cache,
        secrets=step.secrets,
    )


def _warn_unpinned(application: Application, report: Report) -> None:
    wanted = application.requirements
    loose = [one for one in wanted.dependencies if "==" not in one.text] if wanted else []
    if loose:
        report.warn(
            f"{loose[0].name} and {len(loose) - 1} more are not pinned: builds may differ"
            if len(loose) > 1
            else f"{loose[0].name} is not pinned: builds may differ",
            loose[0].source,
        )


def _locked(
    application: Application,
    manager: str,
    install: Install,
    secrets: tuple[tuple[str, str], ...],
) -> None:
    """Plan a manager that has a lock."""
    lock = application.locks[manager]
    project = application.pipfile if manager == "pipenv" else application.project
    folders = [path for path, _ in project.folders] if project else []
    named = [lock.file]
    if manager != "pylock" and project and project.file:
        named.append(project.file)
    inside = [path for path in (*folders, *lock.folders) if application.folder.inside(path)]
    files, mounted = _mounts(application, named, inside)
    commands, cache = _COMMANDS[manager]
    install.environment |= _ENVIRONMENT[manager]
    install.before.append(
        Step(
            why="The dependencies come first: a change of the sources alone keeps them.",
            commands=commands,
            cache=cache,
            files=files,
            folders=mounted,
            secrets=secrets,
        )
    )
    if not install.packaged:
        return
    if manager == "uv":
        command = _UV_SYNC
    elif manager == "pdm":
        command = "/opt/manager/bin/pdm install --check --prod --no-editable"
    else:
        command = f"{_PIP} --no-deps ."
    install.after.append(
        Step(
            why="The application itself, without its sources.",
            commands=(command,),
            cache=cache if manager in {"uv", "pdm"} else _PIP_CACHE,
            secrets=secrets,
        )
    )


_COMMANDS: Final = {
    "uv": (
        (f"{_UV_SYNC} --no-install-project",),
        _UV_CACHE,
    ),
    "pylock": (("/opt/manager/bin/uv pip sync --require-hashes pylock.toml",), _UV_CACHE),
    "poetry": (
        ("/opt/manager/bin/poetry install --only=main --no-root --no-interaction",),
        "/root/.cache/pypoetry",
    ),
    "pdm": (
        ("/opt/manager/bin/pdm install --check --prod --no-editable --no-self",),
        "/root/.cache/pdm",
    ),
    "pipenv": (
        ("/opt/manager/bin/pipenv verify", "/opt/manager/bin/pipenv sync"),
        "/root/.cache/pipenv",
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
