"""`tagmatrix update` as a maintainer runs it, against a server that fails on request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import ONES, THREES, TWOS, fill, settings
from tests.repos import environment
from tests.web.site import CYCLES, FILE, FINAL, TREE, bundle, content, digest, sbom, serve

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Handler, Site

A, B, C = "a" * 64, "b" * 64, "c" * 64
FILE_NAME = "versions.yaml"
QUICK = ("--timeout", "30", "--attempts", "1", "--as-of", "2026-06-24")
SILENT = {"time out": "1.5", "drip": "1.5"}
"""Time limits in seconds for servers that send nothing; others answer even on a busy machine."""


def update(project: Project, *args: str) -> Result:
    """Run `tagmatrix update` with short time limits and without retries."""
    return project.run("update", *QUICK, *args)


def release(site: Site, version: str, *, windows: str = "", source: str = A, day: str = "") -> int:
    """Publish a version, by default on 2026-06-23, with a source and optionally with Windows."""
    number = site.upstream.publish(version, day or "2026-06-23")
    site.upstream.add_file(number, f"Python-{version}.tar.xz", source, sigstore=source)
    if windows:
        name = f"python-{version}-amd64.exe"
        site.upstream.add_file(number, name, windows, sigstore=windows)
    return number


def test_nothing_new(sample: Project) -> None:
    """Without new releases nothing changes, and the output reports it."""
    result = update(sample).ok()
    assert result.out.splitlines() == [
        "2.1: 2.1.3 is upstream's newest",
        "2.0: 2.0.9 is upstream's newest",
        "nothing to write",
    ]
    assert result.err == ""


def test_dry_then_write(sample: Project, site: Site) -> None:
    """A dry run shows the diff and exits 3; a normal run writes exactly these changes."""
    release(site, "2.1.4", windows=B)
    before = sample.read(FILE_NAME)
    dry = update(sample, "--dry-run")
    assert (dry.code, dry.err) == (3, "")
    assert sample.read(FILE_NAME) == before
    assert '-    version: "2.1.3"\n+    version: "2.1.4"\n' in dry.out
    assert "2.1: 2.1.3 to 2.1.4\n" in dry.out
    assert "what it would move:\nexpected:\n" in dry.out
    assert dry.out.endswith("nothing was written\n")
    quiet = update(sample, "--dry-run", "--quiet")
    diff, moves = quiet.out.split("what it would move:\n")
    assert dry.out.startswith(f"{diff}\n2.1: 2.1.3 to 2.1.4\n")
    assert dry.out.endswith(f"what it would move:\n{moves}nothing was written\n")
    done = update(sample).ok()
    assert "\nwhat it moves:\nexpected:\n" in done.out
    assert done.out.endswith("wrote versions.yaml; next: tagmatrix generate\n")
    wanted = before.replace('"2.1.3"', '"2.1.4"').replace(ONES, A).replace("2" * 64, B)
    assert sample.read(FILE_NAME) == wanted
    assert update(sample, "--dry-run").code == 0
    assert update(sample, "--quiet").ok().out == ""
    sample.generate("--commit").ok()


def test_write_is_not_an_option(sample: Project) -> None:
    """The command writes by default and has no option --write."""
    result = update(sample, "--write")
    assert result.code == 2
    assert "unrecognized arguments: --write" in result.err


def test_some_cycles(sample: Project, site: Site) -> None:
    """Only the given cycles are updated; an unknown one is reported."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10")
    assert update(sample, "2.0").code == 0
    assert '"2.0.10"' in sample.read(FILE_NAME)
    assert '"2.1.3"' in sample.read(FILE_NAME)
    unknown = update(sample, "--dry-run", "2.3")
    assert unknown.code == 2
    assert 'no release cycle "2.3" in versions.yaml' in unknown.err


