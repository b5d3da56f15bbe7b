"""Read a git repository through the `git` program (2.31 or newer).

The user's settings, and the variables that git sets while a hook runs, must not
change a result. So each call names the folder and the format of the output. Paths
are posix and relative to the repository's `folder`; bytes that are not UTF-8
become surrogates (PEP 383).
"""

from __future__ import annotations

import contextlib
import enum
import hashlib
import os
import posixpath
import re
import subprocess
import threading
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, NamedTuple, Self, cast

from tagmatrix.errors import InputError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Sequence
    from pathlib import Path

# Git sets the first group for a hook: its repository, index and folder. The *_PATHSPECS
# change the meaning of paths.
NOT_INHERITED = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
        "GIT_GLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
        "GIT_LITERAL_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
    }
)
# The output of `cat-file` for an object, and for a broken link or one that leads out of the
# commit: https://git-scm.com/docs/git-cat-file#_batch_output
_OBJECT = re.compile(rb"(?P<id>[0-9a-f]{40,64}) (?P<type>[a-z]+) (?P<size>[0-9]+)\n")
_BROKEN_LINK = re.compile(rb"(?:symlink|dangling|loop|notdir) (?P<size>[0-9]+)\n")


class GitError(InputError):
    """Git failed; the text has git's message."""


