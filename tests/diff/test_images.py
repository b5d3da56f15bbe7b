"""Steps of many images: made by hand with their verdicts, or made of real manifests."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pytest
from msgspec.structs import replace

from tagmatrix.diff import Effect, Severity, diff
from tagmatrix.manifest import parse
from tagmatrix.manifest.entry_tags import read_entry_tags
from tests.facts import DATA, facts

from .samples import changes_of, kinds_of, tags_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tagmatrix.manifest import Entry, Manifest


class Step(NamedTuple):
    """A step of `data/steps.txt`."""

    name: str
    severity: str
    effects: set[str]
    old: list[str]
    new: list[str]


def _read(text: str) -> Step:
    head, old, new = text.splitlines()
    name, severity, effects = head.split(": ")
    return Step(
        name, severity, set(effects.split()), *(side[2:].split(" | ") for side in (old, new))
    )


STEPS = [_read(part) for part in (DATA / "steps.txt").read_text(encoding="utf-8").split("\n\n")]
MANIFESTS = facts("manifests")
# What looks like their version is a release of the base system.
WITHOUT_VERSIONS = {"buildpack-deps", "fedora", "ubuntu"}


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_steps(step: Step) -> None:
    """A step has exactly these effects, and the worst of them decides; a rebuild is not said."""
    changes = changes_of(step.old, step.new)
    assert changes.severity is Severity[step.severity.upper()]
    assert set(kinds_of(changes)) - {"rebuilt"} == step.effects


def _tags(entries: Iterable[Entry]) -> set[str]:
    return {tag for entry in entries for tag in (*entry.tags, *entry.shared_tags)}


def _next(version: str) -> str:
    """Return a version text with a last number that is higher by one."""
    last = [*re.finditer("[0-9]+", version)][-1]
    number = str(int(last[0]) + 1).zfill(len(last[0]))
    return version[: last.start()] + number + version[last.end() :]


def _updates(manifest: Manifest) -> Iterable[tuple[list[Entry], Callable[[str], str]]]:
    """Yield the entries of each version, and what updates a tag of them."""
    by_version: dict[tuple[str, str], list[Entry]] = {}
    for read in read_entry_tags(manifest):
        if read.version is not None:
            by_version.setdefault((read.product, read.version.text), []).append(read.entry)
    for (product, text), entries in by_version.items():
        version = text.removeprefix("v").removesuffix("-rc")
        if (product, _next(text)) not in by_version:
            old = re.compile(rf"(?<![0-9.]){re.escape(version)}(?![0-9.]|[-_.]?(?:rc|b)[0-9])")
            yield entries, partial(old.sub, _next(version))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MANIFESTS.keys() - WITHOUT_VERSIONS))
def test_updates_of_real_manifests(name: str) -> None:
    """An update of one version is expected; the way back is breaking for all moving tags."""
    old = parse(MANIFESTS[name]["text"])
    for entries, renamed in _updates(old):
        new = replace(
            old,
            entries=tuple(
                replace(
                    entry,
                    tags=tuple(map(renamed, entry.tags)),
                    shared_tags=tuple(map(renamed, entry.shared_tags)),
                    git_commit="b" * 40,
                )
                if entry in entries
                else entry
                for entry in old.entries
            ),
        )
        assert set(kinds_of(diff(old, new))) <= {"update", "rebuilt"}, entries[0].tags
        moving = _tags(entries) & _tags(new.entries)
        assert tags_of(diff(new, old), Effect.GOES_BACK) == moving, entries[0].tags


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MANIFESTS))
def test_losses_of_real_manifests(name: str) -> None:
    """An entry without its last architecture loses it; one that is gone is never expected."""
    old = parse(MANIFESTS[name]["text"])
    for number, entry in enumerate(old.entries):
        others = (*old.entries[:number], *old.entries[number + 1 :])
        assert diff(old, replace(old, entries=others)).severity is not Severity.EXPECTED
        *rest, lost = entry.architectures
        if rest:
            less = replace(entry, architectures=tuple(rest))
            new = replace(old, entries=(*old.entries[:number], less, *old.entries[number + 1 :]))
            kept = _tags(one for one in others if lost in one.architectures)
            changes = diff(old, new)
            assert tags_of(changes, Effect.LOSES) == _tags([entry]) - kept, entry.tags
            assert set(kinds_of(changes)) <= {"loses"}
