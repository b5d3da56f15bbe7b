"""Architectures of bases, and published versions, from official-images' manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.editing import Put
from tagmatrix.update import bases
from tagmatrix.update.bases import SuiteOutcome
from tagmatrix.upstream.official_images import Manifests, OfficialBase, parse_base
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tests.projects import VERSIONS
from tests.web.site import LIBRARY

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client
    from tests.web.site import Site

DEBIAN = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/debian.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: trixie, latest
Architectures: amd64, arm64v8, riscv64

Tags: trixie-slim
Architectures: amd64, arm64v8, riscv64, s390x

Tags: bookworm
SharedTags: both
Architectures: amd64

Tags: bookworm-slim
SharedTags: both
Architectures: arm64v8
"""
NEWER = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/newer.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: trixie
Architectures: amd64, loong64, arm64v8, sw-64

Tags: alone
Architectures: loong64
"""
PYTHON = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/python.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: 3.15.0b3-trixie, 3.15-rc-trixie
SharedTags: 3.15.0b3, 3.15-rc

Tags: 3.14.6-trixie, 3.14-trixie, 3-trixie, trixie
SharedTags: 3.14.6, 3.14, 3, latest

Tags: 3.14.5-windowsservercore, 3.14-windowsservercore
"""


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("debian:trixie-slim", OfficialBase("debian", "trixie-slim")),
        ("buildpack-deps", OfficialBase("buildpack-deps", "latest")),
        ("mcr.microsoft.com/windows/servercore:ltsc2025", None),
        ("me/debian:trixie", None),
        ("debian@sha256:" + "0" * 64, None),
    ],
)
def test_parse_base(text: str, base: OfficialBase | None) -> None:
    """Only images of official-images are bases."""
    assert parse_base(text) == base


@pytest.fixture(params=["address", "checkout"])
def manifests(
    request: pytest.FixtureRequest, site: Site, client: Client, tmp_path: Path
) -> Manifests:
    """Return manifests that are fetched, or read from a checkout."""
    (tmp_path / "library").mkdir()
    texts = {"debian": DEBIAN, "newer": NEWER, "python": PYTHON, "broken": "Tags 3\n"}
    for name, text in texts.items():
        site.upstream.library[name] = text
        (tmp_path / "library" / name).write_text(text)
    checkout = tmp_path if request.param == "checkout" else None
    return Manifests(client, f"{site.base}{LIBRARY}", checkout)


def test_architectures(manifests: Manifests) -> None:
    """A tag's architectures are those of all entries that own it."""
    debian = manifests.architectures(OfficialBase("debian", "trixie-slim"))
    assert debian == Found(("amd64", "arm64v8", "riscv64", "s390x"))
    assert manifests.architectures(OfficialBase("debian", "both")) == Found(("amd64", "arm64v8"))
    missing = manifests.architectures(OfficialBase("debian", "jessie"))
    assert missing == NotPublished("official-images has no debian:jessie")
    nowhere = manifests.architectures(OfficialBase("ubuntu", "noble"))
    assert isinstance(nowhere, FetchFailed)
    assert nowhere.reason.endswith("; is `manifests` the right address?")
    assert isinstance(manifests.version("ubuntu", "24.04"), NotPublished)
    broken = manifests.architectures(OfficialBase("broken", "latest"))
    assert isinstance(broken, FetchFailed)
    assert "not a manifest" in broken.reason


def test_published_version(manifests: Manifests) -> None:
    """The version of a cycle is among its tags."""
    versions = [manifests.version("python", cycle) for cycle in ("3.15-rc", "3.14", "3.1", "3.16")]
    assert versions[:2] == [Found("3.15.0b3"), Found("3.14.6")]
    assert all(isinstance(answer, NotPublished) for answer in versions[2:])


def test_fetched_once(site: Site, client: Client) -> None:
    """The manifest of several bases is fetched once."""
    site.upstream.library["debian"] = DEBIAN
    manifests = Manifests(client, f"{site.base}{LIBRARY}")
    for tag in ("trixie", "trixie-slim", "bookworm"):
        manifests.architectures(OfficialBase("debian", tag))
    assert len(site.asked) == 1


