"""The format of versions.yaml: each key with its shape and its meaning.

The loader and the JSON Schema both use these shapes.
"""

from __future__ import annotations

from typing import Final

from tagmatrix.config.format.axes import AXES, DEFAULT_AXES
from tagmatrix.config.format.checksums import DIGESTS
from tagmatrix.config.format.components import COMPONENTS
from tagmatrix.config.format.flavors import DEFAULT_SUITES, FLAVOR, SUITE_ENTRY, VARIANTS
from tagmatrix.config.format.name_shapes import (
    ALIAS,
    ANY,
    BRANCH,
    BUILDER,
    CYCLE,
    LAYOUT,
    LINK,
    MAINTAINER,
    MARK,
    NAME,
    PATH,
    PEP440,
    SETTING_NAME,
    SUITE,
    version_shape,
)
from tagmatrix.config.format.publish import PUBLISH
from tagmatrix.config.format.regenerate import REGENERATE
from tagmatrix.config.format.releases import RELEASE
from tagmatrix.config.format.rules import ACCEPTANCE, EXCLUSION, SETTING
from tagmatrix.config.format.upstream import UPSTREAM_CHOICE, WITHOUT_UPSTREAM
from tagmatrix.config.model import PageFacts, ReleaseManager
from tagmatrix.config.shapes import FLAG, NULL, Either, Field, ListOf, MapOf, Record, Text
from tagmatrix.layout import DEFAULT
from tagmatrix.manifest.values import MAINTAINER_FORMAT
from tagmatrix.util.printable import NOT_IN_LINE

__all__ = ["CYCLE", "DIGESTS", "VERSIONS", "WITHOUT_UPSTREAM", "version_shape"]

_LINKS = MapOf(
    Text(
        "a text without brackets",
        rf"[^\s\[\]{NOT_IN_LINE}](?:[^\[\]{NOT_IN_LINE}]*[^\s\[\]{NOT_IN_LINE}])?",
    ),
    LINK,
    "texts and links",
)

PAGE: Final = Record(
    {
        "title": Field(
            Text("a title, such as Python"),
            "The heading of the page. If absent: the image's name.",
            default="",
        ),
        "description": Field(
            Text("one line of 100 characters at most", rf"{ANY}*{MARK}{ANY}*", longest=100),
            "What the image is, in one line: Docker Hub's short description.",
            default="",
        ),
        "help": Field(_LINKS, "Where users get help: link texts and links.", default={}),
        "issues": Field(
            LINK, "Where users file issues. If absent: the repository's issues.", default=""
        ),
        "licenses": Field(
            _LINKS, "The licences of the software in the image: link texts and links.", default={}
        ),
    },
    PageFacts,
    "the facts of the page",
    "Facts for the image's page besides the matrix. The page's texts are in templates/readme/.",
)

# Without `version_style: loose` all versions are those of PEP 440.
_PEP440: Final = {"properties": {"version": {"anyOf": [PEP440.schema(), NULL.schema()]}}}
_STRICT: Final = {
    "if": {"properties": {"version_style": {"const": "loose"}}, "required": ["version_style"]},
    "else": {
        "properties": {
            "variants": {"items": _PEP440},
            "accept": {
                "items": {
                    "properties": dict.fromkeys(("goes_back_to", "prerelease"), PEP440.schema())
                }
            },
            "releases": {
                "additionalProperties": {
                    "properties": {**_PEP440["properties"], "variants": {"items": _PEP440}}
                }
            },
        }
    },
}

