"""Check shared tags and Windows builds."""

from __future__ import annotations

import pytest

from tagmatrix.manifest.checks import check_document
from tests.manifest.samples import A40, B40, HEAD

from .test_fields import check, read

LINUX = "Tags: 1.2.3-linux\nSharedTags: 1.2.3, 1\n"
WINDOWS = (
    "Tags: 1.2.3-windowsservercore-ltsc2022\nSharedTags: 1.2.3, 1\n"
    "Architectures: windows-amd64\nConstraints: windowsservercore-ltsc2022\n"
)
NEWER = WINDOWS.replace("2022", "2025")


def rules(*entries: str) -> list[tuple[str, str]]:
    """Return rule and subject of each finding; each entry is a different build."""
    paragraphs = [f"{entry}GitCommit: {number:040x}\n" for number, entry in enumerate(entries, 1)]
    return [(rule, subject) for rule, _, subject in check("\n".join([HEAD, *paragraphs]))]


def test_no_findings() -> None:
    """Linux and two builds of Windows may share tags."""
    assert rules(LINUX, WINDOWS, NEWER) == []


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (WINDOWS.replace("Constraints: windowsservercore-ltsc2022\n", ""), True),
        (WINDOWS.replace("Constraints: windowsservercore", "Constraints: nanoserver"), False),
        (WINDOWS.replace("Constraints: ", "Constraints: nanoserver-ltsc2022, "), False),
        (WINDOWS.replace("Constraints: ", "Constraints: nanoserver-ltsc2025, "), True),
        (WINDOWS.replace("Constraints: windowsservercore-ltsc2022", "Constraints: aufs"), True),
        (WINDOWS.replace("-ltsc2022\nShared", "-ltsc2025\nShared"), True),
        (
            WINDOWS.replace("ltsc2022\nShared", "ltsc2016\nShared").replace("ltsc2022", "1607"),
            False,
        ),
        (WINDOWS.replace("windows-amd64", "windows-amd64, amd64"), True),
    ],
)
def test_constraint_of_windows(entry: str, problem: bool) -> None:  # noqa: FBT001 - a table
    """An image for Windows must have one constraint: the build of its tags."""
    entry = entry.replace("SharedTags: 1.2.3, 1\n", "")
    tag = entry.partition("\n")[0].removeprefix("Tags: ")
    assert rules(entry) == [("windows-constraint", f"x:{tag}")] * problem


def test_advice_to_set_a_constraint() -> None:
    """The build in the tags is the one to set."""
    entry = WINDOWS.replace("Constraints: windowsservercore-ltsc2022\n", f"GitCommit: {A40}\n")
    (finding,) = check_document(read(f"{HEAD}\n{entry}"))
    assert finding.problem == (
        "is for Windows without a constraint for its build: add 'Constraints: "
        "windowsservercore-ltsc2022' or 'Constraints: nanoserver-ltsc2022'"
    )


def test_constraint_elsewhere() -> None:
    """An image for Linux must not have a Windows constraint; other constraints are allowed."""
    assert rules(LINUX + "Constraints: nanoserver-ltsc2022\n") == [
        ("windows-constraint", "x:1.2.3-linux")
    ]
    assert rules(LINUX + "Constraints: !aufs\n") == []


def test_architecture_twice() -> None:
    """Two owners of a shared tag must not have the same architecture or Windows build."""
    other = LINUX.replace("linux", "debian")
    assert rules(LINUX, other) == [("shared-architecture", "x:1.2.3-linux")]
    assert rules(LINUX, other + "Architectures: i386\n") == []
    nano = WINDOWS.replace("windowsservercore", "nanoserver")
    assert rules(LINUX, WINDOWS, nano) == [
        ("shared-architecture", "x:1.2.3-windowsservercore-ltsc2022")
    ]
    old = WINDOWS.replace("ltsc2022", "ltsc2019")
    same = nano.replace("ltsc2022", "1809")
    assert [rule for rule, _ in rules(LINUX, old, same)] == ["shared-architecture"]


