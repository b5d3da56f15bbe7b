"""What is allowed, but leaves something out that a reader may miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.model import Key
from tagmatrix.cycles import cycle_numbers
from tagmatrix.matrix.laws import defaults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config, Setting
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding


def unowned(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A default suite that a release lacks leaves its short tags to nobody."""
    for default in defaults.lacking(config, matrix):
        end = f"the short tags of {default.flavor} are left unowned"
        if default.everywhere:
            yield default.path, f"{default}: {end}{default.advice(config)}"
        else:
            more = f"if that is meant, say `{default.path[-1]}: null` for it"
            yield default.path, f"{default}: {end} there; {more}"


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
        if name in listed or _waits(config, matrix, setting):
            continue
        if setting.when or setting.unless:
            message = f"{name} holds for no image; mend its condition, or remove the setting"
            yield ("settings", name, "when" if setting.when else "unless"), message


def _waits(config: Config, matrix: Matrix, setting: Setting) -> bool:
    """Tell whether a setting is there for a cycle that is still to come, such as >=3.16."""
    when = setting.when
    if when is None or not any(
        when.matches_variant(image.flavor, image.suite, image.name) for image in matrix.images
    ):
        return False
    newest = max(cycle_numbers(release.cycle) for release in config.releases)
    bounds = [comparison.numbers for comparison in when.comparisons]
    later = [(*numbers[:-1], numbers[-1] + more) for numbers in bounds for more in (0, 1)]
    return any(
        numbers > newest and when.matches_cycle(".".join(map(str, numbers))) for numbers in later
    )


def unused(config: Config) -> Iterator[Finding]:
    """A flavor that nothing is of is a leftover or a mistake."""
    used = {flavor for flavor, _ in config.known_variants().values()}
    used |= {choice.flavor for _, choice in config.listed_variants() if choice.flavor}
    used |= {flavor.follows for flavor in config.flavors.values() if flavor.follows}
    for name in config.flavors:
        if name not in used:
            message = f"no suite has the flavor {name}; add it to one's `flavors`, or remove it"
            yield ("flavors", Key(name)), message
