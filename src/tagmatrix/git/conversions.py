"""What git stores of a file: `.gitattributes` and core.autocrlf may change its line endings.

https://git-scm.com/docs/gitattributes
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.git.content import blob_id
from tagmatrix.git.process import GitError, completed, decode, encode, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tagmatrix.git.repository import Repository

CRLF: Final = b"\r\n"
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
    return with_lf if same else content


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
    for path, content in files.items():
        at = values[path]
        causes = [name for name in _OTHERS if at[name] not in _OFF]
        if CRLF in content and at["text"] != "unset":
            causes.insert(0, "text")
        if not causes:
            continue
        answer = run(repo, "hash-object", "--stdin", f"--path={path}", stdin=content)
        if decode(answer).strip() != blob_id(content, repo.object_format):
            found[path] = " ".join(f"-{name}" for name in causes)
    return found


def stored_ids(repo: Repository, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the blobs that git would store of files on disk; "" for odd paths.

    Raises:
        GitError: git or a filter failed.
    """
    # git reads a path in each line, and takes a quote at its beginning for one of its own
    plain = [path for path in paths if "\n" not in path and not path.startswith('"')]
    if not plain:
        return ("",) * len(paths)
    lines = encode("".join(f"{path}\n" for path in plain))
    ids = decode(run(repo, "hash-object", "--stdin-paths", stdin=lines)).split()
    found = dict(zip(plain, ids, strict=True))
    return tuple(found.get(path, "") for path in paths)


def _format_of(object_id: str) -> str:
    """Return the hash function of an id, by its length."""
    return "sha256" if len(object_id) == 64 else "sha1"  # noqa: PLR2004 (hexadecimal digits)