def test_few_of_many_shared_tags() -> None:
    """A message names three of the shared tags that have an architecture twice."""
    entries = (
        f"Tags: 1.2.3-{name}\nSharedTags: 1.2.3, 1.2, 1, a, b\nGitCommit: {commit}\n"
        for name, commit in (("x", A40), ("y", B40))
    )
    (finding,) = check_document(read("\n".join([HEAD, *entries])))
    assert finding.problem == (
        "1.2.3, 1.2, 1 and 2 more would have amd64 twice, from here and from x:1.2.3-y: remove it "
        "from one of them"
    )


def test_architecture_many_times() -> None:
    """Each architecture of a shared tag is reported once, for any number of entries."""
    linux = [LINUX.replace("linux", f"l{number}") for number in range(40)]
    windows = [WINDOWS.replace("servercore-l", f"servercore{number}-l", 1) for number in range(40)]
    found = rules(*linux, *(entry.replace("windowsservercore", "x", 1) for entry in windows))
    assert found == [
        ("shared-architecture", "x:1.2.3-l0"),
        ("shared-architecture", "x:1.2.3-x0-ltsc2022"),
    ]
    bare = "Tags: 1.2.3-w\nSharedTags: 1.2.3, 1\nArchitectures: windows-amd64\n"
    for entries in ((bare, WINDOWS, NEWER), (WINDOWS, NEWER, bare)):
        clashes = [rule for rule, _ in rules(*entries) if rule == "shared-architecture"]
        assert 1 <= len(clashes) <= 2


def test_versions_differ() -> None:
    """Owners of a shared tag must have one version; a shorter or missing one is allowed."""
    behind = NEWER.replace("1.2.3-", "1.2.2-").replace("1.2.3, ", "")
    assert rules(LINUX, WINDOWS, behind) == [("shared-version", "x:1.2.3-linux")]
    assert rules(LINUX, WINDOWS.replace("1.2.3-", "1.2-")) == []
    assert rules(LINUX, WINDOWS.replace("1.2.3", "1.20")) == [("shared-version", "x:1.2.3-linux")]
    assert rules(LINUX, WINDOWS.replace("1.2.3-", "edge-")) == []


def test_version_on_windows_only() -> None:
    """A version or latest on Windows only is reported, unless all images are for Windows."""
    alone = WINDOWS.replace("SharedTags: 1.2.3, 1", "SharedTags: 1.2.2, latest, core")
    assert rules(LINUX, alone) == [("windows-only", "x:1.2.3-windowsservercore-ltsc2022")]
    assert rules(alone) == []
    simple = WINDOWS.replace("SharedTags: 1.2.3, 1\n", "").replace("Tags: ", "Tags: 1.2-rc, ")
    assert rules(LINUX, simple) == [("windows-only", "x:1.2-rc")]
    assert rules(LINUX, simple.replace("1.2-rc, ", "core, ")) == []


def test_version_without_linux() -> None:
    """A line of releases that has no image for Linux at all is not reported."""
    old = WINDOWS.replace("1.2.3", "0.9.1").replace(", 1\n", "\n")
    assert rules(LINUX, old) == []
    assert rules(LINUX, old.replace("0.9.1", "1.2.2")) == [
        ("windows-only", "x:1.2.2-windowsservercore-ltsc2022")
    ]


@pytest.mark.parametrize("kind", ["windowsservercore", "nanoserver"])
def test_constraint_without_build(kind: str) -> None:
    """Before 2018 a constraint named no build; it still has to, where the tags name one."""
    bare = f"Tags: 1.2.3-{kind}\nArchitectures: windows-amd64\nConstraints: {kind}\n"
    assert rules(bare) == []
    other = bare.replace("1.2.3-", "1.2.3-other-")
    first = other.replace(f"{kind}\n", f"{kind}-ltsc2016\n")
    assert rules(bare, first) == []
    later = other.replace(f"{kind}\n", f"{kind}-1709\n")
    assert rules(bare, later) == [("windows-constraint", f"x:1.2.3-{kind}")]
    for build in ("ltsc2016", "1809"):
        named = bare.replace(f"-{kind}\nArch", f"-{kind}-{build}\nArch")
        assert rules(named) == [("windows-constraint", f"x:1.2.3-{kind}-{build}")]
