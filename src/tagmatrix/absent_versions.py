"""Why nobody owns a version-like word, such as 3.9, 3.15 or 3.14.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cycles import cycle_numbers, final_version, is_final, is_version
from tagmatrix.problems import shown
from tagmatrix.tags import LATEST

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.config.model import Release


def explain(config: Config, alias: str) -> tuple[str, list[str]]:
    """Return why an alias has no owner, and the aliases that may be meant."""
    if alias == LATEST:
        return _derived(config, alias)
    numbers = cycle_numbers(alias)
    for release in config.releases:
        of_release = cycle_numbers(release.cycle)
        if of_release and numbers[: len(of_release)] == of_release:
            return _of_cycle(alias, release), [release.cycle]
    if len(numbers) == 1:
        return _derived(config, alias)
    return _no_cycle(config, numbers)


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
    if alias.endswith("-rc") and is_final(version):
        return f"{cycle} is final: it is at {version}"
    if not is_version(alias):
        return f"{shown(alias)} is no version; {cycle} is at {version}"
    if not is_final(version) and alias == ".".join(map(str, cycle_numbers(cycle))):
        return f"{alias} has no final release yet; there is {cycle} ({version})"
    if not is_final(version) and alias == final_version(version):
        return f"{alias} is not released yet; {cycle} is at {version}"
    from packaging.version import Version  # noqa: PLC0415 (slow to import, and seldom needed)

    if Version(alias) < Version(version):
        return f"{cycle} is at {version} now; older versions are not built any more"
    return f"{cycle} is at {version}; versions.yaml has no newer one"
