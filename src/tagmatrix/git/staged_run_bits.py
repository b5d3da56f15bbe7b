"""Commits in a repository whose disk has no run bits: git's index decides alone.

`git commit --only` stages its paths again, and forgets the run bits of the index. So the
commit is made from an index of its own.
See https://git-scm.com/docs/git-config, core.fileMode.
"""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from git import Repo


def ignores_run_bits(repo: Repo, root: Path) -> bool:
    """Return whether git does not take run bits from the disk."""
    setting = ("config", "--type=bool", "--default=true", "--get", "core.fileMode")
    return _run(repo, root, *setting).strip() == "false"


def set_run_bits(repo: Repo, root: Path, run_bits: Mapping[str, bool]) -> None:
    """Set the run bits of those files (from the root) that the index has with others."""
    listing = _run(repo, root, "ls-files", "--stage", "-z", "--", ".")
    entries = (entry.partition("\t") for entry in listing.split("\0")[:-1])
    staged = {path: fields.startswith("100755 ") for fields, _, path in entries}
    for bit, sign in ((True, "+x"), (False, "-x")):
        wrong = [
            path
            for path, want in run_bits.items()
            if want == bit and staged.get(path, bit) != bit  # the index may lack a path
        ]
        if wrong:
            _run(repo, root, "update-index", f"--chmod={sign}", "-z", "--stdin", stdin=wrong)


@contextlib.contextmanager
def index_of(repo: Repo, root: Path, paths: Iterable[str]) -> Iterator[dict[str, str]]:
    """Make an index with HEAD, and with what the usual index has at some paths.

    The paths are from the repository's top. Yields the variables that make git use it.
    Raises InputError during a merge or a cherry-pick, which are commits of a whole index.
    """
    for name in ("MERGE_HEAD", "CHERRY_PICK_HEAD"):
        at = Path(root, _run(repo, root, "rev-parse", "--git-path", name).strip())
        if at.exists():
            raise InputError("git could not commit: a merge or a cherry-pick is not finished")
    top = Path(_run(repo, root, "rev-parse", "--show-toplevel").removesuffix("\n"))
    wanted = set(paths)
    listing = _run(repo, top, "ls-files", "--stage", "-z")
    staged = {entry.partition("\t")[2]: entry for entry in listing.split("\0")[:-1]}
    # An entry with the mode 0 removes a path:
    # https://git-scm.com/docs/git-update-index#_using_index_info
    zeros = "0" * len(_run(repo, root, "hash-object", "-t", "tree", "--stdin").strip())
    entries = [staged.get(path, f"0 {zeros} 0\t{path}") for path in sorted(wanted)]
    with tempfile.TemporaryDirectory(prefix="tagmatrix-") as folder:
        variables = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        head = ["git", "-C", str(root), "rev-parse", "--quiet", "--verify", "HEAD"]
        if repo.git.execute(head, with_exceptions=False):
            _run(repo, top, "read-tree", "HEAD", env=variables)
        _run(repo, top, "update-index", "-z", "--index-info", stdin=entries, env=variables)
        yield variables


def _run(
    repo: Repo,
    folder: Path,
    *arguments: str,
    stdin: Iterable[str] = (),
    env: Mapping[str, str] | None = None,
) -> str:
    """Run git in a folder, with texts that end with NUL as its input; return its output."""
    text = "".join(f"{each}\0" for each in stdin)
    with tempfile.TemporaryFile() as file:  # GitPython needs a real file
        file.write(text.encode("utf-8", "surrogateescape"))
        file.seek(0)
        found = repo.git.execute(
            ["git", "-C", str(folder), *arguments],
            istream=file,
            env={**(env or {})},
            strip_newline_in_stdout=False,
        )
    return str(found)
