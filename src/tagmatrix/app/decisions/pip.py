"""The steps of pip: from requirements.txt, or from the requirements that the project names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.app import quoting
from tagmatrix.app.decisions import manager
from tagmatrix.app.decisions.build_steps import (
    APPLICATION,
    DEPENDENCIES_FIRST,
    PIP,
    PIP_CACHE,
    BuildStep,
    mounts,
    of_application,
)
from tagmatrix.app.report import SourceLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.app.decisions.build_steps import Install
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.reading.requirements import Requirements
    from tagmatrix.app.report import Report

_COPY: Final = ".requirements.txt"
"""An edited copy is beside the file, because its paths are relative to it."""
_NOT_EDITABLE: Final = "s/^[[:space:]]*(-e|--editable)[[:space:]=]*//"
_NOT_WHOLE: Final = (
    r"\%^[[:space:]]*(-e|--editable)?[[:space:]=]*(file:)?\./?(\[[^]]*\])?[[:space:]]*(#.*)?$%d"
)


def with_pip(
    application: Application,
    install: Install,
    secrets: tuple[tuple[str, str], ...],
    version: str,
    report: Report,
) -> None:
    """Plan pip for a version of Python."""
    wanted, project = application.requirements, application.project
    if wanted is not None and (wanted.dependencies or wanted.folders or wanted.whole):
        _from_file(application, wanted, install, secrets)
        if not wanted.hashed:
            whole = project.dependencies if wanted.whole else []
            everything = (*wanted.dependencies, *whole)
            _warn_unpinned([one for one in everything if one.needed(version)], report)
    elif project.dependencies:
        report.warn(
            f"nothing pins the dependencies: {manager.lock_advice(project)}",
            SourceLine(project.file),
        )
        install.before.append(
            BuildStep(
                why=f"The dependencies that {project.file} names.",
                commands=(
                    f"printf '%s\\n' {_texts(project.dependencies)} > /tmp/requirements.txt",
                    f"{PIP} --requirement /tmp/requirements.txt",
                ),
                cache=PIP_CACHE,
                secrets=secrets,
            )
        )
    if install.packaged and (wanted is None or not wanted.whole):
        only = " --no-deps" if wanted is not None else ""
        install.after.append(of_application((f"{PIP} {APPLICATION}{only} .",), secrets))


def _from_file(
    application: Application,
    wanted: Requirements,
    install: Install,
    secrets: tuple[tuple[str, str], ...],
) -> None:
    """Plan the steps for a file; the line that names the application itself comes later."""
    files, folders = mounts(application, wanted.files, [path for path, _ in wanted.folders])
    hashes = " --require-hashes" if wanted.hashed else ""
    project = application.project.dependencies if wanted.whole else []
    edits = [_NOT_WHOLE] if wanted.whole else []
    edits += [_NOT_EDITABLE] if wanted.editable else []
    if (wanted.dependencies or wanted.folders or project) and not wanted.mixed:
        install.before.append(
            BuildStep(
                why=DEPENDENCIES_FIRST,
                commands=_commands(wanted, edits, _texts(project), f"{PIP}{hashes}"),
                cache=PIP_CACHE,
                files=files,
                folders=folders,
                secrets=secrets,
            )
        )
    if wanted.whole:
        edits = [_NOT_EDITABLE] if wanted.editable else []
        commands = _commands(wanted, edits, "", f"{PIP} {APPLICATION}{hashes}")
        install.after.append(of_application(commands, secrets))


def _commands(wanted: Requirements, edits: list[str], added: str, install: str) -> tuple[str, ...]:
    """Return the commands that install a file, or an edited copy of it."""
    file = quoting.shell_word(wanted.files[0])
    if not edits:
        return (f"{install} --requirement {file}",)
    words = " ".join(f"-e {quoting.shell_word(edit)}" for edit in edits)
    commands = [f"sed -E {words} {file} > {_COPY}"]
    if added:
        commands.append(f"printf '%s\\n' {added} >> {_COPY}")
    return (*commands, f"{install} --requirement {_COPY}", f"rm {_COPY}")


def _texts(dependencies: Iterable[Dependency]) -> str:
    return " ".join(quoting.shell_word(one.text) for one in dependencies if one.text)


def _warn_unpinned(dependencies: Iterable[Dependency], report: Report) -> None:
    loose = [one for one in dependencies if "==" not in one.text]
    if loose:
        report.warn(
            f"{loose[0].name} and {len(loose) - 1} more are not pinned: builds may differ"
            if len(loose) > 1
            else f"{loose[0].name} is not pinned: builds may differ",
            loose[0].source,
        )
