"""An rpm repository: repomd.xml as createrepo_c 1.2 writes it, and the index that it names."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import lzma
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.formats.rpm import read_primary, read_repomd
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.web.answers import FetchFailed, Found, UnreadableError
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.web.site import Site

A = "a" * 64
REPOMD = """<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
  <revision>1795934817</revision>
  <data type="filelists">
    <checksum type="sha256">0</checksum>
    <location href="repodata/filelists.xml.gz"/>
  </data>
  <data type="primary">
    <checksum type="sha256">DIGEST</checksum>
    <open-checksum type="sha256">b9a79a4f</open-checksum>
    <location href="HREF"/>
    <timestamp>1795934817</timestamp>
  </data>
</repomd>
"""
PACKAGE = f"""<package type="rpm">
  <name>tool</name>
  <arch>x86_64</arch>
  <version epoch="0" ver="VERSION" rel="1.el9"/>
  <checksum type="sha256" pkgid="YES">{A}</checksum>
  <summary>A tool</summary>
  <packager></packager>
  <time file="1780000000" build="1780000000"/>
  <location href="Packages/tool-VERSION-1.el9.x86_64.rpm"/>
  <format>
    <rpm:license>MIT</rpm:license>
    <rpm:header-range start="1" end="2"/>
  </format>
</package>
"""
SOURCE = """
releases: {packages: BASE/el9/repodata/repomd.xml, where: "package == 'tool'", take: version}
artifacts:
  linux:
    packages: BASE/el9/repodata/repomd.xml
    take: {file: file, sha256: sha256}
    file: "tool-{version}-1.el9.{architecture}.rpm"
architectures: {amd64: x86_64}
allow_http: true
"""


def primary(*versions: str) -> bytes:
    """Return an index of packages."""
    inside = "".join(PACKAGE.replace("VERSION", version) for version in versions)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<metadata xmlns="http://linux.duke.edu/metadata/common" '
        f'xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="2">\n{inside}</metadata>'
    ).encode()


def serve(site: Site, body: bytes, href: str = "repodata/1-primary.xml.gz") -> Described:
    """Put a repository with this index on the test site; return its source."""
    repomd = REPOMD.replace("DIGEST", hashlib.sha256(body).hexdigest()).replace("HREF", href)
    site.upstream.tree["/el9/repodata/repomd.xml"] = repomd
    site.upstream.tree["/el9/repodata/1-primary.xml.gz"] = body.decode("latin-1")
    upstream = read_preset(SOURCE.replace("BASE", site.base).encode(), "a")
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    return Described(Client(allow_http=True, limits=IMPATIENT), upstream, options)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, bytes])
def test_versions_and_checksums(site: Site, pack: Callable[[bytes], bytes]) -> None:
    """Versions and checksums come from the index that repomd.xml names, plain or packed."""
    source = serve(site, pack(primary("8.4.1", "8.4.10", "8.0.3")))
    answer = source.published("8.4")
    assert isinstance(answer, Found), answer
    assert [each.version for each in answer.value] == ["8.4.10", "8.4.1"]
    assert source.checksum("8.4.10", "linux/amd64", answer.value[0]) == Found(A)
    assert site.count("/el9/repodata/repomd.xml") == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (primary(), "not an index of packages"),
        (b"<html></html>", "not an index of packages"),
        (b"", "not XML"),
        (gzip.compress(primary("8.4.1"))[:-9], "an incomplete one"),
        (lzma.compress(primary("8.4.1"))[:-9], "an incomplete one"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (primary(""), "one without a version"),
        (primary("8.4.1")[:-30], "not XML"),
    ],
)
def test_an_index_that_is_wrong(site: Site, body: bytes, why: str) -> None:
    """An index that is incomplete or of another kind is a failure."""
    answer = serve(site, body).published("8.4")
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason


def test_an_index_of_another_time(site: Site) -> None:
    """An index that repomd.xml does not describe, or that is missing, is a failure."""
    source = serve(site, primary("8.4.1"))
    site.upstream.tree["/el9/repodata/1-primary.xml.gz"] = primary("8.4.0").decode()
    replaced = source.published("8.4")
    assert isinstance(replaced, FetchFailed)
    assert "another SHA-256 than repomd.xml says" in replaced.reason
    source = serve(site, primary("8.4.1"), "repodata/none.xml.gz")
    assert isinstance(source.published("8.4"), FetchFailed)


@pytest.mark.parametrize(
    "change",
    [
        ("HREF", "https://other.example/primary.xml.gz"),
        ('type="primary"', 'type="other"'),
        ("<open-", "<"),
        ('<location href="HREF"/>', ""),
        (REPOMD, "<html></html>"),
        (REPOMD, "no XML"),
    ],
)
def test_a_wrong_repomd(change: tuple[str, str]) -> None:
    """A repomd.xml that names no index of its host is refused."""
    text = REPOMD.replace(*change)
    if change[0] == "<open-":
        text = text.replace('<checksum type="sha256">DIGEST', '<checksum type="md5">DIGEST')
        text = text.replace("</open-", "</").replace('type="sha256">b9', 'type="sha1">b9')
    with pytest.raises(UnreadableError):
        read_repomd("https://example.org/el9/repodata/repomd.xml", text.encode())


def test_fields() -> None:
    """A package has its name, version, release, architecture, file and checksum."""
    body = primary("8.4.1")
    assert read_primary(hashlib.sha256(body).hexdigest(), body) == [
        {
            "package": "tool",
            "version": "8.4.1",
            "release": "1.el9",
            "architecture": "x86_64",
            "file": "Packages/tool-8.4.1-1.el9.x86_64.rpm",
            "sha256": A,
        }
    ]