def test_json(sample: Project, site: Site) -> None:
    """The JSON output has the same facts as the text."""
    release(site, "2.1.4", windows=B)
    site.faults[f"{FILE}?release=1001"] = site.status(403)
    result = update(sample, "--dry-run", "--format", "json")
    assert result.code == 4
    value = json.loads(result.out)
    assert value["schema"] == 1
    assert (value["as_of"], value["written"], value["changed"]) == ("2026-06-24", False, True)
    assert [(each["cycle"], each["verdict"], each["upstream"]) for each in value["cycles"]] == [
        ("2.1", "update", "2.1.4"),
        ("2.0", "failed", "2.0.9"),
    ]
    assert value["diff"].startswith("--- a/versions.yaml\n")
    assert value["moves"], "expected changes are reported too"
    assert all(line.startswith("expected: ") for line in value["moves"])
    assert any("latest" in line for line in value["moves"])


Break = "Callable[[Site], None]"

FAILURES: dict[str, tuple[Callable[[Site], Callable[[Handler, bytes | None], None]], str]] = {
    "time out": (lambda site: site.hang, "sent nothing for 1.5 seconds"),
    "drip": (lambda site: site.drip, "no complete answer within 1.5 seconds"),
    "cut": (lambda site: site.cut, "broke off"),
    "500": (lambda site: site.status(500), "answered 500 Internal Server Error"),
    "403": (lambda site: site.status(403), "answered 403 Forbidden"),
    "429": (lambda site: site.status(429), "answered 429 Too Many Requests"),
    "html": (lambda site: site.body(lambda _: b"<!doctype html>"), "not JSON: it begins with"),
    "field missing": (lambda site: site.entries(lambda entry: entry.pop("url", 0)), "has no `url`"),
    "loop": (lambda site: site.redirect_loop, "redirects more than 5 times"),
    "elsewhere": (lambda site: site.redirect_to("ftp://x/"), "is neither https nor http"),
    "endless": (lambda site: site.endless, "is larger than 16,000,000 bytes"),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", FAILURES)
def test_one_cycle_fails(sample: Project, site: Site, how: str) -> None:
    """A failure of a cycle exits 4 and leaves it unchanged; the other cycles are updated."""
    release(site, "2.1.4", windows=B)  # number 1003
    release(site, "2.0.10", source=C)
    make, why = FAILURES[how]
    site.faults[f"{FILE}?release=1003"] = make(site)
    result = update(sample, "--timeout", SILENT.get(how, "30"))
    assert result.code == 4
    (line,) = result.err.splitlines()
    assert line.startswith(f"warning: 2.1: not changed: {site.base}{FILE}?release=1003: ")
    assert why in line
    text = sample.read(FILE_NAME)
    assert '"2.1.3"' in text
    assert ONES in text
    assert '"2.0.10"' in text
    assert C in text


@pytest.mark.slow
def test_a_host_asks_to_wait(sample: Project, site: Site) -> None:
    """No cycle gets facts from a host that asks to wait; each that needs some fails."""
    release(site, "2.1.4", windows=B)
    release(site, "2.0.10", source=C)
    before = sample.read(FILE_NAME)
    site.faults["/"] = site.status(429, Retry_After="600")
    result = update(sample)
    assert result.code == 4
    assert "answered 429 Too Many Requests, and asks to wait 600 seconds" in result.err
    assert sample.read(FILE_NAME) == before


@pytest.mark.parametrize(
    ("fault", "why"),
    [("status", "answered 500"), ("html", "not JSON"), ("empty", "no release of Python")],
)
def test_the_list_fails(sample: Project, site: Site, fault: str, why: str) -> None:
    """Without the list of releases nothing changes, with one warning."""
    site.faults[FINAL] = {
        "status": site.status(500),
        "html": site.body(lambda _: b"<html>"),
        "empty": site.body(lambda _: b"[]"),
    }[fault]
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert result.code == 4
    (line,) = result.err.splitlines()
    assert line.startswith("warning: 2.1, 2.0: not changed: ")
    assert why in line
    assert sample.read(FILE_NAME) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    ["500 twice", "429", "404 of the file", "unknown field", "other products"],
)
def test_what_is_not_a_failure(sample: Project, site: Site, fault: str) -> None:
    """Temporary failures and unneeded documents do not stop the update."""
    number = release(site, "2.1.4", windows=B)
    path = f"{FILE}?release={number}"
    if fault == "500 twice":
        site.faults[path] = site.first(2, site.status(500))
    elif fault == "429":
        site.faults[path] = site.first(1, site.status(429, Retry_After="0"))
    elif fault == "404 of the file":  # a bundle that is named and gone; the API has the SHA-256
        site.faults[f"{TREE}2.1.4/Python-2.1.4.tar.xz.sigstore"] = site.status(404)
    elif fault == "unknown field":
        site.faults[path] = site.entries(lambda entry: entry.update(sha512_sum="x"))
    else:
        site.upstream.publish("99.0", "2026-06-24", name="Python install manager 99.0 beta 1")
    result = project_update(sample)
    assert (result.code, result.err) == (0, "")
    assert '"2.1.4"' in sample.read(FILE_NAME)


