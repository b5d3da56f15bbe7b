"""The rules for a release's version and its checksums, and the edits that keep them. Pure.

`decide` applies them to upstream's releases, `steps` to a maintainer's input.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import ALGORITHMS, DIGITS, NAMES, by_algorithm, each_sum, path_of
from tagmatrix.editing import Put, Remove
from tagmatrix.matrix.needs import same_file
from tagmatrix.upstream.release_order import is_for_prereleases, is_newer
from tagmatrix.util.wording import join_names
from tagmatrix.versions import is_final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tagmatrix.config import Config, Release
    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import SettingValue
    from tagmatrix.editing import Edit
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.versions import Style


class ChecksumChange(enum.Enum):
    """How a checksum compares with the one in versions.yaml at the same version."""

    NEW = enum.auto()
    SAME = enum.auto()
    ACCEPTED = enum.auto()
    REPLACED = enum.auto()
    """Upstream or an attacker replaced the file: an alarm."""


def goes_back(ours: str, version: str, style: Style = "pep440") -> bool:
    """Return whether a version is lower than ours. tagmatrix never lowers a version."""
    return is_newer(ours, version, style)


def leaves_final(ours: str, version: str, style: Style = "pep440") -> bool:
    """Return whether a version is a pre-release and ours is final: our tags would go back.

    >>> leaves_final("3.14.6", "3.14.7rc1"), leaves_final("3.15.0b3", "3.15.0")
    (True, False)
    """
    return is_final(ours, style) and not is_final(version, style)


def needs_promotion(cycle: str, version: str, style: Style = "pep440") -> bool:
    """Return whether a version is final and its cycle is for pre-releases: it needs `promote`.

    >>> needs_promotion("3.15-rc", "3.15.0"), needs_promotion("3.15", "3.15.0")
    (True, False)
    """
    return is_for_prereleases(cycle) and is_final(version, style)


def promote_step(cycle: str, *, checksums: bool) -> str:
    """Return the command that makes a cycle final; `checksums` is whether it needs some."""
    return f"tagmatrix promote {cycle}{' --download' * checksums}"


def candidate(published: Iterable[UpstreamRelease], release: Release) -> UpstreamRelease | None:
    """Return the newest version that `update` may move a release to, of those newest first."""
    cycle, ours, style = release.cycle, release.version, release.style
    for each in published:
        version = each.version
        if not needs_promotion(cycle, version, style) and not leaves_final(ours, version, style):
            return each
    return None


def compare_checksum(ours: str | None, other: str, accepted: Collection[str]) -> ChecksumChange:
    """Compare a checksum with ours at the same version.

    >>> compare_checksum("1f", "2e", accepted=[])
    <ChecksumChange.REPLACED: 4>
    """
    if ours is None:
        return ChecksumChange.NEW
    if other == ours:
        return ChecksumChange.SAME
    return ChecksumChange.ACCEPTED if other in accepted else ChecksumChange.REPLACED


def replaced_alarm(
    what: str, ours: str | None, whose: str, other: str, algorithm: str = "sha256"
) -> str:
    """Return the alarm for a checksum that changed at the same version; `whose` is the other."""
    return (
        f"{what} has another {NAMES[algorithm]} than before; versions.yaml keeps the old one. "
        f"Upstream or an attacker replaced the file. Ours: {ours}, {whose}: {other}. If upstream "
        f'explains the change, add to `accept`: {{{algorithm}: "{other}", why: ...}}'
    )


def twin_checksums(found: Mapping[str, str]) -> str:
    """Return a problem if artifacts have the same checksum; else an empty text."""
    twins = (same_file(digests, algorithm) for algorithm, digests in by_algorithm(found).items())
    return next(filter(None, twins), "")


def old_checksums(
    found: Mapping[str, str], releases: Iterable[Release], accepted: Collection[str]
) -> str:
    """Return why a new version has checksums of a known one, "" if it has none; see `accept`.

    A document without a version in its address may still be that of an older version.

    Args:
        found: upstream's checksums of the new version, by artifact.
        releases: the releases with the known checksums.
        accepted: the checksums in `accept` of versions.yaml.
    """
    known = {digest: each.version for each in releases for _, _, digest in each_sum(each.sums)}
    same = [name for name, digest in found.items() if digest in known.keys() - {*accepted}]
    if not same:
        return ""
    versions = join_names([*dict.fromkeys(known[found[name]] for name in same)])
    checksums = "the checksum" if len(same) == 1 else "the checksums"
    return (
        f"upstream still names the files of {versions}: {checksums} of "
        f"{join_names(same)} did not change"
    )


def other_algorithms(release: Release, found: Mapping[str, str], version: str) -> list[str]:
    """Return a failure for each checksum of upstream that can't be compared with ours."""
    failures = []
    for artifact, digest in found.items():
        theirs = DIGITS[len(digest)]
        ours = [name for name, sums in release.sums.items() if artifact in sums]
        if ours and theirs not in ours:
            failures.append(
                f"upstream has the {NAMES[theirs]} of {artifact} of {version}, and "
                f"versions.yaml has the {join_names([NAMES[name] for name in ours])}: choose "
                f"one with `take` in `upstream`, or replace that in versions.yaml by hand"
            )
    return failures


