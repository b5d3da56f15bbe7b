"""The world as upstream's documents: API, download tree and cycles, in their real format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.site import TREE, Upstream, bundle, digest, sbom

if TYPE_CHECKING:
    import datetime as dt

    from tests.year.releases import File, Release
    from tests.year.world import World

ENDS = dict(
    zip(
        ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15"),
        (f"{year}-10" for year in range(2025, 2032)),
        strict=True,
    )
)
MANAGER = "Python install manager 25.0 beta 1"
"""Items of the same list that are not releases of Python."""


def documents(world: World, base: str, now: dt.datetime) -> Upstream:
    """Return the documents that upstream serves at a moment."""
    upstream = Upstream(base)
    upstream.publish("25.0", "2024-12-01", name=MANAGER, major=100)
    for release in world.releases:
        if release.published > now:
            continue
        number = upstream.publish(release.version, release.published.date().isoformat())
        for file in release.files.values():
            _add(upstream, number, release, file, now)
        if not release.listed(now):
            upstream.releases[-1]["is_published"] = False
    # the request is for published releases only: the answer has no others
    upstream.releases = [each for each in upstream.releases if each["is_published"]]
    upstream.cycles = {
        cycle: {
            "branch": cycle,
            "pep": 0,
            "status": world.phase(cycle, now),
            "first_release": "",
            "end_of_life": end,
            "release_manager": "",
        }
        for cycle, end in ENDS.items()
    }
    return upstream


def _add(upstream: Upstream, number: int, release: Release, file: File, now: dt.datetime) -> None:
    """Add a file to the API, to the tree, or to both."""
    if file.uploaded > now:
        return
    folder = f"{TREE}{release.version.partition('a')[0].partition('b')[0].partition('r')[0]}/"
    beside = digest(file.content(now - file.lag))
    if file.listed <= now:
        sha256 = digest(file.content(now)) if file.summed <= now else ""
        upstream.add_file(number, file.name, sha256, **dict.fromkeys(file.beside, beside))
    else:
        if "sigstore" in file.beside:
            upstream.tree[f"{folder}{file.name}.sigstore"] = bundle(beside)
        if "spdx" in file.beside:
            upstream.tree[f"{folder}{file.name}.spdx.json"] = sbom(file.name, beside)
    upstream.tree[f"{folder}{file.name}"] = file.content(now)
    for listed in upstream.files[number]:
        listed["filesize"] = len(upstream.tree[f"{folder}{listed['url'].rpartition('/')[2]}"])
