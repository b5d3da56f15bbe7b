"""python.org's API, its documents and its download tree, in their real format."""

from __future__ import annotations

import datetime as dt
import os
import time
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import Release, Upstream
from tagmatrix.matrix.needs import Need, Needs
from tagmatrix.update.gather import DecisionRules, outcome
from tagmatrix.upstream.python_org.source import PythonOrg
from tagmatrix.upstream.release_order import UpstreamRelease
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, settled
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT
from tests.web.site import FILE, FINAL, TREE, content, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from tests.web.site import Site

A, B, C = "a" * 64, "b" * 64, "c" * 64
SOURCE = "Python-3.14.6.tar.xz"
Ask = "Callable[..., PythonOrg]"


@pytest.fixture
def ask(site: Site) -> Callable[..., PythonOrg]:
    """Return a function that makes a source for the test site."""

    def make(
        *,
        download: bool = False,
        cache: Cache | None = None,
        settled: Collection[str] = (),
        recheck: float = 0,
    ) -> PythonOrg:
        addresses = Upstream(
            name="python.org",
            addresses={
                "api": f"{site.base}/api/v2/",
                "downloads": f"{site.base}{TREE}",
                "release_cycles": "",
            },
            manifests="",
        )
        client = Client(allow_http=True, limits=IMPATIENT, cache=cache)
        options = SourceOptions(
            as_of=dt.date(2026, 6, 24), download=download, settled=settled, recheck=recheck
        )
        return PythonOrg(client, addresses, options)

    return make


def release(site: Site, **claims: str) -> UpstreamRelease:
    """Publish 3.14.6 with a source; `sha256` is in the API, the others are in documents."""
    number = site.upstream.publish("3.14.6", "2026-06-10")
    site.upstream.add_file(number, SOURCE, claims.pop("sha256", ""), **claims)
    return UpstreamRelease("3.14.6", dt.date(2026, 6, 10), number)


def test_list(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """Releases of a cycle are sorted by version, newest first, without other products."""
    for version in ("3.9.1", "3.14.0rc3", "3.14.10", "3.14.9", "3.1.4"):
        site.upstream.publish(version, "2026-06-10")
    site.upstream.publish("26.0", "2026-06-11", name="Python install manager 26.0", major=100)
    site.upstream.publish("3.14.11", "2026-06-12")
    site.upstream.releases[-1]["is_published"] = False
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, Found)
    assert [each.version for each in answer.value] == ["3.14.10", "3.14.9", "3.14.0rc3"]
    assert answer.value[0] == UpstreamRelease("3.14.10", dt.date(2026, 6, 10), 1002)
    assert asking.published("3.16-rc") == NotPublished("python.org lists no release of 3.16-rc")
    assert [path for path, _ in site.asked] == [f"{FINAL}?is_published=true"]


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("release_date", None, "Python 3.14.6: `release_date` is not a date: None"),
        ("release_date", "June", "Python 3.14.6: `release_date` is not a date: 'June'"),
        (
            "resource_uri",
            None,
            "Python 3.14.6: `resource_uri` is not the address of a release: None",
        ),
        ("name", None, "entry 1 of the list has no `name` (its `slug`: 'python-3146')"),
        ("pre_release", True, "3.14.6: `pre_release` is true, but `name` is that of a final"),
    ],
)
def test_a_field_is_missing(
    site: Site, ask: Callable[..., PythonOrg], key: str, value: object, why: str
) -> None:
    """An incomplete entry is a failure for its cycle, and for all cycles if it has no name."""
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


@pytest.mark.parametrize(
    ("name", "slug", "why"),
    [
        ("Python 3.14.8 (security)", "python-3148", "3.14.8: its name is not that of a version"),
        ("Security release", "python-3148", "Security release (python-3148) is probably 3.14.8"),
        ("Security release", "python-3148-security", "is probably 3.14.8, but not named so"),
    ],
)
def test_a_release_with_another_name(
    site: Site, ask: Callable[..., PythonOrg], name: str, slug: str, why: str
) -> None:
    """A newer release whose name can't be read blocks its cycle, and is never skipped silently."""
    for version in ("3.14.7", "3.13.9"):
        site.upstream.publish(version, "2026-06-10")
    site.upstream.publish("3.14.8", "2026-06-12", name=name)
    site.upstream.releases[-1]["slug"] = slug
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason
    assert isinstance(asking.published("3.13"), Found)


