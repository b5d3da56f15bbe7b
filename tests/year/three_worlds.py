"""Three upstreams of different kinds: what each has at a moment, and its documents. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.web.site import Upstream, digest
from tests.year.releases import DAY, HOUR, NEVER

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

LINUX: Final = ("linux/amd64", "linux/arm64v8")
_GO: Final = {"linux/amd64": "linux-amd64", "linux/arm64v8": "linux-arm64"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A release: when upstream lists it, when each file is there, and what happens to it later.

    Attributes:
        version: the version.
        listed: when the list gets it.
        files: when each artifact is published with its checksum.
        replaced: when one of them gets other bytes.
        withdrawn, back: between them, the list does not have it.
    """

    version: str
    listed: dt.datetime
    files: Mapping[str, dt.datetime]
    replaced: dt.datetime = NEVER
    withdrawn: dt.datetime = NEVER
    back: dt.datetime = NEVER

    def is_listed(self, now: dt.datetime) -> bool:
        """Return whether the list has it."""
        return self.listed <= now and not self.withdrawn <= now < self.back

    def sums(self, now: dt.datetime) -> dict[str, str]:
        """Return the checksum of each published artifact."""
        found = {}
        for place, (name, since) in enumerate(self.files.items()):
            if since <= now:
                again = " again" * (place == 0 and self.replaced <= now)
                found[name] = digest(f"{self.version} {name}{again}")
        return found

    def genuine(self, name: str, sha256: str, now: dt.datetime) -> bool:
        """Return whether upstream has, or once had, a checksum of an artifact."""
        known = (self.sums(at).get(name) for at in (self.files[name], now))
        return self.files[name] <= now and sha256 in known


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A family, its source and its upstream.

    Attributes:
        name: the name of the family, of its folder and of its image.
        upstream: the source in versions.yaml; BASE is the address of the server.
        style: the `version_style`.
        cycles: its cycles, the newest first.
        artifacts: the artifacts of a release.
        paths: the beginnings of the addresses of its documents.
        documents: adds the documents of releases to those of the site.
    """

    name: str
    upstream: str
    style: str
    cycles: tuple[str, str]
    artifacts: tuple[str, ...]
    paths: tuple[str, ...]
    documents: Callable[[Upstream, list[Item], dt.datetime], None]


def _python(site: Upstream, items: list[Item], now: dt.datetime) -> None:
    for item in items:
        number = site.publish(item.version, item.listed.date().isoformat())
        for sha256 in item.sums(now).values():
            site.add_file(number, f"Python-{item.version}.tar.xz", sha256)


def _go(site: Upstream, items: list[Item], now: dt.datetime) -> None:
    site.tree["/dl/"] = json.dumps(
        [
            {
                "version": f"go{item.version}",
                "stable": True,
                "files": [
                    {"filename": f"go{item.version}.{_GO[name]}.tar.gz", "sha256": sha256}
                    for name, sha256 in item.sums(now).items()
                ],
            }
            for item in items
        ]
    )


def _tool(site: Upstream, items: list[Item], now: dt.datetime) -> None:
    tags = [*(f"v{item.version}" for item in items), "v4.9.0-rc1", "nightly"]
    site.tree["/tool.git/info/refs"] = "".join(
        f"{number:040x}\trefs/tags/{tag}\n" for number, tag in enumerate(tags, 1)
    )
    for item in items:
        lines = [f"{each}  tool-{item.version}.tar.gz\n" for each in item.sums(now).values()]
        if lines:
            site.tree[f"/tool/{item.version}/SHA256SUMS"] = "".join(lines)


KINDS: Final = (
    Kind(
        name="python",
        upstream="""  name: python.org
  api: BASE/api/v2/
  downloads: BASE/ftp/python/
  release_cycles: BASE/api/release-cycle.json
""",
        style="pep440",
        cycles=("3.14", "3.13"),
        artifacts=("source",),
        paths=("/api/", "/ftp/"),
        documents=_python,
    ),
    Kind(
        name="golang",
        upstream="""  releases: {json: "BASE/dl/?mode=json&include=all", take: version, strip: go}
  artifacts:
    linux:
      json: BASE/dl/?mode=json&include=all
      each: "[?version=='{listed}'].files[]"
      take: {file: filename, sha256: sha256}
      file: "{listed}.linux-{architecture}.tar.gz"
  architectures: {amd64: amd64, arm64v8: arm64}
""",
        style="loose",
        cycles=("1.27", "1.26"),
        artifacts=LINUX,
        paths=("/dl/",),
        documents=_go,
    ),
    Kind(
        name="tool",
        upstream="""  releases: {tags: BASE/tool.git, match: "^v([0-9.]+)$"}
  artifacts:
    source: {sums: "BASE/tool/{version}/SHA256SUMS", file: "tool-{version}.tar.gz"}
""",
        style="loose",
        cycles=("4.3", "4.2"),
        artifacts=("source",),
        paths=("/tool.git/", "/tool/"),
        documents=_tool,
    ),
)


class Worlds:
    """What happens to the three upstreams; a seed decides everything."""

    def __init__(self, seed: int, first: dt.datetime, days: int) -> None:
        """Draw the releases of each family."""
        dice = Random(f"three {seed}")  # noqa: S311 (a test's dice)
        self.items = {
            kind.name: [
                item for cycle in kind.cycles for item in _drawn(dice, kind, cycle, first, days)
            ]
            for kind in KINDS
        }

    def listed(self, name: str, now: dt.datetime) -> list[Item]:
        """Return the releases that a family's list has at a moment, newest first."""
        found = [item for item in self.items[name] if item.is_listed(now)]
        return sorted(found, key=lambda item: Version(item.version), reverse=True)

    def item(self, name: str, version: str) -> Item:
        """Return a release."""
        return next(item for item in self.items[name] if item.version == version)

    def documents(self, base: str, now: dt.datetime) -> Upstream:
        """Return the documents of all three at a moment."""
        site = Upstream(base)
        for kind in KINDS:
            kind.documents(site, self.listed(kind.name, now), now)
        site.cycles = {
            cycle: {"status": "bugfix", "end_of_life": "2030-10"} for cycle in KINDS[0].cycles
        }
        return site


def _drawn(dice: Random, kind: Kind, cycle: str, first: dt.datetime, days: int) -> list[Item]:
    """Return the releases of a cycle: one each few weeks; the first one is complete before."""
    at = first - 10 * DAY
    items = [Item(version=f"{cycle}.1", listed=at, files=dict.fromkeys(kind.artifacts, at))]
    at = first + dice.uniform(1, 12) * DAY
    while at < first + days * DAY:
        late = [dice.uniform(0, 60) * HOUR * (dice.random() < 0.4) for _ in kind.artifacts]
        fate = dice.random()
        gone = at + dice.uniform(1, 5) * DAY if fate < 0.12 else NEVER
        items.append(
            Item(
                version=f"{cycle}.{len(items) + 1}",
                listed=at,
                files={name: at + more for name, more in zip(kind.artifacts, late, strict=True)},
                replaced=at + dice.uniform(3, 9) * DAY if fate > 0.85 else NEVER,
                withdrawn=gone,
                back=gone + dice.uniform(1, 4) * DAY if gone < NEVER else NEVER,
            )
        )
        at += dice.uniform(6, 30) * DAY
    return items