def project_update(project: Project) -> Result:
    """Run `update` with a third attempt."""
    return project.run("update", "--as-of", "2026-06-24", "--attempts", "3")


def test_redirect_to_http_and_expired(
    sample: Project, valid: Path, expired: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over https: a redirect to http and an expired certificate change nothing and exit 4."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(valid))
    start = sample.read(FILE_NAME)
    head, _, rest = start.partition("upstream:\n")
    tail = rest.partition("allow_http: true\n")[2]
    with serve(valid) as secure:
        fill(secure)
        release(secure, "2.1.4", windows=B)
        text = f"{head}{settings(secure.base)}{tail}"
        sample.write(FILE_NAME, text)
        assert update(sample, "--dry-run").code == 3
        secure.faults["/api"] = secure.redirect_to("http://127.0.0.1:1/")
        result = update(sample)
        assert result.code == 4
        assert (
            "redirects to http://127.0.0.1:1/: a redirect from https to http is not" in result.err
        )
        assert sample.read(FILE_NAME) == text
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(expired))
    with serve(expired) as secure:
        fill(secure)
        text = f"{head}{settings(secure.base)}{tail}"
        sample.write(FILE_NAME, text)
        result = update(sample)
        assert result.code == 4
        assert "its certificate is not valid: certificate has expired" in result.err
        assert sample.read(FILE_NAME) == text


# The measured incidents of PEERS: each happened to a peer, in public.


def test_a_failed_sigstore_fetch_never_removes_a_checksum(sample: Project, site: Site) -> None:
    """A failed sigstore request never removes a checksum, as happened with 3.15.0a3."""
    for entry in site.upstream.files[1000]:
        entry["sha256_sum"] = ""
        name = entry["url"].rpartition("/")[2]
        entry["sigstore_bundle_file"] = f"{entry['url']}.sigstore"
        known = ONES if name.startswith("Python") else "2" * 64
        site.upstream.tree[f"{TREE}2.1.3/{name}.sigstore"] = bundle(known)
    before = sample.read(FILE_NAME)
    assert update(sample).code == 0
    for fault in (site.status(500), site.body(lambda _: b"<html>"), site.cut):
        site.faults[f"{TREE}2.1.3/Python-2.1.3.tar.xz.sigstore"] = fault
        assert update(sample).code == 4
        assert sample.read(FILE_NAME) == before


def test_windows_vanishes_at_an_unchanged_version(sample: Project, site: Site) -> None:
    """A vanished installer is an alarm; 3.11.1 lost Windows for six hours."""
    files = site.upstream.files[1000]
    windows = files.pop()
    del site.upstream.tree[f"{TREE}2.1.3/python-2.1.3-amd64.exe"]
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert result.code == 5
    assert result.err == (
        "error: 2.1: windows of 2.1.3 was published and is gone; "
        "versions.yaml keeps it: published artifacts stay "
        "(python-2.1.3-amd64.exe is not published)\n"
    )
    assert sample.read(FILE_NAME) == before
    files.append(windows)
    assert update(sample).code == 0


def test_versions_and_settings_never_go_back(sample: Project, site: Site) -> None:
    """An old list does not lower a version; settings are not changed."""
    sample.edit(FILE_NAME, "  flags:\n", '  setuptools: {value: "65.5.1", why: Fixed.}\n  flags:\n')
    site.upstream.releases[0] = {**site.upstream.releases[0], "name": "Python 2.1.2"}
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert result.code == 5
    assert "2.1: upstream's newest version is 2.1.2; versions.yaml keeps 2.1.3" in result.err
    assert sample.read(FILE_NAME) == before