def accepted_checksums(config: Config) -> frozenset[str]:
    """Return the checksums in `accept` of versions.yaml."""
    return frozenset(entry.checksum for entry in config.accept if entry.checksum)


def own_checksums(release: Release) -> dict[int, str]:
    """Return the variants that list checksums of the release's version, by their numbers.

    These checksums would be stale at another version.
    """
    return {
        number: choice.name
        for number, choice in enumerate(release.variants or ())
        if choice.sums and choice.version is None
    }


def stale_settings(release: Release) -> list[str]:
    """Return the release's own settings that contain its version, such as that of a package.

    They would be stale at another version. Debian writes a pre-release with a tilde: 19~beta3.
    """
    return [name for name, value in release.settings.items() if _contains(value, release.version)]


def stale_parts(release: Release, version: str) -> str:
    """Return what a maintainer must change before a release moves to a version; "" for nothing."""
    if variants := own_checksums(release).values():
        return (
            f"{version} is published, but {join_names([*variants])} "
            f"{'lists' if len(variants) == 1 else 'list'} a SHA-256 of {release.version}: "
            "update that by hand first"
        )
    if settings := stale_settings(release):
        return (
            f"{version} is published, but {join_names(settings)} in the `settings` of "
            f"{release.cycle} {'contains' if len(settings) == 1 else 'contain'} {release.version}: "
            f"tagmatrix bump {release.cycle} {version} --download, and change that by hand"
        )
    return ""


def _contains(value: SettingValue, version: str) -> bool:
    """Return whether a text in a value contains a version, and not a longer one.

    >>> _contains({"trixie": "18.1-1.pgdg13+2"}, "18.1"), _contains(["18.10", "18.1.2"], "18.1")
    (True, False)
    """
    if isinstance(value, str):
        pattern = rf"(?<![\d.]){re.escape(version)}(?!\.?\d)"
        return bool(re.search(pattern, value.replace("~", "")))
    if isinstance(value, Mapping):
        return any(_contains(item, version) for item in value.values())
    return isinstance(value, Sequence) and any(_contains(item, version) for item in value)


def version_edits(release: Release, version: str, sums: Sums, late: Collection[str]) -> list[Edit]:
    """Return edits that move a release to another version.

    They remove the checksums of the old version, and hold late artifacts back.
    """
    here = ("releases", release.cycle)
    known = {name for _, name, _ in each_sum(sums)}
    before = [name for name in ALGORITHMS if name in {"sha256", *release.sums, *sums}]
    return [
        Put((*here, "version"), version),
        *(
            Remove((*here, algorithm, *path_of(name)), prune=algorithm != "sha256" or "/" in name)
            for algorithm, name, _ in each_sum(release.sums)
            if name not in sums.get(algorithm, ())
        ),
        *checksum_edits(release, sums),
        *(
            Remove((*here, "held_back", name), prune=True)
            for name in release.held_back
            if name not in known and name not in late
        ),
        *(
            Put(
                (*here, "held_back", name),
                f"{version} not published",
                after=("version", *before, "artifacts"),
            )
            for name in late
        ),
    ]


def checksum_edits(release: Release, sums: Sums) -> list[Edit]:
    """Return edits that enter checksums; their artifacts are no longer held back."""
    here = ("releases", release.cycle)
    edits: list[Edit] = []
    for algorithm, name, digest in each_sum(sums):
        after = ("version", *ALGORITHMS[: ALGORITHMS.index(algorithm)])
        edits.append(Put((*here, algorithm, *path_of(name)), digest, after=after))
        if name in release.held_back:
            edits.append(Remove((*here, "held_back", name), prune=True))
    return edits
