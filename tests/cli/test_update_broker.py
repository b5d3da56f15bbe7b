"""A family in the manner of rabbitmq: releases of GitHub, and a SHA-512 beside each source."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Site

pytestmark = pytest.mark.slow

FILE = "versions.yaml"
QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-08-20")
UPSTREAM = """branch: main
version_style: loose
upstream:
  releases:
    json: BASE/releases
    where: "!draft"
    take: {version: tag_name, date: published_at}
    strip: v
  artifacts:
    source: {sums: "BASE/broker-{version}.tar.xz.sha512", url: "BASE/broker-{version}.tar.xz"}
  allow_http: true
"""


def body(version: str) -> str:
    """Return the source of a version."""
    return f"\xfd7zXZ\0 the source of {version}"


def digest(version: str) -> str:
    """Return the SHA-512 of the source of a version."""
    return hashlib.sha512(body(version).encode("latin-1")).hexdigest()


def publish(site: Site, *versions: str) -> None:
    """Publish these versions, and no others."""
    entries = [
        {"tag_name": f"v{each}", "published_at": "2026-08-01T00:00:00Z", "draft": False}
        for each in versions
    ]
    site.upstream.tree["/releases"] = json.dumps(entries)
    for each in versions:
        name = f"broker-{each}.tar.xz"
        site.upstream.tree[f"/{name}"] = body(each)
        site.upstream.tree[f"/{name}.sha512"] = f"{digest(each)}  {name}\n"


@pytest.fixture
def broker(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the broker fixture with SHA-512 and a source, published and up to date."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = publish_fixture("broker", tmp_path / "broker", capsys)
    for version, sha256 in (("4.3.5", "1f" * 32), ("4.2.9", "2f" * 32)):
        new = f'sha512: {{source: "{digest(version)}"}}'
        found.edit(FILE, f"sha256: {{source: {sha256}}}", new)
    found.edit(FILE, "branch: main\n", UPSTREAM.replace("BASE", site.base))
    template = "templates/broker.Dockerfile.j2"
    found.edit(template, "release.sha256.source", "release.sha512.source")
    found.edit(template, "sha256sum", "sha512sum")
    publish(site, "4.3.5", "4.2.9")
    return found


def update(project: Project) -> Result:
    """Update with short time limits."""
    return project.run("update", *QUICK)


def sums(project: Project) -> dict[str, object]:
    """Return the version and the checksums of each cycle."""
    return {each.cycle: (each.version, each.sums) for each in parse(project.read(FILE)).releases}


def test_new_versions(broker: Project, site: Site) -> None:
    """A version moves with its SHA-512; a pre-release does not; the next run changes nothing."""
    before = broker.read(FILE)
    update(broker).ok()
    assert broker.read(FILE) == before
    publish(site, "4.4.0-rc.1", "4.3.7-beta.1", "4.3.6", "4.3.5", "4.2.10", "4.2.9")
    update(broker).ok()
    assert sums(broker) == {
        "4.3": ("4.3.6", {"sha512": {"source": digest("4.3.6")}}),
        "4.2": ("4.2.10", {"sha512": {"source": digest("4.2.10")}}),
    }
    after = broker.read(FILE)
    assert "sha256" not in after
    update(broker).ok()
    assert broker.read(FILE) == after
    broker.generate().ok()
    assert digest("4.3.6") in broker.read("library/4.3/ubuntu/Dockerfile")


@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("reupload", 5, "source of 4.3.5 has another SHA-512 than before"),
        ("withdrawn", 5, "never lowers a version"),
        ("gone", 4, "although 4.3.6 is listed"),
        ("late sum", 0, "4.3.6 is not complete: the checksum of source of 4.3.6 is not"),
        ("gone sum", 5, "the checksum of source of 4.3.5 was published and is gone"),
        ("half", 4, "not JSON"),
        ("html", 4, "not JSON"),
        ("html sums", 4, "not a file of checksums"),
        ("weaker", 4, "upstream has the SHA-1 of source of 4.3.6"),
    ],
)
def test_nothing_wrong_is_written(
    broker: Project, site: Site, fault: str, code: int, says: str
) -> None:
    """What is wrong upstream changes nothing of the cycle."""
    before = broker.read(FILE)
    tree = site.upstream.tree
    name = "/broker-4.3.6.tar.xz.sha512"
    with_new = {"gone", "late sum", "html sums", "weaker"}
    publish(site, *(("4.3.6",) if fault in with_new else ()), "4.3.5", "4.2.9")
    if fault == "reupload":
        tree["/broker-4.3.5.tar.xz.sha512"] = f"{digest('other')}  broker-4.3.5.tar.xz\n"
    elif fault == "withdrawn":
        publish(site, "4.3.4", "4.2.9")
    elif fault == "gone":
        del tree[name], tree[name.removesuffix(".sha512")]
    elif fault.endswith(" sum"):
        name = name if fault.startswith("late") else name.replace("4.3.6", "4.3.5")
        del tree[name]
    elif fault == "html sums":
        tree[name] = "<html></html>"
    elif fault == "weaker":
        tree[name] = f"{'a' * 40}  broker-4.3.6.tar.xz\n"
    else:
        change = {"html": lambda _: b"<html>", "half": lambda text: text[: len(text) // 2]}[fault]
        site.faults["/releases"] = site.body(change)
    done = update(broker)
    assert (done.code, broker.read(FILE)) == (code, before), done.err
    assert says in done.out + done.err


def test_download_verifies(broker: Project, site: Site) -> None:
    """`bump --download` hashes the file with SHA-512, and refuses another file."""
    publish(site, "4.3.6", "4.3.5", "4.2.9")
    site.upstream.tree["/broker-4.3.6.tar.xz"] = body("other")
    before = broker.read(FILE)
    done = broker.run("bump", "4.3", "--download", *QUICK[:4])
    assert (done.code, broker.read(FILE)) == (5, before)
    assert "contradicts itself" in done.err
    publish(site, "4.3.6", "4.3.5", "4.2.9")
    broker.run("bump", "4.3", "--download", *QUICK[:4]).ok()
    assert sums(broker)["4.3"] == ("4.3.6", {"sha512": {"source": digest("4.3.6")}})
    given = broker.run("bump", "4.3", "4.3.6", "--sha512", f"source={digest('x')}")
    assert given.code == 5
