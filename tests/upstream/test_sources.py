"""From the name of a source to the source."""

from __future__ import annotations

import datetime as dt

import pytest

from tagmatrix.config.document_lookup import holes
from tagmatrix.config.format.upstream import BY_CYCLE, SOURCES
from tagmatrix.config.model import Upstream
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import make_source, with_preset
from tagmatrix.web.client import Client


@pytest.mark.parametrize("name", SOURCES)
def test_every_name_has_a_source(name: str) -> None:
    """Each name that versions.yaml accepts has a source that has claimed nothing yet."""
    upstream = Upstream(name=name, addresses=SOURCES[name], manifests="")
    source = make_source(Client(offline=True), upstream, SourceOptions(as_of=dt.date(2026, 1, 1)))
    assert source.claimed_by == {}


@pytest.mark.parametrize("name", [name for name, addresses in SOURCES.items() if not addresses])
def test_presets_that_list_each_cycle_by_itself(name: str) -> None:
    """A preset whose list needs a cycle is known as such, so that no component has it."""
    releases = with_preset(Upstream(name=name, manifests="")).releases
    assert releases is not None
    needs_one = "cycle" in holes(releases.address + releases.each + releases.where)
    assert needs_one == (name in BY_CYCLE)
