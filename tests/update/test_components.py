"""Components follow their sources by the rules for releases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.config.model import Component
from tagmatrix.editing import Put, Remove
from tagmatrix.update.component_files import files, presence
from tagmatrix.update.components import FollowedComponent, outcome, source_artifacts
from tagmatrix.update.outcome import CycleVerdict
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.web.answers import FetchFailed
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from tagmatrix.update.outcome import CycleOutcome
    from tests.web.site import Site

DAY = dt.date(2026, 6, 24)
A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
SOURCE = """
releases: {yaml: BASE/list}
artifacts: {binary: {sums: "BASE/{version}", file: "tool-{architecture}"}}
allow_http: true
"""
NOW = Component(version="1.9", sha256={"amd64": A, "arm64v8": B})
HERE = ("components", "tool")


def ask(site: Site, component: Component = NOW, source: str = SOURCE) -> CycleOutcome:
    """Return the outcome for a component whose source is the test site."""
    upstream = read_preset(source.replace("BASE", site.base).encode(), "a")
    component = replace(component, upstream=upstream)
    options = SourceOptions(as_of=DAY, style="loose")
    described = Described(Client(allow_http=True, limits=IMPATIENT), upstream, options)
    names = source_artifacts(upstream)
    followed = FollowedComponent(HERE, component)
    return outcome(
        "components.tool",
        followed,
        described,
        names,
        as_of=DAY,
        accepted=(),
        architectures=("amd64", "s390x"),
    )


def sums(amd64: str, arm64v8: str = "") -> str:
    """Return a file of checksums."""
    files = {"tool-amd64": amd64, "tool-arm64v8": arm64v8}
    return "".join(f"{sha}  {file}\n" for file, sha in files.items() if sha)


def test_a_new_version(site: Site) -> None:
    """The version and each checksum are edits of the component."""
    site.upstream.tree |= {"/list": "['1.9', '1.10', '2.0-rc1']", "/1.10": sums(C, D)}
    found = ask(site)
    assert (found.cycle, found.news) == ("components.tool", ("1.9 to 1.10",))
    assert found.edits == (
        Put((*HERE, "version"), "1.10"),
        Put((*HERE, "sha256", "amd64"), C, after=("version",)),
        Put((*HERE, "sha256", "arm64v8"), D, after=("version",)),
    )


@pytest.mark.parametrize(
    ("listed", "files", "verdict"),
    [
        ("['1.9']", {"/1.9": sums(A, B)}, CycleVerdict.CURRENT),
        ("['1.9']", {"/1.9": sums(A, C)}, CycleVerdict.ALARM),
        ("['1.9']", {"/1.9": sums(A)}, CycleVerdict.ALARM),
        ("['1.8']", {"/1.8": sums(A, B)}, CycleVerdict.ALARM),
        ("['1.9', '1.10']", {"/1.10": sums(C), "/1.9": sums(A, B)}, CycleVerdict.WAITS),
        ("['1.9', '1.10']", {"/1.10": sums(C), "/1.9": sums(A, C)}, CycleVerdict.ALARM),
        ("['1.9', '1.10']", {"/1.10": sums(C), "/1.9": sums("", B)}, CycleVerdict.ALARM),
        ("['1.9', '1.10']", {"/1.10": sums(C)}, CycleVerdict.WAITS),
        ("['1.10']", {"/1.10": sums(C)}, CycleVerdict.WAITS),
        ("['1.9', '1.10']", {}, CycleVerdict.FAILED),
        ("<html>", {"/1.9": sums(A, B)}, CycleVerdict.FAILED),
    ],
)
def test_what_changes_nothing(
    site: Site, listed: str, files: dict[str, str], verdict: CycleVerdict
) -> None:
    """What is old, incomplete, replaced or unreadable gives no edits."""
    site.upstream.tree |= {"/list": listed, **files}
    found = ask(site)
    assert (found.verdict, found.edits) == (verdict, ())


@pytest.mark.parametrize(
    ("own", "artifact"),
    [({"": A}, "source"), ({"source": A}, "source"), ({"linux": A}, "linux")],
)
def test_the_name_of_a_file(site: Site, own: dict[str, str], artifact: str) -> None:
    """A file without a name is the only artifact; a name is that of its artifact."""
    site.upstream.tree |= {"/list": "['1.9', '1.10']", "/1.10": f"{C}\n"}
    source = (
        f"releases: {{yaml: BASE/list}}\nartifacts: {{{artifact}: {{sums: 'BASE/{{version}}'}}}}"
    )
    found = ask(site, Component(version="1.9", sha256=own), f"{source}\nallow_http: true\n")
    path = (*HERE, "sha256", *filter(None, own))
    assert found.edits[1] == Put(path, C, after=("version",))
    assert not any(isinstance(edit, Remove) for edit in found.edits)


FOLDER = """
releases: {yaml: BASE/list}
artifacts: {binary: {sums: BASE/SUMS, file: "tool-{architecture}", url: "BASE/{version}/{file}"}}
allow_http: true
"""
SIDECARS = """
releases: {yaml: BASE/list}
artifacts: {binary: {sums: "BASE/{version}/tool-{architecture}.sha256"}}
architectures: {amd64: x64, arm64v8: arm64}
allow_http: true
"""
LISTED = """
releases: {yaml: BASE/list}
artifacts: {source: {listing: BASE/all/, file: "tool-{version}.zip", take: {file: file}}}
allow_http: true
"""


@pytest.mark.parametrize(
    ("source", "files"),
    [
        (FOLDER, ["/1.9/tool-amd64", "/1.10/tool-amd64"]),
        (SIDECARS, ["/1.9/tool-x64", "/1.9/tool-arm64", "/1.10/tool-arm64", "/1.10/tool-x64"]),
        (SIDECARS, ["/1.10/tool-arm64", "/1.10/tool-x64"]),
        (LISTED, ["/all/tool-1.9.zip", "/all/tool-1.10.zip"]),
    ],
)
def test_a_component_without_checksums(site: Site, source: str, files: list[str]) -> None:
    """It moves when the described files are there; a file that ours lacks does not count."""
    component = Component(version="1.9")
    *rest, late = files
    site.upstream.tree |= {"/list": "['1.9', '1.10']", **dict.fromkeys(rest, "the file")}
    waits = ask(site, component, source)
    assert (waits.verdict, waits.edits) == (CycleVerdict.WAITS, ())
    assert waits.waits[0].startswith("1.10 is not complete: ")
    assert late in waits.waits[0] or source is LISTED
    site.upstream.tree[late] = "the file"
    site.faults[late.rpartition("/")[0]] = site.status(500)
    failed = ask(site, component, source)
    assert (failed.verdict, failed.edits) == (CycleVerdict.FAILED, ())
    assert "answered 500" in failed.failures[0]
    site.faults.clear()
    assert ask(site, component, source).edits == (Put((*HERE, "version"), "1.10"),)


def test_a_description_that_finds_no_file_of_a_component(site: Site) -> None:
    """It does not move if neither version has a described file; without a description it does."""
    site.upstream.tree |= {"/list": "['1.9', '1.10']"}
    found = ask(site, Component(version="1.9"), FOLDER)
    assert (found.verdict, found.edits) == (CycleVerdict.FAILED, ())
    assert found.failures[0].endswith("and so it is for 1.9: correct `artifacts`")
    plain = "releases: {yaml: BASE/list}\nallow_http: true\n"
    assert ask(site, Component(version="1.9"), plain).verdict is CycleVerdict.UPDATE
    assert site.asked[-1][0] == "/list"


PRESET = """
name: nodejs.org
releases: {json: BASE/list, take: {version: version}, strip: v}
allow_http: true
"""
MADE = """
releases: {json: BASE/list, take: {version: version}, strip: v}
artifacts: {binary: {sums: "BASE/{listed}/tool.sha256"}}
allow_http: true
"""


def test_a_component_of_a_preset(site: Site) -> None:
    """The files that a preset describes count too, for architectures of the images."""
    site.upstream.tree["/list"] = '[{"version": "v1.10"}, {"version": "v1.9"}]'
    upstream = read_preset(PRESET.replace("BASE", site.base).encode(), "a")
    described = read_preset(MADE.replace("BASE", site.base).encode(), "a")
    source = Described(
        Client(allow_http=True, limits=IMPATIENT), described, SourceOptions(as_of=DAY)
    )
    component = Component(version="1.9", upstream=upstream)
    asked = presence("components.tool", component, source, "1.10", ("s390x", "riscv64"))
    assert set(asked) == {"linux/s390x", "source"}


def test_a_version_that_the_list_no_longer_has(site: Site) -> None:
    """Without its entry, `{listed}` of our version is unknown, and its files prove nothing."""
    site.upstream.tree |= {"/list": '[{"version": "v1.10"}]', "/v1.9/tool": "the file"}
    waits = ask(site, Component(version="1.9"), MADE)
    assert (waits.verdict, waits.edits) == (CycleVerdict.WAITS, ())
    site.upstream.tree["/v1.10/tool"] = "the file"
    assert ask(site, Component(version="1.9"), MADE).verdict is CycleVerdict.UPDATE


def test_the_files_of_a_component(site: Site) -> None:
    """`upstream test` shows what `update` decides: a wrong description is a failure."""
    site.upstream.tree["/list"] = "['1.9', '1.10']"
    upstream = read_preset(FOLDER.replace("BASE", site.base).encode(), "a")
    component = Component(version="1.9", upstream=upstream)
    source = Described(
        Client(allow_http=True, limits=IMPATIENT), upstream, SourceOptions(as_of=DAY)
    )
    asked = files("components.tool", component, source, "1.10", ("amd64",))
    (answer,) = asked.there.values()
    assert isinstance(answer, FetchFailed)
    assert answer.reason == ask(site, Component(version="1.9"), FOLDER).failures[0]