def test_another_checksum_at_the_same_version(sample: Project, site: Site) -> None:
    """A replaced file is an alarm unless it is accepted, as 3.13.10's installer."""
    site.upstream.files[1000][0]["sha256_sum"] = A
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert result.code == 5
    assert f"Ours: {ONES}, upstream's: {A}" in result.err
    assert sample.read(FILE_NAME) == before
    entry = f"{{sha256: {A}, why: Upstream announced it.}}"
    sample.write(FILE_NAME, before + f"accept: [{entry}]\n")
    accepted = update(sample).ok()
    assert f"2.1: source of 2.1.3 has another SHA-256, which `accept` allows: {A}" in accepted.out
    assert ONES not in sample.read(FILE_NAME)
    warned = sample.generate("--check")
    assert "accept[0]: versions.yaml already had this SHA-256 before; remove this" in warned.err


@pytest.mark.slow
@pytest.mark.parametrize("how", ["sigstore", "spdx", "download"])
def test_a_contradiction_at_the_same_version(sample: Project, site: Site, how: str) -> None:
    """All of upstream's claims about a known version are compared."""
    entry = site.upstream.files[1000][0]
    options = []
    if how == "download":  # the file differs from all claims
        options.append("--download")
        theirs = digest(content("Python-2.1.3.tar.xz"))
        site.upstream.files[1000][1]["sha256_sum"] = digest(content("python-2.1.3-amd64.exe"))
        site.upstream.files[1001][0]["sha256_sum"] = digest(content("Python-2.0.9.tar.xz"))
        sample.edit(FILE_NAME, TWOS, digest(content("python-2.1.3-amd64.exe")))
        sample.edit(FILE_NAME, THREES, digest(content("Python-2.0.9.tar.xz")))
    elif how == "sigstore":
        theirs = A
        entry["sigstore_bundle_file"] = f"{entry['url']}.sigstore"
        site.upstream.tree[f"{TREE}2.1.3/Python-2.1.3.tar.xz.sigstore"] = bundle(A)
    else:
        theirs = A
        entry["sbom_spdx2_file"] = f"{entry['url']}.spdx.json"
        text = sbom("Python-2.1.3.tar.xz", A)
        site.upstream.tree[f"{TREE}2.1.3/Python-2.1.3.tar.xz.spdx.json"] = text
    before = sample.read(FILE_NAME)
    result = update(sample, *options)
    assert result.code == 5
    assert "2.1: python.org contradicts itself about Python-2.1.3.tar.xz: " in result.err
    assert f"the API says {ONES}, " in result.err
    assert f"says {theirs}. If upstream confirms one of them" in result.err
    assert f"Ours: {ONES}" in result.err
    assert sample.read(FILE_NAME) == before
    sample.write(FILE_NAME, f"{before}accept: [{{sha256: '{theirs}', why: Announced.}}]\n")
    update(sample, *options).ok()
    assert ONES not in sample.read(FILE_NAME)
    update(sample, *options).ok()
    sample.write(FILE_NAME, f"{before}accept: [{{sha256: '{ONES}', why: The other is wrong.}}]\n")
    update(sample, *options).ok()
    assert ONES in sample.read(FILE_NAME)


def test_an_unchanged_version_is_cheap(sample: Project, site: Site) -> None:
    """Requests for known claims are conditional, and no file is downloaded."""
    release(site, "2.1.4", windows=B)
    update(sample).ok()
    first = len(site.asked)
    update(sample, "--dry-run").ok()
    again = site.asked[first:]
    assert sum(path.endswith(".sigstore") for path, _ in again) == 2
    assert all("If-None-Match" in headers for _, headers in again)
    assert not any(path.endswith((".tar.xz", ".exe")) for path, _ in site.asked)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["page", "cut", "wrong address", "bundle", "nothing"])
