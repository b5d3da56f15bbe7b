"""The plan of an application's image: all decisions together. It is pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix.app import ignoring, quoting
from tagmatrix.app.decisions import (
    base,
    container_process,
    install,
    manager,
    services,
    system_packages,
)

if TYPE_CHECKING:
    import datetime as dt

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.app.catalogue import Catalogue
    from tagmatrix.app.decisions.base import ApplicationBase
    from tagmatrix.app.decisions.build_steps import Install
    from tagmatrix.app.decisions.running import ContainerProcess
    from tagmatrix.app.decisions.services import Service
    from tagmatrix.app.decisions.system_packages import SystemPackages
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.report import Report
    from tagmatrix.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPlan:
    """All decisions.

    Attributes:
        name: the application's name, for compose and for images.
        sources: whether the image has the application's sources.
        python_path: the folder for PYTHONPATH; empty if none is needed.
        keeps: paths that .dockerignore must not hide.
        packages: folders of packages whose names .dockerignore hides otherwise.
    """

    name: str
    options: ApplicationOptions
    base: ApplicationBase
    manager: str
    install: Install
    system: SystemPackages
    process: ContainerProcess
    services: tuple[Service, ...]
    sources: bool
    python_path: str
    keeps: tuple[str, ...]
    packages: frozenset[str]

    @property
    def password_files(self) -> tuple[str, ...]:
        """The files that compose.yaml reads passwords from, and that a person makes."""
        found = self.services if "compose" in self.options.extras else ()
        return tuple(service.password_file for service in found if service.password)


def make(
    application: Application,
    catalogue: Catalogue,
    options: ApplicationOptions,
    as_of: dt.date,
    report: Report,
    present: Reference | None = None,
) -> ApplicationPlan:
    """Return the plan. Raises InputError with all problems.

    With `present`, the base stays what it is, and what is wrong with it is a finding. No
    decision depends on the day.
    """
    chosen = manager.choose(application, options.manager, report)
    ranges = base.ranges(application, chosen)
    image = base.keep(catalogue, ranges, present, report) if present else None
    if image is None:
        image = base.choose(catalogue, ranges, options, as_of, report)
    tool = manager.requirements_of(application, chosen, report)
    version = image.image.version
    dependencies = [one for one in _dependencies(application, chosen) if one.needed(version)]
    names = frozenset(one.name for one in dependencies) | _of_extras(dependencies)
    run = container_process.choose(application, names, options.command, options.port, report)
    steps = install.plan(application, chosen, tool, run.install, version, report)
    wanted = application.requirements
    system = system_packages.choose(
        dependencies,
        alpine=image.alpine,
        suite=image.image.suite,
        no_binary=frozenset(wanted.no_binary if wanted and chosen == "pip" else ()),
        native=application.project.native and steps.packaged,
        report=report,
    )
    sources = _needs_sources(application, steps, run)
    in_src = run.file.startswith("src/") and sources and not steps.packaged
    report.stop()
    return ApplicationPlan(
        name=quoting.slug(application.project.name or application.folder.name, "app"),
        options=options,
        base=image,
        manager=chosen,
        install=steps,
        system=system,
        process=run,
        services=services.choose(dependencies, report),
        sources=sources,
        python_path="/app/src" if in_src else "",
        keeps=tuple(sorted(application.project.keeps)),
        packages=ignoring.packages(application),
    )


def _dependencies(application: Application, chosen: str) -> list[Dependency]:
    """Return what the manager installs: what the application names, then the rest of its lock."""
    found: list[Dependency] = []
    if chosen == "pip":
        wanted = application.requirements
        if wanted is not None:
            found += wanted.dependencies
        if wanted is None or wanted.whole:
            found += application.project.dependencies
        return found
    lock = application.locks[chosen]
    project = application.pipfile if chosen == "pipenv" else application.project
    if project is not None:
        found += project.dependencies
    return found + lock.packages


def _of_extras(dependencies: list[Dependency]) -> frozenset[str]:
    """Return distributions that well-known extras bring, if there is no lock that names them."""
    found: set[str] = set()
    for one in dependencies:
        if one.name == "fastapi" and one.extras & {"standard", "all"}:
            found.add("uvicorn")
        if one.name == "fastapi":
            found.add("starlette")
        if one.name == "celery" and "redis" in one.extras:
            found.add("redis")
    return frozenset(found)


def _needs_sources(application: Application, steps: Install, run: ContainerProcess) -> bool:
    """Return whether the image needs the sources: no package has what it runs."""
    if not steps.packaged:
        return True
    words = [*run.words, *(word for other in run.others.values() for word in other)]
    if any(application.folder.has(word) for word in words):
        return True
    top = run.file.removeprefix("src/").partition("/")[0].removesuffix(".py")
    return bool(run.file) and top not in install.top_modules(application)
