"""python.org's API, its documents and its download tree, in their real shape."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import Upstream
from tagmatrix.upstream.answers import FetchFailed, Found, NotPublished
from tagmatrix.upstream.client import Client
from tagmatrix.upstream.python_org import PythonOrg
from tagmatrix.upstream.releases import Published
from tests.upstream.conftest import IMPATIENT
from tests.upstream.site import FILE, FINAL, TREE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.upstream.site import Site

A, B = "a" * 64, "b" * 64
SOURCE = "Python-3.14.6.tar.xz"
Ask = "Callable[..., PythonOrg]"


@pytest.fixture
def ask(site: Site) -> Callable[..., PythonOrg]:
    """Return what makes someone who asks the site."""

    def make(*, download: bool = False) -> PythonOrg:
        addresses = Upstream(
            name="python.org",
            api=f"{site.base}/api/v2/",
            downloads=f"{site.base}{TREE}",
            release_cycles="",
            manifests="",
        )
        client = Client(allow_http=True, limits=IMPATIENT)
        return PythonOrg(client, addresses, download=download)

    return make


def release(site: Site, **claims: str) -> Published:
    """Publish 3.14.6 with a source; `sha256` is the API's, the others those of documents."""
    number = site.upstream.publish("3.14.6", "2026-06-10")
    site.upstream.add_file(number, SOURCE, claims.pop("sha256", ""), **claims)
    return Published("3.14.6", dt.date(2026, 6, 10), number)


def test_list(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """Releases of a cycle come newest first, by version; other products are no releases."""
    for version in ("3.9.1", "3.14.0rc3", "3.14.10", "3.14.9", "3.1.4"):
        site.upstream.publish(version, "2026-06-10")
    site.upstream.publish("26.0", "2026-06-11", name="Python install manager 26.0", major=100)
    site.upstream.publish("3.14.11", "2026-06-12")
    site.upstream.releases[-1]["is_published"] = False
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, Found)
    assert [each.version for each in answer.value] == ["3.14.10", "3.14.9", "3.14.0rc3"]
    assert answer.value[0] == Published("3.14.10", dt.date(2026, 6, 10), 1002)
    assert asking.published("3.16-rc") == NotPublished("python.org lists no release of 3.16-rc")
    assert [path for path, _ in site.asked] == [f"{FINAL}?is_published=true"]


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("release_date", None, "Python 3.14.6: `release_date` is no date: None"),
        ("release_date", "June", "Python 3.14.6: `release_date` is no date: 'June'"),
        ("resource_uri", None, "Python 3.14.6: `resource_uri` is no address of a release: None"),
        ("name", None, "entry 1 of the list has no `name`"),
    ],
)
def test_a_field_is_missing(
    site: Site, ask: Callable[..., PythonOrg], key: str, value: object, why: str
) -> None:
    """Half an entry is no fact: its cycle is not known, and others only if their entry is whole."""
    release(site)
    site.upstream.publish("3.13.1", "2026-06-10")
    if value is None:
        del site.upstream.releases[0][key]
    else:
        site.upstream.releases[0][key] = value
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason
    assert isinstance(asking.published("3.13"), FetchFailed if key == "name" else Found)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b"[1]", b"", b"null", b"[" * 100_000])
def test_no_list(site: Site, ask: Callable[..., PythonOrg], body: bytes) -> None:
    """HTML, another shape, an empty list: failures, never 'nothing is published'."""
    site.faults[FINAL] = site.body(lambda _: body)
    assert isinstance(ask().published("3.14"), FetchFailed)


