"""Versions that upstream lists before, or after, its documents name their files."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.update import gather, new_cycles
from tagmatrix.update.outcome import CycleVerdict
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import make_source
from tagmatrix.web.client import Client
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.config.model import Upstream
    from tagmatrix.update.outcome import CycleOutcome
    from tests.web.site import Site

A, B, C, D = "a" * 64, "b" * 64, "c" * 64, "d" * 64
DAY = dt.date(2026, 6, 24)
FAMILY = """
image: tool
repository: https://github.com/example/tool-images.git
branch: main
maintainers: [Example Maintainers <maintainers@example.com> (@example)]
upstream:
  releases: {json: BASE/list, take: {version: v, date: d}}
  artifacts: {linux: ARTIFACT}
  architectures: {amd64: x64, arm64v8: arm64}
  allow_http: true
flavors:
  default:
    name: "{suite}"
    base: debian:{suite}-slim
    template: tool
    needs: [{name: linux, by: architecture}]
    late: LATE
suites:
  trixie: {flavors: [default], architectures: [amd64, arm64v8]}
releases:
  "1.4": {version: 1.4.2, sha256: {linux: {amd64: AMD, arm64v8: ARM}}}
"""
ONE_FILE = '{sums: BASE/SHA256SUMS, file: "{version}-{architecture}"}'
"""A file of checksums for all versions."""
FOLDERS = '{sums: "BASE/{version}/SHA256SUMS", file: "{version}-{architecture}"}'
SIDECARS = '{sums: "BASE/{version}/{architecture}.gz.sha256"}'
ENTRIES = """{json: BASE/list, each: "[?v=='{listed}'].files[]", file: "{architecture}"}"""


def family(site: Site, artifact: str, late: str = "wait") -> tuple[Config, Upstream]:
    """Return a family with 1.4.2, and its upstream: the test site."""
    text = FAMILY.replace("ARTIFACT", artifact).replace("LATE", late).replace("BASE", site.base)
    loaded = config.parse(text.replace("AMD", A).replace("ARM", B))
    assert loaded.upstream is not None
    return loaded, loaded.upstream


def asked(
    site: Site,
    artifact: str,
    *versions: str,
    late: str = "wait",
    as_of: dt.date = DAY,
    dated: bool = True,
) -> CycleOutcome:
    """Return the outcome of 1.4.2 if upstream lists these versions, today or without a date."""
    listed = [{"v": each, **({"d": str(DAY)} if dated else {})} for each in versions]
    site.upstream.tree.setdefault("/list", json.dumps(listed))
    loaded, upstream = family(site, artifact, late)
    client = Client(allow_http=True, limits=IMPATIENT)
    source = make_source(client, upstream, SourceOptions(as_of=as_of))
    (found,) = gather.outcomes(loaded, loaded.releases, lambda _: source, as_of=as_of)
    return found


def lines(version: str, **digests: str) -> str:
    """Return lines of a file of checksums."""
    return "".join(f"{digest}  {version}-{name}\n" for name, digest in digests.items())


OLD, NEW = lines("1.4.2", x64=A, arm64=B), lines("1.4.3", x64=C, arm64=D)


@pytest.mark.parametrize("late", ["wait", "leave_out"])
def test_a_file_of_all_versions_is_early(site: Site, late: str) -> None:
    """A listed version waits for its line in a file of all versions; at the end that fails."""
    site.upstream.tree["/SHA256SUMS"] = OLD
    found = asked(site, ONE_FILE, "1.4.3", "1.4.2", late=late)
    assert (found.verdict, found.edits, found.failures) == (CycleVerdict.WAITS, (), ())
    (why,) = found.waits
    assert why == (
        "1.4.3 is not complete: linux/amd64 and linux/arm64v8 are not published yet "
        f"({site.base}/SHA256SUMS: names no file of 1.4.3; it has 1.4.2-x64 and 1.4.2-arm64)"
    )
    overdue = asked(site, ONE_FILE, late=late, as_of=DAY + dt.timedelta(days=3))
    assert overdue.verdict is (CycleVerdict.FAILED if late == "wait" else CycleVerdict.WAITS)
    assert ("overdue since 2026-06-27: " in "".join(overdue.failures)) == (late == "wait")
    site.upstream.tree["/SHA256SUMS"] = OLD + NEW
    assert asked(site, ONE_FILE).news == ("1.4.2 to 1.4.3",)


@pytest.mark.parametrize(
    "text", ["", f"{A}  other-1.0\n", lines("1.5.0", x64=A), "<html>", OLD.replace(A, C)]
)
def test_a_file_that_does_not_name_our_version(site: Site, text: str) -> None:
    """Nothing shows that a file of all versions will name the new one: that is a problem."""
    site.upstream.tree["/SHA256SUMS"] = text
    found = asked(site, ONE_FILE, "1.5.0", "1.4.3", "1.4.2")
    replaced = text == OLD.replace(A, C)
    assert found.verdict is (CycleVerdict.ALARM if replaced else CycleVerdict.FAILED)
    assert (found.edits, found.waits != ()) == ((), replaced)


def test_a_file_of_the_newest_version_of_all(site: Site) -> None:
    """A file that names a newer cycle only says nothing about ours; a file of no version does."""
    site.upstream.tree["/SHA256SUMS"] = lines("1.5.0", x64=C, arm64=D)
    found = asked(site, ONE_FILE, "1.5.0", "1.4.2")
    assert (found.verdict, found.edits) == (CycleVerdict.CURRENT, ())
    site.upstream.tree["/SHA256SUMS"] = lines("1.5.0", x32=C)
    assert asked(site, ONE_FILE).verdict is CycleVerdict.FAILED
    site.upstream.tree["/SHA256SUMS"] = lines("1.4.2", x64=A)
    gone = asked(site, ONE_FILE)
    assert gone.verdict is CycleVerdict.ALARM
    assert f"1.4.2-arm64 of 1.4.2 is not in {site.base}/SHA256SUMS" in gone.alarms[0]


@pytest.mark.parametrize("newer", ["", lines("1.5.0", x64=C, arm64=D)])
@pytest.mark.parametrize("listed", [("1.5.0", "1.4.2", "1.4.1"), ("1.5.0", "1.4.2")])
def test_our_version_is_withdrawn(site: Site, listed: tuple[str, ...], newer: str) -> None:
    """A document that has older versions than ours should have ours."""
    site.upstream.tree["/SHA256SUMS"] = newer + lines("1.4.1", x64="e" * 64)
    found = asked(site, ONE_FILE, *listed)
    assert (found.verdict, found.edits) == (CycleVerdict.FAILED, ())
    assert "names no file of 1.4.2" in found.failures[0]


def test_a_newer_version_that_is_not_complete(site: Site) -> None:
    """Our version is current if the document names a part of a newer one only."""
    site.upstream.tree["/SHA256SUMS"] = lines("1.5.1", x64=C)
    assert asked(site, ONE_FILE, "1.5.1", "1.5.0", "1.4.2").verdict is CycleVerdict.CURRENT


@pytest.mark.parametrize("late", ["wait", "leave_out"])
def test_a_file_of_the_newest_versions(site: Site, late: str) -> None:
    """A late file is late although the document no longer names our version."""
    newest = lines("1.5.0", x64=A, arm64=B)
    site.upstream.tree["/SHA256SUMS"] = newest + lines("1.4.3", x64=C)
    found = asked(site, ONE_FILE, "1.5.0", "1.4.3", "1.4.2", late=late)
    assert found.verdict is (CycleVerdict.WAITS if late == "wait" else CycleVerdict.UPDATE)
    assert "linux/arm64v8" in "".join(found.waits + found.news)
    after = asked(site, ONE_FILE, late=late, as_of=DAY + dt.timedelta(days=3))
    assert after.news[0] == "1.4.2 to 1.4.3"


def test_an_entry_without_files(site: Site) -> None:
    """A version whose entry has no files yet waits; our version without files is a failure."""
    old = {"v": "1.4.2", "files": [{"file": "x64", "sha256": A}, {"file": "arm64", "sha256": B}]}
    site.upstream.tree["/list"] = json.dumps([{"v": "1.4.3", "d": str(DAY), "files": []}, old])
    found = asked(site, ENTRIES)
    assert (found.verdict, found.edits) == (CycleVerdict.WAITS, ())
    assert "names no file of 1.4.3" in found.waits[0]
    site.upstream.tree["/list"] = json.dumps([{"v": "1.4.2", "files": []}])
    assert asked(site, ENTRIES).verdict is CycleVerdict.FAILED


@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("late", ["wait", "leave_out"])
def test_the_folder_of_our_version_is_gone(site: Site, late: str, *, listed: bool) -> None:
    """It does not block a late architecture of the next version, whose other files are found."""
    site.upstream.tree["/1.4.3/SHA256SUMS"] = lines("1.4.3", x64=C)
    found = asked(site, FOLDERS, "1.4.3", *["1.4.2"] * listed, late=late)
    assert (found.alarms, found.failures) == ((), ())
    assert found.verdict is (CycleVerdict.WAITS if late == "wait" else CycleVerdict.UPDATE)
    assert "linux/arm64v8" in "".join(found.waits + found.news)
    site.upstream.tree["/1.4.3/SHA256SUMS"] = lines("1.4.3", x32=C)
    nothing = asked(site, FOLDERS)
    assert nothing.verdict is (CycleVerdict.FAILED if listed else CycleVerdict.WAITS)
    assert nothing.edits == ()


@pytest.mark.parametrize("there", [True, False])
def test_a_checksum_of_our_version_is_gone(site: Site, *, there: bool) -> None:
    """An alarm names the file of the checksum; the artifact is gone only if it is not there."""
    site.upstream.tree["/1.4.2/x64.gz.sha256"] = A
    if there:
        site.upstream.tree["/1.4.2/arm64.gz"] = "the file"
    found = asked(site, SIDECARS, "1.4.2")
    (alarm,) = found.alarms
    what = "the checksum of " * there + "linux/arm64v8 of 1.4.2"
    assert alarm.startswith(f"{what} was published and is gone; versions.yaml keeps it: ")
    where = f"{site.base}/1.4.2/arm64.gz.sha256 is not there (404)"
    assert alarm.endswith(f"({what} is not published: {where})")


def test_a_checksum_is_late(site: Site) -> None:
    """A version waits for the files of its checksums, which the note names."""
    for path in ("1.4.2/x64", "1.4.2/arm64", "1.4.3/x64", "1.4.3/arm64"):
        site.upstream.tree[f"/{path}.gz"] = "the file"
    site.upstream.tree |= {"/1.4.2/x64.gz.sha256": A, "/1.4.2/arm64.gz.sha256": B}
    found = asked(site, SIDECARS, "1.4.3", "1.4.2")
    (why,) = found.waits
    assert why.startswith(
        "1.4.3 is not complete: the checksum of linux/amd64 of 1.4.3 is not published: "
        f"{site.base}/1.4.3/x64.gz.sha256 is not there (404); the checksum of linux/arm64v8 of "
    )


@pytest.mark.parametrize("artifact", [ONE_FILE, FOLDERS])
def test_a_document_names_other_files(site: Site, artifact: str) -> None:
    """A document of the version without our files may never name them: at the end that fails."""
    renamed = lines("1.4.3", x86_64=C, aarch64=D)
    site.upstream.tree |= {"/1.4.2/SHA256SUMS": OLD, "/1.4.3/SHA256SUMS": renamed}
    site.upstream.tree["/SHA256SUMS"] = OLD + renamed
    found = asked(site, artifact, "1.4.3", "1.4.2")
    assert (found.verdict, found.failures) == (CycleVerdict.WAITS, ())
    assert "1.4.3-x64 of 1.4.3 is not in " in found.waits[0]
    assert "; the document has 1.4.3-" in found.waits[0]
    after = DAY + dt.timedelta(days=3)
    overdue = asked(site, artifact, as_of=after)
    assert (overdue.verdict, overdue.edits) == (CycleVerdict.FAILED, ())
    assert "overdue since 2026-06-27: 1.4.3-x64 of 1.4.3 is not in " in overdue.failures[0]
    del site.upstream.tree["/list"]
    without = asked(site, artifact, "1.4.3", "1.4.2", as_of=after, dated=False)
    assert without.verdict is CycleVerdict.WAITS
    assert without.waits[0].endswith("names no date of the release, so it waits without an end")


def test_a_document_of_the_old_version(site: Site) -> None:
    """A document without a version may still name our version's files under a newer version."""
    latest = '{sums: BASE/latest, file: "tool-{architecture}"}'
    old = f"{A}  tool-x64\n{B}  tool-arm64\n"
    site.upstream.tree["/latest"] = old
    found = asked(site, latest, "1.4.3", "1.4.2")
    assert (found.verdict, found.edits) == (CycleVerdict.WAITS, ())
    assert found.waits[0] == (
        "1.4.3 is not complete: upstream still names the files of 1.4.2: the checksums "
        "of linux/amd64 and linux/arm64v8 did not change"
    )
    overdue = asked(site, latest, as_of=DAY + dt.timedelta(days=3))
    assert overdue.verdict is CycleVerdict.FAILED
    assert "overdue since 2026-06-27: upstream still names" in overdue.failures[0]
    site.upstream.tree["/latest"] = old.replace(A, C)
    half = asked(site, latest)
    assert half.waits[0].endswith("of 1.4.2: the checksum of linux/arm64v8 did not change")
    site.upstream.tree["/latest"] = old.replace(A, C).replace(B, D)
    assert asked(site, latest).news == ("1.4.2 to 1.4.3",)


def test_a_new_cycle_with_old_checksums(site: Site) -> None:
    """A cycle is not added while its document still names the files of another version."""
    loaded, upstream = family(site, '{sums: BASE/latest, file: "tool-{architecture}"}')
    listed = [{"v": each, "d": str(DAY)} for each in ("1.5.0rc1", "1.4.2")]
    site.upstream.tree |= {"/list": json.dumps(listed), "/latest": f"{A}  tool-x64\n"}
    site.upstream.tree["/latest"] += f"{D}  tool-arm64\n"

    def added() -> CycleOutcome:
        client = Client(allow_http=True, limits=IMPATIENT)
        source = make_source(client, upstream, SourceOptions(as_of=DAY))
        (found,) = new_cycles.outcomes(loaded, replace(upstream, add=True), source)
        return found

    found = added()
    assert (found.verdict, found.edits) == (CycleVerdict.WAITS, ())
    assert "names the files of 1.4.2: the checksum of linux/amd64 did not" in found.waits[0]
    site.upstream.tree["/latest"] = f"{C}  tool-x64\n{D}  tool-arm64\n"
    assert added().verdict is CycleVerdict.UPDATE
