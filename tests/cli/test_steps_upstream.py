"""bump, add and promote with --download, against a server that fails on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ONES, TWOS, settings
from tests.web.site import CYCLES, FINAL, TREE, bundle, content, digest

if TYPE_CHECKING:
    from tests.projects import Project, Result
    from tests.web.site import Site

A = "a" * 64
FILE = "versions.yaml"
QUICK = ("--timeout", "0.4", "--attempts", "2")


def run(project: Project, *args: str) -> Result:
    """Run a command with --download and short time limits."""
    return project.run(*args, "--download", *QUICK)


def release(site: Site, version: str, *artifacts: str) -> dict[str, str]:
    """Publish a version with some artifacts; return their SHA-256."""
    names = {"source": f"Python-{version}.tar.xz", "windows": f"python-{version}-amd64.exe"}
    number = site.upstream.publish(version, "2026-06-23")
    for artifact in artifacts:
        site.upstream.add_file(number, names[artifact], digest(content(names[artifact])))
    return {artifact: digest(content(names[artifact])) for artifact in artifacts}


def test_bump_asks_for_what_is_not_given(sample: Project, site: Site) -> None:
    """Files are hashed and compared with upstream's claims; VERSION defaults to the newest."""
    sums = release(site, "2.1.4", "source", "windows")
    before = sample.read(FILE)
    done = run(sample, "bump", "2.1").ok()
    new = before.replace('"2.1.3"', '"2.1.4"')
    new = new.replace(ONES, sums["source"]).replace(TWOS, sums["windows"])
    assert sample.read(FILE) == new
    assert done.out.endswith("wrote versions.yaml; next: tagmatrix generate\n")


@pytest.mark.slow
def test_given_checksums_are_compared(sample: Project, site: Site) -> None:
    """Given checksums must be upstream's; if upstream fails, nothing is written."""
    sums = release(site, "2.1.4", "source", "windows")
    before = sample.read(FILE)
    args = ("bump", "2.1", "2.1.4", "--sha256")
    done = run(sample, *args, f"source={A}")
    assert (done.code, sample.read(FILE)) == (5, before)
    assert "source of 2.1.4: the given SHA-256 is not upstream's" in done.err
    assert f"given:      {A}\n" in done.err
    assert f"upstream's: {sums['source']}\n" in done.err
    site.faults[f"{TREE}2.1.4/Python-2.1.4.tar.xz"] = site.status(500)
    assert run(sample, *args, f"source={sums['source']}").code == 4
    assert sample.read(FILE) == before
    site.faults.clear()
    run(sample, *args, f"source={sums['source']}").ok()
    text = sample.read(FILE)
    assert sums["source"] in text
    assert sums["windows"] in text


def test_a_version_that_is_not_there(sample: Project, site: Site) -> None:
    """A version that upstream does not list is an error, also with --late."""
    before = sample.read(FILE)
    for late in ([], ["--late", "windows"], ["--late", "source", "--late", "windows"]):
        done = run(sample, "bump", "2.1", "2.1.9", *late)
        assert (done.code, sample.read(FILE)) == (2, before)
        assert "upstream lists no 2.1.9; its newest is 2.1.3" in done.err
    release(site, "2.1.9", "windows")
    for late in ([], ["--late", "source"]):
        done = run(sample, "bump", "2.1", "2.1.9", *late)
        assert (done.code, sample.read(FILE)) == (4, before)
        assert "--late source" not in done.err


@pytest.mark.slow
def test_what_is_published_is_not_left_out(sample: Project, site: Site) -> None:
    """--late is refused for a published installer."""
    release(site, "2.1.4", "source", "windows")
    before = sample.read(FILE)
    args = ("bump", "2.1", "2.1.4", "--late", "windows")
    done = run(sample, *args)
    assert (done.code, sample.read(FILE)) == (5, before)
    assert "windows of 2.1.4 is published, so" in done.err
    assert "remove --late windows" in done.err
    site.faults[f"{TREE}2.1.4/python"] = site.status(500)
    assert run(sample, *args).code == 4
    assert sample.read(FILE) == before


@pytest.mark.slow
def test_a_phase_that_is_not_known(sample: Project, site: Site) -> None:
    """With an unknown phase a missing installer is a failure, unless --late is given."""
    release(site, "2.1.4", "source")
    site.faults[CYCLES] = site.status(500)
    before = sample.read(FILE)
    done = run(sample, "bump", "2.1", "2.1.4")
    assert (done.code, sample.read(FILE)) == (4, before)
    assert "not published, and it is unknown whether upstream will publish it: " in done.err
    assert "If you know that it will: --late windows" in done.err
    run(sample, "bump", "2.1", "2.1.4", "--late", "windows").ok()


