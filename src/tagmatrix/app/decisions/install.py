"""The steps that install the dependencies and the application, by each manager."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix.app import quoting
from tagmatrix.app.decisions.build_steps import (
    CA,
    CONFIGURATION,
    FINISH,
    NETRC,
    PIP,
    PIP_CACHE,
    BuildStep,
    Install,
)
from tagmatrix.app.decisions.locked import locked
from tagmatrix.app.decisions.pip import with_pip
from tagmatrix.app.report import SourceLine

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.report import Report


def plan(
    application: Application,
    manager: str,
    tool: tuple[str, ...],
    server: str,
    version: str,
    report: Report,
) -> Install:
    """Return the steps.

    Args:
        application: the facts.
        manager: the manager.
        tool: the requirements that install the manager; none for pip.
        server: the requirement of a server that the application does not name, or "".
        version: the version of Python.
        report: gets the decisions.
    """
    install = Install(packaged=installable(application, report))
    variable, at = application.project.version_variable
    if variable and install.packaged:
        install.version_variable = variable
        report.warn(
            "the version comes from git, which the build does not see, so it is 0: write a "
            f"version, or build with --build-arg {variable}=1.2.3",
            at,
        )
    indexes = _indexes(application, manager)
    secrets: tuple[tuple[str, str], ...] = (NETRC, CA)
    if indexes:
        secrets = (*secrets, CONFIGURATION[manager])
        url, source = indexes[0]
        report.decide(
            "index", re.sub(r"//[^/@]*@", "//", url), "builds may give its secrets", source
        )
    pip_secrets = (NETRC, CA, CONFIGURATION["pip"]) if indexes else secrets
    if tool:
        install.before.append(
            BuildStep(
                why=f"The manager is outside of the application's environment: {manager}.",
                commands=(
                    "python3 -m venv /opt/manager",
                    "/opt/manager/bin/pip install " + " ".join(map(quoting.shell_word, tool)),
                ),
                cache=PIP_CACHE,
                secrets=pip_secrets,
            )
        )
    if manager == "pip":
        with_pip(application, install, secrets, version, report)
    else:
        locked(application, manager, install, secrets, pip_secrets)
    if server:
        install.before.append(
            BuildStep(
                why="The application's dependencies have no server.",
                commands=(f"{PIP} {quoting.shell_word(server)}",),
                cache=PIP_CACHE,
                secrets=pip_secrets,
            )
        )
    _finish(install)
    return install


def _finish(install: Install) -> None:
    """Let the last step before the sources finish the environment: a layer more has it twice."""
    if not install.before:
        install.before.append(BuildStep(why="There are no dependencies.", commands=()))
    last = install.before[-1]
    install.before[-1] = replace(last, commands=(*last.commands, *FINISH))


def installable(application: Application, report: Report) -> bool:
    """Return whether the application can be built into a wheel that has its modules."""
    project = application.project
    whole = application.requirements is not None and application.requirements.whole
    if not (project.backend or whole) or not (project.name or project.dynamic):
        return False
    if project.packages or top_modules(application):
        report.decide(
            "application", project.name, "it is installed as a package", SourceLine(project.file)
        )
        return True
    report.decide(
        "application",
        project.name,
        "no package has its name, so its sources are copied and not installed",
        SourceLine(project.file),
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


def _indexes(application: Application, manager: str) -> list[tuple[str, SourceLine]]:
    """Return the indexes that are not PyPI."""
    found = list(application.project.indexes)
    if application.requirements and manager == "pip":
        found += application.requirements.indexes
    if application.pipfile and manager == "pipenv":
        found += application.pipfile.indexes
    if manager in application.locks:
        found += application.locks[manager].indexes
    return [(url, at) for url, at in found if "://pypi.org/" not in f"{url}/"]
