"""Compare the entries that a versions.yaml makes with those of the imported manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.manifest import Entry

_FIELDS: Final[dict[str, Callable[[Entry], Any]]] = {
    "Architectures": lambda entry: sorted(entry.architectures),
    "GitFetch": lambda entry: entry.git_fetch,
    "Directory": lambda entry: entry.directory,
    "File": lambda entry: entry.file,
    "Builder": lambda entry: entry.builder,
    "Constraints": lambda entry: sorted(entry.constraints),
    "Maintainers": lambda entry: entry.maintainers,
    "fields of single architectures": lambda entry: dict(entry.arch_values),
}
_FEW: Final = 4


def differences(made: Entry, wanted: Entry) -> list[str]:
    """Return what differs, in words; GitCommit is what git has.

    The order of tags and architectures does not count.
    """
    found = []
    for name, before, after in (
        ("Tags", wanted.tags, made.tags),
        ("SharedTags", wanted.shared_tags, made.shared_tags),
    ):
        if missing := [tag for tag in before if tag not in after]:
            found.append(f"{name} without {few(missing, _FEW)}")
        if more := [tag for tag in after if tag not in before]:
            found.append(f"{name} with {few(more, _FEW)}")
    for name, value in _FIELDS.items():
        if value(made) != value(wanted):
            found.append(name)
    return found


def name_of(entry: Entry) -> str:
    """Return an entry's first tag and its folder, for messages."""
    return f"{entry.tags[0]} ({entry.directory})"
