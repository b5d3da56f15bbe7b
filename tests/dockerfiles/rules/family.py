"""Rules for all images together: each has its own base, source, key, tags and architectures.

A rule is a function from a family to the problems in it, each with the folder or the key. The facts
are those of a day; a version, a cycle or a base that is newer has no facts, and is not compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from packaging.version import Version

from tests.facts import facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.matrix.expand import Image
    from tests.dockerfiles.family import Family

    Finding = tuple[str, str]
    """The place, and the problem there."""

    FamilyRule = Callable[[Family], Iterator[Finding]]

BASES: Final = (
    (r"alpine(\d+\.\d+)", "alpine:{}"),
    (r"slim-([a-z]+)", "debian:{}-slim"),
    (r"windows/windowsservercore-(ltsc\d+)", "mcr.microsoft.com/windows/servercore:{}"),
    (r"([a-z]+)", "buildpack-deps:{}"),
)
"""What a folder's name says about the base."""

NOT_SUPPORTED: Final = frozenset({"mips64le"})
"""https://peps.python.org/pep-0011/"""

SHORT: Final = {"slim": "slim", "alpine": "alpine"}
"""The short name of a flavor's newest suite; that of default is the bare version."""


def _releases() -> dict[str, dict[str, Any]]:
    return {one["cycle"]: one for one in facts("python-releases-2026-06-24")["releases"]}


def _number(cycle: str) -> tuple[int, ...]:
    return Version(cycle.removesuffix("-rc")).release


def bases(family: Family) -> Iterator[Finding]:
    """FROM has the suite and the flavor of the folder."""
    for folder, file in family.files.items():
        name = folder.partition("/")[2]
        matches = ((re.fullmatch(pattern, name), base) for pattern, base in BASES)
        expected = next((base.format(match[1]) for match, base in matches if match), None)
        if file.base != expected:
            yield folder, f"FROM {file.base}, but the folder says {expected}"


def versions(family: Family) -> Iterator[Finding]:
    """ENV PYTHON_VERSION is a version of the folder's cycle, and each image has its file."""
    for image in family.matrix.images:
        if image.folder not in family.files:
            yield image.folder, "there is no Dockerfile"
    for folder, file in family.files.items():
        cycle = folder.partition("/")[0]
        version = Version(file.environment().get("PYTHON_VERSION", "0"))
        if version.release[:2] != _number(cycle) or version.is_prerelease != cycle.endswith("-rc"):
            yield folder, f"{version} is not a version of {cycle}"


def checksums(family: Family) -> Iterator[Finding]:
    """Two artifacts, or two cycles, never have one checksum; one artifact has one."""
    owners: dict[str, set[str]] = defaultdict(set)
    sums: dict[str, set[str]] = defaultdict(set)
    for image, file in family.pairs:
        artifact = f"{image.cycle} {'windows' if 'windows' in file.base else 'source'}"
        checksum = file.environment().get("PYTHON_SHA256", "")
        owners[checksum].add(artifact)
        sums[artifact].add(checksum)
    for checksum, artifacts in owners.items():
        if len(artifacts) > 1:
            yield checksum, f"{' and '.join(sorted(artifacts))} have this checksum"
    for artifact, found in sums.items():
        if len(found) > 1:
            yield artifact, f"has the checksums {', '.join(sorted(found))}"


def known_checksums(family: Family) -> Iterator[Finding]:
    """A published version has the checksum that upstream published; no other version has it."""
    known: dict[tuple[str, bool], str] = {}
    for release in _releases().values():
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
    known = _releases()
    for release in family.config.releases:
        fact = known.get(release.cycle, {})
        if fact.get("release_manager", release.release_manager) != release.release_manager:
            yield release.cycle, f"{fact['release_manager']} makes its releases"
    for folder, file in family.files.items():
        cycle = folder.partition("/")[0]
        if cycle not in known or "windows" in file.base:
            continue
        found = [one.words[-1] for one in file.commands if "--recv-keys" in one.words]
        expected = [known[cycle]["openpgp_key"]] if "openpgp_key" in known[cycle] else []
        if found != expected:
            yield folder, f"the release manager's keys are {expected}, not {found}"


def ends_of_life(family: Family) -> Iterator[Finding]:
    """A cycle ends in the October five years after its first release (PEP 602)."""
    for release in family.config.releases:
        year = 2016 + _number(release.cycle)[1]
        if f"{release.end_of_life}" != f"{year}-10-31":
            yield release.cycle, f"the end of life is {year}-10-31, not {release.end_of_life}"


