"""Conditions name what there is; rules and acceptances say something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks.words import all_flavors_known, unknown
from tagmatrix.config.format.rules import ABOUT_NO_TAG, EFFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.words import Finding
    from tagmatrix.config.gaps import Gaps
    from tagmatrix.config.model import Condition, Config
    from tagmatrix.problems import ValuePath

_SECTIONS: Final = {"cycle": "releases", "flavor": "flavors", "suite": "suites"}


def conditions(config: Config, gaps: Gaps) -> Iterator[Finding]:
    """Every condition names what there is."""
    conditions: list[tuple[ValuePath, Condition | None]] = []
    for name, setting in config.settings.items():
        conditions.append((("settings", name, "when"), setting.when))
        conditions.append((("settings", name, "unless"), setting.unless))
    for number, rule in enumerate(config.exclude):
        conditions.append((("exclude", number, "when"), rule.when))
        conditions.append((("exclude", number, "unless"), rule.unless))
    cycles = [release.cycle for release in config.releases]
    variants = [choice.name for _, choice in config.listed_variants()]
    variants += config.known_variants()
    whole = all_flavors_known(config) and not gaps.within(
        "flavors", "suites", "variants", "releases"
    )
    for path, condition in conditions:
        if condition is None:
            continue
        for key, names, known in (
            ("cycle", condition.cycles, cycles),
            ("flavor", condition.flavors, config.flavors),
            ("suite", condition.suites, config.suites),
            ("variant", condition.variants, variants),
        ):
            for number, name in enumerate(names):
                if name in known or gaps.unsure(_SECTIONS.get(key, ""), name):
                    continue
                if key != "variant" or whole:
                    yield (*path, f"{key}s", number), unknown(key, name, known)


def rules(config: Config, _: Gaps) -> Iterator[Finding]:
    """A rule that excludes says what."""
    for number, rule in enumerate(config.exclude):
        if not rule.architectures and rule.when is None and rule.unless is None:
            message = "this excludes every image; say `architectures` or `when`"
            yield ("exclude", number), message


def acceptances(config: Config, _: Gaps) -> Iterator[Finding]:
    """An acceptance names one effect."""
    for number, acceptance in enumerate(config.accept):
        path: ValuePath = ("accept", number)
        given = [effect for effect in EFFECTS if getattr(acceptance, effect) not in {None, ()}]
        if not given:
            yield path, f"this accepts nothing; name one effect: {', '.join(EFFECTS)}"
        elif len(given) > 1:
            both = " and ".join(f"`{effect}`" for effect in given)
            yield path, f"this accepts {both}; write an entry for each"
        elif given == [ABOUT_NO_TAG] and acceptance.tags:
            yield (*path, "tag"), "`sha256` is about no tag; remove `tag`"
        elif given != [ABOUT_NO_TAG] and not acceptance.tags:
            yield path, "`tag` is missing; add it: which tags are meant"