def test_an_absence_that_is_not_proved(sample: Project, site: Site, how: str) -> None:
    """An unverified absence is a failure: nothing is held back, and the exit code is 4."""
    sample.edit(FILE_NAME, "    builder: classic\n", "    builder: classic\n    late: leave_out\n")
    number = release(site, "2.1.4")
    folder = f"{TREE}2.1.4/"
    if how == "page":
        page = b'<html><body>We are back soon. <a href="/">Home</a></body></html>'
        site.faults[folder] = site.body(lambda _: page)
        why = "names no Python-2.1.4.tar.xz: not a listing of this folder"
    elif how == "cut":
        site.faults[folder] = site.body(lambda body: body[:-40])
        why = "the listing of the folder is incomplete"
    elif how == "wrong address":
        sample.edit(FILE_NAME, f"downloads: {site.base}{TREE}", f"downloads: {site.base}/pub/")
        site.upstream.files[number][0]["sigstore_bundle_file"] = ""
        why = "/pub/2.1.4/ is not there (404), although 2.1.4 is listed; is `downloads` the right"
    elif how == "bundle":
        name = "python-2.1.4-amd64.exe"
        site.upstream.add_file(number, name, "", sigstore=B)
        site.faults[f"{folder}{name}.sigstore"] = site.status(404)
        why = f"{name} is published, but no document has its SHA-256; --download computes it"
    else:
        site.upstream.files[number].clear()
        for name in [name for name in site.upstream.tree if name.startswith(folder)]:
            del site.upstream.tree[name]
        why = "is not there (404), although 2.1.4 is listed"
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert result.code == 4
    assert f"warning: 2.1: not changed: {site.base if how != 'bundle' else ''}" in result.err
    assert why in result.err
    assert sample.read(FILE_NAME) == before


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        (FILE, "url", "https://[abc/x"),
        (FILE, "sigstore_bundle_file", "https://[abc/x"),
        (FILE, "sbom_spdx2_file", "//["),
        (FINAL, "release_date", "0001-01-01T00:00:00+14:00"),
        (FINAL, "release_date", "9999-12-31T23:59:59-14:00"),
        (FINAL, "release_date", "9999-12-31"),
        (FINAL, "release_date", "next summer"),
        (FINAL, "release_date", None),
        (FINAL, "resource_uri", "//["),
    ],
)
def test_nonsense_in_a_field(
    sample: Project, site: Site, path: str, key: str, value: object
) -> None:
    """An invalid value is a failure with a reason, exits 4 and changes nothing."""
    release(site, "2.1.4")
    site.faults[path] = site.entries(lambda entry: entry.update({key: value}))
    before = sample.read(FILE_NAME)
    result = update(sample)
    assert (result.code, sample.read(FILE_NAME)) == (4, before)
    assert "Traceback" not in result.err
    assert "2.1" in result.err


def test_an_odd_phase_of_another_cycle(sample: Project, site: Site) -> None:
    """An unknown phase affects only its own cycle."""
    site.upstream.cycles["2.2"] = {"status": "planned", "end_of_life": "some day"}
    release(site, "2.1.4", day="2026-06-20")
    result = update(sample).ok()
    assert "2.1: windows is late" in result.out


@pytest.mark.slow
@pytest.mark.parametrize("command", [["update"], ["bump", "2.0", "2.0.10", "--sha256", "source="]])
def test_a_committed_manifest_that_is_none(sample: Project, site: Site, command: list[str]) -> None:
    """Without a readable committed manifest nothing is written, as for `generate`."""
    sample.generate("--commit").ok()
    sample.write("library/sample", "Tags 3\n")
    sample.repo.commit("Break the manifest")
    release(site, "2.0.10")
    before = sample.read(FILE_NAME)
    more = [*QUICK] if command == ["update"] else []
    result = sample.run(*(each + A if each.endswith("=") else each for each in command), *more)
    assert (result.code, result.out) == (5, "")
    assert "cannot read library/sample (as committed), so tagmatrix does not" in result.err
    assert sample.read(FILE_NAME) == before
    assert sample.generate().code == 5


def test_a_renamed_image_is_compared(sample: Project, site: Site) -> None:
    """The update is compared with the manifest of the image's former name, as for `generate`."""
    sample.generate("--commit").ok()
    sample.edit(FILE_NAME, "image: sample", "image: other")
    release(site, "2.0.10")
    result = update(sample).ok()
    assert "what it moves:\n" in result.out
    assert "2.0.10 follows 2.0.9" in result.out
    assert result.err == (
        "warning: library/other is new: `image` was renamed; tagmatrix compares with "
        "library/sample\n"
    )


