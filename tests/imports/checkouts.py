"""A small family with Dockerfiles and a manifest, as people have it before they use tagmatrix."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from tests.imports.samples import HEAD, entry, product
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo

RELEASES: Final = {
    "8.4": ("8.4.2", ["8.4.2", "8.4", "8", "latest"], "trixie"),
    "8.0": ("8.0.9", ["8.0.9", "8.0"], "bookworm"),
}
"""The version, the aliases and the suite of each release cycle."""
_DEBIAN: Final = """\
# syntax=docker/dockerfile:1
FROM debian:{suite}-slim AS base
# docker inspect --format '{{{{.State}}}}'; this is not a template: {{% raw %}} {{# not a comment
RUN fetch engine-{version}.tgz && echo "{digest} *engine-{version}.tgz" | sha256sum -c
COPY docker-entrypoint.sh conf/my.cnf /
"""
_ALPINE: Final = """\
FROM alpine:3.24
ENV ENGINE_MAJOR={cycle}
RUN fetch engine-{version}.tgz && echo "{digest} *engine-{version}.tgz" | sha256sum -c
"""


def digest(version: str) -> str:
    """Return the checksum of a version."""
    return hashlib.sha256(version.encode()).hexdigest()


def make_family(path: Path, *, differing: bool = False) -> TestRepo:
    """Make a repository with a family; if `differing`, the Dockerfiles on Alpine are not alike."""
    repo = make_repo(path)
    entries = []
    for cycle, (version, aliases, suite) in RELEASES.items():
        words = {"cycle": cycle, "version": version, "suite": suite, "digest": digest(version)}
        folder = f"{cycle}/{suite}"
        repo.write(f"{folder}/Dockerfile", _DEBIAN.format(**words))
        repo.write(f"{folder}/docker-entrypoint.sh", "#!/bin/sh\nexec engine\n").chmod(0o755)
        repo.write(f"{folder}/conf/my.cnf", f"port = {cycle}\n")
        repo.write(f"{folder}/plugin/Dockerfile", f"FROM engine:{cycle}\nRUN plug in {version}\n")
        more = f"RUN legacy {cycle}\n" if differing and cycle == "8.0" else ""
        repo.write(f"{cycle}/alpine3.24/Dockerfile", _ALPINE.format(**words) + more)
        entries += [
            entry(product(aliases, [suite, ""]), folder),
            entry(product(aliases, ["plugin"]), f"{folder}/plugin"),
            entry(product(aliases, ["alpine3.24", "alpine"]), f"{cycle}/alpine3.24"),
        ]
    repo.write("library/engine", HEAD + "".join(entries))
    repo.commit()
    return repo
