"""Short definitions of manifests, for tests of the changes between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.diff import diff
from tagmatrix.manifest import Entry, Maintainer, build as build_manifest, parse as parse_manifest
from tests.facts import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.diff import Changes, Effect
    from tagmatrix.manifest import Manifest

GLOBAL = Entry(
    maintainers=(Maintainer(name="A", handle="a"),), git_repo="https://example.org/x.git"
)


def whole_hash(mark: str) -> str:
    """Return a commit of 40 digits that repeats a short mark."""
    return (mark * 40)[:40]


def entry(
    tags: str,
    shared: str = "",
    architectures: str = "amd64",
    directory: str = ".",
    commit: str = "c0ffee",
) -> Entry:
    """Return an entry; lists are given as texts with spaces."""
    return replace(
        GLOBAL,
        tags=tuple(tags.split()),
        shared_tags=tuple(shared.split()),
        architectures=tuple(sorted(architectures.split())),
        directory=directory,
        git_commit=whole_hash(commit),
    )


def manifest(*entries: Entry) -> Manifest:
    """Return a manifest with these entries."""
    return build_manifest(GLOBAL, entries)


def changes_of(old: list[str], new: list[str]) -> Changes:
    """Return the changes between manifests with these tags, an entry each."""
    before, after = (
        manifest(*(entry(tags, directory=f"d{n}", commit=side) for n, tags in enumerate(entries)))
        for side, entries in (("a" * 40, old), ("b" * 40, new))
    )
    return diff(before, after)


def family(
    releases: Mapping[str, str],
    *,
    latest: str,
    suites: Sequence[str] = ("trixie", "bookworm"),
    default: str = "trixie",
    alpine: str = "alpine3.22",
    windows: Sequence[str] = (),
    without: Mapping[str, str] | None = None,
    commit: str = "c0ffee",
) -> Manifest:
    """Return a manifest of several cycles, like python's.

    `releases` maps cycles to versions; the cycle `latest` has the short tags; `windows` lists
    the cycles with Windows; `without` maps CYCLE/VARIANT to architectures that are not built
    there.
    """
    entries = []
    for cycle, version in releases.items():
        aliases = [version, cycle, *(["3", "latest"] if cycle == latest else [])]

        def tags(*spellings: str, aliases: list[str] = aliases) -> str:
            return " ".join(
                spelling if alias == "latest" and spelling else f"{alias}-{spelling}".rstrip("-")
                for spelling in spellings
                for alias in aliases
            )

        def add(
            variant: str, *short: str, shared: str = "", built: str = "", cycle: str = cycle
        ) -> None:
            architectures = set((built or "amd64 arm64v8 s390x").split())
            architectures -= set((without or {}).get(f"{cycle}/{variant}", "").split())
            one = entry(
                tags(variant, *short),
                shared,
                " ".join(architectures),
                f"{cycle}/{variant}",
                commit,
            )
            entries.append(one)

        for suite in suites:
            add(suite, shared=tags("") if suite == default else "")
            add(f"slim-{suite}", *(["slim"] if suite == default else []))
        add(alpine, "alpine")
        if cycle in windows:
            add(
                "windowsservercore-ltsc2025",
                shared=f"{tags('windowsservercore')} {tags('')}",
                built="windows-amd64",
            )
    return manifest(*entries)


def event(name: str) -> Changes:
    """Return the changes of one of the collected events."""
    old, new = (parse_manifest(facts("events")[name][side].encode()) for side in ("old", "new"))
    return diff(old, new)


def tags_of(changes: Changes, kind: Effect) -> set[str]:
    """Return the tags with a change of a kind."""
    return {change.tag for change in changes.changes if change.reason.kind is kind}


def kinds_of(changes: Changes) -> dict[str, set[str]]:
    """Return the kinds of changes and their tags."""
    found: dict[str, set[str]] = {}
    for change in changes.changes:
        found.setdefault(change.reason.kind.value, set()).add(change.tag)
    return found
