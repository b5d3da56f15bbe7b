"""Whether a file is at its address: requests for its headers only."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT
from tests.web.site import Handler

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.web.answers import Answer
    from tests.web.site import Site

DESCRIPTION = """
releases: {yaml: BASE/list}
artifacts: {source: {sums: "BASE/{version}.FILE.sha256"}}
token: TOOL_TOKEN
allow_http: true
"""


def asked(site: Site, file: str = "tgz") -> Answer[bool]:
    """Return whether the file of 1.4 is there."""
    upstream = read_preset(
        DESCRIPTION.replace("BASE", site.base).replace("FILE", file).encode(), "a"
    )
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    described = Described(Client(allow_http=True, limits=IMPATIENT), upstream, options)
    return described.artifacts.has("1.4", "source", None)


def test_the_token_of_a_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request for headers has the token; without the variable, the answer names it."""
    monkeypatch.setenv("TOOL_TOKEN", "s3cret")
    site.upstream.tree["/1.4.tgz"] = "the file"
    assert asked(site) == Found(value=True)
    assert [headers["Authorization"] for _, headers in site.asked] == ["Bearer s3cret"]
    monkeypatch.delenv("TOOL_TOKEN")
    site.faults["/"] = site.status(401)
    failed = asked(site)
    assert isinstance(failed, FetchFailed)
    assert failed.reason.endswith("TOOL_TOKEN is not set, so tagmatrix sends no token")
    site.upstream.tree.clear()
    site.faults.clear()
    gone = asked(site)
    assert isinstance(gone, NotPublished)
    assert "TOOL_TOKEN is not set" in gone.what


@pytest.mark.parametrize("status", [405, 501])
def test_a_server_without_head(site: Site, status: int) -> None:
    """A server that refuses HEAD gets a GET, whose body is not read."""
    refuse = site.status(status)
    get: Callable[[Handler, bytes | None], None] = site.endless
    site.faults["/"] = lambda handler, body: (refuse if handler.command == "HEAD" else get)(
        handler, body
    )
    assert asked(site) == Found(value=True)
    get = Handler.send
    assert isinstance(asked(site), NotPublished)
    get = refuse
    failed = asked(site)
    assert isinstance(failed, FetchFailed)
    assert f"answered {status}" in failed.reason


def test_a_web_page_in_place_of_a_file(site: Site) -> None:
    """A page in place of the file, such as one to log in, is a failure."""
    page = site.status(200, Content_Type="text/html; charset=utf-8")
    site.faults["/1.4"] = site.redirect_to("/login")
    site.faults["/login"] = page
    failed = asked(site)
    assert isinstance(failed, FetchFailed)
    assert "a web page (text/html) is there in place of the file" in failed.reason
    site.faults["/1.4"] = page
    assert isinstance(asked(site), FetchFailed)
    assert asked(site, "html") == Found(value=True)
