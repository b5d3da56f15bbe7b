"""Rules for a release's new version: complete and current checksums, and no lower version."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tagmatrix.config.artifacts import NAMES, each_sum, sums_of
from tagmatrix.config.format import DIGESTS, version_shape
from tagmatrix.errors import GuardError, InputError
from tagmatrix.matrix.needs import needs, same_file
from tagmatrix.problems import format_path, shown
from tagmatrix.update.policy import (
    ChecksumChange,
    accepted_checksums,
    checksum_edits,
    compare_checksum,
    goes_back,
    leaves_final,
    own_checksums,
    replaced_alarm,
    stale_settings,
    version_edits,
)
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.upstream.release_order import is_newer, of_cycle
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names
from tagmatrix.versions import cycle_numbers, kind_of, parse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tagmatrix.config import Config, Release
    from tagmatrix.matrix.needs import Needs
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Style


_DATE: Final = re.compile(r"(?<!\d)20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True, slots=True)
class VersionChecksums:
    """The checksums of a version.

    Attributes:
        sha256: the SHA-256 of its artifacts.
        late: artifacts that upstream has not published yet; their images wait.
        sha512: the SHA-512 of its artifacts.
        sha1: the SHA-1 of its artifacts.
    """

    sha256: Mapping[str, str] = field(default_factory=dict)
    late: Collection[str] = ()
    sha512: Mapping[str, str] = field(default_factory=dict)
    sha1: Mapping[str, str] = field(default_factory=dict)

    @property
    def sums(self) -> dict[str, Mapping[str, str]]:
        """Return the checksums by algorithm."""
        return sums_of(self)

    @property
    def artifacts(self) -> tuple[str, ...]:
        """Return the artifacts that have a checksum."""
        return tuple(dict.fromkeys(name for _, name, _ in each_sum(self.sums)))


def move(config: Config, release: Release, version: str, checksums: VersionChecksums) -> StepPlan:
    """Return the plan that moves a release to a version, the same or a higher one.

    Raises:
        InputError: the version is invalid, or a checksum is missing, unknown or invalid.
        GuardError: the version is lower, or a checksum changes at the same version.
    """
    style = release.style
    check_version(release.cycle, version, style)
    if not release.version:
        raise InputError(
            f"{release.cycle} has no version (`version: null`), so it can't be moved to {version}; "
            "set its `version` in versions.yaml first"
        )
    if goes_back(release.version, version, style):
        raise GuardError(
            f"{release.cycle} is at {release.version}, and {version} is lower: tagmatrix "
            "never lowers a version. If upstream withdrew a release, edit versions.yaml by hand"
        )
    if leaves_final(release.version, version, style):
        raise GuardError(
            f"{version} is {kind_of(version, style)}, and {release.cycle} is final at "
            f"{release.version}: its tags never go back to such versions; `tagmatrix add` makes a "
            "cycle for them"
        )
    aim = replace(release, version=version)
    needed = needs(config, aim)
    check_names(aim, needed.possible, checksums)
    if not is_newer(version, release.version, style):
        return _same_version(config, release, checksums)
    _check_own_checksums(release, version)
    check_complete(aim, needed, checksums)
    edits = version_edits(release, version, checksums.sums, late(release, checksums))
    notes = [
        f"{choice.name} stays at {choice.version}, its own version"
        for choice in release.variants or ()
        if choice.version is not None
    ]
    notes += [
        f"the setting {name} of {release.cycle} still contains {release.version}; change it by hand"
        for name in stale_settings(release)
    ]
    notes += [
        f"the alias {alias} of {release.cycle} has a date, and moves to {version} as it is; "
        "change it by hand if it names a build"
        for alias in release.aliases
        if _DATE.search(alias)
    ]
    return StepPlan(tuple(edits), tuple(notes))


def late(release: Release, checksums: VersionChecksums) -> list[str]:
    """Return the artifacts that a version leaves out: late, or held back and without a checksum."""
    names = dict.fromkeys((*checksums.late, *release.held_back))
    return [name for name in names if name not in checksums.artifacts]


def check_version(cycle: str, version: str, style: Style) -> None:
    """Raise InputError if a version is invalid or not of a cycle."""
    if not version_shape(style).fits(version) or parse(version, style) is None:
        such = "3.14.6 or 3.15.0b3" if style == "pep440" else "25.0.4_7 or 4.0.0-rc-5"
        raise InputError(f'invalid version "{shown(version)}": write one such as {such}')
    if cycle_numbers(cycle) and not of_cycle(version, cycle, style):
        raise InputError(
            f"{version} is not a version of {cycle}; name the cycle that it belongs to"
        )


def check_names(release: Release, artifacts: Collection[str], checksums: VersionChecksums) -> None:
    """Raise InputError for checksums that no image needs, and for invalid ones.

    Raises GuardError if two artifacts have the same checksum.
    """
    problems = []
    for name in dict.fromkeys((*checksums.artifacts, *checksums.late)):
        if name not in artifacts:
            why = f"no image of {release.cycle} needs {name}{nearest(name, artifacts)}"
            if release.artifacts is not None and name not in release.artifacts:
                why += f" (its `artifacts` are {', '.join(release.artifacts) or 'none'})"
            problems.append(why)
        elif name in checksums.artifacts and name in checksums.late:
            kind = next(NAMES[each] for each, sums in checksums.sums.items() if name in sums)
            problems.append(f"{name} has a {kind} and is late; remove one of the two")
    for algorithm, name, digest in each_sum(checksums.sums):
        if not DIGESTS[algorithm].fits(digest):
            problems.append(
                f'{name}: invalid {NAMES[algorithm]} "{shown(digest)}": '
                f"{DIGESTS[algorithm].expected(digest)}"
            )
    if problems:
        raise InputError("\n".join(problems))
    for algorithm, sums in checksums.sums.items():
        if twins := same_file(sums, algorithm):
            raise GuardError(f"{release.version}: {twins}")


def check_complete(
    release: Release, needed: Needs, checksums: VersionChecksums, *, listed: bool = True
) -> None:
    """Raise InputError if a checksum is missing that the images of a version need.

    Also if the late artifacts can't be left out.

    `listed` is whether versions.yaml has the cycle already.
    """
    left_out = late(release, checksums)
    if left_out and not needed.may_go_without(left_out):
        raise InputError(
            f"{join_names(left_out)} can't be left out of {release.version}: {release.cycle} "
            "would have no images, only Windows images, or images without their base. The source "
            "is never left out; wait until it is published"
        )
    missing = [name for name in needed.artifacts if name not in {*checksums.artifacts, *left_out}]
    if not missing:
        return
    options = " ".join(f"--sha256 {name}=HEX" for name in missing)
    message = (
        f"the SHA-256 of {release.version}'s {join_names(missing)} is needed: give {options}, or "
        "--download to get it from upstream"
    )
    if needed.may_go_without([missing[-1], *left_out]):
        message += (
            f"; with --late {missing[-1]} the images that need it are left out until it is there"
        )
    if listed:
        message += (
            f". If upstream no longer publishes it for {release.cycle}, set `artifacts: [...]` "
            "without it in that cycle"
        )
    raise InputError(message)


def _same_version(config: Config, release: Release, checksums: VersionChecksums) -> StepPlan:
    """Return the plan that adds missing and accepted checksums to a version."""
    alarms = []
    accepted = accepted_checksums(config)
    for algorithm, name, new in each_sum(checksums.sums):
        old = release.sums.get(algorithm, {}).get(name)
        if compare_checksum(old, new, accepted) is ChecksumChange.REPLACED:
            what = f"{name} of {release.version}"
            alarms.append(replaced_alarm(what, old, "given", new, algorithm))
    if alarms:
        raise GuardError("\n".join(alarms))
    there = [name for name in checksums.late if name not in release.held_back]
    if there:
        are = "is" if len(there) == 1 else "are"
        raise GuardError(
            f"{join_names(there)} of {release.version} {are} published: published artifacts stay"
        )
    return StepPlan(tuple(checksum_edits(release, checksums.sums)))


def _check_own_checksums(release: Release, version: str) -> None:
    """Raise InputError if a variant has a checksum of the old version."""
    here: ValuePath = ("releases", release.cycle, "variants")
    stale = [
        f"{format_path((*here, number, next(iter(release.variants[number].sums))))} is of "
        f"{release.version}, but its variant would have version {version}: update it by hand "
        "first, or remove it"
        for number in own_checksums(release)
        if release.variants
    ]
    if stale:
        raise InputError("\n".join(stale))
