"""The official-images manifest format: model, parser, printer, JSON.

Usable by itself: it knows nothing of versions.yaml, templates and commands. `parse`
reads a file of `library/`, `dumps` prints it canonically, `to_json` and `from_json` do
the same for JSON, `build` makes a manifest from values; all of them refuse what is no
manifest with `ManifestError`.
`all_tags`, `find`, `shared_tag_groups` and `resolve` ask a manifest questions;
`tagmatrix.library.family` asks several, `tagmatrix.library.checkout` asks git what
images are built from, `tagmatrix.library.checks` says what people regret.
The reference is bashbrew's `manifest` package.
"""

from __future__ import annotations

from tagmatrix.library.architectures import ARCHITECTURES, DEFAULT_ARCHITECTURE
from tagmatrix.library.build import build, check_text
from tagmatrix.library.errors import ManifestError
from tagmatrix.library.jsonform import from_json, to_json
from tagmatrix.library.model import Entry, Maintainer, Manifest
from tagmatrix.library.parse import parse
from tagmatrix.library.query import (
    Resolved,
    SharedGroup,
    all_tags,
    find,
    resolve,
    shared_tag_groups,
)
from tagmatrix.library.text import dumps
from tagmatrix.library.validate import assemble

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
