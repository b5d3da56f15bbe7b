"""A release: its version, its artifacts, and where it differs from the others."""

from __future__ import annotations

from typing import Final

from tagmatrix.config.format.flavors import DEFAULT_SUITES, LIFECYCLE, VARIANTS
from tagmatrix.config.format.names import (
    ALIASES,
    ARTIFACT,
    ARTIFACTS,
    CHECKSUMS,
    PATH,
    SENTENCE,
    SETTING_NAME,
    VERSION,
)
from tagmatrix.config.format.rules import SETTING_VALUE
from tagmatrix.config.shapes import Field, MapOf, Record, Text

RELEASE: Final = Record(
    {
        "version": Field(VERSION, "The exact version, quoted.", required=True),
        "folder": Field(
            Text("a folder inside of library/ (no `..`, not absolute)", PATH),
            "Its folder, where it is not the cycle.",
        ),
        "sha256": Field(
            CHECKSUMS,
            "The SHA-256 of each artifact that its variants need.",
            default={},
        ),
        "release_manager": Field(
            Text("a name of `release_managers`", r"\S.*"),
            "Who made the release: one of `release_managers`.",
        ),
        **LIFECYCLE,
        "aliases": Field(ALIASES, "More aliases, after the derived ones.", default=()),
        "artifacts": Field(
            ARTIFACTS,
            "All that upstream publishes for it; variants that need another are left out.",
        ),
        "held_back": Field(
            MapOf(ARTIFACT, SENTENCE, "artifacts and reasons"),
            "Artifacts that are late and why: their variants are left out until they come.",
            default={},
        ),
        "default_suites": Field(
            DEFAULT_SUITES, "Where it differs from the global `default_suites`.", default={}
        ),
        "variants": Field(VARIANTS, "Its variants in order, where they differ from the others'."),
        "settings": Field(
            MapOf(SETTING_NAME, SETTING_VALUE, "settings and values"),
            "Values of `settings` that hold for this release alone.",
            default={},
        ),
    },
    dict,
    "a release",
)
