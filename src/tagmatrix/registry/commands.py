"""Commands of other programs that push the same tags and indexes, and that sign them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.registry.index_pushes import Index, PlannedIndexes

SIGNERS: Final = {
    "cosign": ("cosign", "sign", "--recursive"),
    "notation": ("notation", "sign"),
}
"""The programs that sign; tagmatrix itself never has a key."""


def publishing(planned: PlannedIndexes) -> Iterator[str]:
    """Yield the commands of docker buildx that make the indexes which are not there yet."""
    for index in planned.indexes:
        if not index.is_there:
            yield shlex.join(_imagetools(index))


def signing(planned: PlannedIndexes, signer: str) -> list[str]:
    """Return the commands that sign each index, by its digest; notation signs no members."""
    lines: dict[str, None] = {}
    for index in planned.indexes:
        name = f"{index.target}@{index.document.digest}"
        lines[shlex.join([*SIGNERS[signer], name])] = None
        if signer == "notation":
            for part in index.parts:
                member = f"{index.target}@{part.descriptor.digest}"
                lines[shlex.join([*SIGNERS[signer], member])] = None
    return list(lines)


def _imagetools(index: Index) -> list[str]:
    tags = [word for step in index.steps for word in ("--tag", f"{index.target}:{step.tag}")]
    annotations = [
        word
        for name, text in sorted(index.document.annotations.items())
        for word in ("--annotation", f"index:{name}={text}")
    ]
    for member in index.document.images:
        for name, text in sorted(member.annotations.items()):
            place = f"manifest-descriptor[{member.platform}]"
            annotations += ["--annotation", f"{place}:{name}={text}"]
    sources = [f"{part.source}@{part.document.digest}" for part in index.parts]
    return ["docker", "buildx", "imagetools", "create", *annotations, *tags, *sources]
