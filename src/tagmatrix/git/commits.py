"""New commits. GitPython runs the `git` program, so hooks run and git signs the commits."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from git import GitCommandError, InvalidGitRepositoryError, NoSuchPathError, Repo

from tagmatrix.errors import InputError
from tagmatrix.git.errors import explained
from tagmatrix.git.process import NOT_INHERITED
from tagmatrix.git.staged_run_bits import ignores_run_bits, index_of, set_run_bits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


def commit(
    root: Path,
    paths: Iterable[str],
    message: str | Callable[[str], str],
    people: Mapping[str, str] | None = None,
    run_bits: Mapping[str, bool] | None = None,
) -> str | None:
    """Commit the state of some paths only.

    Args:
        root: the folder that the paths are relative to.
        paths: files and folders; the commit deletes those that no longer exist.
        message: the commit's message; or a function that makes the message from
            the id of the tree to be committed. The function needs an index in
            which only these paths are staged.
        people: GIT_AUTHOR_NAME and similar variables that override git's settings.
        run_bits: whether users may run a file, for those of the paths whose run bit git does
            not take from the disk (core.fileMode is false). Else the disk decides.

    Returns:
        The commit's id; None if there was nothing to commit.

    Raises:
        InputError: git or a hook refused the commit; the error has their message.
            Or git ignores a path (.gitignore). Or a hook changed the tree that
            `message` was made for.
    """
    root = root.resolve()  # GitPython starts git in another folder than this process
    with own_environment():
        try:
            with Repo(root, search_parent_directories=True, expand_vars=False) as repo:
                # -C: paths are relative to the root.
                plain = ["git", "-C", str(root)]
                index = str(repo.git.execute([*plain, "rev-parse", "--git-path", "index"]))
                with _index_kept(Path(root, index)):
                    return _commit(repo, root, [*paths], message, people or {}, run_bits or {})
        except (InvalidGitRepositoryError, NoSuchPathError):
            raise InputError(f"can't commit: {root} is not in a git repository") from None
        except GitCommandError as error:
            raise InputError(f"git could not commit: {failure_text(error)}") from None
        except OSError as error:  # the disk with the temporary files is full
            where = error.filename or tempfile.tempdir or "TMPDIR"
            raise InputError(f"can't commit: {where}: {error.strerror}") from None


def failure_text(error: GitCommandError) -> str:
    """Return the messages of git or of a hook that failed."""
    said = "\n".join(
        text.strip().removeprefix(f"{name}: ").strip("'\n ")
        for name, text in (("stdout", error.stdout), ("stderr", error.stderr))
        if text.strip()
    )
    return explained(said) or str(error)


def _commit(
    repo: Repo,
    root: Path,
    paths: list[str],
    message: str | Callable[[str], str],
    people: Mapping[str, str],
    run_bits: Mapping[str, bool],
) -> str | None:
    plain = ["git", "-C", str(root)]
    status = _status(repo, root, paths)
    prefix = repo.git.execute([*plain, "rev-parse", "--show-prefix"])
    hidden = {path for code, path in status if code == "!!"}
    if hidden := hidden.intersection(f"{prefix}{path}" for path in paths):
        lines = [f"{path} can't be committed: git ignores it (.gitignore)" for path in hidden]
        raise InputError("\n".join(sorted(lines)))
    # `git add` fails for a path that is neither in the index nor on disk; `git commit` needs it.
    to_add = [path for code, path in status if code[1] not in " !"]
    if to_add:
        with _listing(to_add) as from_listing:
            repo.git.execute([*plain, "add", "--all", *from_listing])
    ignores_disk = bool(run_bits) and ignores_run_bits(repo, root)
    if ignores_disk:
        set_run_bits(repo, root, run_bits)
    if to_add or ignores_disk:
        status = _status(repo, root, paths)
    changed = sorted({path for code, path in status if code != "!!"})
    if not changed:
        return None
    with _listing(changed) as from_listing:
        tree = str(repo.git.execute([*plain, "write-tree"])) if callable(message) else ""
        text = message(tree) if callable(message) else message
        options = ["--quiet", f"--message={text}"]
        if ignores_disk:  # --only would take the run bits of HEAD again
            with index_of(repo, root, changed) as variables:
                repo.git.execute([*plain, "commit", *options], env={**people, **variables})
        else:
            options += ["--only", *from_listing]
            repo.git.execute([*plain, "commit", *options], env={**people})
    # By git: GitPython can't read repositories with SHA-256 or reftables.
    made, made_tree = str(repo.git.execute([*plain, "rev-parse", "HEAD", "HEAD^{tree}"])).split()
    if tree and tree != made_tree:
        raise InputError(
            "a git hook changed the files of the commit; a hook may refuse a commit, "
            "but it must not change it"
        )
    return made


@contextlib.contextmanager
def _index_kept(index: Path) -> Iterator[None]:
    """Restore git's index if the commit fails: a hook refuses it, or a key is missing."""
    before = index.read_bytes() if index.is_file() else None
    try:
        yield
    except BaseException:
        _restore(index, before)
        raise


def _restore(index: Path, content: bytes | None) -> None:
    """Write git's index as git does: into its lock file, which then takes the index's place.

    If that fails, the index stays: the failure of the commit is what users need to know.
    """
    if content is None:
        index.unlink(missing_ok=True)
        return
    lock = index.with_name(f"{index.name}.lock")
    with contextlib.suppress(OSError):  # another git is at work, or the disk is full
        file = lock.open("xb")
        try:
            with file:
                file.write(content)
            lock.replace(index)
        except BaseException:
            lock.unlink(missing_ok=True)
            raise


def _status(repo: Repo, root: Path, paths: list[str]) -> list[tuple[str, str]]:
    """Return the status letters and the path (from the repository's top) of each change."""
    options = ["--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "--ignored"]
    command = ["git", "--literal-pathspecs", "-C", str(root), "status", *options, "--", *paths]
    entries = repo.git.execute(command, strip_newline_in_stdout=False).split("\0")
    return [(entry[:2], entry[3:]) for entry in entries if entry]


@contextlib.contextmanager
def _listing(paths: Iterable[str]) -> Iterator[list[str]]:
    """Write paths (from the repository's top) to a file for git: a command line may be too short.

    Yields the options that make git read the file.
    """
    with tempfile.NamedTemporaryFile(prefix="tagmatrix-", suffix=".paths") as listing:
        text = "".join(f":(top,literal){path}\0" for path in paths)
        listing.write(text.encode("utf-8", "surrogateescape"))
        listing.flush()
        yield [f"--pathspec-from-file={listing.name}", "--pathspec-file-nul"]


@contextlib.contextmanager
def own_environment() -> Iterator[None]:
    """Hide the variables that git sets for a hook that runs this process."""
    saved = {name: os.environ.pop(name) for name in NOT_INHERITED if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(saved)
