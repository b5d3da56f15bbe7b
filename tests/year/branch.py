"""Check the job's branch: each of its commits, as git shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.year import due, manifest
from tests.year.broken import hold
from tests.year.places import JOB

if TYPE_CHECKING:
    from tests.repos import TestRepo
    from tests.year.due import Block, State

_PATH: Final = re.compile(r"versions\.yaml|library/(?:[^/]+/)+Dockerfile")
_MESSAGE: Final = re.compile(r"Update (\S+) to (\S+)")


def commits(remote: TestRepo, tip: str) -> list[str]:
    """Return the branch's commits that are not on the main branch, oldest first."""
    return remote.git("rev-list", "--reverse", tip, "^main").splitlines()


def check_commit(remote: TestRepo, commit: str) -> None:
    """Check one commit of the job: complete, of one cycle, and without other changes."""
    author, parents, subject = remote.git("log", "-1", "--format=%an <%ae>%n%P%n%s", commit).split(
        "\n"
    )
    hold(author == JOB, f"{commit} is by {author}")
    hold(len(parents.split()) == 1, f"{commit} has the parents {parents}")
    paths = remote.git("diff-tree", "-r", "--name-only", f"{commit}^", commit).splitlines()
    hold(paths, f"{commit} is empty: {subject}")
    for path in paths:
        hold(_PATH.fullmatch(path), f"{commit} has {path}")
    before, after = (_state(remote, revision) for revision in (f"{commit}^", commit))
    hold(set(before.blocks) == set(after.blocks), f"{commit} adds or removes a cycle")
    changed = [cycle for cycle, new in after.blocks.items() if before.blocks[cycle] != new]
    hold(len(changed) == 1, f"{commit} changes {changed}: {subject}")
    old, new = before.blocks[changed[0]], after.blocks[changed[0]]
    if old.version != new.version:
        said = _MESSAGE.match(subject)
        hold(
            said and (said[1], said[2].rstrip(",;")) == (new.cycle, new.version),
            f"{commit} moves {new.cycle} to {new.version} and says: {subject}",
        )
    folder = f"library/{new.cycle}/"
    hold(all(p.startswith(folder) or p == "versions.yaml" for p in paths), f"{commit}: {paths}")
    check_files(remote, commit, new)


def check_files(remote: TestRepo, commit: str, block: Block) -> None:
    """Check that a cycle's Dockerfiles match versions.yaml, and that there are no others."""
    listing = remote.git("ls-tree", "-r", "--name-only", commit, f"library/{block.cycle}/")
    paths = listing.splitlines()
    windows = [path for path in paths if "/windows/" in path]
    hold(len(paths) - len(windows) == 3, f"{commit}: {paths}")
    hold(bool(windows) == ("windows" in block.sha256), f"{commit}: {paths}, {block}")
    for path in paths:
        artifact = "windows" if path in windows else "source"
        found = manifest.env(remote.git("show", f"{commit}:{path}"))
        hold(found == (block.version, block.sha256[artifact]), f"{commit}: {path}: {found}")


def _state(remote: TestRepo, revision: str) -> State:
    return due.read(remote.git("show", f"{revision}:versions.yaml"))
