"""Presets, against a server whose documents have the documented shapes."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.config.model import Upstream
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import with_preset
from tagmatrix.web.answers import Found
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from tagmatrix.config.document_lookup import Lookup
    from tests.web.site import Site

A, B = "a" * 64, "b" * 64
NODE = [
    {"version": "v24.1.0", "date": "2026-06-02", "files": ["linux-x64"], "lts": False},
    {"version": "v24.0.1", "date": "2026-05-02", "files": ["linux-x64"], "lts": False},
]
TEMURIN = [
    {
        "release_name": name,
        "timestamp": "2026-06-02T10:00:00Z",
        "binaries": [
            {
                "architecture": "aarch64",
                "image_type": "jdk",
                "os": "linux",
                "package": {"checksum": digest, "name": "OpenJDK.tar.gz", "size": 7},
            }
        ],
    }
    for name, digest in (("jdk-21.0.4+7", A), ("jdk-21.0.3+9", B))
]
GITHUB = [
    {"tag_name": "v4.3.0-rc.1", "draft": False, "published_at": "2026-06-02T10:00:00Z"},
    {"tag_name": "v4.2.9", "draft": False, "published_at": "2026-05-02T10:00:00Z"},
    {"tag_name": "v4.2.10", "draft": True, "published_at": None},
]
PYPI = {
    "releases": {
        "1.2.0": [
            {
                "packagetype": "sdist",
                "digests": {"sha256": A},
                "size": 7,
                "upload_time_iso_8601": "2026-06-02T10:00:00.123456Z",
                "yanked": False,
            }
        ],
        "1.2.1": [
            {
                "packagetype": "sdist",
                "digests": {"sha256": B},
                "upload_time_iso_8601": "2026-06-03T10:00:00Z",
                "yanked": True,
            }
        ],
        "1.1.9": [],
    }
}
NPM = {"versions": {"1.22.21": {"name": "yarn"}, "1.22.22": {"name": "yarn"}}}
MAVEN = (
    '<?xml version="1.0"?><metadata><groupId>org.apache.maven</groupId><versioning>'
    "<latest>3.9.9</latest><versions><version>3.9.8</version><version>3.9.9</version>"
    "</versions></versioning></metadata>"
)
EOL = [{"cycle": "8.4", "latest": "8.4.2", "latestReleaseDate": "2026-05-01", "eol": "2028-12-31"}]


@pytest.mark.parametrize(
    ("name", "path", "document", "cycle", "versions", "artifact", "digest"),
    [
        ("nodejs.org", "/dist/index.json", NODE, "24", ["24.1.0", "24.0.1"], "linux/amd64", A),
        (
            "adoptium",
            "/v3/assets/feature_releases/21/ga",
            TEMURIN,
            "21",
            ["21.0.4_7", "21.0.3_9"],
            "jdk/arm64v8",
            A,
        ),
        ("github", "/repos/x/y/releases", GITHUB, "4.2", ["4.2.9"], "", ""),
        ("pypi", "/pypi/x/y/json", PYPI, "1.2", ["1.2.0"], "source", A),
        ("npm", "/x/y", NPM, "1", ["1.22.22", "1.22.21"], "", ""),
        ("maven", "/maven2/x/y/maven-metadata.xml", MAVEN, "3.9", ["3.9.9", "3.9.8"], "", ""),
        ("endoflife.date", "/api/x/y.json", EOL, "8.4", ["8.4.2"], "", ""),
    ],
)
def test_documented_shapes(
    site: Site,
    name: str,
    path: str,
    document: object,
    cycle: str,
    versions: list[str],
    artifact: str,
    digest: str,
) -> None:
    """Each preset finds the releases of a cycle and the checksum of an artifact."""
    text = document if isinstance(document, str) else json.dumps(document)
    site.upstream.tree[path] = text
    site.upstream.tree["/dist/v24.1.0/SHASUMS256.txt"] = f"{A}  node-v24.1.0-linux-x64.tar.xz\n"
    preset = with_preset(Upstream(name=name, project="x/y", manifests="", allow_http=True))
    assert preset.releases is not None
    upstream = replace(
        preset,
        releases=_here(preset.releases, site.base),
        artifacts={
            key: tuple(_here(lookup, site.base) for lookup in lookups)
            for key, lookups in preset.artifacts.items()
        },
    )
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    source = Described(Client(allow_http=True, limits=IMPATIENT), upstream, options)
    answer = source.published(cycle)
    assert isinstance(answer, Found), answer
    assert [each.version for each in answer.value] == versions
    if artifact:
        assert source.checksum(versions[0], artifact, answer.value[0]) == Found(digest)


def _here(lookup: Lookup, base: str) -> Lookup:
    """Return a lookup at the test site."""
    return replace(lookup, address=re.sub(r"^https://[^/]+", base, lookup.address))
