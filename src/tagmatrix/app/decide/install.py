"""The steps that install the dependencies and the application, by each manager."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagmatrix.app import quoting
from tagmatrix.app.decide.locked import locked
from tagmatrix.app.decide.steps import (
    CA,
    CONFIGURATION,
    NETRC,
    PIP,
    PIP_CACHE,
    Install,
    Step,
    mounts,
)
from tagmatrix.app.report import Source

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.report import Report


def plan(
    application: Application, manager: str, tool: tuple[str, ...], server: str, report: Report
) -> Install:
    """Return the steps.

    Args:
        application: the facts.
        manager: the manager.
        tool: the requirements that install the manager; none for pip.
        server: the requirement of a server that the application does not name, or "".
        report: gets the decisions.
    """
    install = Install(packaged=installable(application, report))
    indexes = _indexes(application, manager)
    secrets: tuple[tuple[str, str], ...] = (NETRC, CA)
    if indexes:
        secrets = (*secrets, CONFIGURATION[manager])
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
                    "/opt/manager/bin/pip install " + " ".join(map(quoting.shell_word, tool)),
                ),
                cache=PIP_CACHE,
                secrets=(NETRC, CA, CONFIGURATION["pip"]) if indexes else secrets,
            )
        )
    if manager == "pip":
        _pip(application, install, secrets, report)
    else:
        locked(application, manager, install, secrets)
    if server:
        install.before.append(
            Step(
                why="The application's dependencies have no server.",
                commands=(f"{PIP} {quoting.shell_word(server)}",),
                cache=PIP_CACHE,
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
        files, folders = mounts(application, wanted.files, [path for path, _ in wanted.folders])
        hashes = " --require-hashes" if wanted.hashed else ""
        if not wanted.hashed:
            _warn_unpinned(application, report)
        file = quoting.shell_word(wanted.files[0])
        commands = [f"{PIP}{hashes} --requirement {file}"]
        if wanted.editable:
            # Beside the file, because its paths are relative to it.
            strip = quoting.shell_word("s/^ *(-e|--editable)[ =]*//")
            commands = [
                f"sed -E {strip} {file} > .requirements.txt",
                f"{PIP}{hashes} --requirement .requirements.txt",
            ]
        step = Step(
            why="The dependencies come first: a change of the sources alone keeps them.",
            commands=tuple(commands),
            cache=PIP_CACHE,
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
                    f"{PIP} --requirement /tmp/requirements.txt",
                ),
                cache=PIP_CACHE,
                secrets=secrets,
            )
        )
    if install.packaged:
        only = " --no-deps" if wanted is not None and not wanted.whole else ""
        install.after.append(
            Step(
                why="The application itself, without its sources.",
                commands=(f"{PIP}{only} .",),
                cache=PIP_CACHE,
                secrets=secrets,
            )
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
