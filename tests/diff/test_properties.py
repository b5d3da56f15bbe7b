"""Properties of the changes between any two manifests."""

from __future__ import annotations

import random

from hypothesis import given, strategies as st
from msgspec import structs
from msgspec.structs import replace

from tagmatrix.diff import Changes, Effect, Severity, diff
from tagmatrix.diff.jsonform import to_json
from tagmatrix.diff.markdown import markdown
from tagmatrix.diff.text import text
from tagmatrix.manifest import Manifest, parse
from tests.facts import facts

from .samples import GLOBAL, entry, family

SUITES = ["trixie", "bookworm", "forky"]
CYCLES = {"3.15-rc": "3.15.0", "3.14": "3.14.", "3.13": "3.13."}


@st.composite
def families(draw: st.DrawFn) -> Manifest:
    """Return a random state of a family."""
    cycles = draw(st.lists(st.sampled_from([*CYCLES]), min_size=1, unique=True))
    releases = {
        cycle: CYCLES[cycle] + (f"b{number}" if "rc" in cycle else str(number))
        for cycle in cycles
        for number in [draw(st.integers(1, 3))]
    }
    suites = draw(st.lists(st.sampled_from(SUITES), min_size=1, unique=True))
    places = [f"{cycle}/{suite}" for cycle in cycles for suite in suites]
    return family(
        releases,
        latest=draw(st.sampled_from(cycles)),
        suites=suites,
        default=draw(st.sampled_from(suites)),
        windows=draw(st.lists(st.sampled_from(cycles), unique=True)),
        without=dict.fromkeys(draw(st.lists(st.sampled_from(places), unique=True)), "s390x"),
        commit=draw(st.sampled_from(["c0ffee", "beef"])),
    )


def effects(changes: Changes, kind: Effect) -> dict[str, set[str]]:
    """Return the architectures that each tag loses or gains, by tag."""
    found: dict[str, set[str]] = {}
    for change in changes.changes:
        if change.old and change.new:
            old, new = change.old.architectures, change.new.architectures
            names = old - new if kind is Effect.LOSES else new - old
            if names:
                found[change.tag] = set(names)
    return found


@given(families(), families())
def test_swapping_swaps(old: Manifest, new: Manifest) -> None:
    """The reverse comparison gains what the first one loses, and adds what it ends."""
    there, back = diff(old, new), diff(new, old)
    assert effects(there, Effect.LOSES) == effects(back, Effect.GAINS)
    assert {change.tag for change in there.changes if change.tag and not change.new} == {
        change.tag for change in back.changes if change.tag and not change.old
    }
    lost = {
        (change.tag, name)
        for change in there.changes
        if change.reason.kind is Effect.LOSES
        for name in change.reason.architectures
    }
    gained = {
        (change.tag, name)
        for change in back.changes
        if change.reason.kind is Effect.GAINS
        for name in change.reason.architectures
    }
    windows_only = {c.tag for c in there.changes if c.reason.kind is Effect.WINDOWS_ONLY}
    assert lost == {(tag, name) for tag, name in gained if tag not in windows_only}


@given(families(), families())
def test_every_difference_is_reported(old: Manifest, new: Manifest) -> None:
    """A tag has a change exactly if it differs, and each change is printed."""
    changes = diff(old, new)
    changed = {change.tag for change in changes.changes}
    before, after = _states(old), _states(new)
    for tag in before.keys() | after.keys():
        if before.get(tag) != after.get(tag):
            assert tag in changed, tag
    assert [group.severity for group in changes.groups] == sorted(
        (group.severity for group in changes.groups), reverse=True
    )
    for group in changes.groups:
        assert group.tags[:1] == () or group.tags[0] in text(changes)
    assert markdown(changes, "x").count("\n- ") + markdown(changes).startswith("- ") <= len(
        changes.groups
    )
    assert len(to_json(changes)["groups"]) == len(changes.groups)


def _states(manifest: Manifest) -> dict[str, tuple[object, ...]]:
    """Return the builds of each tag, for Linux and for Windows."""
    found: dict[str, tuple[object, ...]] = {}
    for one in manifest.entries:
        for tag in (*one.tags, *one.shared_tags):
            state = (one.directory, one.architectures, one.tags[0], one.git_commit)
            found[tag] = (*found.get(tag, ()), state)
    return found


@given(families())
def test_same_is_empty(same: Manifest) -> None:
    """A manifest compared with itself has no changes."""
    assert not diff(same, same)
    assert diff(same, same).severity is None


@given(families(), st.integers())
def test_order_alone(some: Manifest, seed: int) -> None:
    """Shuffled entries and tags are a change of order only, which is expected."""
    rng = random.Random(seed)  # noqa: S311 (not for secrets)
    entries = [
        replace(one, tags=tuple(rng.sample(one.tags, len(one.tags)))) for one in some.entries
    ]
    rng.shuffle(entries)
    kinds = {
        group.reason.kind
        for group in diff(some, structs.replace(some, entries=tuple(entries))).groups
    }
    assert kinds <= {Effect.ORDER}


@given(families(), families(), families(), families())
def test_severity_never_falls(old: Manifest, new: Manifest, mine: Manifest, more: Manifest) -> None:
    """An additional change never lowers the severity."""
    first, second = diff(old, new), diff(mine, more)
    both = Changes((*first.changes, *second.changes))
    severities = [one.severity for one in (first, second) if one.severity is not None]
    assert both.severity == max(severities, default=None)


@given(families(), families(), st.sampled_from(["update", "loses", "vanishes", "ends"]))
def test_severity_never_falls_with_another_image(old: Manifest, new: Manifest, what: str) -> None:
    """The changes of an unrelated image only add to the others."""
    before = entry("9.9.1 9.9 9.9-x 9.9.1-x", "", "amd64 i386", "9.9/x", "a")
    other = entry("9.8.1 9.8 9.8-x", "", "amd64", "9.8/x", "b")
    after = {
        "update": [entry("9.9.2 9.9 9.9-x 9.9.2-x", "", "amd64 i386", "9.9/x", "a"), other],
        "loses": [replace(before, architectures=("amd64",)), other],
        "vanishes": [replace(before, tags=("9.9.1", "9.9", "9.9.1-x")), other],
        "ends": [other],
    }[what]
    alone = diff(old, new).severity
    together = diff(
        Manifest(global_=GLOBAL, entries=(*old.entries, before, other)),
        Manifest(global_=GLOBAL, entries=(*new.entries, *after)),
    ).severity
    own = {"update": Severity.EXPECTED, "ends": Severity.NOTABLE}.get(what, Severity.BREAKING)
    assert together == max(own, alone or own)


def test_any_two_real_manifests() -> None:
    """Any two manifests can be compared, and the changes printed."""
    manifests = [parse(each["text"].encode()) for each in facts("manifests").values()]
    for old, new in zip(manifests, manifests[1:] + manifests[:1], strict=True):
        assert not diff(old, old)
        changes = diff(old, new)
        assert text(changes)
        assert markdown(changes, "x")
