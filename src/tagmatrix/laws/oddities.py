"""What is allowed, but leaves something out that a reader may miss."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.config.model import Key
from tagmatrix.config.shapes import nearest
from tagmatrix.variants import default_suite
from tagmatrix.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.laws.findings import Finding
    from tagmatrix.matrix import Matrix
    from tagmatrix.problems import ValuePath


def unowned(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A default suite that a release lacks leaves its short tags to nobody."""
    present = {(image.cycle, image.flavor, image.suite) for image in matrix.images}
    flavors: defaultdict[str, set[str]] = defaultdict(set)
    for cycle, flavor, _ in present:
        flavors[cycle].add(flavor)
    unowned: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    owned = set()
    for release in config.releases:
        for flavor in config.flavors:
            suite = default_suite(config, release, flavor)
            if flavor not in flavors[release.cycle] or suite is None:
                continue
            name = config.flavors[flavor].follows or flavor
            path: ValuePath = ("default_suites", name)
            if name in release.default_suites:
                path = ("releases", release.cycle, *path)
            if (release.cycle, flavor, suite) in present:
                owned.add((path, flavor))
            else:
                unowned[path, flavor, suite].append(release.cycle)
    for (path, flavor, suite), cycles in unowned.items():
        end = f"the short tags of {flavor} are left unowned"
        if (path, flavor) not in owned and path[0] == "default_suites":
            known = "; name another suite, or null" if suite in config.suites else ""
            yield (
                path,
                f"no release has {flavor} on {suite}: {end}"
                + (known or nearest(suite, config.suites)),
            )
        else:
            has = "has" if len(cycles) == 1 else "have"
            message = f"{join_names(cycles)} {has} no {flavor} on {suite}: {end} there"
            yield path, f"{message}; if that is meant, say `{path[-1]}: null` for it"


def without_images(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A release whose variants are all left out is published no more."""
    cycles = {image.cycle for image in matrix.images}
    for release in config.releases:
        if release.cycle not in cycles:
            message = f"every variant of {release.cycle} is left out; it has no image and no tag"
            yield ("releases", release.cycle), message


def idle(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A setting that holds nowhere is a leftover or a mistake."""
    listed = {name for release in config.releases for name in release.settings}
    for name in matrix.idle:
        setting = config.settings[name]
        if name not in listed and (setting.when or setting.unless):
            message = f"{name} holds for no image; mend its condition, or remove the setting"
            yield ("settings", name, "when" if setting.when else "unless"), message


def unused(config: Config) -> Iterator[Finding]:
    """A flavor that nothing is of is a leftover or a mistake."""
    used = {flavor for flavor, _ in config.known_variants().values()}
    used |= {choice.flavor for _, choice in config.listed_variants() if choice.flavor}
    used |= {flavor.follows for flavor in config.flavors.values() if flavor.follows}
    for name in config.flavors:
        if name not in used:
            message = f"no suite has the flavor {name}; add it to one's `flavors`, or remove it"
            yield ("flavors", Key(name)), message