VERSIONS: Final = Record(
    {
        "image": Field(
            Text("the image's name in lower case, such as python", r"[a-z0-9]+(?:[._-][a-z0-9]+)*"),
            "The name of the image and of its manifest.",
            required=True,
            default="",
        ),
        "repository": Field(
            Text(
                "a git repository such as https://github.com/me/image.git",
                rf"[a-z][a-z+]*://{MARK}+|{MARK}+@{MARK}+:{MARK}+",
            ),
            "The address from which this repository can be fetched: GitRepo in the manifest.",
            required=True,
            default="",
        ),
        "branch": Field(
            BRANCH,
            "The branch that contains the commits in the manifest.",
            required=True,
            default="",
        ),
        "maintainers": Field(
            ListOf(MAINTAINER, "maintainers", needed=f"name one: {MAINTAINER_FORMAT}"),
            "The people responsible for the image.",
            required=True,
            default=(),
        ),
        "page": Field(PAGE, "Facts for the image's page besides the matrix."),
        "builder": Field(BUILDER, "The builder of all images that do not set another."),
        "upstream": Field(
            UPSTREAM_CHOICE,
            "The source of new releases for `update` and `status`.",
        ),
        "regenerate": Field(REGENERATE, "How the scheduled job commits: `tagmatrix regenerate`."),
        "publish": Field(PUBLISH, "Where images are built and published: `tagmatrix plan`."),
        "version_style": Field(
            Text("pep440 or loose", choices=("pep440", "loose")),
            "The style of all versions: Python's (`pep440`), or that of other projects too, such "
            "as 25.0.4_7, 8u502-b07, 24.04, 4.0.0-rc-5 and 20260815 (`loose`).",
            default="pep440",
        ),
        "version_parts": Field(
            Text("full+cycle or all", choices=("full+cycle", "all")),
            "Aliases of a version: the version and its cycle (`full+cycle`), or all its parts, "
            "such as 22.3.1, 22.3 and 22 (`all`).",
            default="full+cycle",
        ),
        "derive_aliases": Field(
            FLAG,
            "Whether the newest final cycles get the aliases of their majors and `latest`.",
            default=True,
        ),
        "hold": Field(
            MapOf(ALIAS, Either("a cycle or null", {"null": NULL, "scalar": CYCLE}), "aliases"),
            "Derived aliases, such as latest, that stay at a cycle; null: no cycle gets the alias.",
            default={},
        ),
        "default_suites": Field(
            DEFAULT_SUITES, "The suite of each flavor's short tags.", default={}
        ),
        "axes": Field(
            AXES,
            "More dimensions besides suites: names that patterns may contain, such as {php}, and "
            "their values. A flavor varies over the axes that its patterns contain.",
            default={},
        ),
        "default_axes": Field(
            DEFAULT_AXES,
            "The value of each axis for the suffixes with `on_default`.",
            default={},
        ),
        "layout": Field(
            LAYOUT,
            "The path of images' folders from the folder of versions.yaml. {cycle} is the folder "
            "of the release, {folder} that of the flavor or variant.",
            default=DEFAULT,
        ),
        "manifest": Field(
            Text("a path of a file, such as library/python (no `..`, not absolute)", PATH),
            "The path of the manifest; the JSON has the same path and `.json`. If absent: the "
            "image's name in library/.",
        ),
        "flavors": Field(
            MapOf(NAME, FLAVOR, "flavors"),
            "The kinds of images, by name.",
            required=True,
        ),
        "suites": Field(
            MapOf(SUITE, SUITE_ENTRY, "suites"),
            "The releases of base systems, in the order of the manifest.",
            required=True,
        ),
        "variants": Field(
            VARIANTS,
            "The variants of a release, in order. If absent: each suite with each of its flavors.",
        ),
        "settings": Field(
            MapOf(SETTING_NAME, SETTING, "settings"), "Facts that templates use.", default={}
        ),
        "components": Field(
            COMPONENTS,
            "Other products in the image, with their versions and checksums.",
            default={},
        ),
        "exclude": Field(
            ListOf(EXCLUSION, "exclusions"),
            "Images and architectures that are not built, and why.",
            default=(),
        ),
        "accept": Field(
            ListOf(ACCEPTANCE, "acceptances"),
            "Intended changes that the guard would refuse. Remove each one after its publication.",
            default=(),
        ),
        "release_managers": Field(
            MapOf(
                Text("a name", rf"{MARK}{ANY}*"),
                Record(
                    {
                        "openpgp_key": Field(
                            Text(
                                "a fingerprint: 40 hexadecimal digits in upper case",
                                r"[0-9A-F]{40}",
                            ),
                            "The fingerprint of the key that signs the sources.",
                        )
                    },
                    ReleaseManager,
                    "a release manager",
                ),
                "release managers",
            ),
            "The people who sign the sources, by name.",
            default={},
        ),
        "releases": Field(
            MapOf(CYCLE, RELEASE, "releases"),
            "The release cycles, newest first. {} for an image that is no longer published.",
            required=True,
        ),
    },
    dict,
    "the mapping of versions.yaml",
    "The releases of an image, and the variants in which each is published.",
    more=_STRICT,
)
