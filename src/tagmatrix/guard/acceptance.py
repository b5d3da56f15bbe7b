"""What versions.yaml accepts: its `accept` rules, and losses because of `held_back`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import structs

from tagmatrix.config.artifacts import ALGORITHMS, NAMES, each_sum
from tagmatrix.diff import Changes, Effect, compare
from tagmatrix.guard.setting_versions import COMPONENT, SETTING
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.matrix import expand as matrices
from tagmatrix.matrix.artifact_architectures import lifted
from tagmatrix.util.wording import one_line
from tagmatrix.versions import version_tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tagmatrix.config import Config
    from tagmatrix.config.model import Acceptance
    from tagmatrix.diff import Change
    from tagmatrix.diff.snapshot import ListedNames
    from tagmatrix.guard.committed_tags import CommittedTags
    from tagmatrix.guard.setting_versions import Lowered
    from tagmatrix.guard.stale_checksums import StaleChecksum
    from tagmatrix.problems import ValuePath


def with_acceptances(
    config: Config,
    changes: Changes,
    was: CommittedTags | None = None,
    listed: ListedNames | None = None,
) -> Changes:
    """Return the changes; each one that versions.yaml accepts gets the reason.

    A loss of several architectures becomes two if only some of them are accepted.
    `held_back` is considered only if `was`, what was published, is given; `listed` is what
    versions.yaml lists (see `snapshots.Folders`).
    """
    if not changes.refused:
        return changes
    by_holding = _held_back(config, was, changes, listed) if was is not None else {}
    return Changes(
        tuple(part for change in changes.changes for part in _split(config, change, by_holding))
    )


def lowered_with_acceptances(config: Config, lowered: Iterable[Lowered]) -> tuple[Lowered, ...]:
    """Return settings that go back; each one that versions.yaml accepts gets the reason."""
    reasons = {
        (SETTING if one.setting else COMPONENT, one.setting or one.component, one.goes_back_to): (
            one.reason
        )
        for one in reversed(config.accept)
    }
    return tuple(
        replace(
            each,
            accepted=reasons.get((each.kind, each.name, each.new), ""),
            place=config.where(_path_of(config, each)),
        )
        for each in lowered
    )


def _path_of(config: Config, lowered: Lowered) -> ValuePath:
    """Return the path of a setting or a component: its release's own, or else that of all."""
    path: ValuePath = (f"{lowered.kind}s", lowered.name)
    own = [("releases", cycle, *path) for cycle in lowered.cycles]
    return next((each for each in own if each in config.places), path)


def unused_acceptances(
    config: Config,
    changes: Iterable[Change],
    lowered: Iterable[Lowered] = (),
    stale: Iterable[StaleChecksum] = (),
) -> tuple[tuple[ValuePath, str], ...]:
    """Return the acceptances that match nothing: path in versions.yaml, and what to do."""
    every = tuple(changes)
    sums = [release.sums for release in config.releases]
    sums += [component.sums for _, _, component in config.listed_components()]
    taken = {digest for each in sums for _, _, digest in each_sum(each)}
    taken -= {each.digest for each in stale}
    back = {(each.kind, each.name, each.new) for each in lowered}
    found: list[tuple[ValuePath, str]] = []
    for number, acceptance in enumerate(config.accept):
        parts: Iterable[tuple[ValuePath, str]]
        if acceptance.checksum is not None:
            algorithm = next(NAMES[each] for each in ALGORITHMS if getattr(acceptance, each))
            parts = [((), f"versions.yaml already had this {algorithm} before")] * (
                acceptance.checksum in taken
            )
        elif name := acceptance.setting or acceptance.component:
            kind, version = SETTING if acceptance.setting else COMPONENT, acceptance.goes_back_to
            unused = f"the {kind} {name} does not go back to {version}"
            parts = [((), unused)] * ((kind, name, version) not in back)
        else:
            parts = _unused(acceptance, every)
        found += [(("accept", number, *path), f"{what}; remove this") for path, what in parts]
    return tuple(found)


def _unused(acceptance: Acceptance, changes: Sequence[Change]) -> Iterator[tuple[ValuePath, str]]:
    """Yield the parts of an acceptance that match nothing, or the whole acceptance."""
    covered = [change for change in changes if _covers(acceptance, change)]
    used = [
        pattern
        for pattern in acceptance.tags
        if any(matches(pattern, change.tag) for change in covered)
    ]
    if not used:
        yield (), _unmatched(acceptance, ", ".join(acceptance.tags))
        return
    for position, pattern in enumerate(acceptance.tags):
        if pattern not in used:
            yield ("tag", position), _unmatched(acceptance, pattern)
    lost = {name for change in covered for name in change.reason.architectures}
    for position, architecture in enumerate(acceptance.loses):
        if architecture not in lost:
            yield ("loses", position), f"none of these tags loses {architecture}"