def test_an_old_release_with_another_name(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """An older entry, one of a known version, or of another product blocks nothing."""
    for version in ("3.14.7", "3.14.6"):
        site.upstream.publish(version, "2026-06-10")
    for name, slug in (
        ("Python 3.14.5 (withdrawn)", "python-3145"),
        ("Notes on it", "python-3147"),
        ("Python install manager 26.0", "python-install-manager-260"),
    ):
        site.upstream.publish("3.14.1", "2026-06-12", name=name)
        site.upstream.releases[-1]["slug"] = slug
    answer = ask().published("3.14")
    assert isinstance(answer, Found)
    assert [each.version for each in answer.value] == ["3.14.7", "3.14.6"]


def test_a_release_with_two_entries(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """Two different entries of a version are a failure; two equal entries are not."""
    for version in ("3.14.6", "3.14.6", "3.13.1", "3.12.1"):
        site.upstream.publish(version, "2026-06-10")
    site.upstream.releases.append(site.upstream.releases[2])
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, FetchFailed)
    assert "Python 3.14.6: the list has two different entries for it" in answer.reason
    assert asking.published("3.13") == Found(
        (UpstreamRelease("3.13.1", dt.date(2026, 6, 10), 1002),)
    )
    assert isinstance(asking.published("3.12"), Found)


@pytest.mark.parametrize(
    ("entry", "blocks"),
    [
        ({"slug": "python-install-manager-260"}, False),
        ({"slug": "pymanager"}, False),
        ({"is_published": False}, False),
        ({"slug": "python-3147"}, True),
        ({"slug": ""}, True),
        ({"slug": None}, True),
    ],
)
def test_an_entry_without_a_name(
    site: Site, ask: Callable[..., PythonOrg], entry: dict[str, object], *, blocks: bool
) -> None:
    """It is a failure for all cycles if it may be a release of Python."""
    release(site)
    site.upstream.publish("26.0", "2026-06-11")
    site.upstream.releases[-1] |= {"name": None, **entry}
    answer = ask().published("3.14")
    assert isinstance(answer, FetchFailed if blocks else Found)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b"[]", b"[1]", b"", b"null", b"[" * 100_000])
def test_no_list(site: Site, ask: Callable[..., PythonOrg], body: bytes) -> None:
    """HTML, another format or an empty list is a failure, never NotPublished."""
    site.faults[FINAL] = site.body(lambda _: body)
    assert isinstance(ask().published("3.14"), FetchFailed)