def test_wrong_address(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """An API that is not there is a failure, with a hint."""
    site.faults[FINAL] = site.status(404)
    answer = ask().published("3.14")
    assert isinstance(answer, FetchFailed)
    assert "is `api` the right address?" in answer.reason


@pytest.mark.parametrize(
    "claims",
    [
        {"sha256": A},
        {"sigstore": A},
        {"spdx": A},
        {"sha256": A, "sigstore": A},
        {"sha256": A.upper(), "sigstore": A, "spdx": A},
    ],
)
def test_checksum(site: Site, ask: Callable[..., PythonOrg], claims: dict[str, str]) -> None:
    """A SHA-256 comes from the API, the sigstore bundle, the SPDX document: from all there are."""
    found = release(site, **claims)
    assert ask().checksum("3.14.6", "source", found) == Found(A)
    asked = [path for path, _ in site.asked]
    assert (f"{TREE}3.14.6/{SOURCE}.sigstore" in asked) == ("sigstore" in claims)
    assert (f"{TREE}3.14.6/{SOURCE}.spdx.json" in asked) == ("spdx" in claims)


@pytest.mark.parametrize(
    ("claims", "who"),
    [
        ({"sha256": A, "sigstore": B}, "the sigstore bundle"),
        ({"sha256": A, "spdx": B}, "the SPDX document"),
        ({"sigstore": A, "spdx": B}, "the SPDX document"),
    ],
)
def test_they_have_to_agree(
    site: Site, ask: Callable[..., PythonOrg], claims: dict[str, str], who: str
) -> None:
    """Two that contradict each other alarm, and both are shown."""
    answer = ask().checksum("3.14.6", "source", release(site, **claims))
    assert isinstance(answer, FetchFailed)
    assert answer.alarm
    assert f"{A}" in answer.reason
    assert f"{who} says {B}" in answer.reason


def test_known_is_quick(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """What we have and the API confirms is asked of nobody else."""
    found = release(site, sha256=A, sigstore=B)
    assert ask().checksum("3.14.6", "source", found, known=A) == Found(A)
    assert len(site.asked) == 1


@pytest.mark.parametrize("fault", ["html", "500", "cut", "wrong digest", "other algorithm"])
def test_a_document_fails(site: Site, ask: Callable[..., PythonOrg], fault: str) -> None:
    """A sigstore bundle that is named and can't be read is a failure, whatever the API says."""
    found = release(site, sha256=A, sigstore=A)
    site.faults[f"{TREE}3.14.6/{SOURCE}.sigstore"] = {
        "html": site.body(lambda _: b"<html>"),
        "500": site.status(500),
        "cut": site.cut,
        "wrong digest": site.body(lambda body: body.replace(b"qqqq", b"q", 1)),
        "other algorithm": site.body(lambda body: body.replace(b"SHA2_256", b"SHA2_512")),
    }[fault]
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)


@pytest.mark.parametrize(
    ("key", "value"),
    [("sha256_sum", "abc"), ("sha256_sum", 5), ("sigstore_bundle_file", ["x"]), ("url", None)],
)
def test_impossible_files(
    site: Site, ask: Callable[..., PythonOrg], key: str, value: object
) -> None:
    """A file of which the API says something impossible is not known."""
    found = release(site, sha256=A)
    site.faults[FILE] = site.entries(lambda entry: entry.update({key: value}))
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)


@pytest.mark.parametrize("key", ["sha256_sum", "sbom_spdx2_file", "filesize", "md5_sum", "name"])
def test_fields_that_may_be_missing(site: Site, ask: Callable[..., PythonOrg], key: str) -> None:
    """Fields that others stand in for may be missing; unknown ones may be there."""
    found = release(site, sha256=A, sigstore=A)
    site.faults[FILE] = site.entries(lambda entry: (entry.pop(key), entry.update(new="x")))
    assert ask().checksum("3.14.6", "source", found) == Found(A)


def test_not_there(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A file that neither the API nor the download tree has is not published."""
    found = release(site, sha256=A)
    answer = ask().checksum("3.14.6", "windows", found)
    assert answer == NotPublished("python-3.14.6-amd64.exe is not published")


def test_the_api_is_late(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """What the API does not list yet is taken from the download tree, with its own proof."""
    found = release(site, sigstore=A, spdx=A)
    site.upstream.files[found.id] = []
    assert ask().checksum("3.14.6", "source", found) == Found(A)
    assert ask().checksum("3.14.6", "source", None) == Found(A)
    site.faults[f"{TREE}3.14.6/"] = site.status(500)
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)
    site.faults[f"{TREE}3.14.6/"] = site.status(404)
    assert isinstance(ask().checksum("3.14.6", "source", found), NotPublished)


def test_without_any_proof(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A file without any SHA-256 is as good as not published, unless it is downloaded."""
    found = release(site)
    answer = ask().checksum("3.14.6", "source", found)
    assert answer == NotPublished(f"no SHA-256 of {SOURCE} is published; --download makes one")
    hashed = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(hashed, Found)
    assert len(hashed.value) == 64


def test_download_has_to_agree(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A file that is not what is said of it alarms: another SHA-256, another size."""
    found = release(site, sha256=A)
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert answer.alarm
    assert "the file itself says" in answer.reason
    site.upstream.files[found.id][0]["filesize"] = 1
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert f"{SOURCE} has {len(SOURCE)} bytes, its API says 1" in answer.reason


def test_pre_releases_stand_in_the_folder_of_the_final(
    site: Site, ask: Callable[..., PythonOrg]
) -> None:
    """3.15.0b4 is in 3.15.0/, and the mirror is asked, not the address that the API names."""
    number = site.upstream.publish("3.15.0b4", "2026-07-01")
    site.upstream.add_file(number, "Python-3.15.0b4.tar.xz", "", sigstore=A)
    found = Published("3.15.0b4", dt.date(2026, 7, 1), number)
    assert ask().checksum("3.15.0b4", "source", found) == Found(A)
    assert site.asked[-1][0] == f"{TREE}3.15.0/Python-3.15.0b4.tar.xz.sigstore"


def test_unknown_artifact(ask: Callable[..., PythonOrg]) -> None:
    """An artifact that python.org has no file for is told by name."""
    answer = ask().checksum("3.14.6", "msi", None)
    assert answer == FetchFailed("python.org publishes no artifact called msi")
