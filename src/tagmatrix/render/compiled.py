"""Compiled templates: compiled once, in this run or in an earlier one.

An earlier run's are in the user's cache, by a hash of the template's text and of all that compiles.
See `util.kept_values`.
"""

from __future__ import annotations

import marshal
from types import CodeType
from typing import TYPE_CHECKING

from jinja2.bccache import BytecodeCache

from tagmatrix.util import kept_values, private_cache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """The cache of compiled templates.

    The key is the whole text, with the file name that messages show, and the kind of code.
    """

    def __init__(self, kind: str = "") -> None:
        self._kind = kind
        self._codes: dict[tuple[str, str], CodeType] = {}

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the file name that messages show, after the kind of code."""
        return f"{self._kind}{filename or name}"

    def get_source_checksum(self, source: str) -> str:
        """Return the text itself."""
        return source

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in the code from the cache, if it is there."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum)) or _kept(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the code in the cache."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code
            if private_cache.folder:
                private_cache.put(_name(bucket), marshal.dumps(bucket.code))


def _kept(bucket: Bucket) -> CodeType | None:
    """Return the code that an earlier run has compiled; None if there is none."""
    if private_cache.folder and (data := private_cache.get(_name(bucket))):
        code = marshal.loads(data)  # noqa: S302 (only the user can write it, and it has its hash)
        return code if isinstance(code, CodeType) else None
    return None


def _name(bucket: Bucket) -> str:
    text = f"{bucket.key}\0{bucket.checksum}".encode(errors="surrogatepass")
    return f"template-{private_cache.digest(kept_values.code(), text).hex()}"