def test_late_artifacts_are_reported(sample: Project, site: Site) -> None:
    """An unpublished artifact is an input error that suggests --late."""
    release(site, "2.1.4", "source")
    before = sample.read(FILE)
    done = run(sample, "bump", "2.1", "2.1.4")
    assert (done.code, sample.read(FILE)) == (2, before)
    assert "not published: with --late windows the images that need it are left out" in done.err
    run(sample, "bump", "2.1", "2.1.4", "--late", "windows").ok()
    assert 'held_back: {windows: "2.1.4 not published"}' in sample.read(FILE)


@pytest.mark.slow
def test_add_and_promote_ask_for_the_version(sample: Project, site: Site) -> None:
    """A new cycle gets upstream's newest version; promote uses the newest final one."""
    release(site, "2.2.0b1", "source", "windows")
    run(sample, "add", "2.2-rc").ok()
    assert '  "2.2-rc":\n    version: "2.2.0b1"\n' in sample.read(FILE)
    sample.generate("--commit").ok()
    early = run(sample, "promote", "2.2-rc")
    assert early.code == 2
    assert "upstream has published no final version of 2.2-rc yet" in early.err
    sums = release(site, "2.2.0", "source", "windows")
    done = run(sample, "promote", "2.2-rc").ok()
    assert (
        f'  "2.2":\n    version: "2.2.0"\n    sha256:\n      source: "{sums["source"]}"'
        in sample.read(FILE)
    )
    assert "2.2" in done.out.partition("what it moves:")[2]


def test_a_final_cycle_goes_to_final_versions(sample: Project, site: Site) -> None:
    """Without VERSION a final cycle gets only final versions, a new one too."""
    sums = release(site, "2.1.4", "source", "windows")
    release(site, "2.1.5rc1", "source", "windows")
    run(sample, "bump", "2.1").ok()
    assert '"2.1.4"' in sample.read(FILE)
    assert sums["source"] in sample.read(FILE)
    release(site, "2.2.0b1", "source", "windows")
    early = run(sample, "add", "2.2")
    assert early.code == 2
    assert "upstream has published no final version of 2.2 yet" in early.err
    release(site, "2.2.0", "source", "windows")
    late = run(sample, "add", "2.2-rc")
    assert late.code == 2
    assert "2.2.0 is final, and 2.2-rc is for pre-releases: tagmatrix add 2.2 2.2.0" in late.err


def test_the_security_phase_is_reported(sample: Project, site: Site) -> None:
    """An installer that upstream will not publish is an error that suggests `artifacts`."""
    release(site, "2.1.4", "source")
    site.upstream.cycles["2.1"]["status"] = "security"
    before = sample.read(FILE)
    done = run(sample, "bump", "2.1", "2.1.4")
    assert (done.code, sample.read(FILE)) == (2, before)
    assert "2.1 is in its security phase, and upstream no longer publishes installers" in done.err
    assert "set `artifacts: [source]` in that cycle, or run `tagmatrix update 2.1`" in done.err
    assert "--late" not in done.err
    done = run(sample, "bump", "2.1", "2.1.4", "--late", "windows")
    assert (done.code, sample.read(FILE)) == (2, before)
    assert "2.1 is in its security phase" in done.err


@pytest.mark.slow
def test_promoting_without_an_artifact(sample: Project, site: Site) -> None:
    """A promotion without an artifact reports two alternatives."""
    release(site, "2.2.0b1", "source")
    run(sample, "add", "2.2-rc", "--late", "windows").ok()
    sample.generate("--commit").ok()
    release(site, "2.2.0", "source")
    ways = (
        "give --sha256 windows=HEX once upstream publishes it, or keep the aliases at 2.1 "
        'with `hold: {"2": "2.1", "latest": "2.1"}`'
    )
    done = run(sample, "promote", "2.2-rc", "-n")
    assert done.code == 3
    assert done.err == f"warning: windows of 2.2.0 is held back; {ways}\n"
    sample.edit(FILE, 'held_back: {windows: "2.2.0b1 not published"}', "artifacts: [source]")
    refused = run(sample, "promote", "2.2-rc")
    assert refused.code == 5
    last = refused.err.splitlines()[-1]
    assert last.endswith('keep the aliases at 2.1 with `hold: {"2": "2.1", "latest": "2.1"}`')
    sample.edit(FILE, "releases:\n", 'hold: {"2": "2.1", "latest": "2.1"}\nreleases:\n')
    run(sample, "promote", "2.2-rc").ok()


