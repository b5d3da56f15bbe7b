"""The source of new releases for `update` and `status`."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tagmatrix.config.model import Upstream
from tagmatrix.config.shapes import FLAG, Either, Field, Record, Text

_UPSTREAM_NAME = Text("python.org", choices=("python.org",))
_ADDRESS = Text("an address such as https://mirror.example.org/python/", r"https?://[^\s?#]+")
_MANIFESTS = "https://raw.githubusercontent.com/docker-library/official-images/master/library/"

UPSTREAM: Final = Record(
    {
        "name": Field(_UPSTREAM_NAME, "The source's name.", required=True),
        "api": Field(
            _ADDRESS, "The address of its API, version 2.", default="https://www.python.org/api/v2/"
        ),
        "downloads": Field(
            _ADDRESS,
            "The address of its download tree.",
            default="https://www.python.org/ftp/python/",
        ),
        "release_cycles": Field(
            _ADDRESS,
            "The address of phases and ends of life of its cycles, in the format of the PEPs or of "
            "endoflife.date.",
            default="https://peps.python.org/api/release-cycle.json",
        ),
        "manifests": Field(
            _ADDRESS,
            "The address of the library/ folder of official-images: architectures of base images, "
            "published versions.",
            default=_MANIFESTS,
        ),
        "allow_http": Field(
            FLAG,
            "Whether addresses may use http, which does not protect against changes on the way.",
            default=False,
        ),
    },
    Upstream,
    "a source with its addresses",
)


def _with_defaults(name: str) -> Upstream:
    addresses = {key: field.default for key, field in UPSTREAM.fields.items()}
    return Upstream(**(addresses | {"name": name}))


WITHOUT_UPSTREAM: Final = _with_defaults("")
"""The default addresses, if versions.yaml has no `upstream`."""


UPSTREAM_CHOICE: Final = Either(
    "the name of a source, or a mapping with its addresses",
    {
        "scalar": replace(_UPSTREAM_NAME, build=_with_defaults),
        "mapping": UPSTREAM,
    },
)
