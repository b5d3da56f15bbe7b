"""A release: its version, its artifacts, and how it differs from other releases."""

from __future__ import annotations

from typing import Final

from tagmatrix.config.format.axes import AXES_OF_A_PART
from tagmatrix.config.format.checksums import ARTIFACT, ARTIFACTS, CHECKSUMS
from tagmatrix.config.format.components import OWN_COMPONENTS
from tagmatrix.config.format.flavors import DEFAULT_SUITES, LIFECYCLE, VARIANTS
from tagmatrix.config.format.name_shapes import (
    ALIASES,
    ALSO_VERSIONS,
    ANY,
    MARK,
    PATH,
    REF,
    SENTENCE,
    SETTING_NAME,
    VERSION_OR_NULL,
)
from tagmatrix.config.format.rules import SETTING_VALUE
from tagmatrix.config.format.upstream import UPSTREAM_CHOICE
from tagmatrix.config.shapes import FLAG, Field, MapOf, Record, Text

RELEASE: Final = Record(
    {
        "version": Field(
            VERSION_OR_NULL,
            "The exact version, quoted. null: the release has no version, such as a nightly build; "
            "it has only the aliases of its list.",
            required=True,
        ),
        "cycle_tag": Field(
            FLAG,
            "Whether the name of the cycle is an alias. Set false for a pre-release whose cycle "
            'has a final name: `"19"` at 19beta3.',
            default=True,
        ),
        "folder": Field(
            Text("a folder inside library/ (no `..`, not absolute)", PATH),
            "Its folder, if it is not the name of the cycle.",
        ),
        "ref": Field(
            REF,
            "The branch or tag of git that has its folders, if it is not `branch`. A variant's "
            "own comes before it, a flavor's after it.",
        ),
        "sha256": Field(
            CHECKSUMS["sha256"],
            "The SHA-256 of each artifact that its variants need, or of its file for each "
            "architecture: `linux: {amd64: ..., arm64v8: ...}`.",
            default={},
        ),
        "sha512": Field(
            CHECKSUMS["sha512"],
            "The SHA-512 of artifacts, in place of `sha256` or besides.",
            default={},
        ),
        "sha1": Field(
            CHECKSUMS["sha1"],
            "The SHA-1 of artifacts. If an artifact has no other checksum, `why` says why: "
            "`{source: ..., why: ...}`.",
            default={},
        ),
        "release_manager": Field(
            Text("a name of `release_managers`", rf"{MARK}{ANY}*"),
            "The release manager: one of `release_managers`.",
        ),
        **LIFECYCLE,
        "aliases": Field(ALIASES, "More aliases, after the derived ones.", default=()),
        "also_versions": Field(
            ALSO_VERSIONS,
            "Versions of other products that its aliases name: an alias that begins with another "
            "version is an error.",
            default=(),
        ),
        "artifacts": Field(
            ARTIFACTS,
            "All artifacts that upstream publishes for it. Variants that need another are left "
            "out.",
        ),
        "held_back": Field(
            MapOf(ARTIFACT, SENTENCE, "artifacts and reasons"),
            "Artifacts that are late, and why. Their variants are left out until upstream "
            "publishes them.",
            default={},
        ),
        "default_suites": Field(
            DEFAULT_SUITES,
            "Default suites that differ from the global `default_suites`.",
            default={},
        ),
        **AXES_OF_A_PART,
        "variants": Field(VARIANTS, "Its variants, in order, if they differ from the global ones."),
        "components": Field(
            OWN_COMPONENTS,
            "Components of this release: other versions, with their checksums, or false for none.",
            default={},
        ),
        "upstream": Field(
            UPSTREAM_CHOICE, "Its source of new releases, if it is not the global `upstream`."
        ),
        "settings": Field(
            MapOf(SETTING_NAME, SETTING_VALUE, "settings and values"),
            "Values of `settings` for this release only.",
            default={},
        ),
    },
    dict,
    "a release",
)