def test_what_a_killed_run_left(sample: Project, site: Site) -> None:
    """The next run removes the temporary file of a killed run."""
    release(site, "2.1.4", windows=B)
    left = [f".tagmatrix-{os.getpid()}-{FILE_NAME}", f".tagmatrix-0a1b-{FILE_NAME}"]
    for name in left:
        sample.write(name, "half")
    update(sample).ok()
    assert not any((sample.root / name).exists() for name in left)
    sample.write(left[1], "half")
    sample.generate("--commit").ok()
    assert not (sample.root / left[1]).exists()


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "101", "²"])
def test_attempts(sample: Project, value: str) -> None:
    """--attempts accepts only 1 to 100."""
    result = sample.run("update", f"--attempts={value}")
    assert result.code == 2
    assert "expected 1 to 100" in result.err


def test_the_security_phase(sample: Project, site: Site) -> None:
    """A cycle in its security phase does not wait for Windows, as 3.12.11."""
    site.upstream.cycles["2.1"]["status"] = "security"
    release(site, "2.1.4")
    result = update(sample).ok()
    assert (
        "2.1: upstream no longer publishes windows in the security phase; "
        "windowsservercore ends with 2.1.3\n"
    ) in result.out
    text = sample.read(FILE_NAME)
    assert "    artifacts: [source]\n" in text.partition('"2.1":')[2].partition('"2.0":')[0]
    assert "2.1 is in its security phase: no installers any more." in text
    sample.generate("--commit").ok()
    assert "windows-amd64" not in sample.read("library/sample")
    assert update(sample, "--dry-run").code == 0


@pytest.mark.parametrize("policy", [pytest.param("wait", marks=pytest.mark.slow), "leave_out"])
def test_windows_six_hours_late(sample: Project, site: Site, policy: str) -> None:
    """Late Windows blocks nothing else, shared tags have one version, the next run adds it."""
    if policy == "leave_out":
        sample.edit(
            FILE_NAME, "    builder: classic\n", "    builder: classic\n    late: leave_out\n"
        )
    release(site, "2.1.4", day="2026-06-24")
    release(site, "2.0.10", source=C, day="2026-06-24")
    first = update(sample).ok()
    text = sample.read(FILE_NAME)
    assert '"2.0.10"' in text
    status = sample.run("status", *QUICK).ok().out
    if policy == "wait":
        wait = "2.1.4 (of 2026-06-24) waits for windows until 2026-06-27; then the update"
        assert f"2.1: {wait} leaves it out" in first.out
        assert f"2.1: {wait} leaves it out" in status
        assert '"2.1.3"' in text
    else:
        assert (
            "2.1: windows is late: windowsservercore is left out until it is published" in first.out
        )
        assert '    held_back: {windows: "2.1.4 not published"}\n' in text
        held = "2.1: windows of 2.1.4 is held back: python-2.1.4-amd64.exe is not published"
        assert held in status
    sample.generate("--commit").ok()
    assert_one_version_per_tag(sample)
    # six hours later
    site.upstream.add_file(1003, "python-2.1.4-amd64.exe", B, sigstore=B)
    second = update(sample).ok()
    assert second.err == ""
    text = sample.read(FILE_NAME)
    assert '"2.1.4"' in text
    assert B in text
    assert "held_back" not in text
    sample.generate("--commit").ok()
    assert_one_version_per_tag(sample)
    entries = json.loads(sample.read("library/sample.json"))["entries"]
    assert any(entry["Architectures"] == ["windows-amd64"] for entry in entries)


def assert_one_version_per_tag(project: Project) -> None:
    """Assert that all images behind a shared tag have one version."""
    versions: dict[str, set[str]] = {}
    for entry in json.loads(project.read("library/sample.json"))["entries"]:
        for tag in entry.get("SharedTags", []):
            versions.setdefault(tag, set()).add(entry["Tags"][0].partition("-")[0])
    assert versions
    assert all(len(found) == 1 for found in versions.values())


