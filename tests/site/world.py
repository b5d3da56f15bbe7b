"""Repositories with the history of a manifest, for tests of the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.facts import facts
from tests.repos import make_repo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.repos import TestRepo

COMMIT: Final = "c0" * 20
HEAD: Final = (
    "Maintainers: Ada (@ada)\nGitRepo: https://github.com/example/images.git\n"
    f"GitCommit: {COMMIT}\n"
)


@dataclass(frozen=True)
class Past:
    """A repository whose commits are the revisions of `library/NAME`."""

    repo: TestRepo
    path: Path

    def revise(self, text: str, day: str) -> str:
        """Commit the manifest on a day; return the commit's id."""
        self.path.write_text(text, encoding="utf-8")
        when = f"{day}T12:00:00+00:00"
        return self.repo.commit(day, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)


def past(folder: Path, name: str = "python") -> Past:
    """Return an empty repository for the history of a manifest."""
    repo = make_repo(folder)
    path = folder / "library" / name
    path.parent.mkdir(parents=True)
    return Past(repo, path)


def entry(tags: str, *, architectures: str = "amd64", folder: str = "x", shared: str = "") -> str:
    """Return the paragraph of an entry."""
    more = f"SharedTags: {shared}\n" if shared else ""
    return f"\nTags: {tags}\n{more}Architectures: {architectures}\nDirectory: {folder}\n"


def three_days(folder: Path) -> Past:
    """Return a history of three revisions: an update, and then a lost architecture."""
    found = past(folder)
    both = "amd64, arm64v8"
    old = entry("1.2.3-slim, 1.2-slim, 1-slim, slim", architectures=both, folder="1.2/slim")
    found.revise(HEAD + old, "2026-01-01")
    found.revise(HEAD + old.replace("1.2.3", "1.2.4"), "2026-02-01")
    found.revise(HEAD + old.replace("1.2.3", "1.2.4").replace(both, "amd64"), "2026-03-01")
    return found


def real(folder: Path, records: Iterable[dict[str, Any]] | None = None) -> Past:
    """Return the history of Python's manifest: its published tables."""
    found = past(folder)
    for record in records or facts("library-python-history"):
        text = HEAD
        for one in record["expected"]:
            text += entry(
                ", ".join(one["tags"]),
                shared=", ".join(one.get("shared_tags") or ()),
                folder=one["directory"],
            )
        found.revise(text, record["date"])
    return found
