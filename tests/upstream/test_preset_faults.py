"""Each preset against the faults of a server: none becomes a fact."""

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
from tagmatrix.upstream.sources import SourceOptions, with_preset
from tagmatrix.web.answers import FetchFailed, Found
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tests.upstream import test_presets as shapes
from tests.upstream.kinds import KINDS
from tests.upstream.test_described import NAMES, NOW, faults, make
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.upstream.kinds import Kind
    from tests.web.site import Handler, Site

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


def coded(handler: Handler, body: bytes | None) -> None:
    """Send a body that is not compressed as its headers say."""
    handler.send(body, Content_Encoding="gzip")


def unasked(handler: Handler, _: bytes | None) -> None:
    """Answer 304 to a request without a condition."""
    handler.start(304)


def more(site: Site) -> dict[str, object]:
    """Return faults that only some kinds of documents have, by name."""
    return {
        "coded": coded,
        "304": unasked,
        "limited": site.status(403, X_RateLimit_Remaining="0", X_RateLimit_Reset="3600"),
        "secondary limit": site.status(403, Retry_After="60"),
        "not a text": site.body(lambda body: body[:-1] + b"\xff" + body[-1:]),
        "twice": site.body(lambda body: body + body),
    }


MORE = ["coded", "304", "limited", "secondary limit", "not a text", "twice"]


def preset_at(site: Site, name: str, cache: Path | None = None) -> Described:
    """Return a preset at the test site, with its list there."""
    path, document, _, _ = PRESETS[name]
    address = f"{path}feature_releases/21/ga" if name == "adoptium" else path
    text = document if isinstance(document, str) else json.dumps(document)
    site.upstream.tree[address] = text
    preset = with_preset(Upstream(name=name, project="x/y", manifests="", allow_http=True))
    assert preset.releases is not None
    here = re.sub(r"^https://[^/]+", site.base, preset.releases.address)
    upstream = replace(preset, releases=replace(preset.releases, address=here))
    limits = IMPATIENT
    client = Client(allow_http=True, limits=limits, cache=Cache(cache) if cache else None)
    return Described(client, upstream, SourceOptions(as_of=dt.date(2026, 6, 24), style="loose"))


def test_every_preset_is_here() -> None:
    """The table has each source but python.org, which has tests of its own."""
    assert {*PRESETS, "python.org"} == {*SOURCES}


@pytest.mark.slow
@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("fault", [*NAMES, *MORE])
def test_a_list_that_fails(site: Site, tmp_path: Path, name: str, fault: str) -> None:
    """The answer fails, and the cache keeps no part of it: the next run has the releases."""
    path, _, cycle, versions = PRESETS[name]
    site.faults[path] = (faults(site) | more(site))[fault]  # type: ignore[assignment]  # faults are of several types
    answer = preset_at(site, name, tmp_path).published(cycle)
    assert isinstance(answer, FetchFailed), answer
    assert "\0" not in answer.reason
    site.faults.clear()
    if fault in {"429", "limited", "secondary limit"}:  # the host has asked to wait
        answer = preset_at(site, name, tmp_path).published(cycle)
        assert isinstance(answer, FetchFailed)
        assert "no request was sent" in answer.reason
        return
    after = preset_at(site, name, tmp_path).published(cycle)
    assert isinstance(after, Found), after
    assert [each.version for each in after.value] == versions


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        pytest.param(kind, fault, id=f"{kind.name}-{fault}")
        for kind in KINDS
        for fault in ("coded", "304", "limited", "secondary limit")
        if (kind.name, fault) != ("apt", "coded")  # it is compressed, so the header is right
    ],
)
def test_more_faults_of_each_kind(site: Site, kind: Kind, fault: str) -> None:
    """Faults that do not depend on the document fail for each kind."""
    site.upstream.tree |= kind.documents(NOW)
    site.faults[kind.path] = more(site)[fault]  # type: ignore[assignment]  # faults are of several types
    assert isinstance(make(site, kind).published("1.2"), FetchFailed)
