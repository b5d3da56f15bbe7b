"""Rules for what an image is made from: its base, its source with checksum and key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.rules.downloads import received_keys
from tests.dockerfiles.rules.family.releases import number, releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.family import Family

    Finding = tuple[str, str]

BASES: Final = (
    (r"alpine(\d+\.\d+)", "alpine:{}"),
    (r"slim-([a-z]+)", "debian:{}-slim"),
    (r"windows/windowsservercore-(ltsc\d+)", "mcr.microsoft.com/windows/servercore:{}"),
    (r"([a-z]+)", "buildpack-deps:{}"),
)
"""What a folder's name says about the base."""


def bases(family: Family) -> Iterator[Finding]:
    """FROM has the suite and the flavor of the folder."""
    for folder, file in family.files.items():
        name = folder.partition("/")[2]
        matches = ((re.fullmatch(pattern, name), base) for pattern, base in BASES)
        expected = next((base.format(match[1]) for match, base in matches if match), None)
        if file.base != expected:
            yield folder, f"FROM {file.base}, but the folder says {expected}"


def versions(family: Family) -> Iterator[Finding]:
    """ENV PYTHON_VERSION is of the folder's cycle, never goes back, and each image has its file."""
    for image in family.matrix.images:
        if image.folder not in family.files:
            yield image.folder, "there is no Dockerfile"
    for folder, file in family.files.items():
        cycle = folder.partition("/")[0]
        version = Version(file.environment().get("PYTHON_VERSION", "0"))
        if version.release[:2] != number(cycle) or version.is_prerelease != cycle.endswith("-rc"):
            yield folder, f"{version} is not a version of {cycle}"
        known = releases().get(cycle, {}).get("version", f"{version}")
        if version < Version(known):
            yield folder, f"{version} is older than {known}, which has been published"


def known_checksums(family: Family) -> Iterator[Finding]:
    """A published version has the checksum that upstream published; no other version has it."""
    known: dict[tuple[str, bool], str] = {}
    for release in releases().values():
        known[release["version"], False] = release["source_sha256"]
        if "windows_amd64_exe_sha256" in release:
            known[release["version"], True] = release["windows_amd64_exe_sha256"]
    artifacts = {checksum: artifact for artifact, checksum in known.items()}
    for image, file in family.pairs:
        found = file.environment()
        artifact = (found.get("PYTHON_VERSION", ""), "windows" in file.base)
        checksum = found.get("PYTHON_SHA256", "")
        if (
            known.get(artifact, checksum) != checksum
            or artifacts.get(checksum, artifact) != artifact
        ):
            yield image.folder, f"{checksum} is not the checksum of {artifact[0]}"


def signers(family: Family) -> Iterator[Finding]:
    """Each cycle has its release manager, and each Dockerfile that person's key."""
    known = releases()
    for release in family.config.releases:
        fact = known.get(release.cycle, {})
        if fact.get("release_manager", release.release_manager) != release.release_manager:
            yield release.cycle, f"{fact['release_manager']} makes its releases"
    makers = {release.release_manager for release in family.config.releases}
    for name in family.config.release_managers.keys() - makers:
        yield name, "no release here is by this manager"
    for folder, file in family.files.items():
        cycle = folder.partition("/")[0]
        if cycle not in known or "windows" in file.base:
            continue
        found = received_keys(file)
        expected = [known[cycle]["openpgp_key"]] if "openpgp_key" in known[cycle] else []
        if found != expected:
            yield folder, f"the release manager's keys are {expected}, not {found}"


def needs(family: Family) -> Iterator[Finding]:
    """Each image needs its artifact, so that nothing is built without the checksum of that."""
    for image in family.matrix.images:
        expected = ("windows",) if "windows" in image.base else ("source",)
        if image.needs != expected:
            yield image.folder, f"needs {image.needs}, not {expected}"


RULES: Final = (bases, versions, known_checksums, signers, needs)
