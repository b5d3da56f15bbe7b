"""The lines of requirements.txt: continued lines joined, comments left out, options split."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_comment: Final = re.compile(r"(?:^|\s)#.*$")
_OPTION: Final = re.compile(r"(--[A-Za-z][A-Za-z-]*)(?:[=\s]\s*(.*))?", re.DOTALL)
_hashes: Final = re.compile(r"\s--hash[=\s]\s*(\S*)").findall
_hash: Final = re.compile(
    r"(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})", re.IGNORECASE
).fullmatch
_SHORT: Final = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
}


def lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the logical lines, without comments: number, first line, and all lines joined."""
    start = 0
    parts: list[str] = []
    for number, raw in enumerate([*text.split("\n"), ""], 1):
        line = raw.rstrip("\r")
        start = start or number
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            parts.append(line[:-1])
            continue
        parts.append(line)
        stripped = _comment.sub("", " ".join(parts)).strip()
        if stripped:
            yield start, parts[0].strip(), stripped
        start, parts = 0, []


def split_option(line: str) -> tuple[str, str]:
    """Return the long name of an option, and its value.

    >>> split_option("-rbase.txt"), split_option("--index-url=https://example.com")
    (('--requirement', 'base.txt'), ('--index-url', 'https://example.com'))
    """
    if not line.startswith("--"):
        return _SHORT.get(line[:2], line[:2]), line[2:].lstrip(" \t=")
    match = _OPTION.fullmatch(line)
    return (match[1], (match[2] or "").strip()) if match else (line.split(maxsplit=1)[0], "")


def invalid_hashes(line: str) -> list[str]:
    """Return the hashes of a requirement that no file has.

    >>> invalid_hashes(f"a==1 --hash=sha256:abc --hash=sha512:{'0' * 128}")
    ['sha256:abc']
    """
    return [each for each in _hashes(line) if not _hash(each)]