def test_decide() -> None:
    """New and removed architectures become edits, for all flavors or for each flavor."""
    sample = config.parse(VERSIONS)
    same = Found(("amd64", "riscv64", "arm64v8"))
    outcomes = {
        outcome.suite: outcome
        for outcome in bases.decide(
            sample,
            {
                ("trixie", "default"): same,
                ("trixie", "slim"): Found(("amd64", "arm64v8", "riscv64", "s390x")),
                ("bookworm", "default"): Found(("amd64", "arm64v8")),
                ("bookworm", "slim"): Found(("amd64", "arm64v8")),
                ("3.24", "alpine"): NotPublished("official-images has no alpine:3.24"),
            },
        )
    }
    assert outcomes["trixie"].news == ("debian:trixie-slim is now published for s390x",)
    assert outcomes["trixie"].edits == (
        Put(
            ("suites", "trixie", "architectures"),
            {
                "default": ["amd64", "arm64v8", "riscv64"],
                "slim": ["amd64", "arm64v8", "riscv64", "s390x"],
            },
        ),
    )
    assert outcomes["bookworm"].edits == (
        Put(("suites", "bookworm", "architectures"), ["amd64", "arm64v8"]),
    )
    assert outcomes["bookworm"].news[0] == "debian:bookworm is no longer published for mips64le"
    assert outcomes["3.24"] == SuiteOutcome(
        suite="3.24",
        warnings=("official-images has no alpine:3.24; versions.yaml keeps its architectures",),
    )
    assert outcomes["ltsc2025"] == SuiteOutcome(suite="ltsc2025")


def test_a_failure_keeps_the_suite() -> None:
    """If one base of a suite is a failure, the suite does not change."""
    sample = config.parse(VERSIONS)
    answers: dict[tuple[str, str], Answer[tuple[str, ...]]] = {
        ("trixie", "default"): Found(("amd64",)),
        ("trixie", "slim"): FetchFailed("no connection"),
    }
    outcome = bases.decide(sample, answers)[0]
    assert outcome == SuiteOutcome(suite="trixie", failures=("no connection",))


def test_an_architecture_that_is_unknown(manifests: Manifests) -> None:
    """An unknown architecture is reported and left out; the others are used."""
    sample = config.parse(VERSIONS)
    answer = manifests.architectures(OfficialBase("newer", "trixie"))
    assert answer == Found(("amd64", "arm64v8", "loong64", "sw-64"))
    only = manifests.architectures(OfficialBase("newer", "alone"))
    outcome, bookworm, *_ = bases.decide(
        sample,
        {
            ("trixie", "default"): answer,
            ("trixie", "slim"): answer,
            ("bookworm", "default"): only,
        },
    )
    known = ["amd64", "arm64v8"]
    assert outcome.edits == (Put(("suites", "trixie", "architectures"), known),)
    assert outcome.failures == ()
    assert outcome.warnings == (
        (
            "debian:trixie is published for loong64 and sw-64; tagmatrix does not know them "
            "and leaves them out"
        ),
        (
            "debian:trixie-slim is published for loong64 and sw-64; tagmatrix does not know "
            "them and leaves them out"
        ),
    )
    assert bookworm == SuiteOutcome(
        suite="bookworm",
        warnings=(
            (
                "debian:bookworm is published for loong64; tagmatrix does not know it, so "
                "versions.yaml keeps the architectures of debian:bookworm"
            ),
        ),
    )


@pytest.mark.parametrize("word", ["<b>", "AMD64", "", "`x`", "a" * 99])
def test_what_looks_like_no_architecture(site: Site, client: Client, word: str) -> None:
    """A list with invalid architectures makes the manifest unreadable."""
    site.upstream.library["debian"] = DEBIAN.replace("riscv64, s390x", f"riscv64, {word}, s390x")
    answer = Manifests(client, f"{site.base}{LIBRARY}").architectures(
        OfficialBase("debian", "trixie")
    )
    assert isinstance(answer, FetchFailed)
    assert "not a manifest" in answer.reason
