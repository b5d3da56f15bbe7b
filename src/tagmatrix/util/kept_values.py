"""Values that an earlier run has computed, in the private cache.

They count only for the code that computed them: this version of tagmatrix and of what it uses. A
value must follow from its key alone.
"""

from __future__ import annotations

import os
import sys
import zlib
from functools import cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from tagmatrix import __version__
from tagmatrix.util import private_cache

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES: Final = (
    "tagmatrix",
    "jinja2",
    "jmespath",
    "markupsafe",
    "msgspec",
    "packaging",
    "re2",
    "yaml",
)
"""The packages that values are computed with."""
_CACHES: Final = "__pycache__"


def get(kind: str, place: bytes, key: bytes) -> Any:  # noqa: ANN401 (what was kept)
    """Return the value of a key; None if there is none."""
    found = latest(kind, place)
    return found[1] if found and found[0] == key else None


def latest(kind: str, place: bytes) -> tuple[bytes, Any] | None:
    """Return the key and the value that were kept last at a place; None if there is none."""
    if private_cache.folder is None or not (data := private_cache.get(_name(kind, place))):
        return None
    import pickle  # noqa: PLC0415 (only with a cache)

    try:
        key, value = pickle.loads(zlib.decompress(data))  # noqa: S301 (only the user can write it)
    except Exception:  # noqa: BLE001 (whatever is wrong with it, it is as good as absent)
        return None
    return key, value


def put(kind: str, place: bytes, key: bytes, value: object) -> None:
    """Keep a value; it replaces the one at its place."""
    if private_cache.folder is not None:
        import copyreg  # noqa: PLC0415 (as above)
        import pickle  # noqa: PLC0415 (as above)

        data = _Compressed()
        pickler = pickle.Pickler(data, pickle.HIGHEST_PROTOCOL)
        pickler.dispatch_table = {**copyreg.dispatch_table, MappingProxyType: _reduced}
        pickler.dump((key, value))
        private_cache.put(_name(kind, place), data.content())


class _Compressed:
    """A file that compresses what is written: the whole value would need much memory."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(1)
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Add data."""
        self._pieces.append(self._compressor.compress(data))

    def content(self) -> bytes:
        """Return all data, compressed."""
        return b"".join((*self._pieces, self._compressor.flush()))


def _reduced(value: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    """Return a function and its arguments that make a read-only mapping again."""
    return _read_only, (dict(value),)


def _read_only(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)


def place_of(folder: Path) -> bytes:
    """Return the place of what is kept of a folder."""
    return os.fsencode(os.path.realpath(folder))


def _name(kind: str, place: bytes) -> str:
    return f"{kind}-{private_cache.digest(code(), place).hex()}"


@cache
def code() -> bytes:
    """Return a hash of the files of all that computes, by size and time, as Python's cache does.

    Raises OSError if a package is not in a folder.
    """
    files: list[tuple[str, int, int]] = []
    for package in PACKAGES:
        spec = find_spec(package)
        folders = list(spec.submodule_search_locations or ()) if spec else []
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if not entry.is_dir():
                        found = entry.stat()
                        files.append((entry.path, found.st_size, found.st_mtime_ns))
                    elif entry.name != _CACHES:
                        folders.append(entry.path)
    return private_cache.digest(repr((__version__, sys.version, files)).encode())
