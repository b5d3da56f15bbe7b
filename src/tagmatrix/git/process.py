"""Run the `git` program (2.31 or newer).

The user's settings, and the variables that git sets while a hook runs, must not
change a result. So each call names the folder and the format of the output.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from typing import IO, TYPE_CHECKING, Self, cast

from tagmatrix.git.errors import GitError, explained

if TYPE_CHECKING:
    import io
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.git.repository import Repository

# Git sets the first group for a hook (https://git-scm.com/docs/githooks): its repository, index
# and folder. The *_PATHSPECS change the meaning of paths: https://git-scm.com/docs/git
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
    done = completed(repo.folder, args, stdin)
    if done.returncode != 0:
        raise refusal(args[0], done.returncode, done.stderr)
    return done.stdout


def completed(
    folder: Path, args: Sequence[str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder, and return its result, failed or not.

    Raises:
        GitError: git could not be started.
    """
    try:
        return subprocess.run(
            _argv(folder, args), input=stdin, capture_output=True, env=_environment(), check=False
        )
    except OSError as error:
        raise GitError(f"git could not be started: {error}") from error


def program(*args: str) -> tuple[list[bytes], dict[str, str]]:
    """Return the arguments and the environment of a git command that needs no repository."""
    return [b"git", *map(encode, args)], _environment()


def refusal(command: str, code: int, message: bytes) -> GitError:
    """Return the error of a command that failed, with git's message."""
    text = decode(message).strip() or f"failed with exit code {code} and no message"
    return GitError(f"git {command}: {explained(text)}")


class GitProcess:
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
        self._messages: list[bytes] = []
        self._listener = threading.Thread(
            target=lambda: self._messages.append(self._stderr.read()), daemon=True
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
                raise refusal(self._command, self._process.returncode, b"".join(self._messages))
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
    # Untranslated, because `locate` compares a message. Without optional locks, `git status` does
    # not write to the index: https://git-scm.com/docs/git#Documentation/git.txt-GITOPTIONALLOCKS
    return kept | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
