"""What has to fit together in versions.yaml beyond the shape of each value."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final

from tagmatrix.config.model import Condition
from tagmatrix.config.shapes import nearest
from tagmatrix.cycles import cycle_numbers, is_final, is_version
from tagmatrix.library.values import MAINTAINER_FORMAT, read_maintainer
from tagmatrix.problems import MAX_PROBLEMS, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tagmatrix.config.model import Config, Flavor, Release, Suite, VariantChoice
    from tagmatrix.problems import ValuePath

MAX_IMAGES: Final = 50_000
MAX_WORK: Final = 20_000_000
"""So many tags, rules and settings of images are looked at; a small file can ask for far more."""


def problems(config: Config) -> list[Problem]:
    """Return what does not fit together, each with its place; at most MAX_PROBLEMS."""
    found = (
        finding
        for check in (
            _size,
            _maintainers,
            _flavors,
            _references,
            _variants,
            _conditions,
            _rules,
            _acceptances,
            _releases,
            _held,
        )
        for finding in check(config)
    )
    return [
        Problem(path, message, config.place(path)) for path, message in islice(found, MAX_PROBLEMS)
    ]


def warnings(config: Config) -> list[Problem]:
    """Return what is allowed but odd, each with its place."""
    found = [*_order(config), *_finished(config)]
    return [Problem(path, message, config.place(path)) for path, message in found]


def _unknown(kind: str, name: str, known: Collection[str]) -> str:
    return f'there is no {kind} "{shown(name)}"{nearest(name, known)}'


def _size(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """The matrix is one that can be expanded in a reasonable time."""
    made = sum(len(suite.flavors) for suite in config.suites.values())
    usual = made if config.variants is None else len(config.variants)
    entries: list[Flavor | VariantChoice] = [*config.flavors.values()]
    entries += [choice for _, choice in config.listed_variants()]
    lists = [len(texts or ()) for entry in entries for texts in (entry.tags, entry.shared_tags)]
    spellings = 2 * max(lists, default=0) + 2
    rules = len(config.settings) + sum(1 + len(rule.architectures) for rule in config.exclude)
    images = work = 0
    for release in config.releases:
        count = usual if release.variants is None else len(release.variants)
        images += count
        work += count * (spellings * (len(release.aliases) + 4) + rules)
    if images > MAX_IMAGES:
        yield ("releases",), f"these are {images:,} images; more than {MAX_IMAGES:,} are not made"
    elif work > MAX_WORK:
        message = "so many tags and rules for so many images take too long; list fewer"
        yield ("releases",), message


def _maintainers(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """Maintainers are written as the manifest wants them."""
    if not config.maintainers:
        yield ("maintainers",), f"nobody is named; add `- {MAINTAINER_FORMAT}`"
    for number, maintainer in enumerate(config.maintainers):
        if read_maintainer(maintainer) is None:
            message = f'"{maintainer}" cannot stand in a manifest; expected {MAINTAINER_FORMAT}'
            yield ("maintainers", number), message


def _flavors(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """A flavor follows one that follows none, and every variant has a name of its own."""
    for name, flavor in config.flavors.items():
        path: ValuePath = ("flavors", name, "follows")
        if flavor.follows is not None:
            followed = config.flavors.get(flavor.follows)
            if followed is None:
                yield path, _unknown("flavor", flavor.follows, config.flavors)
            elif flavor.follows == name:
                yield path, f"{name} cannot follow itself; remove `follows`"
            elif followed.follows is not None:
                yield path, f"{flavor.follows} follows another flavor itself; name that one"
    names: dict[str, str] = {}
    for name, suite in config.suites.items():
        for number, key in enumerate(suite.flavors):
            if key not in config.flavors:
                continue
            variant = config.flavors[key].name.replace("{suite}", name)
            this = f"{key} on {name}"
            other = names.setdefault(variant, this)
            if other != this:
                message = (
                    f'{other} and {this} would both be called "{variant}"; '
                    f"put {{suite}} into the name of {key}, or name them otherwise"
                )
                yield ("suites", name, "flavors", number), message


def _references(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """Every name that refers to something refers to something."""
    for name, suite in config.suites.items():
        yield from _suite(config, name, suite)
    yield from _default_suites(config, config.default_suites, ("default_suites",))
    needed = {artifact for flavor in config.flavors.values() for artifact in flavor.needs}
    for _, choice in config.listed_variants():
        needed.update(choice.needs or ())
    for release in config.releases:
        here: ValuePath = ("releases", release.cycle)
        yield from _default_suites(config, release.default_suites, (*here, "default_suites"))
        manager = release.release_manager
        if manager is not None and manager not in config.release_managers:
            message = _unknown("release manager", manager, config.release_managers)
            yield (*here, "release_manager"), message
        for setting in release.settings:
            if setting not in config.settings:
                path = (*here, "settings", setting)
                yield path, _unknown("setting", setting, config.settings)
        for artifact in release.held_back:
            if artifact not in needed:
                message = (
                    f"no variant needs the artifact {artifact}{nearest(artifact, sorted(needed))}"
                )
                yield (*here, "held_back", artifact), message


def _variants(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """A variant that is listed is known, or says everything of itself."""
    known = config.known_variants() if _all_flavors_known(config) else {}
    seen: set[tuple[ValuePath, str]] = set()
    for path, choice in config.listed_variants():
        if (path[:-1], choice.name) in seen:
            yield path, f'variant "{choice.name}" stands twice in this list; keep one'
        seen.add((path[:-1], choice.name))
        if choice.flavor is not None and choice.flavor not in config.flavors:
            yield (*path, "flavor"), _unknown("flavor", choice.flavor, config.flavors)
        elif choice.suite is not None and choice.suite not in config.suites:
            yield (*path, "suite"), _unknown("suite", choice.suite, config.suites)
        elif choice.name not in known:
            flavor = config.flavors[choice.flavor] if choice.flavor else None
            if message := _incomplete(choice, flavor, known):
                yield path, message
        if choice.version is not None and not is_version(choice.version):
            yield (*path, "version"), _incomparable(choice.version)


def _incomplete(choice: VariantChoice, flavor: Flavor | None, known: Collection[str]) -> str:
    """Return what a variant that flavors and suites do not make leaves open."""
    if flavor is None and choice.base is None and choice.template is None:
        unknown = _unknown("variant", choice.name, [name for name in known if name])
        return f"{unknown} (one of its own needs `base`, `template`, `architectures`)"
    missing = [
        key
        for key in ("base", "template", "architectures")
        if flavor is None and getattr(choice, key) is None
    ]
    if flavor is not None and choice.suite is None and "{suite}" in str(flavor):
        missing.append("suite")
    which = " and ".join(f"`{key}`" for key in missing)
    return f'variant "{choice.name}" needs {which}; add it' if missing else ""


def _all_flavors_known(config: Config) -> bool:
    return all(name in config.flavors for suite in config.suites.values() for name in suite.flavors)


def _suite(config: Config, name: str, suite: Suite) -> Iterator[tuple[ValuePath, str]]:
    here: ValuePath = ("suites", name)
    for number, flavor in enumerate(suite.flavors):
        if flavor not in config.flavors:
            yield (*here, "flavors", number), _unknown("flavor", flavor, config.flavors)
        elif flavor not in suite.architectures:
            message = f"the architectures of {flavor}'s base are missing; add them"
            yield (*here, "architectures"), message
    for flavor in suite.architectures:
        if flavor not in suite.flavors:
            message = f"{flavor} is no flavor of this suite{nearest(flavor, suite.flavors)}"
            yield (*here, "architectures", flavor), message


def _default_suites(
    config: Config, defaults: Mapping[str, str | None], path: ValuePath
) -> Iterator[tuple[ValuePath, str]]:
    # A suite that nobody has is allowed: `laws.warnings` tells what it leaves unowned.
    for name in defaults:
        flavor = config.flavors.get(name)
        if flavor is None:
            yield (*path, name), _unknown("flavor", name, config.flavors)
        elif flavor.follows is not None:
            message = f"{name} follows {flavor.follows}; set {flavor.follows}'s default suite"
            yield (*path, name), message


def _conditions(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """Every condition names what there is."""
    rules: list[tuple[ValuePath, Condition | None]] = []
    for name, setting in config.settings.items():
        rules.append((("settings", name, "when"), setting.when))
        rules.append((("settings", name, "unless"), setting.unless))
    for number, rule in enumerate(config.exclude):
        rules.append((("exclude", number, "when"), rule.when))
        rules.append((("exclude", number, "unless"), rule.unless))
    cycles = [release.cycle for release in config.releases]
    variants = [choice.name for _, choice in config.listed_variants()]
    if _all_flavors_known(config):
        variants += config.known_variants()
    for path, condition in rules:
        if condition is None:
            continue
        if condition == Condition():
            yield path, f"an empty `{path[-1]}` says nothing; name what is meant, or remove it"
        for key, names, known in (
            ("cycle", condition.cycles, cycles),
            ("flavor", condition.flavors, config.flavors),
            ("suite", condition.suites, config.suites),
            ("variant", condition.variants, variants),
        ):
            for number, name in enumerate(names):
                if name not in known:
                    yield (*path, f"{key}s", number), _unknown(key, name, known)


def _rules(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """A rule that excludes says what."""
    for number, rule in enumerate(config.exclude):
        if not rule.architectures and rule.when is None and rule.unless is None:
            message = "this excludes every image; say `architectures` or `when`"
            yield ("exclude", number), message


def _acceptances(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """An acceptance names one effect."""
    effects = ("loses", "goes_back_to", "prerelease", "windows_only", "vanishes", "sha256")
    for number, acceptance in enumerate(config.accept):
        path: ValuePath = ("accept", number)
        given = [effect for effect in effects if getattr(acceptance, effect) not in {None, ()}]
        if not given:
            yield path, f"this accepts nothing; name one effect: {', '.join(effects)}"
        elif len(given) > 1:
            both = " and ".join(f"`{effect}`" for effect in given)
            yield path, f"this accepts {both}; write an entry for each"
        elif given == ["sha256"] and acceptance.tags:
            yield (*path, "tag"), "`sha256` is about no tag; remove `tag`"
        elif given != ["sha256"] and not acceptance.tags:
            yield path, "`tag` is missing; add it: which tags are meant"
        for effect in ("windows_only", "vanishes"):
            if getattr(acceptance, effect) is False:
                yield (*path, effect), f"say `{effect}: true`, or remove the entry"


def _releases(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """Versions are versions, and a pre-release claims nothing of a final one."""
    if not config.releases:
        yield ("releases",), 'there is no release; add a cycle such as "3.14"'
    for release in config.releases:
        yield from _release(release)


def _release(release: Release) -> Iterator[tuple[ValuePath, str]]:
    here: ValuePath = ("releases", release.cycle)
    if not is_version(release.version):
        yield (*here, "version"), _incomparable(release.version)
        return
    yield from _belongs(release)
    if not is_final(release.version):
        for number, alias in enumerate(release.aliases):
            if alias == "latest" or alias.isdigit():
                message = (
                    f"{release.version} is a pre-release; `{alias}` belongs to a final release: "
                    "remove the alias"
                )
                yield (*here, "aliases", number), message


def _belongs(release: Release) -> Iterator[tuple[ValuePath, str]]:
    """A cycle's version begins with the cycle's numbers."""
    path: ValuePath = ("releases", release.cycle, "version")
    numbers = cycle_numbers(release.cycle)
    if numbers and cycle_numbers(release.version)[: len(numbers)] != numbers:
        message = f"{release.version} is no version of {release.cycle}; correct it or the cycle"
        yield path, message
    if padded := re.search(r"(?<![0-9])0[0-9]+", release.version):
        message = f"{release.version} has a number with a leading zero, {padded[0]}; drop the zero"
        yield path, message


def _incomparable(version: str) -> str:
    return (
        f'"{shown(version)}" cannot be compared with other versions (PEP 440); '
        "write it as 3.14.6 or 3.15.0rc1"
    )


def _held(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """A held alias is one that is derived, held at a final release that there is."""
    releases = {release.cycle: release for release in config.releases}
    majors = {str(numbers[0]) for cycle in releases if (numbers := cycle_numbers(cycle))}
    for alias, cycle in config.hold.items():
        path = ("hold", alias)
        if not config.derive_aliases:
            yield path, "derive_aliases is off, so there is nothing to hold; remove `hold`"
        elif alias != "latest" and alias not in majors:
            yield (
                path,
                f"`{alias}` is no derived alias{nearest(alias, ['latest', *sorted(majors)])}",
            )
        elif cycle is None:
            continue
        elif cycle not in releases:
            yield path, _unknown("release cycle", cycle, releases)
        elif not is_final(releases[cycle].version):
            version = releases[cycle].version
            message = f"{version} is a pre-release; `{alias}` needs a final release: name another"
            yield path, message
        elif not cycle_numbers(cycle):
            yield path, f"{cycle} has no number; hold `{alias}` at a numbered cycle, or list it"
        elif alias != "latest" and cycle_numbers(cycle)[:1] != (int(alias),):
            own = [name for name in releases if cycle_numbers(name)[:1] == (int(alias),)]
            yield path, f"{cycle} is no cycle of major {alias}{nearest(cycle, own)}"


def _finished(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """A final version in a cycle that is called a pre-release's."""
    for release in config.releases:
        bare = ".".join(map(str, cycle_numbers(release.cycle)))
        if release.cycle.endswith("-rc") and bare and is_final(release.version):
            message = f"{release.version} is final; rename the cycle to {bare}"
            yield ("releases", release.cycle), message


