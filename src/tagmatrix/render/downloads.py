"""Checksums that a Dockerfile must have: without them nothing would verify its downloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.artifacts import best, each_sum
from tagmatrix.dockerfile.docker_rules import DockerfileFinding
from tagmatrix.manifest.architecture_names import ARCHITECTURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.parse import Dockerfile
    from tagmatrix.matrix.expand import Image

Checksums: TypeAlias = "tuple[tuple[str, tuple[tuple[str, str], ...]], ...]"
"""The artifacts that a Dockerfile has to verify, each with its checksums by algorithm."""


def checksums_of(image: Image) -> Checksums:
    """Return the checksums that the Dockerfile of an image must have: its artifacts' first."""
    found = [(f"release.{name}", best(image.sums, name)) for name in image.needs]
    for name, component in image.components.items():
        files = dict.fromkeys(each for _, each, _ in each_sum(component.sums)) if component else ()
        for file in files:
            part = file.rpartition("/")[2]
            if part not in ARCHITECTURES or part in image.architectures:
                what = f"components.{name}.{file}".removesuffix(".")
                found.append((what, best(component.sums if component else {}, file)))
    return tuple([(name, tuple(sums.items())) for name, sums in found])


def missing(dockerfile: Dockerfile, checksums: Checksums) -> Iterator[DockerfileFinding]:
    """Yield the artifacts whose checksums no instruction has: nothing would verify the download."""
    for name, sums in checksums:
        if not any(digest in part.lower() for _, digest in sums for part in _texts(dockerfile)):
            last = dockerfile.instructions[-1].end if dockerfile.instructions else 1
            algorithm = sums[0][0]
            text = (
                f"no instruction has the {algorithm} of `{name.removeprefix('release.')}`, which "
                f"the variant needs: use {{{{ {_expression(name, algorithm)} }}}}"
            )
            yield DockerfileFinding(last, text)


def _texts(dockerfile: Dockerfile) -> Iterator[str]:
    for each in dockerfile.instructions:
        yield each.text
        for heredoc in each.heredocs:
            yield heredoc.content
    for refused in dockerfile.refused:
        yield refused.text


def _expression(name: str, algorithm: str) -> str:
    """Return the value of a checksum in templates.

    >>> _expression("release.source", "sha256"), _expression("components.yarn", "sha512")
    ('release.sha256.source', 'components.yarn.sha512')
    >>> _expression("components.gosu.linux/windows-amd64", "sha256")
    "components.gosu.sha256.linux['windows-amd64']"
    """
    words = name.split(".")
    at = 1 if words[0] == "release" else 2
    words.insert(at, algorithm)
    file, _, architecture = words[-1].partition("/")
    return ".".join([*words[:-1], file]) + (f"['{architecture}']" if architecture else "")
