"""Artifacts with a file for each architecture: without its file, an architecture is not built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.config.artifacts import EACH, best
from tagmatrix.matrix.architectures import Excluded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import Release
    from tagmatrix.problems import ValuePath


def concrete(needs: Sequence[str], architectures: Sequence[str]) -> tuple[str, ...]:
    """Return the artifacts that an image needs, those of its architectures one by one.

    >>> concrete(["linux/{architecture}", "src"], ["amd64", "s390x"])
    ('linux/amd64', 'linux/s390x', 'src')
    """
    return tuple(
        name
        for artifact in needs
        for name in (
            [artifact.removesuffix(EACH) + f"/{each}" for each in architectures]
            if artifact.endswith(EACH)
            else [artifact]
        )
    )


def published(
    release: Release, needs: Sequence[str], sums: Sums, built: Sequence[str]
) -> tuple[tuple[str, ...], tuple[Excluded, ...]]:
    """Return the architectures for which the files are there, and the others with the reason.

    If no file of an artifact has a checksum, none is left out: the law reports it.
    """
    lacking: dict[str, Excluded] = {}
    for artifact in needs:
        if artifact.endswith(EACH):
            name = artifact.removesuffix(EACH)
            known = {each for each in built if best(sums, f"{name}/{each}")}
            for each in built:
                if reason := _reason(release, name, each, known):
                    lacking.setdefault(each, reason)
    return tuple(each for each in built if each not in lacking), tuple(lacking.values())


def _reason(release: Release, name: str, architecture: str, known: set[str]) -> Excluded | None:
    """Return why an architecture is not built; None if it is."""
    here: ValuePath = ("releases", release.cycle)
    file = f"{name}/{architecture}"
    if file in release.held_back:
        why = f"held back: {release.held_back[file]}"
        return Excluded(architecture, why, path=(*here, "held_back", file))
    listed = release.artifacts
    if listed is not None and name not in listed and file not in listed:
        why = f"upstream publishes no {file} artifact for {release.version}"
        return Excluded(architecture, why, path=(*here, "artifacts"))
    if known and architecture not in known:
        why = f"the release has no checksum of {file}"
        return Excluded(architecture, why, path=here)
    return None


def lifted(release: Release) -> Release:
    """Return a release as if nothing were held back: the held-back files count as published."""
    files = {name: "" for name in release.held_back if "/" in name and not best(release.sums, name)}
    return replace(release, held_back={}, sha256={**release.sha256, **files})
