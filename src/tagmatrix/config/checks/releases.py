"""Check versions and aliases of releases, and the cycles that hold aliases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.model import Key
from tagmatrix.config.patterns import with_version
from tagmatrix.util.nearest import nearest
from tagmatrix.versions import cycle_numbers, kind_of, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Release, Upstream
    from tagmatrix.problems import ValuePath


def releases(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that versions fit their cycles, and that no pre-release has `latest` or a major."""
    for release in config.releases:
        if not release.version:
            continue
        yield from _belongs(release)
        if release.is_final:
            continue
        for number, alias in enumerate(release.aliases):
            if alias == "latest" or alias.isdigit():
                message = (
                    f"{release.version} is {kind_of(release.version, release.style)}; `{alias}` "
                    "belongs to a final release: remove the alias"
                )
                yield ("releases", release.cycle, "aliases", number), message


def added(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that only the global source says whether new cycles are added."""
    for path, upstream in _sources(config):
        if path != ("upstream",) and upstream and upstream.add is not None:
            yield (*path, "add"), "new cycles come from the global `upstream`; move `add` there"


def _sources(config: Config) -> Iterator[tuple[ValuePath, Upstream | None]]:
    """Yield each source of the file with its path."""
    yield ("upstream",), config.upstream
    for release in config.releases:
        yield ("releases", release.cycle, "upstream"), release.upstream
    for name, component in config.components.items():
        yield ("components", Key(name), "upstream"), component.upstream
    for name, axis in config.axis_sources.items():
        yield ("axes", Key(name), "from"), axis.upstream


def commands(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that a source with a command says nothing else: the command would win."""
    for path, upstream in _sources(config):
        if upstream and upstream.command and (upstream.name or upstream.releases):
            other = "name" if upstream.name else "releases"
            yield (*path, "command"), f"the program takes the place of `{other}`; keep one of them"


def _belongs(release: Release) -> Iterator[Finding]:
    """Check that a version begins with its cycle's numbers; in PEP 440 also its leading zeros."""
    path: ValuePath = ("releases", release.cycle, "version")
    version = parse(release.version, release.style)
    if version and not version.belongs_to(release.cycle):
        message = f"{release.version} is not a version of {release.cycle}; correct it or the cycle"
        yield path, message
    padded = re.search(r"(?<![0-9])0[0-9]+", release.version)
    if padded and release.style == "pep440":
        message = (
            f"{release.version} has a number with a leading zero, {padded[0]}; drop the zero, or "
            "set `version_style: loose`"
        )
        yield path, message


def refs(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that a ref names no version's tag itself: it would still be there after a bump."""
    for path, ref, releases in config.listed_refs():
        if not ref or not ref.startswith("refs/tags/"):
            continue
        for release in releases:
            if (pattern := with_version(ref, release.version)) != ref:
                message = (
                    f"{ref} is the tag of {release.version}, and would be that of the next "
                    f'version of {release.cycle} too; write "{pattern}"'
                )
                yield path, message
                break


def variant_versions(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that a variant's version is of its release's cycle, and not newer than the release."""
    for path, choice in config.listed_variants():
        if choice.version is None:
            continue
        for release in config.releases:
            listed = path[1] == release.cycle if path[0] == "releases" else not release.variants
            if listed and (message := _other_version(release, choice.version)):
                yield (*path, "version"), message
                break


def _other_version(release: Release, text: str) -> str:
    """Return why a variant of a release cannot have a version; empty if it can."""
    cycle = release.cycle
    version, newest = parse(text, release.style), parse(release.version, release.style)
    if newest is None:
        return f"{cycle} has no version, so its variants have none; remove `version`"
    if version is None:
        return ""
    if not version.belongs_to(cycle):
        return f"{text} is not a version of {cycle}; correct it, or move the variant to its cycle"
    order = version.compare(newest)
    if order is None:
        return f"{text} can't be compared with {newest}, the version of {cycle}; correct one"
    if order > 0:
        return (
            f"{text} is newer than {newest}, the version of {cycle}; a variant's own version is "
            "an older one: correct it, or update the release"
        )
    return ""


def held(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that each held alias is a derived one, and that its cycle can own it."""
    majors = {str(numbers[0]) for numbers in map(cycle_numbers, names.cycles) if numbers}
    for alias, cycle in config.hold.items():
        path: ValuePath = ("hold", alias)
        key: ValuePath = ("hold", Key(alias))
        if not config.derive_aliases:
            yield key, "derive_aliases is off, so there is nothing to hold; remove `hold`"
        elif alias != "latest" and alias not in majors:
            near = nearest(alias, ["latest", *sorted(majors)])
            yield key, f"`{alias}` is not a derived alias{near}"
        elif cycle is not None and (message := _unfit(config, names.cycles, alias, cycle)):
            yield path, message


def _unfit(config: Config, cycles: Collection[str], alias: str, cycle: str) -> str:
    """Return why a cycle cannot own an alias; empty if it can."""
    if cycle not in cycles:
        return unknown("release cycle", cycle, cycles)
    release = next((one for one in config.releases if one.cycle == cycle), None)
    if release and not release.version:
        return f"{cycle} has no version; `{alias}` needs a final release: name another cycle"
    if release and not release.is_final:
        return (
            f"{release.version} is {kind_of(release.version, release.style)}; `{alias}` needs a "
            "final release: name another cycle"
        )
    if not cycle_numbers(cycle):
        return (
            f"{cycle} has no number; hold `{alias}` at a cycle with a number, or add it to the "
            f"aliases of {cycle}"
        )
    if alias != "latest" and cycle_numbers(cycle)[:1] != (int(alias),):
        own = [name for name in cycles if cycle_numbers(name)[:1] == (int(alias),)]
        return f"{cycle} is not a cycle of major {alias}{nearest(cycle, own)}"
    return ""
