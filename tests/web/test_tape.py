"""Recorded answers: what is kept comes back, and nothing secret is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.upstream.documents import Documents
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.client import Client
from tagmatrix.web.results import Body
from tagmatrix.web.tape import Tape
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.site import Site


@pytest.mark.parametrize(
    "answer",
    [
        Body(b'{"a": 1}\n'),
        Body(b"\xff\x00", following="https://example.org/?page=2"),
        Body("Zoë".encode()),
        NotPublished("it is not there"),
        FetchFailed("no connection"),
    ],
)
def test_what_is_kept_comes_back(tmp_path: Path, answer: Body | NotPublished | FetchFailed) -> None:
    """Each kind of answer comes back, by its address."""
    url = "https://ada:s3cret@example.org/list?a=b&c"
    Tape(tmp_path, records=True).keep(url, answer)
    back = Tape(tmp_path, records=False).answer(url)
    if isinstance(answer, Body) and isinstance(back, Body):
        assert (back.content, back.following) == (answer.content, answer.following)
    else:
        assert back == answer
    (path,) = tmp_path.iterdir()
    assert "s3cret" not in path.name + path.read_text()
    assert isinstance(Tape(tmp_path, records=False).answer("https://example.org/"), FetchFailed)


def test_tokens_are_not_kept(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorded request may have a token; the recording has none."""
    monkeypatch.setenv("TOOL_TOKEN", "s3cret")
    text = f"releases: {{yaml: {site.base}/list}}\ntoken: TOOL_TOKEN\nallow_http: true\n"
    upstream = read_preset(text.encode(), "a")
    assert upstream.releases is not None
    site.upstream.tree["/list"] = "- 1.2.1\n"
    found = []
    for records in (True, False):
        tape = Tape(tmp_path, records=records)
        client = Client(allow_http=True, limits=IMPATIENT, tape=tape)
        found.append(Documents(client, upstream).rows(upstream.releases, {}))
    assert isinstance(found[0], Found)
    assert found[0] == found[1]
    assert site.count("/list") == 1
    assert not any("s3cret" in path.read_text() for path in tmp_path.iterdir())
