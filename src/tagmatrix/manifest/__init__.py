"""The official-images manifest format: model, parser, printer, JSON.

The package can be used on its own: it does not depend on versions.yaml, templates or
commands. `parse` reads a file of `library/`, `dumps` prints it canonically, `to_json` and
`from_json` do the same for JSON, `build` makes a manifest from values. All of them raise
`ManifestError` for invalid input.
`all_tags`, `find`, `shared_tag_groups` and `resolve` query one manifest;
`tagmatrix.manifest.family` queries several, `tagmatrix.manifest.checkout` reads from git
what images are built from, `tagmatrix.manifest.checks` lints manifests.
The reference is bashbrew's `manifest` package:
https://github.com/docker-library/bashbrew/tree/master/manifest
"""

from __future__ import annotations

from tagmatrix.manifest.architecture_names import ARCHITECTURES, DEFAULT_ARCHITECTURE
from tagmatrix.manifest.assembly import build, check_text
from tagmatrix.manifest.errors import ManifestError
from tagmatrix.manifest.jsonform import from_json, to_json
from tagmatrix.manifest.model import Entry, Maintainer, Manifest
from tagmatrix.manifest.parse import parse
from tagmatrix.manifest.printing import dumps
from tagmatrix.manifest.query import (
    Resolved,
    SharedGroup,
    all_tags,
    find,
    resolve,
    shared_tag_groups,
)
from tagmatrix.manifest.validate import assemble

__all__ = [
    "ARCHITECTURES",
    "DEFAULT_ARCHITECTURE",
    "Entry",
    "Maintainer",
    "Manifest",
    "ManifestError",
    "Resolved",
    "SharedGroup",
    "all_tags",
    "assemble",
    "build",
    "check_text",
    "dumps",
    "find",
    "from_json",
    "parse",
    "resolve",
    "shared_tag_groups",
    "to_json",
]
