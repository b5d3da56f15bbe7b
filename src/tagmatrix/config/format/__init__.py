"""The format of versions.yaml: every key, its shape and its meaning, once.

The loader reads with these shapes and the JSON Schema is written from them.
"""

from __future__ import annotations

from typing import Final

from tagmatrix.config.format.flavors import DEFAULT_SUITES, FLAVOR, SUITE_ENTRY, VARIANTS
from tagmatrix.config.format.names import (
    ALIAS,
    BRANCH,
    BUILDER,
    CYCLE,
    LINK,
    MAINTAINER,
    NAME,
    SETTING_NAME,
    SHA256,
    SUITE,
    VERSION,
)
from tagmatrix.config.format.regenerate import REGENERATE
from tagmatrix.config.format.releases import RELEASE
from tagmatrix.config.format.rules import ACCEPTANCE, EXCLUSION, SETTING
from tagmatrix.config.format.upstream import UPSTREAM_CHOICE, WITHOUT_UPSTREAM
from tagmatrix.config.model import PageFacts, ReleaseManager
from tagmatrix.config.shapes import Either, Field, Flag, ListOf, MapOf, Nothing, Record, Text
from tagmatrix.manifest.values import MAINTAINER_FORMAT

__all__ = ["CYCLE", "SHA256", "VERSION", "VERSIONS", "WITHOUT_UPSTREAM"]

_LINKS = MapOf(
    Text("words without brackets", r"[^\s\[\]](?:[^\[\]\n]*[^\s\[\]])?"), LINK, "words and links"
)

PAGE: Final = Record(
    {
        "title": Field(
            Text("a title, such as Python", r"[^\n]+"), "Its heading; else the image.", default=""
        ),
        "description": Field(
            Text("one line of 100 characters at most", r"[^\n]*[^\s][^\n]*", longest=100),
            "What the image is, for lists of images: Docker Hub's short description.",
            default="",
        ),
        "help": Field(_LINKS, "Where to ask for help.", default={}),
        "issues": Field(LINK, "Where to file issues; else the repository's own.", default=""),
        "licenses": Field(_LINKS, "The licences of what is in the image.", default={}),
    },
    PageFacts,
    "the facts of the page",
    "What the image's page says besides the matrix; its texts are templates/readme/.",
)

VERSIONS: Final = Record(
    {
        "image": Field(
            Text("the image's name in lower case, such as python", r"[a-z0-9]+(?:[._-][a-z0-9]+)*"),
            "The image's name, and the manifest's.",
            required=True,
            default="",
        ),
        "repository": Field(
            Text(
                "a git repository such as https://github.com/me/image.git",
                r"[a-z][a-z+]*://\S+|\S+@\S+:\S+",
            ),
            "Where this repository can be fetched: GitRepo in the manifest.",
            required=True,
            default="",
        ),
        "branch": Field(
            BRANCH,
            "The branch that holds the commits named in the manifest.",
            required=True,
            default="",
        ),
        "maintainers": Field(
            ListOf(MAINTAINER, "maintainers", needed=f"name one: {MAINTAINER_FORMAT}"),
            "Who answers for the image.",
            required=True,
            default=(),
        ),
        "page": Field(PAGE, "What the image's page says besides the matrix."),
        "builder": Field(BUILDER, "The builder of all images that name no other."),
        "upstream": Field(
            UPSTREAM_CHOICE,
            "Where `update` and `status` learn of new releases.",
        ),
        "regenerate": Field(REGENERATE, "How the scheduled job commits: `tagmatrix regenerate`."),
        "version_parts": Field(
            Text("full+cycle or all", choices=("full+cycle", "all")),
            "Aliases of a version: itself and its cycle, or all its parts (22.3.1, 22.3, 22).",
            default="full+cycle",
        ),
        "derive_aliases": Field(
            Flag(), "Whether the newest final cycles own their major and `latest`.", default=True
        ),
        "hold": Field(
            MapOf(
                ALIAS, Either("a cycle or null", {"null": Nothing(), "scalar": CYCLE}), "aliases"
            ),
            "Derived aliases that stay at a cycle (null: with nobody), such as latest.",
            default={},
        ),
        "default_suites": Field(
            DEFAULT_SUITES, "The suite behind each flavor's short tags.", default={}
        ),
        "flavors": Field(
            MapOf(NAME, FLAVOR, "flavors"),
            "The kinds of image, by name.",
            required=True,
            default={},
        ),
        "suites": Field(
            MapOf(SUITE, SUITE_ENTRY, "suites"),
            "The releases of base systems, in the order of the manifest.",
            required=True,
            default={},
        ),
        "variants": Field(
            VARIANTS, "The variants of a release in order; by default suites x flavors."
        ),
        "settings": Field(
            MapOf(SETTING_NAME, SETTING, "settings"), "Facts that templates ask for.", default={}
        ),
        "exclude": Field(
            ListOf(EXCLUSION, "exclusions"),
            "What is not built although it could be, and why.",
            default=(),
        ),
        "accept": Field(
            ListOf(ACCEPTANCE, "acceptances"),
            "What the guard would refuse, and is meant; to be removed once it is published.",
            default=(),
        ),
        "release_managers": Field(
            MapOf(
                Text("a name", r"\S.*"),
                Record(
                    {
                        "openpgp_key": Field(
                            Text(
                                "a fingerprint: 40 hexadecimal digits in upper case",
                                r"[0-9A-F]{40}",
                            ),
                            "The fingerprint of the key that signs sources.",
                        )
                    },
                    ReleaseManager,
                    "a release manager",
                ),
                "release managers",
            ),
            "Who signs the sources.",
            default={},
        ),
        "releases": Field(
            MapOf(CYCLE, RELEASE, "releases", needed='add a cycle such as "3.14"'),
            "The release cycles, newest first.",
            required=True,
            default={},
        ),
    },
    dict,
    "the mapping of versions.yaml",
    "Which releases of an image are published in which variants.",
)