@pytest.mark.slow
def test_what_is_printed_can_be_run(sample: Project, site: Site) -> None:
    """The command that update suggests works."""
    release(site, "2.2.0b1", "source", "windows")
    run(sample, "add", "2.2-rc").ok()
    sample.generate("--commit").ok()
    release(site, "2.2.0", "source", "windows")
    reported = sample.run("update", *QUICK).ok()
    assert "2.2-rc: 2.2.0 is final: tagmatrix promote 2.2-rc --download makes" in reported.out
    run(sample, "promote", "2.2-rc").ok()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "code", "message"),
    [
        ("500", 4, "answered 500"),
        ("contradiction", 5, "python.org contradicts itself"),
        ("nowhere", 2, "python.org lists no release of 2.1"),
    ],
)
def test_failures_write_nothing(
    sample: Project, site: Site, what: str, code: int, message: str
) -> None:
    """A failure has its exit code, and the file does not change."""
    release(site, "2.1.4", "source", "windows")
    if what == "500":
        site.faults[f"{FINAL}?is_published=true"] = site.status(500)
    elif what == "contradiction":
        name = "Python-2.1.4.tar.xz"
        site.upstream.files[1003][0]["sigstore_bundle_file"] = (
            f"https://www.python.org/ftp/python/2.1.4/{name}.sigstore"
        )
        site.upstream.tree[f"/ftp/python/2.1.4/{name}.sigstore"] = bundle(A)
    else:
        listed = site.upstream.releases
        listed[:] = [each for each in listed if "2.1" not in each["name"]]
    before = sample.read(FILE)
    done = run(sample, "bump", "2.1", "2.1.4")
    assert done.code == code, done
    assert message in done.err
    assert sample.read(FILE) == before


def test_an_accepted_checksum_passes(sample: Project) -> None:
    """Another checksum at the same version is allowed if versions.yaml accepts it."""
    args = ("bump", "2.1", "2.1.3", "--sha256", f"source={A}")
    assert sample.run(*args).code == 5
    accept = f'accept:\n  - {{sha256: {A}, why: "Upstream says why."}}\n'
    sample.edit(FILE, "releases:\n", f"{accept}releases:\n")
    sample.run(*args).ok()
    assert ONES not in sample.read(FILE)


def test_without_an_upstream(sample: Project, site: Site) -> None:
    """--download without `upstream` is an error."""
    sample.edit(FILE, settings(site.base), "")
    done = run(sample, "bump", "2.1")
    assert done.code == 2
    assert (
        "has no `upstream`, so tagmatrix can't look up releases; leave out --download, and "
        in done.err
    )
    assert (
        "give the version and the checksums: 2.1 VERSION --sha256 source=HEX --sha256 windows=HEX\n"
        in done.err
    )
    done = run(sample, "bump", "2.1", "2.1.4")
    assert ", and give the checksums: 2.1 2.1.4 --sha256 source=HEX" in done.err
    sample.edit(FILE, "    needs: [source]\n", "")
    sample.edit(FILE, "    needs: [windows]\n", "")
    done = run(sample, "bump", "2.1", "2.1.4")
    assert "look up releases; leave out --download: 2.1 2.1.4\n" in done.err


def test_retiring_what_owns_latest_is_guarded(sample: Project) -> None:
    """The guard refuses to move `latest` to a lower version unless versions.yaml accepts it."""
    before = sample.read(FILE)
    done = sample.run("retire", "2.1")
    assert (done.code, done.out) == (5, "")
    assert "latest" in done.err
    assert "to accept it: - {tag:" in done.err
    assert sample.read(FILE) == before


def test_the_hint_has_what_promote_needs(sample: Project, site: Site) -> None:
    """The command that bump suggests for a final version works as it is."""
    release(site, "2.2.0b1", "source", "windows")
    run(sample, "add", "2.2-rc").ok()
    sums = release(site, "2.2.0", "source", "windows")
    given = [part for name, hex_ in sums.items() for part in ("--sha256", f"{name}={hex_}")]
    done = sample.run("bump", "2.2-rc", "2.2.0", *given)
    assert done.code == 2
    hint = done.err.strip().rpartition("tagmatrix ")[2]
    assert hint == "promote 2.2-rc 2.2.0 --download"
    assert sample.run(*hint.split(), *QUICK).code == 0


def test_a_checksum_that_only_a_download_gives(sample: Project, site: Site) -> None:
    """What was taken by --download, without a published checksum, is known in later runs."""
    number = site.upstream.publish("2.1.4", "2026-06-23")
    for name in ("Python-2.1.4.tar.xz", "python-2.1.4-amd64.exe"):
        site.upstream.add_file(number, name, "")
    run(sample, "bump", "2.1").ok()
    before = sample.read(FILE)
    for command in ("status", "update"):
        sample.run(command, "2.1", "--as-of", "2026-06-24", *QUICK).ok()
    assert sample.read(FILE) == before
    site.upstream.tree[f"{TREE}2.1.4/Python-2.1.4.tar.xz"] += "x"
    changed = sample.run("update", "2.1", "--as-of", "2026-06-24", *QUICK)
    assert (changed.code, sample.read(FILE)) == (5, before)
