"""Upstream in 2025, at any moment; a seed decides everything that is not known of that year.

The versions and their days are real. It is also real that 3.12 entered its security phase after
3.12.10 and got no more installers. The seed decides the hours, and the late, replaced and withdrawn
files. A file's content is made from its name, so that every module can compute its hash.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Final

from packaging.version import Version

from tests.year.releases import DAY, HOUR, NEVER, File, Release, moment

NAMES: Final = {"source": "Python-{}.tar.xz", "windows": "python-{}-amd64.exe"}
INSTALLERS_ENDED: Final = {"3.9": 0, "3.10": 0, "3.11": 0, "3.12": 11}
"""By cycle, the first micro version without installers."""
DATES: Final = Path(__file__).with_name("releases-2025.json")


class World:
    """Upstream in 2025, made from a seed."""

    def __init__(self, seed: int) -> None:
        """Draw the unknown facts of the year."""
        random = Random(f"world {seed}")  # noqa: S311 (a test's dice)
        self.seed = seed
        self.late = random.choice(("wait", "wait", "leave_out"))
        self.wait_days = 3
        # The maintainers of the PEPs change their data some time after the last bugfix release.
        self.security = moment(dt.date(2025, 4, 8), 20) + random.uniform(0, 60) * DAY
        days: dict[str, str] = json.loads(DATES.read_text())["published"]
        drawn = [
            _draw(version, dt.date.fromisoformat(day), random) for version, day in days.items()
        ]
        self.releases = tuple(sorted(drawn, key=lambda each: (each.published, each.version)))
        self._disturb(random)

    def _disturb(self, random: Random) -> None:
        """Replace a file, and withdraw a release for a while."""
        lasting = [each for each in self.releases if each.published.year == 2025]
        lasting = [each for each in lasting if self._successor(each) - each.published > 8 * DAY]
        replaced, withdrawn = random.sample(lasting, 2)
        artifact = random.choice(sorted(replaced.files))
        file = replaced.files[artifact]
        if file.summed < NEVER:
            when = max(file.summed, file.listed, file.uploaded, replaced.published)
            new = File(
                name=file.name,
                uploaded=file.uploaded,
                listed=file.listed,
                summed=file.summed,
                beside=file.beside,
                replaced=when + random.uniform(0.3, 5) * DAY,
                lag=random.choice((0, 20)) * HOUR,
            )
            replaced.files[artifact] = new
        start = withdrawn.published + random.uniform(0.3, 4) * DAY
        gone = Release(
            version=withdrawn.version,
            published=withdrawn.published,
            files=withdrawn.files,
            withdrawn=start,
            back=start + random.uniform(1, 3) * DAY,
        )
        self.releases = tuple(gone if each is withdrawn else each for each in self.releases)

    def _successor(self, release: Release) -> dt.datetime:
        """Return the time of the next release of a release's cycle."""
        later = [
            each.published
            for each in self.releases
            if each.cycle == release.cycle and each.published > release.published
        ]
        return min(later, default=NEVER)

    @cached_property
    def by_version(self) -> dict[str, Release]:
        """Return the releases by version."""
        return {each.version: each for each in self.releases}

    def of_cycle(self, cycle: str, now: dt.datetime) -> list[Release]:
        """Return the listed releases of a cycle's numbers, newest first."""
        numbers = cycle.removesuffix("-rc")
        found = [each for each in self.releases if each.cycle == numbers and each.listed(now)]
        return sorted(found, key=lambda each: Version(each.version), reverse=True)

    def phase(self, cycle: str, now: dt.datetime) -> str:
        """Return the phase of a cycle."""
        numbers = cycle.removesuffix("-rc")
        steps = {
            "3.9": (("security", 0, 0), ("end-of-life", 11, 1)),
            "3.10": (("security", 0, 0),),
            "3.11": (("security", 0, 0),),
            "3.13": (("bugfix", 0, 0),),
            "3.14": (("feature", 0, 0), ("prerelease", 5, 7), ("bugfix", 10, 7)),
            "3.15": (("feature", 0, 0),),
        }
        if numbers == "3.12":
            return "security" if now >= self.security else "bugfix"
        return [
            name
            for name, month, day in steps[numbers]
            if not month or now >= moment(dt.date(2025, month, day))
        ][-1]

    def source_only(self, cycle: str, now: dt.datetime) -> bool:
        """Return whether a cycle's phase has no installers."""
        return self.phase(cycle, now) in {"security", "end-of-life"}

    def events(self) -> Counter[str]:
        """Count the unusual events."""
        found: Counter[str] = Counter()
        for release in self.releases:
            found["releases"] += release.published.year == 2025
            found["releases withdrawn for a while"] += release.withdrawn < NEVER
            for artifact, file in release.files.items():
                late = file.uploaded - release.published
                found[f"files replaced ({artifact})"] += file.replaced < NEVER
                found["installers hours late"] += 0 * DAY < late < DAY
                found["installers days late"] += DAY <= late < self.wait_days * DAY
                found["installers too late"] += self.wait_days * DAY <= late < 300 * DAY
                found["installers that never came"] += late >= 300 * DAY
        found[f"years with late: {self.late}"] += 1
        return +found

    def genuine(self, version: str, artifact: str, sha256: str, now: dt.datetime) -> bool:
        """Return whether an artifact of a version has, or once had, this SHA-256."""
        release = self.by_version.get(version)
        file = release.files.get(artifact) if release else None
        return (
            release is not None
            and release.published <= now
            and bool(file and file.genuine(sha256, now))
        )


def _draw(version: str, day: dt.date, random: Random) -> Release:
    """Draw the hours of a release; releases of the year before are complete."""
    published = moment(day, random.uniform(6, 22))
    cycle, micro = version.rpartition(".")[0], Version(version).micro
    artifacts = ["source"]
    if micro < INSTALLERS_ENDED.get(cycle, 1000):
        artifacts.append("windows")
    files = {}
    for artifact in artifacts:
        uploaded = published - random.uniform(0, 3) * HOUR
        if artifact == "windows" and day.year == 2025:
            uploaded += _lateness(random)
        files[artifact] = _file(NAMES[artifact].format(version), uploaded, random)
    return Release(version=version, published=published, files=files)


def _lateness(random: Random) -> dt.timedelta:
    """Return an installer's delay: mostly none, sometimes hours or days, sometimes for ever."""
    fate = random.random()
    if fate < 0.5:
        return dt.timedelta()
    for limit, days in ((0.7, (0.1, 0.6)), (0.85, (0.6, 2.5)), (0.96, (3, 8))):
        if fate < limit:
            return random.uniform(*days) * DAY
    return 400 * DAY


def _file(name: str, uploaded: dt.datetime, random: Random) -> File:
    """Draw where and when the SHA-256 of a file becomes available."""
    listed = uploaded + (random.uniform(0, 30) * HOUR if random.random() < 0.25 else 0 * HOUR)
    beside = random.choice(((), ("sigstore",), ("spdx",), ("sigstore", "spdx")))
    fate = random.random()
    summed = listed
    if fate < 0.2:
        summed = listed + random.uniform(1, 40) * HOUR
    elif fate < 0.3 and beside:
        summed = NEVER
    return File(name=name, uploaded=uploaded, listed=listed, summed=summed, beside=beside)
