"""A family whose upstream is one document with versions as keys, as a new user describes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.cli.test_family_golang import digest
from tests.cli.test_update_described import FILE, QUICK, update
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.web.site import Site

WORDS = {
    "amd64": "x86_64",
    "arm32v7": "armv7a",
    "arm64v8": "aarch64",
    "i386": "x86",
    "ppc64le": "powerpc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}
UPSTREAM = """upstream:
  releases:
    json: BASE/index.json
    where: key != 'master'
    take: {version: key, date: date}
  artifacts:
    linux:
      json: BASE/index.json
      each: '"{listed}"'
      take: {file: key, sha256: shasum}
      file: "{architecture}-linux"
  architectures: WORDS
  manifests: BASE/library/
  allow_http: true
"""
FILES = 'file: "{architecture}-linux"'


@pytest.fixture
def keyed(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the golang fixture with such an upstream, up to date."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = publish_fixture("golang", tmp_path / "golang", capsys)
    site.upstream.library["golang"] = project.read("library/golang")
    text = UPSTREAM.replace("BASE", site.base).replace("WORDS", json.dumps(WORDS))
    project.edit(FILE, "branch: main\n", f"branch: main\n{text}")
    site.upstream.tree["/index.json"] = '{"master": {"date": "2026-08-19"}}'
    for release in parse(project.read(FILE)).releases:
        if release.version:
            publish(site, release.version, {key[6:]: sha for key, sha in release.sha256.items()})
    return project


def publish(site: Site, version: str, sums: dict[str, str] | None = None) -> None:
    """Publish a version, by default with a file for each architecture."""
    known = json.loads(site.upstream.tree["/index.json"])
    sums = sums or {name: digest(version, name) for name in WORDS}
    files = {
        f"{WORDS.get(name, 'mips64el')}-linux": {
            "tarball": f"{version}.tar.xz",
            "shasum": sha,
            "size": "1",
        }
        for name, sha in sums.items()
    }
    known[version] = {"date": "2026-08-01", "docs": "https://example.org", **files}
    site.upstream.tree["/index.json"] = json.dumps(known)


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (FILES, 'file: "linux-{architecture}"', ("linux/amd64", "linux-x86_64")),
        ('"arm64v8": "aarch64"', '"arm64v8": "arm64"', ("linux/arm64v8", "arm64-linux")),
    ],
)
def test_what_the_description_does_not_find(
    keyed: Project, site: Site, old: str, new: str, gone: tuple[str, str]
) -> None:
    """A file of our version that it does not find is an alarm; that of a newer one is not late."""
    keyed.edit(FILE, old, new)
    before = keyed.read(FILE)
    same = update(keyed, "1.27")
    publish(site, "1.27.2")
    newer = update(keyed, "1.27")
    for done in (same, newer):
        assert (done.code, keyed.read(FILE)) == (5, before), done
        name, file = gone
        assert f"{name} of 1.27.1 was published and is gone" in done.err
        assert f"{file} of 1.27.1 is not in {site.base}/index.json" in done.err
        assert "late" not in done.out + done.err
        assert "not complete" not in done.out + done.err


def test_a_version_that_is_no_longer_listed(keyed: Project, site: Site) -> None:
    """The file of our version is looked up, although the list has only newer versions."""
    keyed.edit(FILE, "where: key != 'master'", "where: \"!contains(['master', '1.27.1'], key)\"")
    publish(site, "1.27.2", {"amd64": digest("1.27.2", "amd64")})
    assert "is late" in update(keyed, "1.27", "--dry-run").out
    keyed.edit(FILE, FILES, 'file: "linux-{architecture}"')
    done = update(keyed, "1.27", "--dry-run")
    assert done.code == 5
    assert "linux/amd64 of 1.27.1 was published and is gone" in done.err
    assert "is late" not in done.out + done.err


def test_add_asks_for_all_architectures(keyed: Project, site: Site) -> None:
    """A new cycle has the files that the newest one holds back or lacks, or the user decides."""
    sums = parse(keyed.read(FILE)).releases[0].sha256
    keyed.edit(FILE, f"        ppc64le: {sums['linux/ppc64le']}\n", "")
    keyed.edit(FILE, '  "1.26":\n', '    held_back: {linux/ppc64le: late}\n  "1.26":\n')
    keyed.edit(FILE, '"s390x": "s390x"', '"s390x": "s390x", "mips64le": "mips64el"')
    names = "      s390x: {go: s390x, deb: s390x, apk: s390x}\n"
    keyed.edit(FILE, names, names + "      mips64le: {go: mips64le, deb: mips64el, apk: none}\n")
    files = {name: digest("1.28.0", name) for name in (*WORDS, "mips64le")}
    publish(site, "1.28.0", {name: sha for name, sha in files.items() if name != "ppc64le"})
    run = ("add", "1.28", "--download", *QUICK[:4])
    late = keyed.run(*run)
    assert late.code == 2
    assert (
        "with --late linux/ppc64le the images that need it are left out until it is there"
        in late.err
    )
    publish(site, "1.28.0", files)
    keyed.run(*run).ok()
    first = parse(keyed.read(FILE)).releases[0]
    assert first.version == "1.28.0"
    assert first.sha256 == {f"linux/{name}": sha for name, sha in files.items()}
    assert not first.held_back


def test_an_architecture_without_a_word(keyed: Project, site: Site) -> None:
    """A gap in `architectures` is a failure if an image needs the file."""
    keyed.edit(FILE, '"s390x": "s390x"', '"mips64le": "mips"')
    publish(site, "1.27.2")
    before = keyed.read(FILE)
    done = update(keyed, "1.27")
    assert (done.code, keyed.read(FILE)) == (4, before)
    assert "1.27: not changed: `upstream.architectures` has no s390x: add" in done.err
    tried = keyed.run("upstream", "test", "1.27", *QUICK[:4])
    assert tried.code == 4
    assert "linux/s390x of 1.27.2: failed: `upstream.architectures` has no s390x" in tried.out
    assert "linux/arm32v6 of 1.27.2: not published: `upstream.architectures` has no" in tried.out


def test_what_a_wrong_description_shows(keyed: Project, site: Site) -> None:
    """`upstream test` lists the names that are near, and each ignored entry once."""
    keyed.edit(FILE, FILES, 'file: "linux-{architecture}"')
    publish(site, "1.28.0")
    done = keyed.run("upstream", "test", *QUICK[:4]).ok()
    near = f"linux-aarch64 of 1.27.1 is not in {site.base}/index.json; the document has aarch64-"
    assert f"linux/arm64v8 of 1.27.1: not published: {near}linux, " in done.out
    assert done.out.count("  ignored ") == 1
    assert "  ignored master: `where` does not hold: key != 'master'\n" in done.out
    assert "no cycle of versions.yaml has it; `tagmatrix add 1.28 --download` adds" in done.out


def test_a_late_architecture_and_one_that_ended(keyed: Project, site: Site) -> None:
    """What is late is left out for its architecture only; what `artifacts` lacks is not late."""
    publish(site, "1.27.2", {name: digest("1.27.2", name) for name in WORDS if name != "s390x"})
    done = update(keyed, "1.27", "--dry-run")
    assert done.code == 3
    assert "linux/s390x is late: default, alpine on s390x are left out until it is" in done.out
    files = ", ".join(f"linux/{name}" for name in WORDS if name != "s390x")
    keyed.edit(
        FILE, '    version: "1.27.1"\n', f'    version: "1.27.1"\n    artifacts: [{files}]\n'
    )
    ended = update(keyed, "1.27", "--dry-run")
    assert ended.code == 5  # the guard asks for a line of `accept`
    assert "loses: [s390x], why" in ended.err
    assert "is late" not in ended.out + ended.err