def test_waiting_ends(sample: Project, site: Site) -> None:
    """After the waiting period the update leaves Windows out."""
    release(site, "2.1.4", day="2026-06-24")
    assert update(sample, "--dry-run").code == 0
    later = sample.run("update", "--as-of", "2026-06-27").ok()
    assert "2.1: 2.1.3 to 2.1.4" in later.out
    assert 'held_back: {windows: "2.1.4 not published"}' in sample.read(FILE_NAME)


def test_the_phase_is_asked_only_where_it_matters(sample: Project, site: Site) -> None:
    """A failing release-cycle site affects only updates that need the phase."""
    site.faults[CYCLES] = site.status(500)
    release(site, "2.0.10", source=C)
    assert update(sample).code == 0
    release(site, "2.1.4")
    result = update(sample)
    assert result.code == 4
    assert "it is unknown whether upstream will publish it" in result.err
    assert '"2.1.3"' in sample.read(FILE_NAME)


def test_the_download_tree(sample: Project, site: Site) -> None:
    """A file that the API does not list yet is found in the download tree."""
    number = release(site, "2.1.4", windows=B)
    site.upstream.files[number].clear()
    update(sample).ok()
    assert A in sample.read(FILE_NAME)
    assert B in sample.read(FILE_NAME)


def test_download(sample: Project, site: Site) -> None:
    """--download hashes new files; a contradicting hash is an alarm."""
    release(site, "2.1.4", windows=B)
    result = update(sample, "--download")
    assert result.code == 5
    assert "python.org contradicts itself about Python-2.1.4.tar.xz: the API says" in result.err
    assert "the file itself says" in result.err
    assert '"2.1.3"' in sample.read(FILE_NAME)


def test_offline(sample: Project, site: Site) -> None:
    """--offline answers from the cache; without a cache it fails."""
    cold = update(sample, "--dry-run", "--offline")
    assert cold.code == 4
    assert "not in the cache, and --offline allows no request" in cold.err
    release(site, "2.1.4", windows=B)
    assert update(sample, "--dry-run").code == 3
    asked = len(site.asked)
    assert update(sample, "--dry-run", "--offline").code == 3
    assert len(site.asked) == asked


def test_requests_is_imported_only_to_fetch(sample: Project) -> None:
    """A run without requests does not import requests."""
    script = (
        "import sys; from tagmatrix.cli import main; "
        "main(['update', '--offline']); print('requests' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=sample.root, capture_output=True, check=True
    )
    assert done.stderr.decode().endswith("\nFalse\n")


def test_conditional_requests(sample: Project, site: Site) -> None:
    """The second run sends only conditional requests."""
    update(sample, "--dry-run").ok()
    first = len(site.asked)
    update(sample, "--dry-run").ok()
    again = site.asked[first:]
    assert len(again) == first
    assert all("If-None-Match" in headers for _, headers in again)


def test_without_upstream(project: Project) -> None:
    """A file without `upstream` is an error that says what to do."""
    result = project.run("update")
    assert result.code == 2
    assert "has no `upstream`" in result.err
    assert "tagmatrix bump CYCLE VERSION" in result.err


DEBIAN = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/debian.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: trixie, trixie-slim
Architectures: amd64, arm64v8, riscv64{more}

Tags: bookworm, bookworm-slim
Architectures: amd64, arm64v8, mips64le
"""
ALPINE = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/alpine.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: 3.24
"""


def test_bases(sample: Project, site: Site) -> None:
    """--bases adds new architectures; a failure leaves the suite unchanged."""
    site.upstream.library["debian"] = DEBIAN.format(more=", s390x")
    site.upstream.library["alpine"] = ALPINE.replace("3.24", "3.25")
    result = update(sample, "--bases").ok()
    assert "trixie: debian:trixie is now published for s390x" in result.out
    assert "warning: 3.24: " in result.err
    assert "versions.yaml keeps its architectures" in result.err
    line = "trixie: {flavors: [default, slim], architectures: [amd64, arm64v8, riscv64, s390x]}"
    assert line in sample.read(FILE_NAME)
    site.faults["/library/debian"] = site.status(500)
    failed = update(sample, "--bases")
    assert failed.code == 4
    assert "warning: trixie, bookworm: not changed: " in failed.err


