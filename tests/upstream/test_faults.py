"""Each source against the faults of a server: none becomes a fact.

The sources are one of each kind, each preset, and python.org.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.config.format.upstream import SOURCES
from tagmatrix.config.model import Upstream
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.python_org.source import PythonOrg
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import with_preset
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tests.upstream import test_presets as shapes
from tests.upstream.faults import EACH, NAMES, PARTS, PAUSES, faults
from tests.upstream.kinds import KINDS
from tests.upstream.test_described import NOW, A
from tests.web.fixtures import IMPATIENT
from tests.web.site import FILE, FINAL, TREE

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.upstream.sources import Source
    from tests.web.site import Site

GO = [{"version": "go1.26.2", "stable": True, "files": []}]
PRESETS = {
    "go.dev": ("/dl/", GO, "1.26", ["1.26.2"]),
    "nodejs.org": ("/dist/index.json", shapes.NODE, "24", ["24.1.0", "24.0.1"]),
    "adoptium": ("/v3/assets/", shapes.TEMURIN, "21", ["21.0.4_7", "21.0.3_9"]),
    "github": ("/repos/x/y/releases", shapes.GITHUB, "4.2", ["4.2.9"]),
    "pypi": ("/pypi/x/y/json", shapes.PYPI, "1.2", ["1.2.0"]),
    "npm": ("/x/y", shapes.NPM, "1", ["1.22.22", "1.22.21"]),
    "maven": ("/maven2/x/y/maven-metadata.xml", shapes.MAVEN, "3.9", ["3.9.9", "3.9.8"]),
    "endoflife.date": ("/api/x/y.json", shapes.EOL, "8.4", ["8.4.2"]),
}
BY_KIND = {kind.name: kind for kind in KINDS}
SOURCE = "Python-3.14.7.tar.xz"
LISTS = {
    **{name: path for name, (path, *_) in PRESETS.items()},
    **{kind.name: kind.path for kind in KINDS},
    "python.org": FINAL,
}
"""The address of each list of releases."""
AS_OF = dt.date(2026, 6, 24)


def source_at(site: Site, name: str, cache: Path) -> tuple[Source, str, list[str]]:
    """Return a source at the test site, a cycle, and the releases that it has."""
    client = Client(allow_http=True, limits=IMPATIENT, cache=Cache(cache))
    options = SourceOptions(as_of=AS_OF, style="loose")
    if name == "python.org":
        if not site.upstream.releases:
            for version in ("3.14.6", "3.14.7", "3.13.9"):
                number = site.upstream.publish(version, "2026-06-10")
                file = f"Python-{version}.tar.xz"
                site.upstream.add_file(number, file, A, sigstore=A, spdx=A)
        addresses = {"api": f"{site.base}/api/v2/", "downloads": f"{site.base}{TREE}"}
        upstream = Upstream(name=name, addresses={**addresses, "release_cycles": ""}, manifests="")
        python = PythonOrg(client, upstream, SourceOptions(as_of=AS_OF))
        return python, "3.14", ["3.14.7", "3.14.6"]
    if kind := BY_KIND.get(name):
        site.upstream.tree |= kind.documents(NOW)
        described = Described(client, kind.upstream(site.base), options)
        return described, "1.2", ["1.2.10", "1.2.9", "1.2.0"]
    path, document, cycle, versions = PRESETS[name]
    address = f"{path}feature_releases/21/ga" if name == "adoptium" else path
    text = document if isinstance(document, str) else json.dumps(document)
    site.upstream.tree[address] = text
    preset = with_preset(Upstream(name=name, project="x/y", manifests="", allow_http=True))
    assert preset.releases is not None
    here = re.sub(r"^https://[^/]+", site.base, preset.releases.address)
    upstream = replace(preset, releases=replace(preset.releases, address=here))
    return Described(client, upstream, options), cycle, versions


def test_every_source_is_here(site: Site) -> None:
    """The table has each source that a name gives, and thirty faults."""
    assert {*SOURCES} <= {*LISTS}
    assert [*faults(site)] == NAMES
    assert len(NAMES) == 30


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("fault", EACH)
def test_a_list_that_fails(site: Site, tmp_path: Path, name: str, fault: str) -> None:
    """The answer fails, and the cache keeps no part of it: the next run has the releases."""
    source, cycle, versions = source_at(site, name, tmp_path)
    site.faults[LISTS[name]] = faults(site)[fault]  # type: ignore[assignment]  # faults are of several types
    answer = source.published(cycle)
    if name in BY_KIND and isinstance(answer, Found):
        assert fault in PARTS or (name, fault) == ("apt", "coded")  # apt's index is compressed
        assert {each.version for each in answer.value} <= {*versions}
    else:
        assert isinstance(answer, FetchFailed), answer
        assert "\0" not in answer.reason
    site.faults.clear()
    after = source_at(site, name, tmp_path)[0].published(cycle)
    if (
        fault in PAUSES and name != "tags"
    ):  # the host has asked to wait; git does not say for how long
        assert isinstance(after, FetchFailed)
        assert "no request was sent" in after.reason
        return
    assert isinstance(after, Found), after
    assert [each.version for each in after.value] == versions


@pytest.mark.parametrize("fault", EACH)
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(FILE, marks=pytest.mark.slow),
        pytest.param(f"{TREE}3.14.7/{SOURCE}.sigstore", marks=pytest.mark.slow),
        pytest.param(f"{TREE}3.14.7/{SOURCE}.spdx.json", marks=pytest.mark.slow),
        "/1.2.9/SHASUMS256.txt",
    ],
)
def test_a_document_of_checksums_fails(site: Site, tmp_path: Path, path: str, fault: str) -> None:
    """A fault of a document about a file fails, or gives the checksum of the other documents."""
    name = "json" if path.startswith("/1.2.9") else "python.org"
    source, cycle, _ = source_at(site, name, tmp_path)
    listed = source.published(cycle)
    assert isinstance(listed, Found)
    site.faults[path] = faults(site)[fault]  # type: ignore[assignment]  # faults are of several types
    if name == "json":
        answer, right = source.checksum("1.2.9", "linux/arm64v8", listed.value[1]), A
    else:
        answer, right = source.checksum("3.14.7", "source", listed.value[0]), A
    if isinstance(answer, Found):
        assert answer.value == right
        missing = fault in {"404", "410"} and path != FILE
        assert missing or fault in PARTS or (path, fault) == (FILE, "list")
    else:
        assert not isinstance(answer, NotPublished), answer
        assert not answer.alarm
