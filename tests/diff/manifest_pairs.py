"""Random pairs of manifests with known verdicts: first what happens to a family, then its tags.

A pair changes one thing, so its verdict is known from how it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tagmatrix.diff import Effect, Severity

from .samples import entry, manifest
from .version_styles import STYLES, Release

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from tagmatrix.manifest import Manifest

    from .version_styles import Style


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant: its spellings, the full name first, and its architectures."""

    spellings: tuple[str, ...]
    architectures: tuple[str, ...] = ("amd64", "arm64v8", "s390x")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A family: a release for each cycle, and the variants of every cycle."""

    style: Style
    cycles: tuple[Release, ...]
    variants: tuple[Variant, ...]
    commit: str = "a" * 40
    extra: dict[str, str] = field(default_factory=dict)
    """More tags, each with the full version that has it."""

    def tags(self, release: Release, variant: Variant) -> list[str]:
        """Return the tags of an image."""
        own = [alias for alias, version in self.extra.items() if version == release.aliases[0]]
        return [
            "-".join(filter(None, (self.style.prefix, alias, spelling)))
            for spelling in variant.spellings
            for alias in (*release.aliases, *own)
        ]

    def all_tags(self) -> set[str]:
        """Return all tags."""
        return {
            tag
            for release in self.cycles
            for variant in self.variants
            for tag in self.tags(release, variant)
        }

    def manifest(self) -> Manifest:
        """Return the manifest."""
        return manifest(
            *(
                entry(
                    " ".join(self.tags(release, variant)),
                    architectures=" ".join(variant.architectures),
                    directory=f"cycle{number}/{variant.spellings[0] or 'plain'}",
                    commit=self.commit,
                )
                for number, release in enumerate(self.cycles)
                for variant in self.variants
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two manifests, and the right verdict.

    Attributes:
        old: the manifest before.
        new: the manifest after.
        what: what happened, for a message.
        severity: the severity of the worst change; None if nothing changes.
        kinds: for some kinds of changes exactly the tags that have one.
    """

    old: Manifest
    new: Manifest
    what: str
    severity: Severity | None
    kinds: dict[Effect, set[str]]


VARIANTS = (
    (Variant(spellings=("",)),),
    (Variant(spellings=("",)), Variant(spellings=("alpine",)), Variant(spellings=("perl",))),
    (
        Variant(spellings=("trixie", "")),
        Variant(spellings=("slim-trixie", "slim")),
        Variant(spellings=("bookworm",)),
        Variant(spellings=("alpine3.24", "alpine")),
    ),
    (
        Variant(spellings=("jdk-noble", "jdk", "noble", "")),
        Variant(spellings=("jre-noble", "jre")),
        Variant(spellings=("jdk-alpine-3.23", "jdk-alpine")),
        Variant(
            spellings=("jdk-windowsservercore-ltsc2025", "jdk-windowsservercore"),
            architectures=("windows-amd64",),
        ),
        Variant(spellings=("jdk-nanoserver-1809",), architectures=("windows-amd64",)),
    ),
    (
        Variant(spellings=("php8.4-apache", "apache", "php8.4", "")),
        Variant(spellings=("php8.4-fpm", "fpm")),
        Variant(spellings=("php8.3-apache", "php8.3")),
    ),
    (Variant(spellings=("al2023", "")), Variant(spellings=("al2-full",))),
    (Variant(spellings=("eclipse-temurin-21", "")), Variant(spellings=("eclipse-temurin-17",))),
    (Variant(spellings=("scala_2.12-java11", "java11", "")), Variant(spellings=("java8",))),
)


def make_pair(rng: random.Random) -> Pair:
    """Return a random pair."""
    happens = rng.choice(EVENTS)
    while True:
        name = rng.choice([*STYLES])
        pair = happens(rng, STYLES[name])
        if pair is not None:
            return replace(pair, what=f"{name}: {pair.what}")


def _state(rng: random.Random, style: Style) -> tuple[State, list[Release], int]:
    """Return a family, the releases of the cycle that changes, and the number of its release."""
    releases = style.releases(rng, rng.randint(1, 6))
    cycles = [releases]
    if style.releases.__name__ not in {"tip", "codename", "minio"} and rng.random() < 0.6:
        cycles.append(style.releases(rng, rng.randint(7, 12)))
        rng.shuffle(cycles)
    number = rng.randrange(len(releases))
    state = State(
        style=style,
        cycles=tuple(one[number if one is releases else 0] for one in cycles),
        variants=rng.choice(VARIANTS),
    )
    return state, releases, number


