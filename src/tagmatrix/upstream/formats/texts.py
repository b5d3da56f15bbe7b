"""Read texts, and files of checksums."""

from __future__ import annotations

import re
from typing import Final

from tagmatrix.config.artifacts import DIGITS
from tagmatrix.web.answers import UnreadableError

_DIGEST: Final = r"[0-9A-Fa-f]{32,128}"
_GNU: Final = re.compile(rf"\\?({_DIGEST})(?:[ \t]+\*?(.*))?", re.ASCII)
_BSD: Final = re.compile(rf"SHA-?(?:1|256|512)\s*\((.+)\)\s*=\s*({_DIGEST})", re.ASCII)
_ARMOR: Final = re.compile(r"-----(BEGIN|END) PGP (SIGNED MESSAGE|SIGNATURE)-----")


def read_text(body: bytes) -> str:
    """Return a body as text."""
    text = body.decode(errors="replace")
    if "\0" in text:
        raise UnreadableError("not a text: it has a NUL")
    return text


def read_sums(body: bytes) -> list[dict[str, str]]:
    """Return the entries of a file of checksums: `file`, and `sha256`, `sha512` or `sha1`.

    Read are the lines of sha256sum and of BSD, with or without a signature around them, and one
    checksum without a name. Any other line is an error: so a web page is refused.
    """
    entries: list[dict[str, str]] = []
    lines = _without_signature(read_text(body).removeprefix("\ufeff").splitlines())
    for number, line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        if "\ufffd" in line:  # a damaged name would look like that of another file
            raise UnreadableError(f"line {number} of the file of checksums is not UTF-8")
        if match := _BSD.fullmatch(line.strip()):
            name, digest = match.groups()
        elif match := _GNU.fullmatch(line.strip()):
            digest, name = match[1], match[2] or ""
        else:
            raise UnreadableError(f"not a file of checksums: line {number} is {line[:40]!r}")
        if algorithm := DIGITS.get(len(digest)):
            file = name.strip().removeprefix("./")
            entries.append({"file": file, algorithm: digest.lower()})
    if not entries:
        raise UnreadableError("the file of checksums has no SHA-256, SHA-512 or SHA-1")
    if len(entries) > 1 and not body.endswith(b"\n"):
        raise UnreadableError(
            "the file of checksums is incomplete: its last line has no line break"
        )
    return entries


def _without_signature(lines: list[str]) -> list[tuple[int, str]]:
    """Return the numbered lines between the headers of a signed message and its signature."""
    begun = next((n for n, line in enumerate(lines) if _ARMOR.fullmatch(line.strip())), None)
    if begun is None or lines[begun].strip() != "-----BEGIN PGP SIGNED MESSAGE-----":
        return list(enumerate(lines, 1))
    ends = [n for n, line in enumerate(lines) if "BEGIN PGP SIGNATURE" in line]
    if not ends:
        raise UnreadableError("the signed file of checksums is incomplete")
    start = begun + 1
    while start < ends[0] and lines[start].strip():  # its headers: Hash: SHA256
        start += 1
    return [(n + 1, lines[n].removeprefix("- ")) for n in range(start, ends[0])]
