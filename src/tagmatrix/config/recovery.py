"""What of a file with mistakes can be expanded all the same, so that laws can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks.variants import incomplete
from tagmatrix.manifest.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tagmatrix.config.model import Condition, Config, Exclusion, VariantChoice
    from tagmatrix.problems import ValuePath

# An entry is as sound without these keys: no law asks for their value, or `Sound` says who may not.
_HARMLESS: Final = {
    "releases": {"release_manager", "end_of_life", "deprecated", "settings", "folder", "sha256"},
    "flavors": {"late", "wait_days", "builder", "constraints", "folder", "base", "template"},
    "suites": {"end_of_life", "deprecated"},
    "exclude": {"why", "link"},
}
# Without these an entry gives fewer images or tags, and those that it gives are right.
_LESS: Final = {"releases": {"default_suites"}, "suites": {"flavors"}}
_FOLDERS: Final = {"releases": {"folder"}, "flavors": {"folder"}}
_CHECKSUMS: Final = {"releases": {"sha256"}}
_EVERY: Final = tuple(sorted(ARCHITECTURES))
_ASIDE: Final = frozenset(
    {
        *("repository", "branch", "maintainers", "page", "builder", "upstream", "settings"),
        *("accept", "release_managers"),
    }
)


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound part of a config.

    Attributes:
        config: without the releases, flavors, suites and variants that something is wrong with.
        whole: nothing is missing that a law could ask for.
        excluded: all exclusions are as they are meant, so architectures are what they will be;
            else those that are broken exclude all that they may.
        foldered: all folders are as they are meant.
        unverified: the cycles whose checksums are not.
    """

    config: Config
    whole: bool
    excluded: bool
    foldered: bool = True
    unverified: frozenset[str] = frozenset()


def sound(config: Config, wrong: Iterable[ValuePath]) -> Sound | None:
    """Return the part of a config that the paths do not touch; None if nothing can be said of it.

    The paths are those of gaps, and of what does not fit together.
    """
    wrong = [path for path in wrong if path and path[0] not in _ASIDE]
    broken = {path for path in wrong if not _under(_HARMLESS, path)}
    foldered = not any(_under(_FOLDERS, path) for path in wrong)
    unverified = frozenset(str(path[1]) for path in wrong if _under(_CHECKSUMS, path))
    if not broken:
        return Sound(config, whole=True, excluded=True, foldered=foldered, unverified=unverified)
    sections = {path[0] for path in broken}
    exclude = _widest(config, broken)
    if exclude is None:
        return None
    names = {path[:2] for path in broken if not _under(_LESS, path)}
    flavors = {
        name: flavor for name, flavor in config.flavors.items() if ("flavors", name) not in names
    }
    suites = {
        name: replace(suite, flavors=tuple(key for key in suite.flavors if key in flavors))
        for name, suite in config.suites.items()
        if ("suites", name) not in names
    }
    rest = replace(config, flavors=flavors, suites=suites)
    known = rest.known_variants()

    def clear(choice: VariantChoice) -> bool:
        """Tell whether a listed variant is what it will be."""
        if choice.flavor is not None and choice.flavor not in flavors:
            return False
        if choice.suite is not None and choice.suite not in suites:
            return False
        flavor = flavors[choice.flavor] if choice.flavor else None
        return choice.name in known or not incomplete(choice, flavor, known)

    releases = []
    for release in config.releases:
        unlisted = release.variants is None and "variants" in sections
        if ("releases", release.cycle) in names or unlisted:
            continue
        listed = release.variants and tuple(filter(clear, release.variants))
        releases.append(replace(release, variants=listed))
    usual = config.variants and tuple(filter(clear, config.variants))
    # Who owns `3` and `latest` depends on all releases.
    derive = (
        len(releases) == len(config.releases)
        and not any(path[0] == "releases" for path in names)
        and not sections & {"derive_aliases", "hold"}
    )
    return Sound(
        replace(
            rest,
            variants=usual,
            releases=tuple(releases),
            exclude=exclude,
            derive_aliases=config.derive_aliases and derive,
        ),
        whole=False,
        excluded="exclude" not in sections,
        foldered=foldered,
        unverified=unverified,
    )


def _under(keys: Mapping[str, Collection[str]], path: ValuePath) -> bool:
    """Tell whether a path leads to one of these keys of an entry, or below."""
    section, *rest = path
    return len(rest) > 1 and rest[1] in keys.get(str(section), ())


def _widest(config: Config, broken: Iterable[ValuePath]) -> tuple[Exclusion, ...] | None:
    """Return the exclusions, each broken one with all that it may exclude; None if one is lost."""
    rules = list(config.exclude)
    deeper = {path[1] for path in broken if path[0] == "exclude" and path[2:]}
    for section, *rest in broken:
        if section != "exclude":
            continue
        match rest:
            case [int(number), "architectures", *_] if number < len(rules):
                rules[number] = replace(rules[number], architectures=_EVERY)
            case [int(number), "when", str(part), *_] if number < len(rules):
                rules[number] = replace(rules[number], when=_without(rules[number].when, part))
            case [int(number), "when"] if number < len(rules):
                rules[number] = replace(rules[number], when=None)
            case [int(number), "unless", *_] if number < len(rules):
                rules[number] = replace(rules[number], unless=None)
            case [int(number), _, *_] if number < len(rules):
                continue  # a key that is not known may be any that is absent: all is excluded
            case [int(number)] if number in deeper:
                continue  # it follows from what is broken in it
            case _:
                return None
    return tuple(rules)


def _without(condition: Condition | None, part: str) -> Condition | None:
    """Return a condition without one of its parts."""
    if condition is None:
        return None
    if part == "cycles":
        return replace(condition, cycles=(), comparisons=())
    if part in {"flavors", "suites", "variants", "architectures"}:
        return replace(condition, **{part: ()})
    return condition
