"""Lint manifests: find problems that bashbrew accepts.

`check_document` checks one manifest; `check_family` checks several and the images that
they are built from. Each finding names its rule, one of RULES.
"""

from __future__ import annotations

from tagmatrix.manifest.checks.alias_versions import check_versions
from tagmatrix.manifest.checks.base_images import check_family
from tagmatrix.manifest.checks.document import Finding, LintedManifest
from tagmatrix.manifest.checks.fields import check_fields
from tagmatrix.manifest.checks.shared_tags import check_platforms
from tagmatrix.manifest.entry_tags import read_entry_tags

RULES = {
    "unknown-field": "a field that is ignored and is probably misspelt",
    "duplicate-field": "a repeated field in a paragraph: only the last one counts",
    "empty-field": "a field without a value",
    "folded-field": "a value on more than one line, in a field that is not a list",
    "arch-field": "a field for an unknown architecture, or one that the entry is not built for",
    "arch-value": "an invalid commit or branch for one architecture, which bashbrew does not check",
    "outside": "a folder or file outside the repository",
    "windows-constraint": "a constraint that is missing, unnecessary, or for another build",
    "shared-architecture": "a shared tag that has an architecture twice",
    "shared-version": "a shared tag whose images have different versions",
    "windows-only": "a version tag that is available on Windows only",
    "dockerfile": "a Dockerfile that Docker refuses, or whose base is unknown",
    "left-behind": "a short version tag that lags behind a newer final release",
    "latest-behind": "a note: `latest` lags behind a newer final release",
    "final-name": "the name of a final release on a pre-release",
    "two-versions": "an entry with two full versions of one line",
    "base-suite": "a tag with another base system than the image is built from",
    "base-tag": "a base tag that is no longer in its manifest",
    "base-architecture": "a base that is not built for an architecture of the image",
    "base-pin": "a base that is not an official image and is not pinned by its digest",
    "cycle": "images that are built from each other in a circle",
}

NOTES = frozenset({"latest-behind"})
"""The rules whose findings may be intended: they are only notes."""


def check_document(document: LintedManifest) -> list[Finding]:
    """Return the findings about one manifest, in the order of its lines."""
    reads = read_entry_tags(document.manifest)
    findings = [
        *check_fields(document),
        *check_platforms(document, reads),
        *check_versions(document, reads),
    ]
    return sorted(findings, key=lambda finding: finding.line or 0)


__all__ = ["NOTES", "RULES", "Finding", "LintedManifest", "check_document", "check_family"]