def _with(state: State, old: Release, new: Release) -> State:
    cycles = tuple(new if release is old else release for release in state.cycles)
    return replace(state, cycles=cycles, commit="b" * 40)


def _pair(
    old: State,
    new: State,
    what: str,
    severity: Severity | None,
    kinds: dict[Effect, set[str]] | None = None,
) -> Pair:
    return Pair(
        old=old.manifest(), new=new.manifest(), what=what, severity=severity, kinds=kinds or {}
    )


def _changed(old: State, new: State, before: Release, after: Release) -> tuple[set[str], set[str]]:
    """Return the tags that stay and those that begin or end, if a release follows another."""
    was = {tag for variant in old.variants for tag in old.tags(before, variant)}
    now = {tag for variant in new.variants for tag in new.tags(after, variant)}
    return was & now, was ^ now


def update(rng: random.Random, style: Style) -> Pair | None:
    """Return a step to a newer release: expected, and every tag of the cycle has an update."""
    old, releases, number = _state(rng, style)
    if number + 1 == len(releases):
        return None
    before, after = releases[number], rng.choice(releases[number + 1 :])
    new = _with(old, before, after)
    moved, other = _changed(old, new, before, after)
    if before.aliases[0] in after.aliases:
        return None
    kinds: dict[Effect, set[str]] = {
        effect: set() for effect in Effect if effect is not Effect.REBUILT
    }
    kinds[Effect.UPDATE] = moved | other
    what = f"{before.aliases} to {after.aliases}"
    if style.releases.__name__ in {"tip", "minio", "codename", "dated_line"}:
        del kinds[Effect.UPDATE]
    return _pair(old, new, what, Severity.EXPECTED, kinds)


def back(rng: random.Random, style: Style) -> Pair | None:
    """Return a step to an older release: breaking, and exactly the tags that stay go back."""
    old, releases, number = _state(rng, style)
    if number == 0:
        return None
    before, after = releases[number], rng.choice(releases[:number])
    new = _with(old, before, after)
    moved, _ = _changed(old, new, before, after)
    what = f"{before.aliases} back to {after.aliases}"
    return _pair(old, new, what, Severity.BREAKING, {Effect.GOES_BACK: moved})


def rebuilt(rng: random.Random, style: Style) -> Pair | None:
    """Return other sources for the same releases: expected."""
    old, _, _ = _state(rng, style)
    return _pair(
        old,
        replace(old, commit="b" * 40),
        "rebuilt",
        Severity.EXPECTED,
        {Effect.REBUILT: old.all_tags()},
    )


def nothing(rng: random.Random, style: Style) -> Pair | None:
    """Return the same manifest twice."""
    old, _, _ = _state(rng, style)
    return _pair(old, old, "nothing", None)


def loses(rng: random.Random, style: Style) -> Pair | None:
    """Return a variant that loses an architecture, with or without an update: breaking."""
    old, releases, number = _state(rng, style)
    variant = rng.choice([one for one in old.variants if len(one.architectures) > 1])
    less = replace(variant, architectures=variant.architectures[:-1])
    variants = tuple(less if one is variant else one for one in old.variants)
    new = replace(old, variants=variants)
    if number + 1 < len(releases) and rng.random() < 0.5:
        new = _with(new, releases[number], releases[number + 1])
    lost = {tag for release in old.cycles for tag in old.tags(release, variant)} & new.all_tags()
    return _pair(old, new, f"{variant} loses s390x", Severity.BREAKING, {Effect.LOSES: lost})


def variant_ends(rng: random.Random, style: Style) -> Pair | None:
    """Return a variant without short tags that ends everywhere: notable."""
    old, _, _ = _state(rng, style)
    variant = old.variants[-1]
    if len(old.variants) == 1 or len(variant.spellings) > 1:
        return None
    new = replace(old, variants=old.variants[:-1])
    ended = {tag for release in old.cycles for tag in old.tags(release, variant)}
    return _pair(
        old, new, f"{variant.spellings} ends", Severity.NOTABLE, {Effect.SUITE_ENDS: ended}
    )


