"""Versions are versions; who holds an alias is final; maintainers can be named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tagmatrix.config.checks.words import incomparable, unknown
from tagmatrix.config.shapes import nearest
from tagmatrix.cycles import cycle_numbers, is_final, is_version
from tagmatrix.library.values import MAINTAINER_FORMAT, read_maintainer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.words import Finding
    from tagmatrix.config.model import Config, Release
    from tagmatrix.problems import ValuePath


def maintainers(config: Config) -> Iterator[Finding]:
    """Maintainers are written as the manifest wants them."""
    if not config.maintainers:
        yield ("maintainers",), f"nobody is named; add `- {MAINTAINER_FORMAT}`"
    for number, maintainer in enumerate(config.maintainers):
        if read_maintainer(maintainer) is None:
            message = f'"{maintainer}" cannot stand in a manifest; expected {MAINTAINER_FORMAT}'
            yield ("maintainers", number), message


def releases(config: Config) -> Iterator[Finding]:
    """Versions are versions, and a pre-release claims nothing of a final one."""
    if not config.releases:
        yield ("releases",), 'there is no release; add a cycle such as "3.14"'
    for release in config.releases:
        yield from _release(release)


def _release(release: Release) -> Iterator[Finding]:
    here: ValuePath = ("releases", release.cycle)
    if not is_version(release.version):
        yield (*here, "version"), incomparable(release.version)
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


def _belongs(release: Release) -> Iterator[Finding]:
    """A cycle's version begins with the cycle's numbers."""
    path: ValuePath = ("releases", release.cycle, "version")
    numbers = cycle_numbers(release.cycle)
    if numbers and cycle_numbers(release.version)[: len(numbers)] != numbers:
        message = f"{release.version} is no version of {release.cycle}; correct it or the cycle"
        yield path, message
    if padded := re.search(r"(?<![0-9])0[0-9]+", release.version):
        message = f"{release.version} has a number with a leading zero, {padded[0]}; drop the zero"
        yield path, message


def held(config: Config) -> Iterator[Finding]:
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
            yield path, unknown("release cycle", cycle, releases)
        elif not is_final(releases[cycle].version):
            version = releases[cycle].version
            message = f"{version} is a pre-release; `{alias}` needs a final release: name another"
            yield path, message
        elif not cycle_numbers(cycle):
            yield path, f"{cycle} has no number; hold `{alias}` at a numbered cycle, or list it"
        elif alias != "latest" and cycle_numbers(cycle)[:1] != (int(alias),):
            own = [name for name in releases if cycle_numbers(name)[:1] == (int(alias),)]
            yield path, f"{cycle} is no cycle of major {alias}{nearest(cycle, own)}"