def complete(family: Family) -> Iterator[Finding]:
    """A version has the variants that it was published with, in their order, if suites stay."""
    suites = tuple(family.config.suites)
    for cycle, fact in _releases().items():
        images = [one for one in family.matrix.images if one.cycle == cycle]
        folders = [one.folder for one in images if one.version == fact["version"]]
        found = [folder.partition("/")[2] for folder in folders]
        expected = [name for name in fact["variants_in_order"] if name.endswith(suites)]
        if found and [name for name in found if name in fact["variants_in_order"]] != expected:
            yield cycle, f"the variants are {', '.join(found)}, not {', '.join(expected)}"


def architectures(family: Family) -> Iterator[Finding]:
    """An image has the architectures of its base, except those that Python does not support."""
    known = facts("base-architectures-2026-06-24")
    for image in family.matrix.images:
        expected = set(known.get(image.base, image.architectures)) - NOT_SUPPORTED
        if "windows" in image.base:
            expected = {"windows-amd64"}
        if set(image.architectures) != expected:
            differ = ", ".join(sorted(expected ^ set(image.architectures)))
            yield image.folder, f"the architectures differ from those of the base by {differ}"


def tags(family: Family) -> Iterator[Finding]:
    """An image has its long tags; the newest suite of a flavor has the short ones, too."""
    newest = _newest(family)
    for image in family.matrix.images:
        aliases = [image.version, image.cycle]
        if newest.get("latest") == image.cycle:
            aliases += [image.cycle.partition(".")[0], ""]
        first = newest[image.flavor] == image.suite
        plain, shared = [image.name], list[str]()
        if image.flavor in SHORT and first:
            plain.append(SHORT[image.flavor])
        if image.flavor == "default" and first:
            shared.append("")
        if image.flavor == "windowsservercore":
            shared += ["windowsservercore", ""]
        for kind, names, found in (
            ("tags", plain, image.tags),
            ("shared tags", shared, image.shared_tags),
        ):
            expected = {_joined(alias, name) for name in names for alias in aliases}
            if {tag.name for tag in found} != expected:
                differ = ", ".join(sorted({tag.name for tag in found} ^ expected))
                yield image.folder, f"the {kind} differ by {differ}"


def _joined(alias: str, name: str) -> str:
    return "-".join(filter(None, (alias, name))) or "latest"


def _newest(family: Family) -> dict[str, str]:
    """Return the first suite of each flavor, and the newest cycle with a final version."""
    found: dict[str, str] = {}
    for image in family.matrix.images:
        found.setdefault(image.flavor, image.suite)
    finals = [one.cycle for one in family.config.releases if not Version(one.version).is_prerelease]
    return found | {"latest": max(finals, key=_number)}


def builders(family: Family) -> Iterator[Finding]:
    """Linux is built with BuildKit; Windows with the classic builder, on hosts of its build."""
    for image in family.matrix.images:
        builder = image.builder or family.config.builder
        expected = _windows(image) if "windows" in image.base else ("buildkit", ())
        if (builder, image.constraints) != expected:
            yield image.folder, f"builder and constraints are {builder}, {image.constraints}"


def _windows(image: Image) -> tuple[str, tuple[str, ...]]:
    return "classic", (image.name,)


def identity(family: Family) -> Iterator[Finding]:
    """The image is python, from python.org, on the branch that the workflows use."""
    config = family.config
    found = (config.image, config.branch, config.upstream and config.upstream.name)
    if found != ("python", "main", "python.org"):
        yield "versions.yaml", f"image, branch and upstream are {found}"
    if not re.fullmatch(r"https://[^\s@]+\.git", config.repository):
        yield "repository", f"{config.repository} is not the https address of a repository"


def reasons(family: Family) -> Iterator[Finding]:
    """Each exclusion leaves something out; each setting and each exclusion has a link."""
    used = {number for number, _ in family.matrix.effects}
    for number, exclusion in enumerate(family.config.exclude):
        if number not in used:
            yield f"exclude[{number}]", "it leaves nothing out"
        if not exclusion.link.startswith("https://"):
            yield f"exclude[{number}]", "the reason has no https link"
    for name, setting in family.config.settings.items():
        if not setting.link.startswith("https://"):
            yield f"settings.{name}", "the reason has no https link"


RULES: Final[tuple[FamilyRule, ...]] = (
    *(bases, versions, checksums, known_checksums, signers, ends_of_life, complete),
    *(architectures, tags, builders, identity, reasons),
)


def check(family: Family) -> list[str]:
    """Return all problems of a family, as `place: rule: message`."""
    found = ((place, rule.__name__, said) for rule in RULES for place, said in rule(family))
    return [f"{place}: {name}: {said}" for place, name, said in sorted(found)]
