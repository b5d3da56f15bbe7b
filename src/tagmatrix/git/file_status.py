"""What `git status` reports of files.

https://git-scm.com/docs/git-status#_porcelain_format_version_1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.git.process import completed, decode, refusal, run

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.git.repository import Repository

UNTRACKED: Final = "??"
IGNORED: Final = "!!"


class Statuses(NamedTuple):
    """The two letters of each file that differs from HEAD, or of a folder that is like this."""

    letters: Mapping[str, str]

    def of(self, path: str) -> str:
        """Return the letters of a file, or of the innermost folder with letters; "" for none."""
        found = self.letters.get(path)
        while found is None and (path := path.rstrip("/").rpartition("/")[0]):
            path = f"{path}/"
            found = self.letters.get(path)
        return found or ""


def statuses(repo: Repository, paths: Collection[str]) -> Statuses:
    """Return the letters of what differs from HEAD at some paths and below them. Raises GitError.

    git reports an ignored folder as one, with a slash after its path.
    """
    options = ("--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    listing = decode(run(repo, "status", *options, "--ignored=matching", "--", *paths))
    prefix = f"{repo.prefix}/" if repo.prefix else ""
    entries = filter(None, listing.split("\0"))
    return Statuses({entry[3:].removeprefix(prefix): entry[:2] for entry in entries})


def is_ignored(repo: Repository, path: str) -> bool:
    """Return whether git ignores a file, which need not exist. Raises GitError.

    git does not ignore a file that it tracks.
    """
    # This command refuses literal pathspecs, which all others get.
    args = ("--no-literal-pathspecs", "check-ignore", "--quiet", "--", path)
    done = completed(repo.folder, args)
    if done.returncode not in {0, 1}:
        raise refusal("check-ignore", done.returncode, done.stderr)
    return done.returncode == 0
