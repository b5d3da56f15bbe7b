"""Check images against their bases."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.from_lines import Bases
from tagmatrix.manifest import parse
from tagmatrix.manifest.checks import RULES, LintedManifest, check_family
from tagmatrix.manifest.family import Family
from tagmatrix.manifest.raw import RawManifest
from tests.manifest.samples import HEAD

OS = "Tags: trixie, latest\nArchitectures: amd64, i386\nDirectory: os\n"
WINDOWS = "Tags: w\nArchitectures: windows-amd64\nDirectory: w\nConstraints: {}\n"


def check(
    entry: str, *bases: str, os: str = OS, foreign: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Return rule and problem for an image x:... with these bases, next to a manifest `os`."""
    head = HEAD + f"GitCommit: {'a' * 40}\n\n"
    content = (head + entry).encode()
    document = LintedManifest.read(RawManifest(name="x", origin="library/x", content=content))
    family = Family(
        {"x": document.manifest, "os": parse(head + os)},
        lambda entry, _: (
            Bases(last=bases[-1], all=bases, foreign=foreign)
            if bases and not entry.directory.startswith("os")
            else None
        ),
    )
    findings = check_family(family, [document])
    assert {finding.rule for finding in findings} <= RULES.keys()
    assert all(finding.manifest == "library/x" and finding.line for finding in findings)
    return [(finding.rule, finding.problem) for finding in findings]


CORE, NANO, SERVER = "windowsservercore-ltsc2022", "nanoserver-ltsc2022", "servercore:ltsc2022"
APP = "Tags: 1\nArchitectures: amd64, i386\n"


@pytest.mark.parametrize(
    "bases",
    [
        (),
        ("scratch",),
        ("os:trixie", "os:latest"),
        ("unknown:1",),
        ("elsewhere.example.org/a/b:1@sha256:" + "a" * 64,),
        ("mcr.microsoft.com/windows/servercore:ltsc2022",),
    ],
)
def test_no_findings(bases: tuple[str, ...]) -> None:
    """Bases that exist, are pinned, or have an unknown manifest give no findings."""
    assert check(APP, *bases) == []


def test_base_lacks_an_architecture() -> None:
    """An image must not have an architecture that its base lacks."""
    entry = APP.replace("i386", "i386, arm64v8, s390x")
    (found,) = check(entry, "os:latest")
    assert found == (
        "base-architecture",
        (
            "its base os:latest is not built for arm64v8, s390x: "
            "remove these architectures here, or choose another base"
        ),
    )


def test_base_is_gone() -> None:
    """A base must be a tag of its manifest."""
    assert check(APP, "os:bookworm") == [
        (
            "base-tag",
            "its base os:bookworm is not a tag of that image's manifest: choose another tag",
        )
    ]


@pytest.mark.parametrize("base", ["quay.io/a/b:1", "user/image:1", "localhost:5000/a:latest"])
def test_base_from_elsewhere(base: str) -> None:
    """A base that is not an official image must be pinned."""
    assert [rule for rule, _ in check(APP, base)] == ["base-pin"]


@pytest.mark.parametrize(
    ("constraints", "bases", "words"),
    [
        ("windowsservercore-ltsc2022", "servercore:ltsc2022", ""),
        ("windowsservercore-ltsc2022", "servercore:ltsc2022-KB123", ""),
        ("windowsservercore-1809", "servercore:ltsc2019", ""),
        ("nanoserver-ltsc2022", "nanoserver:ltsc2022", ""),
        (f"{NANO}, {CORE}", f"{SERVER} nanoserver:ltsc2022", ""),
        (NANO, f"{SERVER} nanoserver:ltsc2022", f"need {CORE}"),
        (f"{NANO}, {CORE}", "nanoserver:ltsc2022", f"needs {CORE}"),
        ("", "servercore:ltsc2022", ""),
        ("windowsservercore-ltsc2025", "servercore:ltsc2022", "need windowsservercore-ltsc2022"),
    ],
)
def test_constraints_follow_the_bases(constraints: str, bases: str, words: str) -> None:
    """A Windows image must have exactly the constraints of its bases."""
    names = [f"mcr.microsoft.com/windows/{base}" for base in bases.split()]
    found = check(WINDOWS.format(constraints), *names)
    assert bool(found) == bool(words)
    if words:
        assert found[0][0] == "windows-constraint"
        assert words in found[0][1]


def test_constraints_of_a_base_may_be_inherited() -> None:
    """Constraints of a base image are allowed; an unknown base gives no finding."""
    entry = WINDOWS.format("windowsservercore-ltsc2022")
    parent = WINDOWS.replace("Tags: w", "Tags: w, latest").replace("y: w", "y: os").format
    assert check(entry, "os:w", os=parent("windowsservercore-ltsc2022")) == []
    found = check(entry, "os:w", os=parent("windowsservercore-ltsc2025"))
    assert [rule for rule, _ in found] == ["windows-constraint"]
    assert check(entry, "gone:1") == []


