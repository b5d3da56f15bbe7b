"""Check that a file whose only checksum can be forged has a reason for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import best, path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Release, VariantChoice
    from tagmatrix.problems import ValuePath


def weak(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each artifact has a strong checksum, or that `sha1` says why it has none."""
    owners: list[tuple[ValuePath, Release | VariantChoice]] = [
        *((("releases", release.cycle), release) for release in config.releases),
        *config.listed_variants(),
    ]
    for path, owner in owners:
        for artifact in owner.sha1 or ():
            if "sha1" in best(owner.sums, artifact) and not owner.sha1_why:
                how = "`sha1: {..., why: ...}`"
                yield (*path, "sha1", *path_of(artifact)), _without_reason(artifact, how)
    for path, name, component in config.listed_components():
        declared = config.components.get(name)
        why = component.why or (declared.why if declared else "")
        for file in component.sha1:
            if "sha1" in best(component.sums, file) and not why:
                yield (*path, "sha1"), _without_reason(f"{name} {file}".strip(), "`why: ...`")


def _without_reason(what: str, how: str) -> str:
    return (
        f"SHA-1 can be forged, and {what} has no other checksum; add its sha256 or sha512, or say "
        f"why there is none: {how}"
    )