class Absence(enum.StrEnum):
    """Why there is no repository to read; the value is a clause for messages."""

    NO_PROGRAM = "there is no git program on PATH"
    OUTSIDE = "the folder is not in a git repository"
    NO_WORK_TREE = (
        "there is no git work tree here: the repository is bare, or this is its own .git folder"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A git work tree, with one of its folders as the base of paths.

    Attributes:
        folder: the folder that the caller named; all paths are relative to it.
        prefix: the path of `folder` inside the repository, "" at its top.
        head: the id of the checked-out commit; None before the first commit.
        shallow: whether the clone has only a part of the history (`git clone --depth`).
        object_format: the hash function of the object ids, "sha1" or "sha256".
    """

    folder: Path
    prefix: str
    head: str | None
    shallow: bool
    object_format: str

    def full_path(self, path: str) -> str:
        """Return a path from the top of the repository, "" for the top itself.

        Raises:
            GitError: the path is outside `folder`.
        """
        inner = normal_path(path)
        if inner == ".":
            return self.prefix
        return f"{self.prefix}/{inner}" if self.prefix else inner


class TreeEntry(NamedTuple):
    """The entry of a commit's tree at a path.

    `mode` is `100644`, `100755`, `120000` (symlink), `040000` (folder) or
    `160000` (submodule); `type` is `blob`, `tree` or `commit` (submodule).
    """

    mode: str
    type: str
    object_id: str


class GitObject(NamedTuple):
    """An object of git; `content` is empty unless it was requested."""

    id: str
    type: str
    size: int
    content: bytes


def locate(folder: Path) -> Repository | Absence:
    """Find the work tree of `folder`, with one call of git.

    Returns:
        The repository, or the reason why there is none.

    Raises:
        GitError: there may be a repository, but git refuses to read it ("dubious
            ownership"), or `folder` does not exist.
    """
    # Before the first commit, git prints nothing for HEAD and exits with 1.
    facts = ("--is-inside-work-tree", "--is-shallow-repository", "--show-object-format")
    args = ("rev-parse", *facts, "--show-prefix", "--quiet", "--verify", "HEAD")
    try:
        done = _completed(folder, args)
    except GitError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return Absence.NO_PROGRAM
        raise
    if done.returncode not in {0, 1}:
        # The message for a broken .git file begins with the same words, but a path follows.
        if b"not a git repository (or any " in done.stderr:
            return Absence.OUTSIDE
        raise _refusal(args[0], done.returncode, done.stderr)
    inside, shallow, object_format, *rest = decode(done.stdout).removesuffix("\n").split("\n")
    if inside != "true":
        return Absence.NO_WORK_TREE
    head = rest.pop() if done.returncode == 0 else None
    return Repository(
        folder=folder,
        prefix="\n".join(rest).removesuffix("/"),
        head=head,
        shallow=shallow == "true",
        object_format=object_format,
    )


def discover(folder: Path) -> Repository | None:
    """Return the work tree of `folder`, or None; `locate` returns the reason too.

    Raises:
        GitError: as `locate`.
    """
    found = locate(folder)
    return found if isinstance(found, Repository) else None


def require(folder: Path) -> Repository:
    """Return the work tree of `folder`, to commit in it.

    Raises:
        InputError: there is none; the message has the reason.
        GitError: as `locate`.
    """
    found = locate(folder)
    if isinstance(found, Absence):
        raise InputError(f"cannot commit: {found.value}")
    return found


def tree(repo: Repository, commit: str, path: str = ".") -> dict[str, TreeEntry]:
    """List the entries of a commit at a path and below it, folders included.

    Returns:
        The entries by path, without "."; empty if the commit does not have the
        path.

    Raises:
        GitError: there is no such commit, or the path is outside the folder.
    """
    full = repo.full_path(path)
    listing = run(repo, "ls-tree", "-r", "-t", "-z", "--full-name", commit, "--", normal_path(path))
    entries: dict[str, TreeEntry] = {}
    for line in decode(listing).split("\0")[:-1]:
        fields, _, name = line.partition("\t")
        # Git lists the parent folders of the path as well.
        below = not full or name.startswith(f"{full}/")
        if below or (name == full and full != repo.prefix):
            mode, kind, object_id = fields.split(" ")
            entries[_relative(repo, name)] = TreeEntry(mode, kind, object_id)
    return entries


def tracked_files(repo: Repository, path: str = ".") -> frozenset[str]:
    """Return the paths of the files in the index, at a path and below it.

    Raises:
        GitError: git can't read the index, or the path is outside the folder.
    """
    listing = run(repo, "ls-files", "-z", "--", normal_path(path))
    return frozenset(decode(listing).split("\0")[:-1])


def show(repo: Repository, rev: str, path: str) -> bytes | None:
    """Return the content of a file in a revision, without any conversion.

    Returns:
        The bytes; None if the revision has no file at the path.

    Raises:
        GitError: there is no such revision, or the path is outside the folder.
    """
    full = repo.full_path(path)
    if "\n" in rev + full:
        raise GitError(f"can't look up a name with a line break in git: {rev + full!r}")
    if not rev or rev.startswith(":"):  # git would read the index instead
        raise GitError(f"unknown git revision {rev!r}")
    (found,) = objects(repo, [f"{rev}:{full}"], content=True)
    if found is None and objects(repo, [f"{rev}^{{tree}}"]) == [None]:
        raise GitError(f"unknown git revision {rev!r}")
    return found.content if found and found.type == "blob" else None


def objects(
    repo: Repository, names: Iterable[str], *, content: bool = False, follow_symlinks: bool = False
) -> list[GitObject | None]:
    """Look up objects, with one call of git; None for a name without an object.

    Args:
        repo: the repository.
        names: ids, or names such as `COMMIT:PATH`, without line breaks.
        content: whether to read the contents too.
        follow_symlinks: whether to return what a symlink in a commit leads to.

    Raises:
        GitError: git failed.
    """
    names = list(names)
    options = ["--batch" if content else "--batch-check"]
    if follow_symlinks:
        options.append("--follow-symlinks")
    answer = run(repo, "cat-file", *options, stdin=encode("".join(f"{name}\n" for name in names)))
    found: list[GitObject | None] = []
    at = 0
    for _ in names:
        if header := _OBJECT.match(answer, at):
            at, size = header.end(), int(header["size"])
            text = b""
            if content:
                text = answer[at : at + size]
                at += size + 1
            found.append(GitObject(decode(header["id"]), decode(header["type"]), size, text))
            continue
        if link := _BROKEN_LINK.match(answer, at):
            at = link.end() + int(link["size"]) + 1
        else:  # "NAME missing", "NAME ambiguous"
            at = answer.index(b"\n", at) + 1
        found.append(None)
    return found


def keeps_modes(repo: Repository) -> bool:
    """Return whether git tracks executable bits (core.fileMode); some file systems have none."""
    found = run(repo, "config", "--type=bool", "--default=true", "--get", "core.fileMode")
    return decode(found).strip() == "true"


def resolve(repo: Repository, rev: str) -> str:
    """Return the commit id of a revision.

    Raises:
        GitError: there is no such commit.
    """
    if rev and not rev.startswith(":") and "\n" not in rev:
        (found,) = objects(repo, [f"{rev}^{{commit}}"])
        if found:
            return found.id
    raise GitError(f"unknown git revision {rev!r}")


def blob_id(content: bytes, object_format: str = "sha1") -> str:
    """Return the id of a git blob with this content.

    >>> blob_id(b"")
    'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'
    """
    digest = hashlib.new(object_format, b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def normal_path(path: str) -> str:
    """Return the shortest form of a path, "." for the folder itself.

    >>> normal_path("./3.14//slim/")
    '3.14/slim'

    Raises:
        GitError: the path is absolute or outside the folder.
    """
    normal = posixpath.normpath(path)
    if normal == ".." or normal.startswith(("/", "../")):
        raise GitError(f"{path!r} is outside the folder")
    return normal


def encode(text: str) -> bytes:
    """Return the bytes of a path, as git expects them."""
    return text.encode("utf-8", "surrogateescape")


def decode(name: bytes) -> str:
    """Return the text of a path that git printed."""
    return name.decode("utf-8", "surrogateescape")


def run(repo: Repository, *args: str, stdin: bytes = b"") -> bytes:
    """Run git in the repository's folder and return its output.

    Raises:
        GitError: git failed, or could not be started.
    """
    done = _completed(repo.folder, args, stdin)
    if done.returncode != 0:
        raise _refusal(args[0], done.returncode, done.stderr)
    return done.stdout


class Process:
    """A git process whose output is read while it runs; leaving the context kills it.

    With `flush` git prints each commit without buffering, so that the caller can
    write the next request after it.

    Raises:
        GitError: git could not be started.
    """

    def __init__(self, repo: Repository, *args: str, flush: bool = False) -> None:
        self._command = args[0]
        try:
            self._process = subprocess.Popen(
                _argv(repo.folder, args),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment() | {"GIT_FLUSH": "1" if flush else "0"},
            )
        except OSError as error:
            raise GitError(f"git could not be started: {error}") from error
        self._stdin, self._stdout, self._stderr = (
            cast("IO[bytes]", stream)
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        # A thread reads stderr: git would block if it filled the pipe.
        self._words: list[bytes] = []
        self._listener = threading.Thread(
            target=lambda: self._words.append(self._stderr.read()), daemon=True
        )
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # no effect if it has ended
        self._end()

    def read(self) -> bytes:
        """Return the next piece of output, of any size; b"" at its end.

        Raises:
            GitError: git failed.
        """
        piece = cast("io.BufferedReader", self._stdout).read1(1 << 16)
        if not piece:
            self._end()
            if self._process.returncode != 0:
                raise _refusal(self._command, self._process.returncode, b"".join(self._words))
        return piece

    def write(self, text: bytes) -> None:
        """Write to git's stdin, at most 4 KiB at once: a pipe holds that much without a reader."""
        with contextlib.suppress(BrokenPipeError):  # the next read raises the reason
            self._stdin.write(text)
            self._stdin.flush()

    def _end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        self._process.wait()
        self._listener.join()
        self._stdout.close()
        self._stderr.close()


def _argv(folder: Path, args: Sequence[str]) -> list[bytes]:
    # These settings change which commits git skips; no option overrides them completely.
    settings = (b"-c", b"log.follow=false", b"-c", b"diff.ignoreSubmodules=none")
    options = (b"--literal-pathspecs", *settings, b"-C", os.fsencode(folder))
    return [b"git", *options, *map(encode, args)]


def _environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in NOT_INHERITED}
    return kept | {"LC_ALL": "C"}  # untranslated: `locate` compares a message


def _completed(
    folder: Path, args: Sequence[str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            _argv(folder, args), input=stdin, capture_output=True, env=_environment(), check=False
        )
    except OSError as error:
        raise GitError(f"git could not be started: {error}") from error


def _refusal(command: str, code: int, words: bytes) -> GitError:
    said = decode(words).strip() or f"failed with exit code {code} and no message"
    return GitError(f"git {command}: {said}")


def _relative(repo: Repository, full: str) -> str:
    return full.removeprefix(f"{repo.prefix}/") if repo.prefix else full
