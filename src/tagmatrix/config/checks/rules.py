"""Check the names in conditions, and that exclusions and acceptances are complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.format.rules import ABOUT, EFFECTS
from tagmatrix.problems import shown
from tagmatrix.util.wording import join_names
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import (
        Acceptance,
        Component,
        Condition,
        Config,
        Exclusion,
        Setting,
    )
    from tagmatrix.config.publishing import Destination, Secret
    from tagmatrix.problems import ValuePath


_ABOUT: Final = {"tag": "tags", "setting": "a setting", "component": "a component"}


def conditions(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that each condition uses names that are defined."""
    most = max((len(cycle_numbers(cycle)) for cycle in names.cycles), default=0)
    for path, condition in conditions_of(config):
        if condition.architectures and path[0] in {"publish", "flavors"}:
            message = (
                "this is about whole images, which have several architectures; remove "
                "`architectures`"
            )
            yield (*path, "architectures"), message
        if condition.architectures and path[0] in {"settings", "components"}:
            kind = str(path[0]).removesuffix("s")
            message = (
                f"a {kind} cannot depend on the architecture, because an image has one Dockerfile "
                "for all its architectures: check the architecture in the template's build commands"
            )
            yield (*path, "architectures"), message
        yield from _too_long(path, condition, most)
        for key, given, known in (
            ("cycle", condition.cycles, names.cycles),
            ("flavor", condition.flavors, names.flavors),
            ("suite", condition.suites, names.suites),
            ("variant", condition.variants, names.variants),
        ):
            for number, name in enumerate(given):
                if known is not None and name not in known:
                    yield (*path, f"{key}s", number), unknown(key, name, known)


def conditions_of(config: Config) -> Iterator[tuple[ValuePath, Condition]]:
    """Yield all conditions, each with its path."""
    rules: list[tuple[ValuePath, Setting | Component | Exclusion | Destination | Secret]] = [
        *((("settings", name), setting) for name, setting in config.settings.items()),
        *((("components", name), each) for name, each in config.components.items()),
        *((("exclude", number), rule) for number, rule in enumerate(config.exclude)),
        *(
            (("publish", "registries", number), each)
            for number, each in enumerate(config.publish.registries)
        ),
        *(
            (("flavors", name, "secrets", number), each)
            for name, flavor in config.flavors.items()
            for number, each in enumerate(flavor.secrets)
        ),
    ]
    for path, rule in rules:
        for key, condition in (("when", rule.when), ("unless", rule.unless)):
            if condition is not None:
                yield (*path, key), condition


def _too_long(path: ValuePath, condition: Condition, most: int) -> Iterator[Finding]:
    """Report a comparison with more numbers than any cycle (`most`): it compares versions."""
    for comparison in condition.comparisons:
        if most and any(comparison.numbers[most:]):
            written, shorter = (
                f"{comparison.symbol}{'.'.join(map(str, numbers))}"
                for numbers in (comparison.numbers, comparison.numbers[:most])
            )
            message = (
                f"{shown(written)} is compared with cycles, and no cycle has so many numbers; "
                f"name a cycle, such as {shorter}"
            )
            yield (*path, "cycles"), message


def rules(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each exclusion has a limit."""
    for number, rule in enumerate(config.exclude):
        if not rule.architectures and rule.when is None and rule.unless is None:
            message = "this excludes every image; set `architectures` or `when`"
            yield ("exclude", number), message


def acceptances(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each acceptance names one effect."""
    for number, acceptance in enumerate(config.accept):
        path: ValuePath = ("accept", number)
        given = [effect for effect in EFFECTS if getattr(acceptance, effect) not in {None, ()}]
        if not given:
            yield path, f"this accepts nothing; name one effect: {', '.join(EFFECTS)}"
        elif len(given) > 1:
            both = join_names([f"`{effect}`" for effect in given])
            yield path, f"this accepts {both}; write an entry for each"
        else:
            yield from _about(path, given[0], acceptance)


def _about(path: ValuePath, effect: str, acceptance: Acceptance) -> Iterator[Finding]:
    """Check that an acceptance names tags or a setting, as its effect needs."""
    may = ABOUT.get(effect, ("tag",))
    given = ["tag"] * bool(acceptance.tags) + ["setting"] * (acceptance.setting is not None)
    given += ["component"] * (acceptance.component is not None)
    for name in given:
        if name not in may:
            yield (*path, name), f"`{effect}` does not take a `{name}`; remove `{name}`"
    if may and not given:
        yield path, "`tag` is missing; add it: the tags that this accepts the effect for"
    if len(given) > 1 and set(given) <= set(may):
        both = join_names([_ABOUT[name] for name in given])
        yield path, f"this is about {both}; write an entry for each"
