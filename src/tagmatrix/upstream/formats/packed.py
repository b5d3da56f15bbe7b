"""Unpack documents within a limit, so that a small one can't fill the memory."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from typing import Final

from tagmatrix.web.answers import UnreadableError

_MOST: Final = 64_000_000
"""The most bytes of an index after decompression."""


def unpacked(body: bytes) -> bytes:
    """Return what a gzip or an xz file holds; any other body as it is. Raises UnreadableError."""
    try:
        plain = _plain(body)
    except (OSError, EOFError, zlib.error, lzma.LZMAError):
        raise UnreadableError("not an index of packages, or an incomplete one") from None
    if len(plain) > _MOST:
        raise UnreadableError(f"the index of packages is larger than {_MOST:,} bytes")
    return plain


def _plain(body: bytes) -> bytes:
    if body.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            return packed.read(_MOST + 1)
    if body.startswith(b"\xfd7zXZ\0"):
        unpacker = lzma.LZMADecompressor(memlimit=256_000_000)
        plain = unpacker.decompress(body, _MOST + 1)
        if not unpacker.eof and len(plain) <= _MOST:
            raise EOFError
        return plain
    if body.startswith(b"\x28\xb5\x2f\xfd"):
        raise UnreadableError("it is compressed with zstd, which tagmatrix does not read")
    return body