def _order(config: Config) -> Iterator[tuple[ValuePath, str]]:
    """Newest first, by number: that is how the file is kept and printed."""
    for upper, lower in pairwise(config.releases):
        if cycle_numbers(upper.cycle) < cycle_numbers(lower.cycle):
            message = f"{lower.cycle} is newer than {upper.cycle} above it; keep newest first"
            yield ("releases", lower.cycle), message
    for flavor in config.flavors:
        suites = [name for name, suite in config.suites.items() if flavor in suite.flavors]
        numbered = [name for name in suites if cycle_numbers(name)]
        for upper_suite, suite in pairwise(numbered):
            if cycle_numbers(upper_suite) < cycle_numbers(suite):
                message = f"{suite} is newer than {upper_suite} above it; keep newest first"
                yield ("suites", suite), message
    known = config.known_variants()
    last: dict[tuple[ValuePath, str], tuple[str, str]] = {}
    for path, choice in config.listed_variants():
        flavor, suite = known.get(choice.name, ("", ""))
        if not cycle_numbers(suite):
            continue
        above, upper_suite = last.get((path[:-1], flavor), ("", suite))
        if cycle_numbers(upper_suite) < cycle_numbers(suite):
            yield path, f"{choice.name} is newer than {above} above it; keep newest first"
        last[path[:-1], flavor] = (choice.name, suite)
