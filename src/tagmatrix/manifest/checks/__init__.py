"""What bashbrew lets pass and people regret.

`check_document` looks at one manifest, `check_family` at several and what they
are built from. Each finding names its rule; RULES says what the rules are.
"""

from __future__ import annotations

from tagmatrix.manifest.checks.document import Document, Finding
from tagmatrix.manifest.checks.family import check_family
from tagmatrix.manifest.checks.fields import check_fields
from tagmatrix.manifest.checks.platforms import check_platforms

RULES = {
    "unknown-field": "a field that is ignored and nearly has the name of one that is not",
    "duplicate-field": "a field given twice in a paragraph: only the last one counts",
    "empty-field": "a field without a value",
    "folded-field": "a value, of a field that is no list, on more than one line",
    "arch-field": "a field for an architecture that the entry lacks, or that does not exist",
    "arch-value": "a commit or branch for one architecture that bashbrew does not check",
    "short-commit": "a commit that is abbreviated",
    "outside": "a folder or file outside the repository",
    "windows-constraint": "a constraint that is missing, superfluous, or of another build",
    "shared-architecture": "a shared tag with an architecture twice",
    "shared-version": "a shared tag whose images differ in version",
    "windows-only": "a version tag on Windows only",
    "base-tag": "a base that its manifest no longer has",
    "base-architecture": "a base that lacks an architecture of the image",
    "base-pin": "a base from elsewhere that is not pinned by its digest",
    "cycle": "images that are built from each other in a circle",
}


def check_document(document: Document) -> list[Finding]:
    """Return what is to be said about one manifest, in the order of its lines."""
    findings = [*check_fields(document), *check_platforms(document)]
    return sorted(findings, key=lambda finding: finding.line or 0)


__all__ = ["RULES", "Document", "Finding", "check_document", "check_family"]
