"""A copy of the application as the build context: the same for the same files.

Times, modes and owners of the copy are fixed, and files that .dockerignore hides are left
out. So two copies of an application give the same image.
"""

from __future__ import annotations

import os
import shutil
import stat
from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.app.report import clean
from tagmatrix.dockerfile.ignore import is_ignored
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tagmatrix.dockerfile.ignore import IgnoreRule

_DEEPEST: Final = 100
VARIABLE: Final = "SOURCE_DATE_EPOCH"


def stage(folder: Path, target: Path, rules: tuple[IgnoreRule, ...]) -> list[Path]:
    """Copy the files that the rules do not hide, and return them. Raises InputError."""
    target.mkdir()
    found: list[Path] = []
    try:
        for path in _walk(folder, "", rules):
            source, copy = folder / path, target / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_symlink():
                copy.symlink_to(source.readlink())
            else:
                shutil.copyfile(source, copy)
                copy.chmod(0o755 if source.stat().st_mode & stat.S_IXUSR else 0o644)
            found.append(source)
    except OSError as error:
        raise InputError(f"{clean(str(error.filename))}: {error.strerror}") from None
    return found


def fix_times(target: Path, epoch: int) -> None:
    """Give all files and folders of a context one time."""
    for path in sorted(target.rglob("*"), reverse=True):
        os.utime(path, (epoch, epoch), follow_symlinks=False)
    os.utime(target, (epoch, epoch))


def epoch(folder: Path, files: Sequence[Path]) -> int:
    """Return the date of an image, in seconds.

    It is SOURCE_DATE_EPOCH if that is set, or the date of the newest commit if nothing
    changed since, or that of the newest file.
    """
    given = os.environ.get(VARIABLE, "")
    if given:
        if not given.isascii() or not given.isdecimal():
            raise InputError(f"{VARIABLE}: invalid number {given[:40]!r}")
        return int(given)
    repository = git.locate(folder)
    if isinstance(repository, git.Repository) and repository.head:
        changed = git.run(repository, "status", "--porcelain", "--", ".")
        date = git.run(repository, "log", "-1", "--format=%ct", "--", ".").strip()
        if date and not changed.strip():
            return int(date)
    return max((int(path.lstat().st_mtime) for path in files), default=0)


def _walk(folder: Path, inner: str, rules: tuple[IgnoreRule, ...]) -> Iterator[str]:
    """Yield the paths of files, sorted; a hidden folder is entered if a rule is an exception."""
    exceptions = any(rule.keeps for rule in rules)
    if inner.count("/") > _DEEPEST:
        raise InputError(f"{clean(inner)}: is nested too deeply: hide it by .dockerignore")
    with os.scandir(folder / inner) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            path = f"{inner}/{entry.name}" if inner else entry.name
            hidden = is_ignored(path, rules)
            if entry.is_dir(follow_symlinks=False):
                if not hidden or exceptions:
                    yield from _walk(folder, path, rules)
            elif not hidden and (entry.is_file() or entry.is_symlink()):
                yield path