def plain_tags_vanish(rng: random.Random, style: Style) -> Pair | None:
    """Return the variant with the plain tags removed: tags that fit another one vanish."""
    old, _, _ = _state(rng, style)
    first = old.variants[0]
    if len(old.variants) == 1 or "" not in first.spellings[1:]:
        return None
    new = replace(old, variants=old.variants[1:])
    left = [set(variant.spellings[0].split("-")) for variant in new.variants]
    short = tuple(
        spelling
        for spelling in first.spellings[1:]
        if any(set(spelling.split("-")) - {""} <= words for words in left)
    )
    vanished = {
        tag for release in old.cycles for tag in old.tags(release, replace(first, spellings=short))
    }
    return _pair(
        old, new, f"{first.spellings} ends", Severity.BREAKING, {Effect.VANISHES: vanished}
    )


def short_spelling_vanishes(rng: random.Random, style: Style) -> Pair | None:
    """Return a variant that loses its shortest spelling: these tags vanish, which is breaking."""
    old, _, _ = _state(rng, style)
    first = old.variants[0]
    if len(first.spellings) == 1:
        return None
    less = replace(first, spellings=first.spellings[:-1])
    new = replace(old, variants=(less, *old.variants[1:]))
    gone = old.all_tags() - new.all_tags()
    return _pair(old, new, f"{first.spellings} shorter", Severity.BREAKING, {Effect.VANISHES: gone})


def alias_vanishes(rng: random.Random, style: Style) -> Pair | None:
    """Return a release that loses its shortest alias, with or without an update: breaking."""
    old, releases, number = _state(rng, style)
    later = rng.choice(releases[number:])
    alias = later.aliases[-1]
    if len(later.aliases) == 1 or alias not in releases[number].aliases:
        return None
    if not later.final or style.releases.__name__ in {"codename", "minio"}:
        return None  # without this alias, the release has no other version, or no name
    less = Release(aliases=later.aliases[:-1], final=later.final)
    new = _with(old, releases[number], less)
    gone = {tag for variant in old.variants for tag in old.tags(Release(aliases=(alias,)), variant)}
    return _pair(old, new, f"{alias} lost", Severity.BREAKING, {Effect.VANISHES: gone})


def fixed_tag_moves(rng: random.Random, style: Style) -> Pair | None:
    """Return a full version that becomes an alias of the next release: breaking."""
    old, releases, number = _state(rng, style)
    if number + 1 == len(releases) or style.releases.__name__ in {"minio", "tip"}:
        return None
    before, after = releases[number], releases[number + 1]
    full = before.aliases[0]
    new = replace(_with(old, before, after), extra={full: after.aliases[0]})
    moved = {tag for variant in old.variants for tag in old.tags(Release(aliases=(full,)), variant)}
    return _pair(old, new, f"{full} on {after.aliases}", Severity.BREAKING, {Effect.FIXED: moved})


def cycle_added(rng: random.Random, style: Style) -> Pair | None:
    """Return a new cycle: notable."""
    new, releases, number = _state(rng, style)
    if len(new.cycles) == 1:
        return None
    release = releases[number]
    old = replace(new, cycles=tuple(one for one in new.cycles if one is not release))
    added = new.all_tags() - old.all_tags()
    return _pair(old, new, f"{release.aliases} added", Severity.NOTABLE, {Effect.NEW_CYCLE: added})


def cycle_ends(rng: random.Random, style: Style) -> Pair | None:
    """Return a cycle that ends: notable."""
    old, releases, number = _state(rng, style)
    if len(old.cycles) == 1:
        return None
    release = releases[number]
    new = replace(old, cycles=tuple(one for one in old.cycles if one is not release))
    ended = old.all_tags() - new.all_tags()
    return _pair(old, new, f"{release.aliases} ends", Severity.NOTABLE, {Effect.CYCLE_ENDS: ended})


