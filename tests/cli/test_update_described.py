"""`update` and `status` of families whose upstream is described, end to end."""

from __future__ import annotations

import json
import os
import time
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tagmatrix.web.cache import Cache
from tagmatrix.web.request_budget import A_DAY, RequestBudget
from tests.cli.test_family_golang import digest
from tests.fixtures import publish_fixture
from tests.web.site import content, digest as hashed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Site

FILE = "versions.yaml"
WORDS = {"arm32v7": "armv6l", "arm64v8": "arm64", "i386": "386"}
QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-08-20")


def preset(name: str, base: str) -> str:
    """Return the setting `upstream` of a preset, with addresses of the test site."""
    text = (files("tagmatrix.upstream") / "presets" / f"{name}.yaml").read_text()
    lines = "".join(f"  {line}\n" for line in text.splitlines())
    for host in ("https://go.dev", "https://endoflife.date"):
        lines = lines.replace(host, base)
    return f"upstream:\n{lines}  manifests: {base}/library/\n  allow_http: true\n"


@pytest.fixture
def golang(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the golang fixture, whose upstream is the test site, up to date."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = publish_fixture("golang", tmp_path / "golang", capsys)
    site.upstream.library["golang"] = project.read("library/golang")
    site.upstream.tree["/api/go.json"] = json.dumps(
        [{"cycle": "1.27", "eol": False}, {"cycle": "1.26", "eol": "2027-02-01"}]
    )
    project.edit(FILE, "branch: main\n", f"branch: main\n{preset('go.dev', site.base)}")
    for release in parse(project.read(FILE)).releases:
        if release.version:
            publish(site, release.version, {key[6:]: sha for key, sha in release.sha256.items()})
    return project


def publish(site: Site, version: str, sums: dict[str, str]) -> None:
    """Publish a version with a file for each architecture."""
    known = json.loads(site.upstream.tree.get("/dl/", "[]"))
    known = [each for each in known if each["version"] != f"go{version}"]
    listed = [
        {
            "filename": f"go{version}.linux-{WORDS.get(name, name)}.tar.gz",
            "os": "linux",
            "sha256": sha,
            "size": 1,
        }
        for name, sha in sums.items()
    ]
    entry = {"version": f"go{version}", "stable": "rc" not in version, "files": listed}
    site.upstream.tree["/dl/"] = json.dumps([entry, *known])


def sums(version: str, *names: str) -> dict[str, str]:
    """Return a checksum for each architecture."""
    return {name: digest(version, name) for name in names}


ALL = ("amd64", "arm32v7", "arm64v8", "i386", "ppc64le", "riscv64", "s390x")


def update(project: Project, *args: str) -> Result:
    """Update with short time limits."""
    return project.run("update", *args, *QUICK)


def test_a_new_version_and_a_new_architecture(golang: Project, site: Site) -> None:
    """A new version comes with the file of each architecture; an architecture may be new."""
    assert "1.27.1 is upstream's newest" in update(golang).ok().out
    publish(site, "1.27.2", sums("1.27.2", *ALL))
    old = {key[6:]: sha for key, sha in parse(golang.read(FILE)).releases[1].sha256.items()}
    publish(site, "1.26.7", {**old, "riscv64": "d" * 64})
    update(golang).ok()
    first, second, _ = parse(golang.read(FILE)).releases
    assert first.version == "1.27.2"
    assert first.sha256 == {f"linux/{key}": sha for key, sha in sums("1.27.2", *ALL).items()}
    assert second.sha256["linux/riscv64"] == "d" * 64
    assert update(golang).code == 0
    assert "2027-02-01" in golang.run("status", *QUICK).ok().out


def test_what_upstream_answers(golang: Project, site: Site) -> None:
    """`upstream test` shows the requests, the answers, and what is not taken."""
    publish(site, "1.27.2", sums("1.27.2", *ALL[:-1]))
    done = golang.run("upstream", "test", "1.27", *QUICK[:4]).ok()
    assert f"  asked {site.base}/dl/?mode=json&include=all\n" in done.out
    assert "  releases: 1.27.2 (no date) and 1.27.1 (no date)\n" in done.out
    assert f"linux/amd64 of 1.27.2: {digest('1.27.2', 'amd64')}\n" in done.out
    assert "linux/s390x of 1.27.2: not published: go1.27.2.linux-s390x.tar.gz" in done.out
    assert "  end of life: no date (supported)\n" in done.out
    known = json.loads(site.upstream.tree["/dl/"])
    more = [{"version": "go1.27.0 (security)", "files": []} for _ in range(7)]
    site.upstream.tree["/dl/"] = json.dumps([*known, *more])
    golang.edit(FILE, "    take: version\n", "    take: version\n    where: files\n")
    ignored = golang.run("upstream", "test", "1.27", *QUICK[:4]).ok()
    assert "  ignored go1.27.0 (security): `where` does not hold: files\n" in ignored.out
    assert "  ignored 2 more\n" in ignored.out
    site.faults["/dl/"] = site.status(404)
    failed = golang.run("upstream", "test", *QUICK[:4])
    assert failed.code == 4
    assert "releases: failed: " in failed.out
    assert "is it the right address of `releases`?" in failed.out


def test_commands_share_the_budget_of_a_host(golang: Project, site: Site, tmp_path: Path) -> None:
    """Each request of each command counts; then lists come from the cache until the next day."""
    run = ("--recheck", "24")
    golang.run("status", *QUICK).ok()
    update(golang, *run).ok()
    cache = tmp_path / "cache/tagmatrix"
    budget = RequestBudget(Cache(cache), time.time, settled=8000, waiting=1000)
    budget.note(site.base, A_DAY - 1 - len(site.asked))
    assert budget.allows(site.base, 1)
    budget.note(site.base)
    assert not budget.allows(site.base, 1)
    for body in cache.glob("*.body"):
        os.utime(body, (time.time() - 7200,) * 2)
    before = len(site.asked)
    update(golang, *run).ok()
    assert len(site.asked) == before


def test_a_late_architecture(golang: Project, site: Site) -> None:
    """A version waits for its last architecture."""
    publish(site, "1.27.2", sums("1.27.2", *ALL[:-1]))
    before = golang.read(FILE)
    waits = update(golang)
    assert (waits.code, golang.read(FILE)) == (0, before)
    assert "1.27.2 waits for linux/s390x; upstream names no date" in waits.out + waits.err
    publish(site, "1.27.1", sums("1.27.1", *ALL))  # our version is uploaded again
    alarm = update(golang)
    assert (alarm.code, golang.read(FILE)) == (5, before)
    assert "linux/amd64 of 1.27.1 has another SHA-256 than before" in alarm.err
    assert "1.27.2 waits for linux/s390x" in alarm.out + alarm.err
    publish(site, "1.27.2", sums("1.27.2", *ALL))
    update(golang).ok()
    assert parse(golang.read(FILE)).releases[0].version == "1.27.2"


def test_an_entry_without_files_yet(golang: Project, site: Site) -> None:
    """A version that upstream lists before its files waits, in `upstream test` too."""
    publish(site, "1.27.2", {})
    before = golang.read(FILE)
    waits = update(golang, "1.27")
    assert (waits.code, golang.read(FILE)) == (0, before)
    assert "1.27.2 is not complete: " in waits.out
    early = f"{site.base}/dl/?mode=json&include=all: names no file of 1.27.2"
    assert early in waits.out
    tried = golang.run("upstream", "test", "1.27", *QUICK[:4]).ok()
    assert f"  linux/amd64 of 1.27.2: not published: {early}\n" in tried.out
    publish(site, "1.27.1", {})  # no description finds our version either
    assert update(golang, "1.27").code == 4
    tried = golang.run("upstream", "test", "1.27", *QUICK[:4])
    assert (tried.code, f"linux/amd64 of 1.27.2: failed: {early}" in tried.out) == (4, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code"), [("reupload", 5), ("withdrawn", 5), ("html", 4), ("half", 4), ("gone", 4)]
)
def test_nothing_wrong_is_written(golang: Project, site: Site, fault: str, code: int) -> None:
    """A replaced file and a lower version are alarms; an unreadable list is a failure."""
    before = golang.read(FILE)
    if fault == "reupload":
        publish(site, "1.27.1", sums("1.27.1", *ALL))
    elif fault == "withdrawn":
        publish(site, "1.27.0", sums("1.27.0", *ALL))
        known = json.loads(site.upstream.tree["/dl/"])
        kept = [each for each in known if each["version"] != "go1.27.1"]
        site.upstream.tree["/dl/"] = json.dumps(kept)
    elif fault == "gone":
        del site.upstream.tree["/dl/"]
    else:
        change = {"html": lambda _: b"<html>", "half": lambda body: body[: len(body) // 2]}[fault]
        site.faults["/dl/"] = site.body(change)
    done = update(golang)
    assert (done.code, golang.read(FILE)) == (code, before)
    assert "Traceback" not in done.err


def test_download_completes_a_bump(golang: Project, site: Site) -> None:
    """`bump --download` takes version and checksums from a described source too."""
    names = {name: f"go1.27.2.linux-{WORDS.get(name, name)}.tar.gz" for name in ALL}
    bodies = {name: "\x1f\x8b" + content(file) for name, file in names.items()}
    for name, file in names.items():
        site.upstream.tree[f"/dl/{file}"] = bodies[name]
    publish(site, "1.27.2", {name: hashed(body) for name, body in bodies.items()})
    known = json.loads(site.upstream.tree["/dl/"])
    for each in known[0]["files"]:
        each["size"] = len(site.upstream.tree[f"/dl/{each['filename']}"])
    site.upstream.tree["/dl/"] = json.dumps(known)
    golang.run("bump", "1.27", "--download", *QUICK[:4]).ok()
    assert parse(golang.read(FILE)).releases[0].version == "1.27.2"


OWN = """    upstream:
      releases: {{json: {base}/old.json}}
      artifacts:
        linux: {{sums: "{base}/old/{{version}}", file: "go-{{architecture}}"}}
      manifests: {base}/library/
      allow_http: true
"""


def own_source(golang: Project, site: Site) -> None:
    """Give 1.26 a source of its own, which has a newer version."""
    line = f'    version: "{parse(golang.read(FILE)).releases[1].version}"\n'
    golang.edit(FILE, line, line + OWN.format(base=site.base))
    site.upstream.tree["/old.json"] = '["1.26.8"]'
    lines = (f"{digest('1.26.8', name)}  go-{name}\n" for name in ALL)
    site.upstream.tree["/old/1.26.8"] = "".join(lines)


def test_a_release_has_its_own_source(golang: Project, site: Site) -> None:
    """A release with `upstream` follows that source, and the others the global one."""
    own_source(golang, site)
    publish(site, "1.27.2", sums("1.27.2", *ALL))
    shown = golang.run("status", *QUICK).ok().out
    assert "1.27: 1.27.1 to 1.27.2" in shown
    assert "1.26.8" in shown
    update(golang).ok()
    first, second, _ = parse(golang.read(FILE)).releases
    assert (first.version, second.version) == ("1.27.2", "1.26.8")
    assert second.sha256["linux/amd64"] == digest("1.26.8", "amd64")
    assert first.upstream is None
    asked = golang.run("upstream", "test", "1.26", *QUICK[:4]).ok().out
    assert f"asked {site.base}/old.json" in asked
    assert "/dl/" not in asked


@pytest.mark.slow
def test_only_a_release_has_a_source(golang: Project, site: Site) -> None:
    """Without a global source, releases without their own are not looked up."""
    text = golang.read(FILE)
    begin, end = text.index("upstream:\n"), text.index("  allow_http: true\n")
    golang.write(FILE, text[:begin] + text[end:].removeprefix("  allow_http: true\n"))
    own_source(golang, site)
    site.faults["/old.json"] = site.status(404)
    assert update(golang).code == 4
    del site.faults["/old.json"]
    assert "1.26.8" in golang.run("status", *QUICK).ok().out
    done = golang.run("bump", "1.26", "--download", *QUICK[:4]).ok()
    assert parse(golang.read(FILE)).releases[1].version == "1.26.8", done.err
    named = update(golang, "1.27")
    assert (named.code, "has no `upstream`" in named.err) == (2, True)
    assert "/dl/" not in "".join(path for path, _ in site.asked)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("nowhere", 'releases["1.27"].upstream: "nowhere" is not known'),
        ("[a]", 'releases["1.27"].upstream: expected the name of a source'),
        ("{name: github, api: x}", 'releases["1.27"].upstream.api: unknown key'),
        ("{releases: {}}", 'releases["1.27"].upstream.releases: this names no document'),
    ],
)
def test_a_wrong_source_of_a_release(golang: Project, value: str, says: str) -> None:
    """A source of a release that is wrong is an error with its place."""
    line = '    version: "1.27.1"\n'
    golang.edit(FILE, line, f"{line}    upstream: {value}\n")
    done = update(golang)
    assert done.code == 2
    assert f"{FILE}:" in done.err
    assert says in done.err


@pytest.mark.slow
def test_record_and_replay(golang: Project, site: Site, tmp_path: Path) -> None:
    """`upstream test --replay` shows what `--record` saw, without a server; a failure too."""
    publish(site, "1.27.2", sums("1.27.2", *ALL[:-1]))
    tape = tmp_path / "tape"
    run = ("upstream", "test", "1.27", *QUICK[:4])
    seen = golang.run(*run, "--record", str(tape)).ok().out
    names = [path.name for path in tape.iterdir()]
    assert len(names) == 2
    assert all("127.0.0.1" in name for name in names)
    site.upstream.tree.clear()
    site.asked.clear()
    assert golang.run(*run, "--replay", str(tape)).ok().out == seen
    assert not site.asked
    other = golang.run("upstream", "test", *QUICK[:4], "--replay", str(tape)).ok().out
    assert "1.26.7" in other
    assert "  end of life: 2027-02-01 (supported)\n" in other
    again = golang.run(*run, "--record", str(tape))
    assert (again.code, "the folder is not empty; name a new one" in again.err) == (2, True)
    away = golang.run(*run, "--replay", str(tmp_path / "none"))
    assert (away.code, "not a folder; make it with --record" in away.err) == (2, True)
    failed = tmp_path / "failed"
    assert golang.run(*run, "--record", str(failed)).code == 4
    replayed = golang.run(*run, "--replay", str(failed))
    assert (replayed.code, "is it the right address" in replayed.out) == (4, True)
    for path in failed.iterdir():
        path.write_text("{")
    broken = golang.run(*run, "--replay", str(failed))
    assert (broken.code, "can't be read" in broken.out) == (4, True)
    for path in failed.iterdir():
        path.unlink()
    assert "not in the recording" in golang.run(*run, "--replay", str(failed)).out
    both = golang.run(*run, "--replay", str(failed), "--record", str(tape))
    assert both.code == 2


@pytest.mark.slow
def test_a_program_as_source(golang: Project) -> None:
    """`update --allow-commands` takes what the program prints; without it nothing changes (4)."""
    text = golang.read(FILE)
    begin, end = text.index("upstream:\n"), text.index("  allow_http: true\n")
    command = "upstream:\n  command: [./versions.sh, all]\n"
    rest = text[end:].removeprefix("  allow_http: true\n")
    golang.write(FILE, text[:begin] + command + rest)
    files = {f"linux/{name}": sha for name, sha in sums("1.27.2", *ALL).items()}
    old = parse(text).releases[1]
    listed = [
        {"version": "1.27.2", "sha256": files},
        {"version": old.version, "sha256": dict(old.sha256)},
    ]
    golang.write("out.json", json.dumps({"schema": 1, "releases": listed}))
    golang.write("versions.sh", "#!/bin/sh\ncat out.json\n")
    (golang.root / "versions.sh").chmod(0o755)
    refused = update(golang)
    assert (refused.code, "--allow-commands" in refused.err) == (4, True)
    update(golang, "--allow-commands").ok()
    first, second, _ = parse(golang.read(FILE)).releases
    assert (first.version, second.version) == ("1.27.2", old.version)
    shown = golang.run("upstream", "test", "1.27", "--allow-commands", *QUICK[:4]).ok().out
    assert "releases: 1.27.2" in shown
    for value, says in (
        ("[]", "upstream.command: this list is empty; name the program"),
        ("./versions.sh", "upstream.command: expected a list of a program and its arguments"),
        ("[./versions.sh]\n  name: github", "upstream.command: the program takes the place of"),
    ):
        golang.write(FILE, text[:begin] + command.replace("[./versions.sh, all]", value) + rest)
        done = update(golang)
        assert (done.code, says in done.err) == (2, True), done.err
