"""The sources of versions, checksums and axes that versions.yaml names, as frozen data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.document_lookup import Lookup


class Upstream(Struct, frozen=True, kw_only=True):
    """The source of upstream facts.

    Attributes:
        name: the source's name.
        addresses: the addresses of its data, by the keys that the source has.
        manifests: the address of the manifests of official-images.
        allow_http: whether addresses may use http.
        add: whether new cycles are added; None to report them only.
        project: the name of the product at the source, such as owner/name.
        token: the environment variable with the token for the host of `releases`.
        releases: where releases are listed.
        artifacts: where the checksums of each artifact are; all documents must agree.
        architectures: upstream's word for each architecture.
        cycles: where the ends of cycles are.
        command: the program that prints all that, with its arguments; empty for none.
    """

    name: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    manifests: str
    allow_http: bool = False
    add: bool | None = None
    project: str = ""
    token: str = ""
    releases: Lookup | None = None
    artifacts: Mapping[str, tuple[Lookup, ...]] = field(default_factory=dict)
    architectures: Mapping[str, str] = field(default_factory=dict)
    cycles: Lookup | None = None
    command: tuple[str, ...] = ()


class AxisSource(Struct, frozen=True, kw_only=True):
    """Where `update` finds the values of an axis.

    Attributes:
        values: the values.
        upstream: the source of versions, of which the values are parts.
        newest: how many of the newest values; None for all.
        min: the oldest value; empty for no limit.
    """

    values: tuple[str, ...]
    upstream: Upstream
    newest: int | None = None
    min: str = ""
