"""An image in the manner of golang: an archive for each architecture, and a nightly build."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.config import parse
from tagmatrix.manifest import parse as parse_manifest
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

REFUSED: Final = 5
ARCHITECTURES: Final = ("amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x")


@pytest.fixture
def golang(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the fixture, published."""
    return publish_fixture("golang", tmp_path / "golang", capsys)


def architectures(project: Project, tag: str) -> tuple[str, ...]:
    """Return the architectures of a tag in the manifest."""
    entries = parse_manifest((project.root / "library/golang").read_bytes()).entries
    return next(entry.architectures for entry in entries if tag in entry.tags)


def sums(version: str, *names: str) -> list[str]:
    """Return the options with a checksum for each architecture."""
    return [
        word for name in names for word in ("--sha256", f"linux/{name}={digest(version, name)}")
    ]


def digest(version: str, name: str) -> str:
    """Return a checksum."""
    return hashlib.sha256(f"{version} {name}".encode()).hexdigest()


def line_of(project: Project, name: str) -> str:
    """Return the first line with the checksum of an architecture."""
    text = project.read("versions.yaml")
    start = text.index(f"        {name}: ", text.index("linux:\n"))
    return text[start : text.index("\n", start) + 1]


def test_an_image_has_the_architectures_of_its_archives(golang: Project) -> None:
    """An architecture is built if upstream has its archive, and the Dockerfile has no other."""
    assert architectures(golang, "1.27.1-bookworm") == (
        *("amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "s390x"),
    )
    assert architectures(golang, "1.27.1-trixie") == ARCHITECTURES
    assert "riscv64" not in architectures(golang, "1.26.7-trixie")
    dockerfile = golang.read("library/1.26/trixie/Dockerfile")
    assert "s390x) arch=s390x" in dockerfile
    assert "riscv64" not in dockerfile
    shown = golang.run("show", "1.26.7").ok().out
    assert "riscv64: the release has no checksum of linux/riscv64 (versions.yaml:" in shown
    assert golang.read("library/tip/tip-trixie/Dockerfile").count("1.27.1") == 2


def test_the_guard_decides_about_a_missing_archive(golang: Project) -> None:
    """An architecture whose archive is gone is refused, unless it is held back or accepted."""
    line = line_of(golang, "arm64v8")
    text = golang.read("versions.yaml").replace(line, "", 1)
    golang.write("versions.yaml", text)
    done = golang.generate()
    assert done.code == REFUSED
    assert "arm64v8 is excluded: the release has no checksum of linux/arm64v8" in done.err
    held = text.replace(
        '    version: "1.27.1"\n',
        '    version: "1.27.1"\n    held_back: {linux/arm64v8: 1.27.1 not published}\n',
    )
    golang.write("versions.yaml", held.replace("linux/arm64v8:", "linux/riscv64:"))
    refused = golang.generate()
    assert refused.code == REFUSED
    assert "arm64v8 is excluded" in refused.err
    assert "riscv64" not in refused.err
    golang.write("versions.yaml", held)
    golang.generate("--commit").ok()
    assert "arm64v8" not in architectures(golang, "1.27.1-trixie")
    assert "arm64v8) arch" not in golang.read("library/1.27/trixie/Dockerfile")


def test_a_whole_artifact_is_held_back(golang: Project) -> None:
    """Without the name of an architecture, `held_back` leaves out the whole images."""
    golang.edit(
        "versions.yaml",
        '    version: "1.26.7"\n',
        '    version: "1.26.7"\n    held_back: {linux: 1.26.7 was withdrawn}\n',
    )
    golang.generate("--commit").ok()
    assert "1.26.7" not in golang.read("library/golang")


def test_artifacts_limit_the_architectures(golang: Project) -> None:
    """`artifacts` may name the architectures for which upstream has archives."""
    line = '    version: "1.26.7"\n'
    listed = "    artifacts: [linux/amd64, linux/arm64v8]\n"
    golang.edit("versions.yaml", line, line + listed)
    assert golang.generate().code == REFUSED
    loses = '["1.26*"], loses: [arm32v7, i386, ppc64le, s390x], why: Upstream ended them.'
    golang.edit("versions.yaml", "\nsettings:\n", f"\naccept:\n  - {{tag: {loses}}}\n\nsettings:\n")
    golang.generate("--commit").ok()
    assert architectures(golang, "1.26.7-trixie") == ("amd64", "arm64v8")
    golang.edit("versions.yaml", listed, "    artifacts: [linux/arm32v5]\n")
    assert "1.26" not in golang.run("tags").out


@pytest.mark.slow
def test_bump(golang: Project) -> None:
    """A bump takes a checksum for each architecture; one that is late is left out until then."""
    some = [name for name in ARCHITECTURES if name != "riscv64"]
    missing = golang.run("bump", "1.27", "1.27.2", *sums("1.27.2", *some))
    assert missing.code == 2
    assert "the SHA-256 of 1.27.2's linux/riscv64 is needed: give --sha256 linux/riscv64=HEX" in (
        missing.err
    )
    late = ("--late", "linux/riscv64")
    golang.run("bump", "1.27", "1.27.2", *sums("1.27.2", *some), *late).ok()
    release = parse(golang.read("versions.yaml")).releases[0]
    assert release.sha256 == {f"linux/{name}": digest("1.27.2", name) for name in some}
    assert release.held_back == {"linux/riscv64": "1.27.2 not published"}
    golang.generate("--commit").ok()
    assert "riscv64" not in architectures(golang, "1.27.2-trixie")
    golang.run("bump", "1.27", "1.27.2", *sums("1.27.2", "riscv64")).ok()
    assert parse(golang.read("versions.yaml")).releases[0].held_back == {}
    golang.generate("--commit").ok()
    assert architectures(golang, "1.27.2-trixie") == ARCHITECTURES
    golang.run("bump", "1.27", "1.27.2", *sums("1.27.2", "arm32v6")).ok()
    golang.generate("--commit").ok()
    assert "arm32v6" in architectures(golang, "1.27.2-alpine")
    other = golang.run("bump", "1.27", "1.27.2", *sums("1.27.3", "amd64"))
    assert other.code == REFUSED
    assert "linux/amd64 of 1.27.2 has another SHA-256 than before" in other.err


def test_what_bump_refuses(golang: Project) -> None:
    """An unknown architecture, an artifact as a whole and two equal checksums are refused."""
    before = golang.read("versions.yaml")
    for name in ("linux/mips64le5", "linux", "linux/s390x/v2"):
        done = golang.run("bump", "1.26", "1.26.8", "--sha256", f"{name}={digest('x', name)}")
        assert done.code == 2
        assert f"no image of 1.26 needs {name}; did you mean linux/" in done.err
    same = [
        word.replace(digest("1.26.8", "i386"), digest("1.26.8", "amd64"))
        for word in sums("1.26.8", "amd64", "i386")
    ]
    twins = golang.run("bump", "1.26", "1.26.8", *same)
    assert twins.code == REFUSED
    assert "linux/amd64 and linux/i386 have the same SHA-256" in twins.err
    assert golang.read("versions.yaml") == before


def test_an_old_checksum_at_a_new_version(golang: Project) -> None:
    """The guard refuses an architecture's checksum of the version before."""
    golang.edit("versions.yaml", 'version: "1.26.7"', 'version: "1.26.8"')
    done = golang.generate()
    assert done.code == REFUSED
    assert (
        'releases["1.26"].sha256.linux.amd64: `linux/amd64` of 1.26.8 has the SHA-256 of 1.26.7'
    ) in done.err


def test_add(golang: Project) -> None:
    """A new cycle needs the architectures of the newest one."""
    names = [name for name in ARCHITECTURES if name != "s390x"]
    missing = golang.run("add", "1.28", "1.28.0", *sums("1.28.0", *names))
    assert "the SHA-256 of 1.28.0's linux/s390x is needed" in missing.err
    golang.run("add", "1.28", "1.28.0", *sums("1.28.0", *ARCHITECTURES)).ok()
    release = parse(golang.read("versions.yaml")).releases[0]
    assert release.sha256.keys() == {f"linux/{name}" for name in ARCHITECTURES}
    golang.generate("--commit").ok()
    assert architectures(golang, "1.28.0-trixie") == ARCHITECTURES


def test_other_algorithms(golang: Project) -> None:
    """A SHA-512 is guarded like a SHA-256, and the Dockerfile must verify it."""
    text = golang.read("versions.yaml")
    old = parse(text).releases[2].sha512["source"]
    golang.write("versions.yaml", text.replace("version: null", 'version: "1.28.0"'))
    done = golang.generate()
    assert done.code == REFUSED
    assert f'to accept it: - {{sha512: "{old}", why: "..."}}' in done.err
    golang.write("versions.yaml", text)
    template = "templates/tip.Dockerfile.j2"
    golang.edit(template, "{{ release.sha512.source }}", "none")
    refused = golang.generate()
    assert "no instruction has the sha512 of `source`" in refused.err
    assert "use {{ release.sha512.source }}" in refused.err
