"""The source of new releases for `update` and `status`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

from tagmatrix.config.model import Upstream
from tagmatrix.config.shapes import FLAG, Either, Field, Record, Text
from tagmatrix.util.printable import NOT_IN_LINE

Addresses: TypeAlias = Mapping[str, str]

SOURCES: Final[Mapping[str, Addresses]] = {
    "python.org": {
        "api": "https://www.python.org/api/v2/",
        "downloads": "https://www.python.org/ftp/python/",
        "release_cycles": "https://peps.python.org/api/release-cycle.json",
    },
}
"""All sources: the name, and the default addresses. `tagmatrix.upstream` has their code."""

_ADDRESS = Text(
    "an address such as https://mirror.example.org/python/",
    rf"https?://[^\s?#{NOT_IN_LINE}]+",
)
_MANIFESTS = "https://raw.githubusercontent.com/docker-library/official-images/master/library/"


def upstream_choice(sources: Mapping[str, Addresses]) -> Either:
    """Return the shape of `upstream` for a table of sources: a name, or a mapping."""
    name = Text(" or ".join(sources), choices=tuple(sources))

    def address(key: str, description: str) -> Field:
        defaults = [
            f"`{addresses[key]}` ({source})"
            for source, addresses in sources.items()
            if key in addresses
        ]
        return Field(_ADDRESS, f"{description} Default: {', '.join(defaults)}.")

    def build(**given: Any) -> Upstream:  # noqa: ANN401 (the values of the fields)
        own = {key: value for key, value in given.items() if value is not None}
        return Upstream(**{**sources[given["name"]], **own})

    fields = {
        "name": Field(name, "The source's name.", required=True),
        "api": address("api", "The address of its API."),
        "downloads": address("downloads", "The address of its download tree."),
        "release_cycles": address(
            "release_cycles",
            "The address of phases and ends of life of its cycles, in the format of the PEPs or of "
            "endoflife.date.",
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
    }
    return Either(
        "the name of a source, or a mapping with its addresses",
        {
            "scalar": replace(
                name, build=lambda text: build(name=text, manifests=_MANIFESTS, allow_http=False)
            ),
            "mapping": Record(fields, build, "a source with its addresses"),
        },
    )


UPSTREAM_CHOICE: Final = upstream_choice(SOURCES)

WITHOUT_UPSTREAM: Final = Upstream(name="", manifests=_MANIFESTS)
"""Where base images are looked up if versions.yaml has no `upstream`."""
