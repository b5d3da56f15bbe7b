"""A manifest as immutable values.

An entry is always complete: values that its paragraph leaves out come from the
manifest's first paragraph, or else from the format's own defaults. Printing leaves out
the same values again.
"""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import force_setattr

from tagmatrix.manifest.architecture_names import DEFAULT_ARCHITECTURE

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_VALUES: Mapping[str, str] = MappingProxyType({})


class Maintainer(Struct, frozen=True, kw_only=True):
    """A person who maintains the images.

    >>> str(Maintainer(name="Ada Lovelace", email="ada@example.org", handle="ada"))
    'Ada Lovelace <ada@example.org> (@ada)'
    >>> str(Maintainer(name="Ada Lovelace", handle="ada"))
    'Ada Lovelace (@ada)'
    """

    name: str
    email: str = ""
    """An e-mail address or a URL; may be empty."""
    handle: str
    """The name on GitHub, without the `@`."""

    def __str__(self) -> str:
        contact = f" <{self.email}>" if self.email else ""
        return f"{self.name}{contact} (@{self.handle})"


class Entry(Struct, frozen=True, kw_only=True):
    """One build and its tags, or the defaults of all entries.

    `Entry()` has the format's own defaults. `arch_values` has the fields for single
    architectures, by their names in the file: `{"arm64v8-Directory": "aarch64"}`;
    `resolve` applies them.
    """

    maintainers: tuple[Maintainer, ...] = ()
    tags: tuple[str, ...] = ()
    shared_tags: tuple[str, ...] = ()
    architectures: tuple[str, ...] = (DEFAULT_ARCHITECTURE,)
    git_repo: str = ""
    git_fetch: str = "refs/heads/master"
    git_commit: str = ""
    directory: str = "."
    file: str = "Dockerfile"
    builder: str = ""
    constraints: tuple[str, ...] = ()
    arch_values: Mapping[str, str] = field(default_factory=lambda: _NO_VALUES)

    def __post_init__(self) -> None:
        """Make `arch_values` read-only."""
        if type(self.arch_values) is not MappingProxyType:
            force_setattr(self, "arch_values", MappingProxyType(dict(self.arch_values)))

    def __hash__(self) -> int:
        """Return a hash of all but `arch_values`: a mapping has none."""
        return hash(tuple([getattr(self, name) for name in self.__struct_fields__[:-1]]))

    def __reduce__(self) -> tuple[partial[Entry], tuple[()]]:
        """Allow copying and pickling, which a mapping proxy does not support."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        values["arch_values"] = dict(self.arch_values)
        return partial(Entry, **values), ()


DEFAULTS: Final = Entry()
"""The defaults of the format."""


class Manifest(Struct, frozen=True, kw_only=True):
    """A manifest: what `parse` returns and `dumps` prints.

    `parse`, `from_json` and `build` return valid manifests; this class does not validate.
    `global_` has the first paragraph on top of the format's defaults.
    """

    global_: Entry
    entries: tuple[Entry, ...] = ()
