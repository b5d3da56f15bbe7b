"""Why nobody owns a version-like word, such as 3.9, 3.15 or 3.14.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cycles import cycle_numbers, final_version, is_final, is_version
from tagmatrix.matrix.tags import LATEST, all_aliases, derived_aliases, version_aliases
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.config.model import Release
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.tags import Alias


def without_images(config: Config, matrix: Matrix) -> dict[str, Release]:
    """Return the releases of which nothing is built, by each word that is theirs."""
    built = {image.cycle for image in matrix.images}
    releases = [release for release in config.releases if release.cycle not in built]
    words: dict[str, Release] = {}
    derived: Mapping[str, tuple[Alias, ...]] = {}
    if releases and config.derive_aliases:
        versions = {release.cycle: release.version for release in config.releases}
        derived = derived_aliases(versions, config.hold)
    for release in releases:
        own = version_aliases(release.version, release.cycle, parts=config.version_parts)
        every = all_aliases(
            own,
            derived.get(release.cycle, ()),
            release.aliases,
            of=release.cycle,
            path=("releases", release.cycle, "aliases"),
        )
        words |= dict.fromkeys((alias.text for alias in every), release)
    return words


def explain(config: Config, matrix: Matrix, alias: str) -> tuple[str, list[str]]:
    """Return why an alias has no owner, and the aliases that may be meant."""
    nothing = without_images(config, matrix)
    if alias in nothing:
        return _left_out(matrix, nothing[alias])
    if alias == LATEST:
        return _derived(config, alias)
    numbers = cycle_numbers(alias)
    for release in config.releases:
        of_release = cycle_numbers(release.cycle)
        if of_release and numbers[: len(of_release)] == of_release:
            if release.cycle in nothing:
                return _left_out(matrix, release)
            return _of_cycle(alias, release), [release.cycle, release.version]
    if len(numbers) == 1:
        return _derived(config, alias)
    return _no_cycle(config, numbers)


def _left_out(matrix: Matrix, release: Release) -> tuple[str, list[str]]:
    """Say why nothing of a release is built; its neighbours may be meant."""
    reasons = dict.fromkeys(cell.why for cell in matrix.left_out if cell.cycle == release.cycle)
    why = "; ".join(reason.rstrip(".") for reason in reasons) or "it has no variants"
    cycles = list(dict.fromkeys(image.cycle for image in matrix.images))
    numbers = cycle_numbers(release.cycle)
    above = [cycle for cycle in cycles if cycle_numbers(cycle) > numbers]
    below = [cycle for cycle in cycles if () != cycle_numbers(cycle) < numbers]
    near = [*above[-1:], *below[:1]] if numbers else []
    return f"nothing of {release.cycle} ({release.version}) is built: {why}", near


def _no_cycle(config: Config, numbers: tuple[int, ...]) -> tuple[str, list[str]]:
    cycles = [release.cycle for release in config.releases if cycle_numbers(release.cycle)]
    if not cycles:
        return f"there is no release cycle {'.'.join(map(str, numbers))}", []
    oldest, newest = (end(cycles, key=cycle_numbers) for end in (min, max))
    name = ".".join(map(str, numbers[: len(cycle_numbers(newest))]))
    why = f"there is no release cycle {name}"
    if numbers < cycle_numbers(oldest):
        return f"{why}; the oldest is {oldest}", [oldest]
    if numbers > cycle_numbers(newest):
        return f"{why}; the newest is {newest}", [newest]
    return why, []


def _derived(config: Config, alias: str) -> tuple[str, list[str]]:
    """Say why a major, or `latest`, has no owner."""
    cycles = [
        release.cycle
        for release in config.releases
        if alias == LATEST or cycle_numbers(release.cycle)[:1] == cycle_numbers(alias)
    ]
    of_major = "" if alias == LATEST else f" of major {alias}"
    if not cycles:
        why = f"there is no release cycle{of_major}"
    elif not config.derive_aliases:
        why = f"derive_aliases is off in versions.yaml, and no release lists `{alias}`"
    elif alias in config.hold:
        why = f"versions.yaml holds `{alias}` back: it belongs to no cycle"
    else:
        why = f"no cycle{of_major} has a final release"
    return why, cycles


def _of_cycle(alias: str, release: Release) -> str:
    cycle, version = release.cycle, release.version
    if alias in {cycle, version}:
        return f"{cycle} is at {version}, and versions.yaml gives `{alias}` to none of its images"
    if alias.endswith("-rc") and is_final(version):
        return f"{cycle} is final: it is at {version}"
    if not is_version(alias):
        return f"{shown(alias)} is no version; {cycle} is at {version}"
    if not is_final(version) and alias == ".".join(map(str, cycle_numbers(cycle))):
        return f"{alias} has no final release yet; there is {cycle} ({version})"
    if not is_final(version) and alias == final_version(version):
        return f"{alias} is not released yet; {cycle} is at {version}"
    from packaging.version import Version  # noqa: PLC0415 (slow to import, and seldom needed)

    older = Version(alias) < Version(version)
    more = (
        " now; older versions are not built any more"
        if older
        else "; versions.yaml has no newer one"
    )
    return f"{cycle} is at {version}{more}"
