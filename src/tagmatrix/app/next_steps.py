"""What a person must do after `app write`, so that its files work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.app.rendering import OF_EXTRAS
from tagmatrix.app.report import SourceLine
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from tagmatrix.app.application_plan import ApplicationPlan
    from tagmatrix.app.decisions.services import Service
    from tagmatrix.app.file_writing import WantedFile
    from tagmatrix.app.report import Report

_PASSWORD: Final = "python3 -c 'import os; print(os.urandom(16).hex(), end=\"\")'"  # noqa: S105 (it makes one)
_OWNERS: Final = {"ci-github": "repository", "ci-gitlab": "project"}


def after(
    folder: Path, plan: ApplicationPlan, wanted: Sequence[WantedFile], report: Report
) -> list[str]:
    """Return the next steps, and warn of passwords that git would commit.

    A step about a file comes if the file is new or changed; a file that is missing always has one.
    """
    changed = {file.path for file in wanted if file.action in {"create", "update"}}
    steps = []
    for path in plan.password_files:
        if not (folder / path).exists():
            parent = path.rpartition("/")[0]
            steps.append(f"compose.yaml needs {path}: mkdir -p {parent} && {_PASSWORD} > {path}")
    _warn_of_git(folder, plan, report)
    for extra in plan.options.extras:
        file = OF_EXTRAS[extra][0]
        if file not in changed:
            continue
        if extra == "compose":
            steps += [_connections(plan.services)] if plan.services else []
        else:
            steps.append(
                f"set the variable TAGMATRIX_PACKAGE of the {_OWNERS[extra]}: {file} installs it "
                "with pip. It is a version (tagmatrix==1.2.3), a wheel or an address of git; "
                "without it, pip looks for tagmatrix on PyPI"
            )
    return steps


def _connections(services: Iterable[Service]) -> str:
    """Return the step about the variables that an application gets for its services."""
    ways = []
    for service in services:
        names = sorted(service.client)
        file = next((name for name in names if name.endswith("_FILE")), "")
        way = f"to {service.name} with {join_names([name for name in names if name != file])}"
        ways.append(f"{way}, and the password from the file that {file} names" if file else way)
    return (
        f"let the application connect {'; '.join(ways)}. Other variables, such as DATABASE_URL, "
        "belong in compose.override.yaml"
    )


def _warn_of_git(folder: Path, plan: ApplicationPlan, report: Report) -> None:
    """Warn if git would commit a file with a password."""
    if not plan.password_files:
        return
    try:
        repo = git.locate(folder)
        if isinstance(repo, git.Repository):
            for path in plan.password_files:
                if not git.is_ignored(repo, path):
                    top = path.partition("/")[0]
                    report.warn(
                        f"git would commit this password: add /{top}/ to .gitignore",
                        SourceLine(path),
                    )
    except git.GitError as error:
        report.warn(f"git can't be asked whether it ignores the passwords: {error}")