def test_wrong_address(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A missing API is a failure, with a hint."""
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
    """A SHA-256 comes from each available one of API, sigstore bundle and SPDX document."""
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
    """Two contradicting claims are an alarm that shows both."""
    answer = ask().checksum("3.14.6", "source", release(site, **claims))
    assert isinstance(answer, FetchFailed)
    assert answer.alarm
    assert f"{A}" in answer.reason
    assert f"{who} says {B}" in answer.reason


def test_claims(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """The alarm has all claims; versions.yaml may accept one of them."""
    answer = ask().checksum("3.14.6", "source", release(site, sha256=A, sigstore=B, spdx=A))
    assert isinstance(answer, FetchFailed)
    assert answer.claims == {A, B}
    assert answer.reason.endswith(f'to `accept`: {{sha256: "{A}" or "{B}", why: ...}}')
    assert settled(answer, [B, "c" * 64]) == Found(B)
    assert settled(answer, [A, B]) == settled(answer, []) == answer


@pytest.mark.parametrize("fault", ["html", "500", "cut", "wrong digest", "other algorithm"])
def test_a_document_fails(site: Site, ask: Callable[..., PythonOrg], fault: str) -> None:
    """An unreadable sigstore bundle is a failure, even if the API has a SHA-256."""
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
    """A file with an invalid entry in the API is a failure."""
    found = release(site, sha256=A)
    site.faults[FILE] = site.entries(lambda entry: entry.update({key: value}))
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)


@pytest.mark.parametrize("key", ["sha256_sum", "sbom_spdx2_file", "filesize", "md5_sum", "name"])
def test_fields_that_may_be_missing(site: Site, ask: Callable[..., PythonOrg], key: str) -> None:
    """Redundant fields may be missing, and unknown fields may be present."""
    found = release(site, sha256=A, sigstore=A)
    site.faults[FILE] = site.entries(lambda entry: (entry.pop(key), entry.update(new="x")))
    assert ask().checksum("3.14.6", "source", found) == Found(A)


def test_not_there(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A file that neither the API nor the download tree has is not published."""
    found = release(site, sha256=A)
    answer = ask().checksum("3.14.6", "windows", found)
    assert answer == NotPublished("python-3.14.6-amd64.exe is not published")


def test_the_api_is_late(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A file that the API does not list yet is found in the download tree, with its documents."""
    found = release(site, sigstore=A, spdx=A)
    site.upstream.files[found.id] = []
    assert ask().checksum("3.14.6", "source", found) == Found(A)
    assert ask().checksum("3.14.6", "source", None) == Found(A)
    site.faults[f"{TREE}3.14.6/"] = site.status(500)
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)


def test_without_any_checksum(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A published file without any SHA-256 is a failure; a download computes the SHA-256."""
    found = release(site)
    answer = ask().checksum("3.14.6", "source", found)
    assert answer == FetchFailed(
        f"{SOURCE} is published, but no document has its SHA-256; --download computes it",
        unclaimed=True,
    )
    hashed = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(hashed, Found)
    assert len(hashed.value) == 64


def listing(*lines: str) -> bytes:
    """Return a folder's listing with these lines."""
    return "\n".join(["<html><body><pre>", *lines, "</pre></body></html>"]).encode()


HERE = f'<a href="{SOURCE}">{SOURCE}</a>'


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'<html><body><p>Back soon.<a href="/">Home</a></body></html>', f"names no {SOURCE}"),
        (listing('<a href="https://example.org/Python-3.14.6.tar.xz">elsewhere</a>'), "names no"),
        (listing(f'<a href="../3.14.5/{SOURCE}">another folder</a>'), "names no"),
        (listing("<a href='Python-3.14.5.tar.xz'>another one</a>"), "names no"),
        (listing('<a href="https://[abc/Python-3.14.6.tar.xz">odd</a>'), "names no"),
        (b"<html><body><p>No list at all.</body></html>", "not a listing of a folder"),
        (listing(HERE).partition(b"</pre>")[0], "is incomplete"),
        (listing(HERE, "<a href='python-3.14").partition(b"</pre>")[0], "is incomplete"),
    ],
)
def test_a_page_that_proves_no_absence(
    site: Site, ask: Callable[..., PythonOrg], body: bytes, why: str
) -> None:
    """A web page, an incomplete or a wrong listing does not show that Windows is missing."""
    found = release(site, sha256=A)
    site.faults[f"{TREE}3.14.6/"] = site.body(lambda _: body)
    answer = ask().checksum("3.14.6", "windows", found)
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason


@pytest.mark.parametrize("fault", ["cut", "cut_unseen", "cut_chunks"])
def test_a_listing_is_cut(site: Site, ask: Callable[..., PythonOrg], fault: str) -> None:
    """An incomplete listing is a failure, with and without a Content-Length."""
    found = release(site, sha256=A)
    site.upstream.add_file(found.id, "python-3.14.6-amd64.exe", A, sigstore=A)
    site.upstream.files[found.id].pop()
    site.faults[f"{TREE}3.14.6/"] = getattr(site, fault)
    answer = ask().checksum("3.14.6", "windows", found)
    assert isinstance(answer, FetchFailed)
    assert "incomplete" in answer.reason or "broke" in answer.reason
    site.faults.clear()
    assert ask().checksum("3.14.6", "windows", found) == Found(A)


