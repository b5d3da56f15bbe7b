"""Say in words what an import listed and why, and what it could not write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.imports.bases import UNKNOWN
from tagmatrix.imports.comparing import name_of
from tagmatrix.util.wording import counted, few, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.imports.flavors import Odd
    from tagmatrix.imports.importing import Imported

_FEW: Final = 4
_REASONS: Final = {
    "tags": "its tags do not follow the flavor",
    "shared_tags": "its tags do not follow the flavor",
    "aliases": "it has aliases of another release",
    "version": "it has an older version than its release",
}


def why_listed(odd: Odd) -> str:
    """Return what is listed for a variant of one release, and why."""
    placed = odd.placed
    reasons = dict.fromkeys(
        _REASONS.get(key, f"its flavor has another `{key}`")
        for key in odd.values
        if key != "sha256"
    )
    keys = join_names([f"`{key}`" for key in odd.values])
    where = f"{placed.release.cycle}/{placed.variant or placed.flavor}"
    return f"{where}: {keys}, because {join_names(list(reasons))}"


def lists(result: Imported) -> Iterator[tuple[str, str]]:
    """Yield the lists in the file that are not patterns, and why each is there."""
    values, releases = result.family.values, result.family.values["releases"]
    odd = {one.placed.release.cycle for one in result.family.odd}
    if "variants" in values:
        yield "`variants`", "suites and flavors do not give the order of the manifest"
    plain = [cycle for cycle, one in releases.items() if "variants" in one and cycle not in odd]
    if plain:
        yield f"`variants` of {few(plain, _FEW)}", "not all releases have all variants"
    if rules := values.get("exclude"):
        images = sum("architectures" not in rule for rule in rules)
        about = {"images": images, "architectures": len(rules) - images}
        parts = [
            f"{counted(number, 'rule')} about {what}" for what, number in about.items() if number
        ]
        yield f"`exclude`, {join_names(parts)}", "some releases do not have them"
    if named := [cycle for cycle, one in releases.items() if "aliases" in one]:
        yield f"`aliases` of {few(named, _FEW)}", "versions and cycles do not give them"
    if names := list(values.get("settings", ())):
        yield f"`settings` {few(names, _FEW)}", "releases set these variables to other values"
    if "hold" in values:
        yield "`hold`", "these aliases are not those of the newest releases"


def text(result: Imported, *, with_checkout: bool) -> str:
    """Return the report: a line for each entry that is missing, and each that is listed."""
    lines = [f"missing {name_of(missed.entry)}: {missed.why}" for missed in result.missed]
    lines += [f"listed {why_listed(odd)}" for odd in result.family.odd]
    lines += [f"listed {what}, because {why}" for what, why in lists(result)]
    values = result.family.values
    parts = (*values["flavors"].values(), *values["releases"].values())
    if with_checkout and any("ref" in one for one in parts):
        lines.append("images with `ref` have no template: tagmatrix does not render them")
    if result.crlf:
        lines.append(f"line ends: CR and LF in {few(result.crlf, _FEW)}; `generate` writes LF only")
    if not with_checkout and values["flavors"]:
        bases = dict.fromkeys(flavor["base"] for flavor in values["flavors"].values())
        end = f"; {UNKNOWN} where the name does not show it" if UNKNOWN in bases else ""
        lines.append(
            "guessed base: a manifest has no bases, so they come from the names of the "
            f"flavors{end}; correct them, and write templates/"
        )
    if not result.family.in_order:
        lines.append("the entries come in another order, by release, suite and flavor")
    made = len(result.family.placed)
    if not values["releases"]:
        lines.append("the manifest has no entries, so versions.yaml has no releases")
    lines.append(f"{made} of {made + len(result.missed)} entries come out exactly")
    return "\n".join(lines)


def to_json(result: Imported) -> dict[str, Any]:
    """Return the report as JSON values."""
    return {
        "image": result.family.values["image"],
        "exact": len(result.family.placed),
        "missing": [
            {
                "tags": list(missed.entry.tags),
                "directory": missed.entry.directory,
                "why": missed.why,
                "by_design": missed.by_design,
            }
            for missed in result.missed
        ],
        "listed": [
            {
                "cycle": odd.placed.release.cycle,
                "variant": odd.placed.variant,
                "keys": list(odd.values),
                "why": why_listed(odd),
            }
            for odd in result.family.odd
        ],
        "lists": [{"what": what, "why": why} for what, why in lists(result)],
        "crlf": list(result.crlf),
    }