def effect_of(change: Change) -> tuple[str, object] | None:
    """Return the key and the value of `accept` for a change; None if it is not breaking."""
    reason = change.reason
    return {
        Effect.LOSES: ("loses", reason.architectures),
        Effect.GOES_BACK: ("goes_back_to", reason.new),
        Effect.PRERELEASE: ("prerelease", reason.new),
        Effect.WINDOWS_ONLY: ("windows_only", True),
        Effect.VANISHES: ("vanishes", True),
    }.get(reason.kind)


def of_tag(config: Config, tag: str) -> list[ValuePath]:
    """Return the paths of the acceptances that match a tag."""
    return [
        ("accept", number)
        for number, rule in enumerate(config.accept)
        if any(matches(pattern, tag) for pattern in rule.tags)
    ]


def matches(pattern: str, tag: str) -> bool:
    """Return whether a pattern matches a tag.

    >>> matches("3.12-windows*", "3.12-windowsservercore"), matches("3", "3.12")
    (True, False)
    """
    return pattern == tag if "*" not in pattern else _compiled(pattern).fullmatch(tag) is not None


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, re.split(r"\*+", pattern))))


def _covers(acceptance: Acceptance, change: Change) -> bool:
    """Return whether an acceptance matches a change; for a loss, whether it matches a part."""
    effect = effect_of(change)
    if effect is None or not any(matches(pattern, change.tag) for pattern in acceptance.tags):
        return False
    key, value = effect
    wanted = getattr(acceptance, key)
    if key == "loses":
        return any(architecture in wanted for architecture in change.reason.architectures)
    if isinstance(wanted, str):  # 21.0.5+11, whose tag is 21.0.5_11
        wanted = version_tag(wanted, "loose")
    return bool(wanted == value)


def _unmatched(acceptance: Acceptance, names: str) -> str:
    name = f"no tag that matches `{names}`"
    if acceptance.loses:
        return f"{name} loses {', '.join(acceptance.loses)}"
    if acceptance.goes_back_to is not None:
        return f"{name} goes back to {acceptance.goes_back_to}"
    if acceptance.prerelease is not None:
        return f"{name} moves from a final release to {acceptance.prerelease}"
    if acceptance.windows_only:
        return f"{name} is left on Windows only"
    return f"{name} vanishes while its cycle and variant are published"


Held = dict[tuple[str, Effect], tuple[frozenset[str], str]]


def _split(config: Config, change: Change, held: Held) -> Iterator[Change]:
    """Yield a change with its acceptance; a loss in parts, one for each acceptance."""
    if effect_of(change) is None:
        yield change
        return
    architectures, why_held = held.get((change.tag, change.reason.kind), (frozenset(), ""))
    covering = [one for one in config.accept if _covers(one, change)]
    if change.reason.kind is not Effect.LOSES:
        why = why_held or (covering[0].reason if covering else "")
        yield structs.replace(change, accepted=why)
        return
    parts: dict[str, list[str]] = {}
    for architecture in change.reason.architectures:
        why = why_held if architecture in architectures else ""
        own = [one.reason for one in covering if architecture in one.loses]
        parts.setdefault(why or (own[0] if own else ""), []).append(architecture)
    for why, names in parts.items():
        reason = structs.replace(change.reason, architectures=tuple(names))
        yield structs.replace(change, reason=reason, accepted=why)


def _held_back(
    config: Config, was: CommittedTags, changes: Changes, listed: ListedNames | None
) -> Held:
    """Return the losses that happen only because of `held_back`, with the reason.

    The matrix is made once more without `held_back`: a loss that also happens there has
    another cause, and `held_back` does not accept it.
    """
    reasons = {
        release.cycle: "; ".join(
            f"{artifact} is held back: {one_line(why)}"
            for artifact, why in release.held_back.items()
        )
        for release in config.releases
        if release.held_back
    }
    if not reasons:
        return {}
    complete = structs.replace(config, releases=tuple(map(lifted, config.releases)))
    would = compare(was.snapshot, snapshot_of_matrix(matrices.expand(complete), was, listed))
    anyway = {
        (change.tag, change.reason.kind): frozenset(change.reason.architectures)
        for change in would.changes
    }
    held: Held = {}
    for change in changes.changes:
        key = change.tag, change.reason.kind
        cycles = [tag.main.cycle for tag in (change.new, change.old) if tag is not None]
        if change.reason.by == "moved":  # the alias went on to a cycle that lacks the variant
            cycles.insert(0, change.reason.new)
        why = next((reasons[cycle] for cycle in cycles if cycle in reasons), "")
        if not why:
            continue
        if change.reason.kind is Effect.LOSES:
            held[key] = frozenset(change.reason.architectures) - anyway.get(key, frozenset()), why
        elif change.reason.kind is Effect.VANISHES and key not in anyway:
            held[key] = frozenset(), why
    return held