def test_what_is_not_known_is_not_a_finding() -> None:
    """A base for the build platform gives no findings."""
    entry = APP.replace("i386", "i386, arm64v8")
    assert check(entry, "os:latest", foreign=("os:latest",)) == []
    entry = WINDOWS.format("nanoserver-ltsc2022")
    bases = "os:latest", "mcr.microsoft.com/windows/nanoserver:ltsc2022"
    assert check(entry, *bases, foreign=bases[:1]) == []


def test_suite_of_an_architecture() -> None:
    """Of a base with several images, the one for the architecture counts."""
    os = "Tags: {}\nSharedTags: latest\nArchitectures: {}\nDirectory: os{}\n"
    both = "\n".join([os.format("trixie", "amd64", 1), os.format("bookworm", "i386", 2)])
    for suite, architecture, fits in (("trixie", "amd64", True), ("bookworm", "amd64", False)):
        found = check(f"Tags: 1-{suite}\nArchitectures: {architecture}\n", "os:latest", os=both)
        assert [rule for rule, _ in found] == ["base-suite"] * (not fits)


def test_circle() -> None:
    """A circle is reported once."""
    entry = "Tags: 1\n\nTags: 2\nDirectory: d\n"
    assert [rule for rule, _ in check(entry, "x:1")] == ["cycle"]


def test_every_circle_is_reported() -> None:
    """Each separate circle is reported, at an image that is checked."""
    head = HEAD + f"GitCommit: {'a' * 40}\n\n"
    bases = {"x1": "y:1", "y1": "x:1", "x2": "x:2", "x3": "y:3", "y3": "z:1", "z1": "y:3"}
    texts = {
        "x": "Tags: 1\nDirectory: x1\n\nTags: 2\nDirectory: x2\n\nTags: 3\nDirectory: x3\n",
        "y": "Tags: 1\nDirectory: y1\n\nTags: 3\nDirectory: y3\n",
        "z": "Tags: 1\nDirectory: z1\n",
    }
    family = Family(
        {name: parse(head + texts[name]) for name in ("y", "z", "x")},
        lambda entry, _: Bases(last=bases[entry.directory], all=(bases[entry.directory],)),
    )
    source = RawManifest(name="x", origin="library/x", content=(head + texts["x"]).encode())
    findings = check_family(family, [LintedManifest.read(source)])
    assert [
        (finding.subject, finding.problem.partition("circle: ")[2]) for finding in findings
    ] == [
        ("x:1", "x:1 <- y:1 <- x:1: build one of them from another image"),
        ("x:2", "x:2 <- x:2: build one of them from another image"),
    ]


@pytest.mark.parametrize(
    ("tag", "base", "fits"),
    [
        ("1-alpine3.24", "alpine:3.24", True),
        ("1-alpine3.24", "alpine:3.24.1", True),
        ("1-alpine3.24", "alpine:3.23", False),
        ("1-alpine3.2", "alpine:3.24", False),
        ("1-alpine-3.24", "alpine:3.23", False),
        ("1-alpine", "alpine:3.23", True),
        ("1-trixie", "debian:trixie-slim", True),
        ("1-trixie", "debian:bookworm-slim", False),
        ("1-slim-trixie", "buildpack-deps:bookworm-scm", False),
        ("1-alpine3.24", "golang:1.25-alpine3.23", False),
        ("1-trixie", "alpine:3.24", False),
        ("1-alpine3.24", "debian:trixie", False),
        ("1-noble", "ubuntu:24.04", True),
        ("1-trixie", "unknown:1", True),
        ("1-trixie", "os:latest", True),
        ("1-bookworm", "os:latest", False),
        ("1-slim-trixie", "debian:trixie-slim", True),
        ("1-noble", "ubuntu:jammy", False),
        ("8.0-alpine", "debian:trixie", False),
        ("8.0-debian", "alpine:3.24", False),
        ("8.0-debian", "debian:12-slim", True),
        ("8.0-jammy", "ubuntu:24.04", False),
        ("8.0-jammy", "ubuntu:22.04", True),
        ("8.0-ubuntu24.04", "ubuntu:noble-20260801", True),
        ("8.0-trixie", "debian:13.1-slim", True),
        ("8.0-trixie", "debian:12", False),
        ("8.0-trixie", "ubuntu:24.04", False),
        ("8.0-al2023", "amazonlinux:2", False),
        ("8.0-al2023", "amazonlinux:2023.6.20241111.0", True),
        ("8.0-ol9", "oraclelinux:9-slim", True),
        ("8.0-oracle", "debian:trixie", True),
        ("8.0-ubi9", "rockylinux:9", True),
    ],
)
def test_suite_of_the_base(tag: str, base: str, fits: bool) -> None:  # noqa: FBT001 - a table
    """A suite in a tag must be that of the base, as far as the base's name or tags show it."""
    found = [rule for rule, _ in check(f"Tags: {tag}\n", base)]
    assert found == ["base-suite"] * (not fits)
