"""What of a file with mistakes can be expanded all the same, so that laws can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks.variants import incomplete

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tagmatrix.config.model import Config, VariantChoice
    from tagmatrix.problems import ValuePath

# Keys whose value no law asks for: an entry is as sound without them.
_HARMLESS: Final = {
    "releases": {"release_manager", "end_of_life", "deprecated", "settings"},
    "flavors": {"late", "wait_days", "builder", "constraints"},
    "suites": {"end_of_life", "deprecated"},
    "exclude": {"why", "link"},
}
# Without these an entry gives fewer images or tags, and those that it gives are right.
_LESS: Final = {"releases": {"default_suites"}, "suites": {"flavors"}}
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
        excluded: all exclusions are as they are meant, so architectures are what they will be.
    """

    config: Config
    whole: bool
    excluded: bool


def sound(config: Config, wrong: Iterable[ValuePath]) -> Sound | None:
    """Return the part of a config that the paths do not touch; None if nothing can be said of it.

    The paths are those of gaps, and of what does not fit together.
    """
    broken = {
        path for path in wrong if path and path[0] not in _ASIDE and not _under(_HARMLESS, path)
    }
    if not broken:
        return Sound(config, whole=True, excluded=True)
    sections = {path[0] for path in broken}
    if not _architectures_only(config, broken):
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
    derive = len(releases) == len(config.releases) and not sections & {
        *("releases", "derive_aliases", "hold")
    }
    return Sound(
        replace(
            rest,
            variants=usual,
            releases=tuple(releases),
            derive_aliases=config.derive_aliases and derive,
        ),
        whole=False,
        excluded="exclude" not in sections,
    )


def _under(keys: Mapping[str, Collection[str]], path: ValuePath) -> bool:
    """Tell whether a path leads to one of these keys of an entry, or below."""
    section, *rest = path
    return len(rest) > 1 and rest[1] in keys.get(str(section), ())


def _architectures_only(config: Config, broken: Iterable[ValuePath]) -> bool:
    """Tell whether what is wrong with exclusions leaves the images that there are alone."""
    for section, *rest in broken:
        if section == "exclude":
            number = rest[0] if rest else None
            if not isinstance(number, int) or number >= len(config.exclude):
                return False
            if not config.exclude[number].architectures or len(rest) == 1:
                return False
    return True