def test_a_folder_that_must_be_there(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A missing folder of a listed version is a failure."""
    found = release(site, sha256=A)
    site.faults[f"{TREE}3.14.6/"] = site.status(404)
    answer = ask().checksum("3.14.6", "windows", found)
    assert isinstance(answer, FetchFailed)
    assert "although 3.14.6 is listed; is `downloads` the right address?" in answer.reason
    unlisted = ask().checksum("3.14.6", "windows", None)
    assert unlisted == NotPublished("python-3.14.6-amd64.exe is not published")


@pytest.mark.parametrize(
    "link",
    [
        "<a href='python-3.14.6-amd64.exe'>x</a>",
        '<A HREF="./python-3.14.6-amd64.exe">x</A>',
        "<a class=file href=python-3.14.6-amd64.exe>x</a>",
        '<a href="/ftp/python/3.14.6/python-3.14.6-amd64.exe">x</a>',
        '<a title="x > y" href="python%2D3.14.6-amd64%2Eexe">x</a>',
        '<a href="python&#45;3.14.6-amd64.exe?x=1#y">x</a>',
        '<a href="{base}/ftp/python/3.14.6/python-3.14.6-amd64.exe">x</a>',
    ],
)
def test_links_of_a_listing(site: Site, ask: Callable[..., PythonOrg], link: str) -> None:
    """A link in a listing counts by its target, however the server writes it."""
    found = release(site, sha256=A)
    page = listing(HERE, link.format(base=site.base))
    site.faults[f"{TREE}3.14.6/"] = site.body(lambda _: page)
    answer = ask().checksum("3.14.6", "windows", found)
    assert isinstance(answer, FetchFailed)
    assert answer.reason.startswith(
        "python-3.14.6-amd64.exe is published, but no document has its SHA-256"
    )


def test_an_unlisted_version(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A final version is not published if its folder has only its pre-releases."""
    number = site.upstream.publish("3.15.0b4", "2026-07-01")
    site.upstream.add_file(number, "Python-3.15.0b4.tar.xz", A)
    answer = ask().checksum("3.15.0", "source", None)
    assert answer == NotPublished("Python-3.15.0.tar.xz is not published")


def test_an_installer_whose_bundle_is_gone(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A listed file is published, even if the bundle with its SHA-256 is missing."""
    found = release(site, sha256=A)
    site.upstream.add_file(found.id, "python-3.14.6-amd64.exe", "", sigstore=A)
    site.faults[f"{TREE}3.14.6/python-3.14.6-amd64.exe.sigstore"] = site.status(404)
    answer = ask().checksum("3.14.6", "windows", found)
    assert answer == FetchFailed(
        "python-3.14.6-amd64.exe is published, but no document has its SHA-256; "
        "--download computes it"
    )


@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31",
        "2026-13-01",
        "x" * 5000,
        ["2026"],
        1e400,
    ],
)
def test_impossible_days(site: Site, ask: Callable[..., PythonOrg], date: object) -> None:
    """An impossible date is a failure only for its own release."""
    release(site)
    site.upstream.publish("3.13.1", "2026-06-10")
    site.upstream.releases[0]["release_date"] = date
    asking = ask()
    answer = asking.published("3.14")
    assert isinstance(answer, FetchFailed)
    assert "`release_date` is not a da" in answer.reason
    assert len(answer.reason) < 200
    assert isinstance(asking.published("3.13"), Found)


def test_an_old_release_without_a_day(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """An invalid entry is a failure only if it is the newest of its cycle."""
    for version in ("3.15.0b2", "3.15.0b1", "3.14.5", "3.14.6", "3.14.0rc1"):
        site.upstream.publish(version, "2026-06-10")
    for at in (1, 2, 4):
        site.upstream.releases[at]["release_date"] = None
    asking = ask()
    for cycle, newest in (("3.14", "3.14.6"), ("3.15-rc", "3.15.0b2")):
        answer = asking.published(cycle)
        assert isinstance(answer, Found)
        assert answer.value[0].version == newest
    site.upstream.publish("3.15.0", "2026-10-01")
    site.upstream.releases[0]["release_date"] = None
    assert isinstance(ask().published("3.15-rc"), FetchFailed)
    assert isinstance(ask().published("3.15"), Found)


@pytest.mark.parametrize("url", ["https://[abc/x", "http://[::1", "//[", "https://a]b/x"])
def test_an_address_that_is_none(site: Site, ask: Callable[..., PythonOrg], url: str) -> None:
    """An invalid address is a failure in each field."""
    found = release(site, sha256=A, sigstore=A)
    site.faults[FILE] = site.entries(lambda entry: entry.update(url=url))
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)
    site.faults[FILE] = site.entries(lambda entry: entry.update(sigstore_bundle_file=url))
    assert isinstance(ask().checksum("3.14.6", "source", found), FetchFailed)


def test_half_a_character_in_an_address(
    site: Site, ask: Callable[..., PythonOrg], tmp_path: Path
) -> None:
    """An address with a lone surrogate can be requested, shown and cached."""
    found = release(site, sha256=A)
    url = f"{site.base}/\ud800"
    site.faults["/%"] = site.status(500)
    site.faults[FILE] = site.entries(lambda entry: entry.update(sigstore_bundle_file=url))
    answer = ask(cache=Cache(tmp_path)).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert "\\ud800: answered 500" in answer.reason


def test_download_is_made_once(site: Site, ask: Callable[..., PythonOrg], tmp_path: Path) -> None:
    """An unchanged file is downloaded once; a changed file is noticed."""
    found = release(site, sha256=digest(content(SOURCE)))
    cache = Cache(tmp_path)
    for _ in range(2):
        answer = ask(download=True, cache=cache).checksum("3.14.6", "source", found)
        assert answer == Found(digest(content(SOURCE)))
    tries = [headers for path, headers in site.asked if path.endswith(SOURCE)]
    assert ["If-None-Match" in headers for headers in tries] == [False, True]
    site.upstream.tree[f"{TREE}3.14.6/{SOURCE}"] = content(SOURCE)[:-1] + "!"
    answer = ask(download=True, cache=cache).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert answer.claims == {digest(content(SOURCE)), digest(content(SOURCE)[:-1] + "!")}


def test_download_has_to_agree(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A downloaded file with another SHA-256 or size is an alarm."""
    found = release(site, sha256=A)
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert answer.alarm
    assert "the file itself says" in answer.reason
    site.upstream.files[found.id][0]["filesize"] = 1
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert f"{SOURCE} has {len(content(SOURCE))} bytes, the API says 1" in answer.reason


@pytest.mark.parametrize("claims", [{}, {"sha256": A}])
@pytest.mark.parametrize("name", [SOURCE, "python-3.14.6-amd64.exe"])
def test_a_page_instead_of_a_file(
    site: Site, ask: Callable[..., PythonOrg], tmp_path: Path, name: str, claims: dict[str, str]
) -> None:
    """A web page instead of the file is a failure, and is not cached."""
    number = site.upstream.publish("3.14.6", "2026-06-10")
    site.upstream.add_file(number, name, claims.get("sha256", ""))
    site.upstream.files[number][0]["filesize"] = 0
    found = UpstreamRelease("3.14.6", dt.date(2026, 6, 10), number)
    asking = ask(download=True, cache=Cache(tmp_path))
    artifact = "source" if name == SOURCE else "windows"
    site.faults[f"{TREE}3.14.6/{name}"] = site.body(lambda _: b"<!doctype html>Back soon.")
    answer = asking.checksum("3.14.6", artifact, found)
    assert isinstance(answer, FetchFailed)
    assert not answer.alarm
    assert f"{TREE}3.14.6/{name}: not a .{name.rpartition('.')[2]} file" in answer.reason
    assert "begins with b'<!doctyp'" in answer.reason
    assert len(list(tmp_path.glob("*.body"))) == 1, "only the API's answer is cached"
    site.faults.clear()
    answer = asking.checksum("3.14.6", artifact, found)
    assert isinstance(answer, FetchFailed if claims else Found)


@pytest.mark.parametrize("where", ["API", "tree"])
def test_a_download_that_may_be_cut(
    site: Site, ask: Callable[..., PythonOrg], where: str, tmp_path: Path
) -> None:
    """A download without a known size and a SHA-256 is a failure: it may be incomplete."""
    found = release(site)
    if where == "API":
        site.upstream.files[found.id][0]["filesize"] = 0
    else:
        site.upstream.files[found.id].clear()
    cache = Cache(tmp_path)
    site.faults[f"{TREE}3.14.6/{SOURCE}"] = site.cut_unseen
    for _ in range(2):
        answer = ask(download=True, cache=cache).checksum("3.14.6", "source", found)
        assert isinstance(answer, FetchFailed)
        assert f"{SOURCE}: upstream gives neither its size nor its SHA-256" in answer.reason
    site.faults.clear()
    answer = ask(download=True, cache=cache).checksum("3.14.6", "source", found)
    assert answer == Found(digest(content(SOURCE)))


def test_a_download_that_is_cut(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A body that is shorter than the API's size broke off: a failure, not an alarm."""
    found = release(site, sha256=digest(content(SOURCE)))
    site.faults[f"{TREE}3.14.6/{SOURCE}"] = site.cut_unseen
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert isinstance(answer, FetchFailed)
    assert not answer.alarm
    assert "broke off" in answer.reason


def test_a_download_without_a_length(site: Site, ask: Callable[..., PythonOrg]) -> None:
    """A SHA-256 from a document makes the length unnecessary."""
    found = release(site, sigstore=digest(content(SOURCE)))
    site.upstream.files[found.id][0]["filesize"] = 0
    site.faults[f"{TREE}3.14.6/{SOURCE}"] = site.without_length
    answer = ask(download=True).checksum("3.14.6", "source", found)
    assert answer == Found(digest(content(SOURCE)))


def test_pre_releases_are_in_the_folder_of_the_final(
    site: Site, ask: Callable[..., PythonOrg]
) -> None:
    """3.15.0b4 is in 3.15.0/, and on the mirror instead of the API's address."""
    number = site.upstream.publish("3.15.0b4", "2026-07-01")
    site.upstream.add_file(number, "Python-3.15.0b4.tar.xz", "", sigstore=A)
    found = UpstreamRelease("3.15.0b4", dt.date(2026, 7, 1), number)
    assert ask().checksum("3.15.0b4", "source", found) == Found(A)
    assert site.asked[-1][0] == f"{TREE}3.15.0/Python-3.15.0b4.tar.xz.sigstore"


def test_unknown_artifact(ask: Callable[..., PythonOrg]) -> None:
    """The failure names an artifact that python.org does not have."""
    answer = ask().checksum("3.14.6", "msi", None)
    assert answer == FetchFailed("python.org publishes no artifact msi")


def test_recheck(site: Site, ask: Callable[..., PythonOrg], tmp_path: Path) -> None:
    """Documents of a settled version are requested again only after `recheck` seconds."""
    here = release(site, sha256=A)
    cache = Cache(tmp_path)

    def asked(version: str, recheck: float) -> int:
        site.asked.clear()
        answer = ask(cache=cache, settled={version}, recheck=recheck).checksum(
            "3.14.6", "source", here
        )
        assert answer == Found(A)
        return len(site.asked)

    assert asked("3.14.6", 60) == 1
    assert asked("3.14.6", 60) == 0
    assert asked("3.14.5", 60) == 0, "what waits is asked about eight times as often"
    for body in tmp_path.glob("*.body"):
        os.utime(body, (time.time() - 10,) * 2)
    assert asked("3.14.6", 60) == 0
    assert asked("3.14.5", 60) == 1
    assert asked("3.14.6", 0) == 1
    for body in tmp_path.glob("*.body"):
        os.utime(body, (0, 0))
    assert asked("3.14.6", 60) == 1
    assert asked("3.14.6", 60) == 0
    for body in tmp_path.glob("*.body"):
        os.utime(body, (2**33, 2**33))
    assert asked("3.14.6", 60) == 1, "a clock that went back"


@pytest.mark.slow
@pytest.mark.parametrize("runs", [24, 48, 96])
def test_a_day_of_the_recipe(
    site: Site, ask: Callable[..., PythonOrg], tmp_path: Path, runs: int
) -> None:
    """Runs of a day stay within the API's 100 requests, also if a file of each new version is late.

    https://github.com/python/pythondotorg limits them with REST framework's throttles.
    """
    cycles = ("3.10", "3.11", "3.12", "3.13", "3.14")
    for cycle in cycles:
        for version, source_sum in ((f"{cycle}.1", A), (f"{cycle}.2", C)):
            number = site.upstream.publish(version, "2026-06-10")
            site.upstream.add_file(number, f"Python-{version}.tar.xz", source_sum)
            if version.endswith(".1"):
                site.upstream.add_file(number, f"python-{version}-amd64.exe", B)
    cache = Cache(tmp_path)
    site.faults["/api/v2/"] = site.throttle(100)
    every = {artifact: Need((), None) for artifact in ("source", "windows")}
    rules = DecisionRules(Needs(every, (), ()), dt.date(2026, 6, 24), ())
    for _ in range(runs):
        source = ask(cache=cache, settled={f"{cycle}.1" for cycle in cycles}, recheck=86_400)
        for cycle in cycles:
            ours = Release(
                cycle=cycle, version=f"{cycle}.1", folder="", sha256={"source": A, "windows": B}
            )
            found = outcome(ours, rules, source)
            waits = f"{cycle}.2 is not complete: windows is not published yet"
            assert (found.waits, found.alarms, found.failures) == ((waits,), (), ())
        for body in tmp_path.glob("*.body"):
            at = body.stat().st_mtime - 86_400 / runs
            os.utime(body, (at, at))
