"""From the name of a source to the source."""

from __future__ import annotations

import datetime as dt

import pytest

from tagmatrix.config.format.upstream import SOURCES
from tagmatrix.config.model import Upstream
from tagmatrix.upstream.sources import SourceOptions, make_source
from tagmatrix.web.client import Client


@pytest.mark.parametrize("name", SOURCES)
def test_every_name_has_a_source(name: str) -> None:
    """Each name that versions.yaml accepts has a source that has claimed nothing yet."""
    upstream = Upstream(name=name, addresses=SOURCES[name], manifests="")
    source = make_source(Client(offline=True), upstream, SourceOptions(as_of=dt.date(2026, 1, 1)))
    assert source.claimed_by == {}