def test_bases_lose_an_architecture(sample: Project, site: Site) -> None:
    """The guard refuses an update after a base lost an architecture."""
    site.upstream.library["debian"] = DEBIAN.replace(", riscv64{more}", "")
    site.upstream.library["alpine"] = ALPINE
    before = sample.read(FILE_NAME)
    result = update(sample, "--bases")
    assert result.code == 5
    assert "error: trixie: debian:trixie is no longer published for riscv64; " in result.err
    assert "; not applied: " in result.err
    assert "loses: [riscv64]" in result.err
    assert sample.read(FILE_NAME) == before


def test_bases_and_an_exclusion_that_is_empty_then(sample: Project, site: Site) -> None:
    """If a base loses an excluded architecture, the exclusion is removed too."""
    site.upstream.library["debian"] = DEBIAN.format(more="").replace(", mips64le", "")
    site.upstream.library["alpine"] = ALPINE
    result = update(sample, "--bases").ok()
    assert "bookworm: debian:bookworm is no longer published for mips64le" in result.out
    assert "mips64le" not in sample.read(FILE_NAME)
    assert "exclude:" not in sample.read(FILE_NAME)
    sample.generate("--check", "--only", "dockerfiles").ok()


def test_bases_from_a_checkout(project: Project, tmp_path: Path) -> None:
    """A checkout of official-images needs no network and no `upstream`."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library/debian").write_text(DEBIAN.format(more=", s390x"))
    (tmp_path / "library/alpine").write_text(ALPINE)
    result = project.run("update", "--bases", "--official-images", str(tmp_path))
    assert (result.code, result.err) == (0, "")
    assert "s390x" in project.read(FILE_NAME)


def test_bases_that_are_nowhere(sample: Project, site: Site, tmp_path: Path) -> None:
    """A missing manifest is a failure; a wrong checkout is an input error."""
    site.upstream.library["debian"] = DEBIAN.format(more="")
    before = sample.read(FILE_NAME)
    result = update(sample, "--bases")
    assert result.code == 4
    (line,) = result.err.splitlines()
    assert line.startswith("warning: 3.24: not changed: ")
    assert line.endswith("/library/alpine is not there (404); is `manifests` the right address?")
    for folder, why in (
        (
            tmp_path / "nowhere",
            "the folder library/ is missing; name a checkout of official-images",
        ),
        (sample.root, "/library/alpine, "),  # our own repository has a folder library/ too
    ):
        (sample.root / "library").mkdir(exist_ok=True)
        wrong = update(sample, "--bases", "--official-images", str(folder))
        assert (wrong.code, wrong.out) == (2, "")
        assert why in wrong.err
    assert sample.read(FILE_NAME) == before


def test_comments_and_line_endings_stay(sample: Project, site: Site) -> None:
    """An update changes only the lines of the new version."""
    release(site, "2.1.4", windows=B)
    text = sample.read(FILE_NAME).replace('"2.1.3"', "'2.1.3' # the newest").replace("\n", "\r\n")
    sample.write(FILE_NAME, text)
    update(sample).ok()
    wanted = text.replace("'2.1.3'", "'2.1.4'").replace(ONES, A).replace("2" * 64, B)
    assert sample.read(FILE_NAME) == wanted


def test_a_link_is_not_written_through(sample: Project, site: Site) -> None:
    """A versions.yaml that is a symbolic link is refused."""
    release(site, "2.1.4", windows=B)
    real = sample.root / "real.yaml"
    (sample.root / FILE_NAME).rename(real)
    (sample.root / FILE_NAME).symlink_to(real)
    result = update(sample)
    assert result.code == 2
    assert "is a symbolic link" in result.err


@pytest.mark.slow
def test_as_a_process(sample: Project, site: Site) -> None:
    """As a process: results on stdout, messages on stderr, no colour."""
    release(site, "2.1.4", windows=B)
    site.faults[f"{FILE}?release=1001"] = site.status(403)
    env = environment(XDG_CACHE_HOME=os.environ["XDG_CACHE_HOME"])
    result = sample.process("update", *QUICK, env=env)
    assert result.code == 4
    assert result.out.startswith("--- a/versions.yaml\n")
    assert result.err.startswith("warning: 2.0: not changed: ")
