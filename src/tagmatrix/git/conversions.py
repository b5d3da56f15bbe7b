"""What git stores of a file: `.gitattributes` and core.autocrlf may change its line endings.

https://git-scm.com/docs/gitattributes
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final

from tagmatrix.git.content import blob_id
from tagmatrix.git.errors import GitError
from tagmatrix.git.process import completed, decode, encode, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tagmatrix.git.repository import Repository

CRLF: Final = b"\r\n"
_CRLF_IN_INDEX: Final = frozenset({"i/crlf", "i/mixed"})
_AT_ONCE: Final = 1000
_OTHERS: Final = ("filter", "ident", "working-tree-encoding")
_OFF: Final = frozenset({"unspecified", "unset"})


def with_stored_line_endings(folder: Path, path: str, content: bytes) -> bytes:
    """Return a file's content with LF where git stores LF; unchanged without a repository."""
    if CRLF not in content:
        return content
    try:
        done = completed(folder, ("hash-object", "--stdin", f"--path={path}"), content)
    except GitError:
        return content
    stored = decode(done.stdout).strip()
    with_lf = content.replace(CRLF, b"\n")
    same = not done.returncode and blob_id(with_lf, _format_of(stored)) == stored
    return with_lf if same and path not in _with_crlf(folder, [path]) else content


def stored_otherwise(repo: Repository, files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files of which git would store another content, each with attributes against it.

    Raises:
        GitError: git or a filter failed.
    """
    if not files:
        return {}
    names = ("text", *_OTHERS)
    paths = encode("".join(f"{path}\0" for path in files))
    fields = decode(run(repo, "check-attr", "-z", "--stdin", *names, stdin=paths)).split("\0")
    values: dict[str, dict[str, str]] = {path: {} for path in files}
    for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        values[path][name] = value
    found: dict[str, str] = {}
    kept = _with_crlf(repo.folder, [path for path, content in files.items() if CRLF in content])
    for path, content in files.items():
        at = values[path]
        causes = [name for name in _OTHERS if at[name] not in _OFF]
        if CRLF in content and at["text"] != "unset" and path not in kept:
            causes.insert(0, "text")
        if not causes:
            continue
        answer = run(repo, "hash-object", "--stdin", f"--path={path}", stdin=content)
        if decode(answer).strip() != blob_id(content, repo.object_format):
            found[path] = " ".join(f"-{name}" for name in causes)
    return found


def stored_ids(repo: Repository, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the blobs that git would store of files on disk.

    Raises:
        GitError: git or a filter failed.
    """
    kept = _with_crlf(repo.folder, paths)
    found = _ids(repo, [path for path in paths if path not in kept])
    found |= _ids(repo, sorted(kept), "--no-filters")
    return tuple(found[path] for path in paths)


def _ids(repo: Repository, paths: Sequence[str], *options: str) -> dict[str, str]:
    """Return by path the ids that `git hash-object` prints of files on disk. Raises GitError.

    The paths are arguments. With `--stdin-paths`, git takes them from the top of the repository,
    and can't read each name.
    """
    found: dict[str, str] = {}
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        ids = decode(run(repo, "hash-object", *options, "--", *some)).split()
        found |= zip(some, ids, strict=True)
    return found


def _with_crlf(folder: Path, paths: Sequence[str]) -> frozenset[str]:
    """Return those of some files whose CRLF git keeps because its index has them with CRLF.

    Git converts such a file only if its attributes say that it is text; `git hash-object` does
    not look into the index: https://git-scm.com/docs/gitattributes#_text
    """
    found = set[str]()
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start : start + _AT_ONCE]
        with contextlib.suppress(GitError):
            listed = completed(folder, ("ls-files", "--eol", "-z", "--", *some))
            for entry in decode(listed.stdout).split("\0"):
                facts, _, path = entry.partition("\t")
                words = facts.split()
                if words and words[0] in _CRLF_IN_INDEX and words[2] != "attr/text":
                    found.add(path)
    return frozenset(found)


def _format_of(object_id: str) -> str:
    """Return the hash function of an id, by its length."""
    return "sha256" if len(object_id) == 64 else "sha1"  # noqa: PLR2004 (hexadecimal digits)
