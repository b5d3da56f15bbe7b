"""Make a pre-release cycle final: 3.15-rc becomes 3.15."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.known_cycles import find_release
from tagmatrix.editing import Put, Remove, Rename
from tagmatrix.errors import InputError
from tagmatrix.update.steps.checksums import late, move
from tagmatrix.update.steps.mentions import references
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.upstream.release_order import is_for_prereleases, is_newer, of_cycle
from tagmatrix.util.wording import join_names
from tagmatrix.versions import cycle_numbers, final_version, is_final, kind_of, numbers_text

if TYPE_CHECKING:
    from tagmatrix.config import Config, Release
    from tagmatrix.editing import Edit
    from tagmatrix.update.steps.checksums import VersionChecksums


def promote(config: Config, cycle: str, version: str, checksums: VersionChecksums) -> StepPlan:
    """Return the plan that makes a cycle final: its key, its version, and references to it.

    Its place and the rest of its block stay; aliases follow from the version.
    Raises InputError, GuardError.
    """
    release = find_release(config, cycle)
    if release.is_final and not is_for_prereleases(cycle):
        style = release.style
        newer = of_cycle(version, cycle, style) and is_newer(version, release.version, style)
        advice = f"to move it to {version}: tagmatrix bump {cycle} {version}"
        raise InputError(
            f"{cycle} is already final, with {release.version}; "
            f"{advice if newer else 'there is nothing to promote'}"
        )
    if not is_final(version, release.style):
        raise InputError(
            f"{version} is {kind_of(version, release.style)}; promote needs a final version, such "
            f"as {final_version(version, release.style)}. To move to {version}: "
            f"tagmatrix bump {cycle} {version}"
        )
    name = _final_name(cycle)
    if name != cycle and any(other.cycle == name for other in config.releases):
        raise InputError(f"there is a cycle {name} already; retire {cycle}, or bump {name}")
    edits: list[Edit] = [*move(config, release, version, checksums).edits]
    alternatives = _alternatives(config, release, version, checksums)
    if name == cycle:
        return StepPlan(tuple(edits), alternatives=alternatives)
    here = ("releases", cycle)
    if release.folder == cycle and (*here, "folder") in config.places:
        edits.append(Put((*here, "folder"), name))
    if not release.cycle_tag:
        edits.append(Remove((*here, "cycle_tag")))  # the final name is one of its tags
    notes = [f"its folder stays {release.folder}"] if release.folder != cycle else []
    edits += [Put(path, name) for path in references(config, cycle)]
    edits.append(Rename(here, name))
    if late(release, checksums):
        notes.append(alternatives)
    return StepPlan(tuple(edits), tuple(notes), alternatives)


def _alternatives(
    config: Config, release: Release, version: str, checksums: VersionChecksums
) -> str:
    """Return a text: how to keep aliases from losing the late artifacts of the final version."""
    missing = late(release, checksums)
    are = "is" if len(missing) == 1 else "are"
    what = f"{join_names(missing)} of {version} {are} held back; " if missing else ""
    ways = [f"give --sha256 {name}=HEX once upstream publishes it" for name in missing]
    final = next((r.cycle for r in config.releases if r.is_final), None)
    if final is not None and config.derive_aliases:
        major = str(cycle_numbers(version)[0])
        held = [alias for alias in (major, "latest") if alias not in config.hold]
        if held:
            entries = ", ".join(f'"{alias}": "{final}"' for alias in held)
            ways.append(f"keep the aliases at {final} with `hold: {{{entries}}}`")
    return f"{what}{', or '.join(ways)}" if ways else ""


def _final_name(cycle: str) -> str:
    """Return the name of a cycle when it is final.

    >>> _final_name("3.15-rc"), _final_name("24.04-rc"), _final_name("edge")
    ('3.15', '24.04', 'edge')
    """
    return numbers_text(cycle) if is_for_prereleases(cycle) else cycle
