"""Check images against their bases, as official-images' reviewers do.

https://github.com/docker-library/official-images#review-guidelines
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.dockerfile.image_names import SCRATCH, needs_digest
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.manifest.checks.suite_bases import check_suites
from tagmatrix.manifest.family import CycleError
from tagmatrix.manifest.windows_builds import base_constraint, constraints

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.dockerfile.from_lines import Bases
    from tagmatrix.manifest.checks.document import Finding, LintedManifest
    from tagmatrix.manifest.family import Family, FamilyMember


def check_family(family: Family, documents: Collection[LintedManifest]) -> list[Finding]:
    """Return the findings about the bases of images.

    Args:
        family: the manifests to check, other manifests, and the bases of their images.
            Images whose bases are unknown are skipped.
        documents: the manifests to check.
    """
    by_name = {document.name: document for document in documents}
    found: list[Finding] = []
    for image in family.images:
        if document := by_name.get(image.name):
            bases = family.bases_of(image)
            found += _check_dockerfiles(document, image, bases)
            found += _check_bases(family, document, image, bases)
            found += _check_pins(document, image, bases)
            found += _check_windows(family, document, image, bases)
            found += check_suites(family, document, image, bases)
    for circle in family.circles():
        mine = next((image for image in circle if image.name in by_name), None)
        if mine is not None:  # otherwise no image of the circle is in these documents
            at = circle.index(mine)
            error = CycleError((*circle[at:], *circle[:at]))
            problem = f"{error}: build one of them from another image"
            found.append(by_name[mine.name].about("cycle", mine.entry, problem))
    return found


def _check_dockerfiles(
    document: LintedManifest, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield why bases are unknown although the Dockerfile is available."""
    for problem in dict.fromkeys(problem for found in bases.values() for problem in found.problems):
        yield document.about("dockerfile", image.entry, f"its Dockerfile: {problem}")


def _check_bases(
    family: Family, document: LintedManifest, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield bases that do not exist, or lack an architecture of the image."""
    without: dict[str, list[str]] = {}
    for architecture, found in bases.items():
        for base in found.all:
            if base.partition(":")[0] not in family.manifests:
                continue  # the manifest of that base is unknown
            if not family.find(base, None if base in found.foreign else architecture):
                without.setdefault(base, []).append(architecture)
    for base, architectures in without.items():
        if family.find(base):
            problem = (
                f"its base {base} is not built for {', '.join(architectures)}: "
                "remove these architectures here, or choose another base"
            )
            yield document.about("base-architecture", image.entry, problem)
        else:
            problem = f"its base {base} is not a tag of that image's manifest: choose another tag"
            yield document.about("base-tag", image.entry, problem)


def _check_pins(
    document: LintedManifest, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield bases that are not official images and not pinned."""
    every = dict.fromkeys(base for found in bases.values() for base in found.all)
    for base in every:
        if needs_digest(base):
            problem = f"its base {base} is not an official image: pin it with @sha256:..."
            yield document.about("base-pin", image.entry, problem)


def _check_windows(
    family: Family, document: LintedManifest, image: FamilyMember, bases: dict[str, Bases]
) -> Iterator[Finding]:
    """Yield Windows images whose constraints differ from those of their bases."""
    actual = constraints(image.entry.constraints)
    for architecture, found in bases.items():
        if not is_windows(architecture) or not actual:  # another check reports missing constraints
            continue
        required: set[tuple[str, str]] = set()
        allowed: set[tuple[str, str]] = set()
        for base in _on_windows(found):
            if own := base_constraint(base):
                required.add(own)
            elif owners := family.find(base, architecture):
                for owner in owners:
                    allowed |= constraints(owner.entry.constraints)
            elif base != SCRATCH:
                return  # the constraints of that base are unknown
        if missing := _join_constraints(required - actual):
            problem = f"its bases need {missing}: add it to Constraints"
            yield document.about("windows-constraint", image.entry, problem)
        if superfluous := _join_constraints(actual - required - allowed):
            problem = f"none of its bases needs {superfluous}: remove it from Constraints"
            yield document.about("windows-constraint", image.entry, problem)


def _on_windows(found: Bases) -> list[str]:
    """Return the bases of a Windows image that run on Windows."""
    return [base for base in found.all if base_constraint(base) or base not in found.foreign]


def _join_constraints(names: set[tuple[str, str]] | frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{kind}-{build}" for kind, build in sorted(names))