def latest_becomes_early(rng: random.Random, style: Style) -> Pair | None:
    """Return `newest`, a moving tag, that goes from a final release to a pre-release."""
    early = rng.choice([STYLES["candidate"], STYLES["milestone"], STYLES["early_access"]])
    if style.prefix or style.releases.__name__ in {"tip", "codename", "minio", "calendar"}:
        return None
    final = style.releases(rng, rng.randint(1, 6))[0]
    release = early.releases(rng, rng.randint(20, 30))[0]
    if not final.final:
        return None
    variants = rng.choice(VARIANTS)
    old, new = (
        State(style=style, cycles=(final, release), variants=variants, extra={"lts": owner})
        for owner in (final.aliases[0], release.aliases[0])
    )
    moved = old.all_tags() & {
        tag for variant in variants for tag in old.tags(Release(aliases=("lts",)), variant)
    }
    return _pair(
        old, new, f"lts to {release.aliases}", Severity.BREAKING, {Effect.PRERELEASE: moved}
    )


def alias_moves_on(rng: random.Random, style: Style) -> Pair | None:
    """Return `lts` that moves to the next cycle, or back from it."""
    if style.releases.__name__ in {"tip", "codename", "minio"}:
        return None
    first, second = (rng.choice(style.releases(rng, major)) for major in (3, 4))
    if first.final != second.final:
        return None
    variants = rng.choice(VARIANTS)
    before, after = (
        State(
            style=style,
            cycles=(second, first),
            variants=variants,
            extra={"lts": owner.aliases[0]},
        )
        for owner in (first, second)
    )
    moved = {tag for variant in variants for tag in before.tags(Release(aliases=("lts",)), variant)}
    what = f"lts to {second.aliases}"
    if rng.random() < 0.5:
        return _pair(before, after, what, Severity.NOTABLE, {Effect.CYCLE: moved})
    return _pair(after, before, f"back: {what}", Severity.BREAKING, {Effect.GOES_BACK: moved})


def suite_moves(rng: random.Random, style: Style) -> Pair | None:
    """Return the short tags of a suite that move to another one: notable."""
    old, _, _ = _state(rng, style)
    first, other = (Variant(spellings=spellings) for spellings in (("trixie", ""), ("bookworm",)))
    second, rest = (Variant(spellings=spellings) for spellings in (("bookworm", ""), ("trixie",)))
    before = replace(old, variants=(first, other))
    after = replace(old, variants=(second, rest), commit="b" * 40)
    plain = Variant(spellings=("",))
    moved = {tag for release in old.cycles for tag in old.tags(release, plain)}
    return _pair(before, after, "short tags", Severity.NOTABLE, {Effect.SUITE: moved})


def final_is_out(rng: random.Random, style: Style) -> Pair | None:
    """Return pre-releases that end with their first final release (notable), or a later one."""
    del style
    major, minor, again = rng.randint(1, 9), rng.randint(0, 12), rng.random() < 0.5
    base = f"{major}.{minor}"
    patch = rng.randint(1, 12) if again else 0
    mark = rng.choice(["RC1", "rc2", "-rc.1", "-preview2", "b3", "-M4", "-milestone-2", "-CR1"])
    early = _named(f"{base}.{patch}{mark}", f"{base}-rc", final=False)
    final = _named(f"{base}.{patch}", base)
    variants = rng.choice(VARIANTS)
    before = [_named(f"{base}.{patch - 1}", base)] if again else []
    plain = STYLES["three_numbers"]
    old = State(style=plain, cycles=(early, *before), variants=variants)
    new = State(style=plain, cycles=(final,), variants=variants, commit="b" * 40)
    kinds = {Effect.BECOMES_FINAL: set[str]()} if again else {}
    if not again:
        kinds[Effect.BECOMES_FINAL] = old.all_tags() | new.all_tags()
    severity = Severity.EXPECTED if again else Severity.NOTABLE
    return _pair(old, new, f"{early.aliases} to {final.aliases}, again: {again}", severity, kinds)


def _named(*aliases: str, final: bool = True) -> Release:
    return Release(aliases=aliases, final=final)


EVENTS: tuple[Callable[[random.Random, Style], Pair | None], ...] = (
    update, update, back, back, rebuilt, nothing, loses, variant_ends, plain_tags_vanish,
    short_spelling_vanishes, fixed_tag_moves, cycle_added, cycle_ends, latest_becomes_early,
    final_is_out, alias_vanishes, alias_moves_on, suite_moves,
)  # fmt: skip
