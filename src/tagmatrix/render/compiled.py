"""Compiled templates: compiled once, in this run or in an earlier one.

An earlier run's are in the user's cache, by the versions of all that compiles, and by a hash
of the template's text. See `util.private_cache`.
"""

from __future__ import annotations

import hashlib
import marshal
import sys
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

import jinja2
from jinja2.bccache import BytecodeCache

from tagmatrix import __version__
from tagmatrix.render import sandbox
from tagmatrix.util import private_cache

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
    return f"{_compiler()}-{hashlib.sha256(text).hexdigest()}"


@cache
def _compiler() -> str:
    """Return the versions of all that compiles, with a hash of our part, which may be changed."""
    own, here = hashlib.sha256(), Path(__file__).parent
    for file in (sandbox.__file__, here / "templates.py", here / "template_lines.py"):
        own.update(Path(file).read_bytes())
    versions = f"{__version__}-jinja{jinja2.__version__}-{sys.implementation.cache_tag}"
    return f"{versions}-{sys.hexversion:x}-{own.hexdigest()[:16]}"
