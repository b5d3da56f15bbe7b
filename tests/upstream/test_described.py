"""Described sources of each kind, against a server that fails on request."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from tagmatrix.config.format.upstream import SOURCES, read_preset
from tagmatrix.config.model import Upstream
from tagmatrix.errors import InputError
from tagmatrix.upstream.artifact_entries import digests
from tagmatrix.upstream.described import Described
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import with_preset
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tagmatrix.web.tape import Tape
from tests.upstream.kinds import KINDS
from tests.web.fixtures import IMPATIENT
from tests.web.site import digest

if TYPE_CHECKING:
    from tagmatrix.web.client import Exchange
    from tests.upstream.kinds import Kind, Published
    from tests.web.site import Site

A, B, C = "a" * 64, "b" * 64, "c" * 64
NOW: Published = {
    "1.2.0": {"amd64": A, "arm64v8": B},
    "1.10.1": {"amd64": C},
    "1.2.10": {"amd64": B, "arm64v8": C},
    "1.2.9": {"amd64": C, "arm64v8": A},
}


def make(site: Site, kind: Kind, *, download: bool = False) -> Described:
    """Return the source of a kind at the test site."""
    options = SourceOptions(as_of=dt.date(2026, 6, 24), download=download, style="loose")
    return Described(Client(allow_http=True, limits=IMPATIENT), kind.upstream(site.base), options)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest, site: Site) -> Kind:
    """Return each kind, with its documents on the site."""
    found: Kind = request.param
    site.upstream.tree |= found.documents(NOW)
    return found


def test_releases_and_checksums(site: Site, kind: Kind) -> None:
    """The releases of a cycle are newest first, and each file has its checksum."""
    source = make(site, kind)
    answer = source.published("1.2")
    assert isinstance(answer, Found), answer
    assert [each.version for each in answer.value] == ["1.2.10", "1.2.9", "1.2.0"]
    assert answer.value[0].day == (dt.date(2026, 6, 1) if kind.name in {"json", "text"} else None)
    assert isinstance(source.published("1.3"), NotPublished)
    newest = answer.value[0]
    assert source.checksum("1.2.10", "linux/arm64v8", newest) == Found(C)
    gap = source.checksum("1.2.10", "linux/s390x", newest)
    assert isinstance(gap, FetchFailed)
    assert gap.undescribed
    assert "`upstream.architectures` has no s390x: add" in gap.reason
    assert isinstance(source.checksum("1.2.10", "source", newest), FetchFailed)
    assert site.count(kind.path) == 1


def test_checksums_of_another_product(site: Site) -> None:
    """A file of checksums with only other files of the version does not have the artifact."""
    kind = KINDS[0]
    site.upstream.tree |= kind.documents(NOW)
    site.upstream.tree["/1.2.9/SHASUMS256.txt"] = f"{A}  other-2.0.zip\n"
    answer = make(site, kind).checksum("1.2.9", "linux/arm64v8", None)
    assert isinstance(answer, NotPublished)


@pytest.mark.parametrize(
    ("listed", "cycle", "why"),
    [
        ([{"tag": "v1.2.1", "day": None}, {"tag": None}], "1.2", "entry 2: the version is None"),
        ([{"tag": "v1.2.1"}, {"tag": "v1.2.2 (security)"}], "1.2", "1.2.2 (security): it is not a"),
        ([{"tag": "v1.2.1", "day": "soon"}], "1.2", "its date is not a date: soon"),
        ([{"tag": "v1.2.1", "day": "1970-01-01"}], "1.2", "not a date of a release: 1970-01-01"),
        (
            [{"tag": "v1.2.1", "day": "2026-01-01"}, {"tag": "v1.2.1", "day": "2026-01-02"}],
            "1.2",
            "the list has it as of 2026-01-01 and of 2026-01-02",
        ),
        (
            [{"tag": "v1.2.1", "draft": True}],
            "1.2",
            "upstream: the list has 1 name (v1.2.1), and `where` takes none",
        ),
        ([], "1.2", "upstream: the list is empty"),
        ([{"tag": "v1.2.1", "day": "soon"}], "", "no entry of the list can be read: 1.2.1: its"),
    ],
)
def test_an_entry_is_wrong(site: Site, listed: object, cycle: str, why: str) -> None:
    """A wrong entry blocks its cycle; one without a version blocks all."""
    site.upstream.tree["/list.json"] = json.dumps(listed)
    answer = make(site, KINDS[0]).published(cycle)
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason


FEED = {"channels": {"stable": [{"name": "Tool 1.2.1", "files": []}, {"name": "Tool 1.2.2"}]}}


@pytest.mark.parametrize(
    ("lookup", "says"),
    [
        ("", "an entry of the list has no `version`, but key and stable: name the entries with"),
        ("each: channel", "the document has no list at channel; it has channels"),
        (
            "each: channels.stable, take: name",
            "the list has 2 names and no version: Tool 1.2.1 and Tool 1.2.2; `match` or `strip`",
        ),
        ("each: channels.stable, take: name, strip: 'Tool '", ""),
        (
            """each: channels.stable, where: 'contains(name, "Tool")'""",
            "can't be evaluated; in JMESPath \"Tool\" is a key; write a text as 'Tool'",
        ),
    ],
)
def test_the_steps_of_a_new_user(site: Site, lookup: str, says: str) -> None:
    """Each message says what the description of a list lacks."""
    site.upstream.tree["/feed"] = json.dumps(FEED)
    text = f"releases: {{json: {site.base}/feed, {lookup}}}\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, FetchFailed if says else Found), answer
    assert says in (answer.reason if isinstance(answer, FetchFailed) else "")


@pytest.mark.parametrize(
    ("lookup", "says"),
    [
        (
            "{json: BASE/a, match: '^release-(.*)$'}",
            "the list has 4 names (v1.2.3, v1.2.2, v1.1.9 and nightly), and `match` takes none",
        ),
        (
            """{json: BASE/a, where: "starts_with(@, 'v')", match: '^release-(.*)$'}""",
            "v1.1.9 and nightly), and `where` and `match` take none",
        ),
        (
            "{json: BASE/a, match: '^(v)[0-9.]+$'}",
            'the list has 3 names and no version: "v" of "v1.2.3", "v" of "v1.2.2" and "v" of "v1',
        ),
        (
            "{json: BASE/a, match: '^v([0-9]+)[.]'}",
            'upstream lists no release of 1.2; it has "1" of "v1.2.3", "1" of "v1.2.2" and "1" of',
        ),
        (
            "{text: BASE/text, match: '^version (.*)$'}",
            "the list has 2 names (tool 1.2.3 and tool 1.2.2), and `match` takes none",
        ),
        ("{text: BASE/text, match: 'tool()'}", 'no version: "" of ""; `match` or'),
    ],
)
def test_a_match_that_takes_nothing(site: Site, lookup: str, says: str) -> None:
    """The message has the number of names, some of them, and what `match` takes."""
    names = ["v1.2.3", "v1.2.2", "v1.1.9", "nightly"]
    site.upstream.tree |= {"/a": json.dumps(names), "/text": "tool 1.2.3\n\n tool 1.2.2\n"}
    text = f"releases: {lookup}\nallow_http: true\n".replace("BASE", site.base)
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, FetchFailed | NotPublished)
    assert says in answer.reason


def test_an_empty_document(site: Site) -> None:
    """An empty mapping has no list, and no keys to name."""
    site.upstream.tree["/feed"] = "{}"
    text = f"releases: {{json: {site.base}/feed, each: a.b}}\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, FetchFailed)
    assert answer.reason.endswith("the document has no list at a.b; it is empty")


def test_the_examples_of_the_documentation() -> None:
    """The descriptions in docs/staying-current.md can be read."""
    page = (Path(__file__).parents[2] / "docs/staying-current.md").read_text()
    examples = page.partition("Four other upstreams")[2].split("```")[1].removeprefix("yaml\n")
    for example in yaml.safe_load_all(examples):
        upstream = read_preset(yaml.safe_dump(example["upstream"]).encode(), "docs")
        assert upstream.releases is not None
        assert upstream.artifacts


@pytest.mark.parametrize(
    ("file", "alarm"), [("x64", False), ("'{version}-x64'", True), ("'{architecture}'", False)]
)
def test_two_entries_of_a_file(site: Site, file: str, *, alarm: bool) -> None:
    """It is an alarm if the description chooses a version; else it has to."""
    name = "1.2.1-x64" if alarm else "x64"
    files = [{"file": name, "sha256": each} for each in (A, B)]
    site.upstream.tree["/files"] = json.dumps(files)
    text = (
        f"releases: {{json: {site.base}/files}}\narchitectures: {{amd64: x64}}\n"
        f"artifacts: {{linux: {{json: {site.base}/files, file: {file}}}}}\nallow_http: true\n"
    )
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    described = Described(client, read_preset(text.encode(), "a"), options)
    answer = described.checksum("1.2.1", "linux/amd64", None)
    assert isinstance(answer, FetchFailed)
    assert (answer.alarm, "or `{listed}` in `each`" in answer.reason) == (alarm, not alarm)


def test_a_wrong_entry_blocks_its_cycle_alone(site: Site) -> None:
    """Other cycles have their releases, and so has the cycle once a newer release is out."""
    listed = [{"tag": tag} for tag in ("v1.3.1", "v1.2.2 (security)", "v1.2.1")]
    site.upstream.tree["/list.json"] = json.dumps(listed)
    source = make(site, KINDS[0])
    assert isinstance(source.published("1.3"), Found)
    assert isinstance(source.published("1.2"), FetchFailed)


NEWER: dict[str, tuple[str, str]] = {
    "sums": ("tool-1.2.10.tar.gz", "tool-1.2.11.tgz"),
    "listing": ("tool-1.2.10.tar.gz", "tool-1.2.11.tgz"),
    "text": ("tool 1.2.10 of 2026-06-01", "tool 1.2.11 (security)"),
}
"""A text of each kind of list, and that of a new release with another shape."""


@pytest.mark.parametrize("name", ["text", "listing", "sums"])
def test_a_newer_version_that_match_does_not_match(site: Site, name: str) -> None:
    """A text that names a newer version of a cycle, and is not matched, is reported."""
    kind = next(each for each in KINDS if each.name == name)
    site.upstream.tree |= kind.documents({**NOW, "1.2.11": {}})
    old, new = NEWER[name]
    before = site.upstream.tree[kind.path]
    changed = before.replace(old.replace("1.2.10", "1.2.11"), new)
    assert changed != before
    site.upstream.tree[kind.path] = changed
    answer = make(site, kind).published("1.2")
    assert isinstance(answer, FetchFailed), answer
    assert f"{new.removeprefix('tool ')} names a version of 1.2 newer than 1.2.10" in answer.reason
    assert "`match` does not match it" in answer.reason
    assert isinstance(make(site, kind).published("1.10"), Found)


@pytest.mark.parametrize("name", ["yaml", "toml", "xml", "apt", "apk"])
def test_a_newer_version_of_another_shape(site: Site, name: str) -> None:
    """Without `match`, a newer version that can't be read is reported too."""
    kind = next(each for each in KINDS if each.name == name)
    site.upstream.tree |= kind.documents({**NOW, "release-1.2.11": {}})
    answer = make(site, kind).published("1.2")
    assert isinstance(answer, FetchFailed), answer
    assert "release-1.2.11" in answer.reason
    assert isinstance(make(site, kind).published("1.10"), Found)


TAGS = ["v1.2.3", "v1.2.2"]


@pytest.mark.parametrize(
    ("more", "cycle", "problem"),
    [
        (["release-1.2.4"], "1.2", "release-1.2.4"),
        (["v1.2.3.1"], "1.2", "v1.2.3.1"),
        (["release_1_2_4"], "1.2", "release_1_2_4"),
        (["v1.2.4 LTS"], "1", "v1.2.4 LTS"),
        (["v1.2.4-rc1", "v1.2.4beta1", "v1.2.4.dev3", "v1.2.4_RC2"], "1.2", ""),
        (["v1.2.4-rc1"], "1.2-rc", "v1.2.4-rc1"),
        (["release-1.2.3", "v1.2.3-alpine", "v1.2-final"], "1.2", ""),
        (["release-1.3.1", "chart-7.1.2.4", "1.22.4-x"], "1.2", ""),
        (["nightly", "v", "2026-01-02", "v2.0-x"], "1.2", ""),
    ],
)
def test_texts_that_match_ignores(site: Site, more: list[str], cycle: str, problem: str) -> None:
    """Only what names a newer final version of the cycle is reported."""
    site.upstream.tree["/list"] = json.dumps(TAGS + more)
    text = f"releases: {{json: {site.base}/list, match: '^v([0-9]+[.][0-9]+[.][0-9]+)$'}}\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    upstream = read_preset(f"{text}allow_http: true\n".encode(), "a")
    answer = Described(client, upstream, options).published(cycle)
    if not problem:
        assert isinstance(answer, Found), answer
        return
    assert isinstance(answer, FetchFailed), answer
    assert f": {problem} names a version of {cycle}" in answer.reason
    where = text.replace("match:", """where: "@ != 'PROBLEM'", match:""").replace(
        "PROBLEM", problem
    )
    upstream = read_preset(f"{where}allow_http: true\n".encode(), "a")
    assert isinstance(Described(client, upstream, options).published(cycle), Found)


def test_tags(tmp_path: Path) -> None:
    """The tags of a repository are versions; other tags are ignored."""
    for args in (
        ("init", "-q", "."),
        ("-c", "user.name=A", "-c", "user.email=a@a", "commit", "-q", "--allow-empty", "-m", "a"),
        ("tag", "v1.2.1"),
        ("-c", "user.name=A", "-c", "user.email=a@a", "tag", "-a", "v1.2.2", "-m", "a"),
        ("tag", "nightly"),
    ):
        subprocess.run(["git", *args], cwd=tmp_path, check=True)
    text = f"releases:\n  tags: file://{tmp_path}\n  match: '^v([0-9.]+)$'\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, Found), answer
    assert [each.version for each in answer.value] == ["1.2.2", "1.2.1"]
    strict = read_preset(text.replace("allow_http: true", "").encode(), "a")
    refused = Described(client, strict, options).published("1.2")
    assert isinstance(refused, FetchFailed)
    assert refused.reason.endswith(": git can't list the tags: transport 'file' not allowed")
    lenient = read_preset(text.encode(), "a")
    gone = read_preset(text.replace(str(tmp_path), f"{tmp_path}/none").encode(), "a")
    seen: list[Exchange] = []
    watched = dataclasses.replace(client, report=seen.append)
    failed = Described(watched, gone, options).published("1.2")
    assert isinstance(failed, FetchFailed)
    assert "\n" not in failed.reason
    assert "\\n" not in failed.reason
    assert Described(watched, lenient, options).published("1.2") == answer
    assert [each.url for each in seen] == [f"file://{tmp_path}/none", f"file://{tmp_path}"]
    assert [each.tries for each in seen] == [1, 1]
    tape = tmp_path / "tape"
    tape.mkdir()
    for records in (True, False):
        recording = Client(allow_http=True, limits=IMPATIENT, tape=Tape(tape, records=records))
        assert Described(recording, lenient, options).published("1.2") == answer
        away = (tmp_path / ".git", tmp_path / "away")
        away[not records].rename(away[records])
    offline = Described(Client(offline=True), strict, options).published("1.2")
    assert isinstance(offline, FetchFailed)


def test_a_late_architecture_in_a_file_of_its_own(site: Site) -> None:
    """A missing file is not published if that of another architecture is; else it is unknown."""
    text = (
        f"releases:\n  yaml: {site.base}/list\n"
        "artifacts:\n  linux:\n    sums: BASE/{version}/{architecture}.tar.gz.sha256\n"
        "architectures: {amd64: x64, arm64v8: arm64}\nallow_http: true\n"
    ).replace("BASE", site.base)
    site.upstream.tree["/list"] = "- 1.2.1\n- 1.2.2\n"
    site.upstream.tree["/1.2.1/x64.tar.gz.sha256"] = A
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    source = Described(client, read_preset(text.encode(), "a"), options)
    answer = source.published("1.2")
    assert isinstance(answer, Found)
    newer, older = answer.value
    assert source.checksum("1.2.1", "linux/amd64", older) == Found(A)
    late = source.checksum("1.2.1", "linux/arm64v8", older)
    where = f"{site.base}/1.2.1/arm64.tar.gz.sha256"
    assert late == NotPublished(
        f"linux/arm64v8 of 1.2.1 is not published: {where} is not there (404)"
    )
    site.upstream.tree["/1.2.1/arm64.tar.gz"] = "the file"
    assert source.checksum("1.2.1", "linux/arm64v8", older) == NotPublished(
        f"the checksum of linux/arm64v8 of 1.2.1 is not published: {where} is not there (404)",
        only_checksum=True,
    )
    assert isinstance(source.checksum("1.2.2", "linux/amd64", newer), FetchFailed)
    assert isinstance(source.checksum("1.2.3", "linux/amd64", None), NotPublished)


@pytest.mark.parametrize(
    ("artifact", "file"),
    [
        ("{sums: 'BASE/v{version}/a.tar.gz.sha256'}", "/v1.2.1/a.tar.gz"),
        ("{sums: 'BASE/{version}.sha512sum'}", "/1.2.1"),
        ("{sums: 'BASE/{version}/SUMS', file: 'a-{version}', url: 'BASE/f/{file}'}", "/f/a-1.2.1"),
        ("{json: 'BASE/{version}.json', url: 'BASE/{version}.bin'}", "/1.2.1.bin"),
    ],
)
def test_a_late_checksum(site: Site, tmp_path: Path, artifact: str, file: str) -> None:
    """A checksum that is not there is late if its file is there; without the file it is unknown."""
    text = f"releases: {{yaml: BASE/list}}\nartifacts: {{source: {artifact}}}\nallow_http: true\n"
    upstream = read_preset(text.replace("BASE", site.base).encode(), "a")
    site.upstream.tree["/list"] = "- 1.2.1\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")

    def ask(client: Client) -> object:
        source = Described(client, upstream, options)
        listed = source.published("1.2")
        assert isinstance(listed, Found)
        return source.checksum("1.2.1", "source", listed.value[0])

    online = Client(allow_http=True, limits=IMPATIENT)
    unknown = ask(online)
    assert isinstance(unknown, FetchFailed)
    assert "although 1.2.1 is listed" in unknown.reason
    assert unknown.no_document
    site.faults[file] = lambda handler, body: (
        site.status(500)(handler, body) if handler.command == "HEAD" else handler.send(body)
    )
    failed = ask(online)
    assert isinstance(failed, FetchFailed)
    assert ("answered 500" in failed.reason, failed.no_document) == (True, False)
    site.faults.clear()
    site.upstream.tree[file] = "the file"
    late = ask(online)
    assert isinstance(late, NotPublished)
    assert late.only_checksum
    what = file.rpartition("/")[2] if "SUMS" in artifact else "source"
    assert late.what.startswith(f"the checksum of {what} of 1.2.1 is not published: {site.base}/")
    assert "is not there (404)" in late.what
    tape = tmp_path / "tape"
    for records in (True, False):
        recorded = Tape(tape, records=records)
        recorded.begin()
        assert ask(dataclasses.replace(online, tape=recorded)) == late
        site.upstream.tree.clear()


@pytest.mark.parametrize(
    ("releases", "body", "why"),
    [
        ("{json: BASE/list, match: '([0-9.]+)'}", '["1.2.\\ud800"]', "can't be read: "),
        ("{xml: BASE/list, each: a}", '<?xml version="1.0" encoding="none"?><a/>', "not XML"),
        ("{json: BASE/list, take: sum(@)}", '["1.2.\\u202e1"]', "\\u202e"),
        ("{json: BASE/list, take: sum(@)}", f'["{"1" * 9000}"]', "In function sum()"),
    ],
)
def test_hostile_texts(site: Site, releases: str, body: str, why: str) -> None:
    """A text that no reader expects is a failure with a short and printable message."""
    text = f"releases: {releases}\nallow_http: true\n".replace("BASE", site.base)
    site.upstream.tree["/list"] = body
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, FetchFailed)
    assert why in answer.reason
    assert answer.reason.isprintable()
    assert len(answer.reason) < 400


def test_two_documents_must_agree(site: Site) -> None:
    """Two documents about a file that differ are an alarm, and so is the file itself."""
    text = (
        "releases: {yaml: BASE/list}\n"
        "artifacts:\n  source:\n    - {sums: 'BASE/{version}.sha256', url: 'BASE/{version}.bin'}\n"
        "    - {json: 'BASE/{version}.json', each: files, take: {sha256: sum}}\nallow_http: true\n"
    ).replace("BASE", site.base)
    right = digest("the file")
    site.upstream.tree |= {
        "/list": "- 1.2.1\n",
        "/1.2.1.sha256": right,
        "/1.2.1.json": json.dumps({"files": [{"sum": right}]}),
        "/1.2.1.bin": "the file",
    }

    def ask(*, download: bool = False) -> object:
        options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose", download=download)
        client = Client(allow_http=True, limits=IMPATIENT)
        source = Described(client, read_preset(text.encode(), "a"), options)
        answer = source.published("1.2")
        assert isinstance(answer, Found)
        return source.checksum("1.2.1", "source", answer.value[0])

    assert ask() == ask(download=True) == Found(right)
    site.upstream.tree["/1.2.1.bin"] = "another file"
    changed = ask(download=True)
    assert isinstance(changed, FetchFailed)
    assert changed.alarm
    site.upstream.tree["/1.2.1.json"] = json.dumps({"files": [{"sum": A}]})
    changed = ask()
    assert isinstance(changed, FetchFailed)
    assert changed.claims == {A, right}


def test_a_file_of_the_newest_version_beside_another_document(site: Site) -> None:
    """It says nothing about a version of versions.yaml, which the other document verifies."""
    text = (
        "releases: {yaml: BASE/list}\nartifacts:\n  source:\n"
        "    - {sums: BASE/SUMS, file: 'a-{version}'}\n    - {sums: 'BASE/{version}/SUMS'}\n"
        "allow_http: true\n"
    ).replace("BASE", site.base)
    files = {"/SUMS": f"{A}  a-1.3.0\n", "/1.2.1/SUMS": B}
    site.upstream.tree |= {"/list": "['1.3.0', '1.2.1', '1.2.2']", **files}
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose", settled={"1.2.1"})
    client = Client(allow_http=True, limits=IMPATIENT)
    upstream = read_preset(text.encode(), "a")
    assert Described(client, upstream, options).checksum("1.2.1", "source", None) == Found(B)
    newer = Described(client, upstream, options).checksum("1.2.2", "source", None)
    assert isinstance(newer, NotPublished)
    assert newer.absent


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "python.org"])
def test_presets(name: str) -> None:
    """Each preset describes releases, in the words of versions.yaml."""
    assert with_preset(Upstream(name=name, manifests="")).releases is not None


def test_the_token_goes_to_one_host(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host of `releases` gets the token, and no other host does."""
    monkeypatch.setenv("TOOL_TOKEN", "s3cret")
    other = site.base.replace("127.0.0.1", "localhost")
    text = (
        f"releases: {{yaml: {site.base}/list}}\ntoken: TOOL_TOKEN\nallow_http: true\n"
        f"artifacts: {{source: {{sums: '{other}/{{version}}.sha256'}}}}\n"
    )
    site.upstream.tree |= {"/list": "- 1.2.1\n", "/1.2.1.sha256": A}
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    source = Described(client, read_preset(text.encode(), "a"), options)
    answer = source.published("1.2")
    assert isinstance(answer, Found)
    assert source.checksum("1.2.1", "source", answer.value[0]) == Found(A)
    sent = {path: headers.get("Authorization") for path, headers in site.asked}
    assert sent == {"/list": "Bearer s3cret", "/1.2.1.sha256": None}


def test_a_token_that_the_host_sends_back(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message, no cache and no recording has it."""
    monkeypatch.setenv("TOOL_TOKEN", "s3cret")
    text = f"releases: {{yaml: {site.base}/list}}\ntoken: TOOL_TOKEN\nallow_http: true\n"
    site.upstream.tree["/list"] = "- you sent Bearer s3cret\n"
    tape, cache = Tape(tmp_path / "tape", records=True), Cache(tmp_path / "cache")
    tape.begin()
    client = Client(allow_http=True, limits=IMPATIENT, tape=tape, cache=cache)
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    answer = Described(client, read_preset(text.encode(), "a"), options).published("1.2")
    assert isinstance(answer, FetchFailed)
    assert "you sent Bearer …" in answer.reason
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 1
    assert not any(b"s3cret" in each for each in written)


@pytest.mark.parametrize(
    "value", ["s3cret", "s3cret\n", "s3cret\r\n", "", "s3 cret", "s3\ncret", "s3…"]
)
def test_tokens(site: Site, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A token loses a line break at its end; what no header can hold is refused by name."""
    monkeypatch.setenv("TOOL_TOKEN", value)
    text = f"releases: {{yaml: {site.base}/list}}\ntoken: TOOL_TOKEN\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    upstream = read_preset(text.encode(), "a")
    if value and value.strip() != "s3cret":
        with pytest.raises(InputError, match="variable TOOL_TOKEN, which") as caught:
            Described(client, upstream, options)
        assert "s3" not in str(caught.value)
        return
    answer = Described(client, upstream, options).published("1.2")
    assert isinstance(answer, FetchFailed)
    note = "TOOL_TOKEN is not set, so tagmatrix sends no token"
    assert (note in answer.reason) == (not value)
    assert site.asked[0][1].get("Authorization") == ("Bearer s3cret" if value else None)


@pytest.mark.parametrize(
    ("cycles", "name", "end"),
    [
        ('[{"cycle": "1.2", "eol": "2027-02"}]', "supported", dt.date(2027, 2, 28)),
        ('[{"cycle": "1.2", "eol": "2026-01-31"}]', "end-of-life", dt.date(2026, 1, 31)),
        ('[{"cycle": "1.2", "eol": true}]', "end-of-life", None),
        ('[{"cycle": "1.2", "eol": false}]', "supported", None),
        ('[{"cycle": "1.2", "eol": "soon"}]', "", None),
        ('[{"cycle": "1.3", "eol": false}]', "none", None),
        ("<html>", "", None),
        (None, "", None),
    ],
)
def test_ends(site: Site, cycles: str | None, name: str, end: dt.date | None) -> None:
    """Ends of cycles come from their document; what can't be read is a failure."""
    text = (
        "releases: {yaml: BASE/list}\nallow_http: true\n"
        "cycles: {json: BASE/ends, take: {cycle: cycle, end: eol}}\n"
    ).replace("BASE", site.base)
    if cycles is not None:
        site.upstream.tree["/ends"] = cycles
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    answer = Described(client, read_preset(text.encode(), "a"), options).phase("1.2")
    if isinstance(answer, Found):
        assert (answer.value.name, answer.value.end_of_life) == (name, end)
        assert not answer.value.source_only
    else:
        assert isinstance(answer, NotPublished if name == "none" else FetchFailed)


ONE_FILE = {"1.2.1": {"date": "2026-06-01", "x64": {"tarball": "x64.tar.xz", "shasum": A}}}


@pytest.mark.parametrize(
    ("lookup", "says"),
    [
        ("take: {file: key, sha256: shasum}, file: '{architecture}'", ""),
        (
            "take: {file: key, sha256: sum}, file: '{architecture}'",
            "its SHA-256 (the entry has key, tarball and shasum; `take` finds no sha256)",
        ),
        (
            "take: {file: key, sha512: sum}, file: date, url: 'BASE/{file}'",
            "(the entry has key and value; `take` finds no sha512); --download computes it",
        ),
        (
            "take: {file: name, sha256: shasum}, file: '{architecture}'",
            "/a.json: the entry has key and value; `take` finds no file",
        ),
        (
            "take: {file: name, sha256: shasum}, file: '{architecture}', where: key=='x64'",
            "/a.json: the entry has key, tarball and shasum; `take` finds no file",
        ),
    ],
)
def test_what_take_does_not_find(site: Site, lookup: str, says: str) -> None:
    """A message about a wrong `take` has the keys of the entry."""
    site.upstream.tree["/a.json"] = json.dumps(ONE_FILE)
    lookup = f"json: BASE/a.json, each: '\"{{listed}}\"', {lookup}".replace("BASE", site.base)
    text = f"releases: {{json: {site.base}/a.json}}\nartifacts: {{linux: {{{lookup}}}}}\n"
    text += "architectures: {amd64: x64}\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    source = Described(client, read_preset(text.encode(), "a"), options)
    answer = source.checksum("1.2.1", "linux/amd64", None)
    if not says:
        assert answer == Found(A)
        return
    assert isinstance(answer, FetchFailed)
    assert says in answer.reason
    assert answer.reason.endswith("computes it") == answer.unclaimed == ("--download" in says)


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1"])
@pytest.mark.parametrize("prefix", ["", "sha256:", "sha512:", "sha1:"])
def test_a_digest_with_its_algorithm(algorithm: str, prefix: str) -> None:
    """A checksum may begin with its own algorithm, as in GitHub's API, and with no other."""
    digest = hashlib.new(algorithm, b"the file").hexdigest()
    row = {algorithm: f"{prefix}{digest}"}
    if prefix.removesuffix(":") in {"", algorithm}:
        assert digests(row) == {algorithm: digest}
    else:
        with pytest.raises(UnreadableError, match=f"not a SHA-.*{prefix}"):
            digests(row)


@pytest.mark.parametrize(
    ("entry", "take", "says"),
    [
        ({"name": "x64", "sum": ""}, "{file: name, sha256: sum}", "(`sum` of x64 is empty)"),
        ({"file": "x64", "sha256": ""}, "", "(`sha256` of x64 is empty)"),
        ({"file": "x64", "sha256": "", "sha512": "B" * 128}, "", ""),
        ({"sha1": ""}, "", "(`sha1` of its entry is empty)"),
        ({"file": "x64", "sha256": []}, "", "x64: not a SHA-256: []"),
    ],
)
def test_an_empty_checksum(site: Site, entry: dict[str, object], take: str, says: str) -> None:
    """The message names the entry and its key; another checksum of the file is taken."""
    site.upstream.tree["/a.json"] = json.dumps([entry])
    lookup = f"json: {site.base}/a.json, file: x64{f', take: {take}' if take else ''}"
    text = f"releases: {{json: {site.base}/b}}\nartifacts: {{source: {{{lookup}}}}}\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    client = Client(allow_http=True, limits=IMPATIENT)
    upstream = read_preset(f"{text}allow_http: true\n".encode(), "a")
    answer = Described(client, upstream, options).checksum("1.2.1", "source", None)
    if not says:
        assert answer == Found("b" * 128)
        return
    assert isinstance(answer, FetchFailed)
    assert says in answer.reason


@pytest.mark.parametrize("algorithm", ["sha512", "sha1"])
@pytest.mark.parametrize("kind", ["sidecar", "json"])
def test_other_algorithms(site: Site, algorithm: str, kind: str) -> None:
    """A SHA-512 or a SHA-1 is taken where there is no SHA-256, and --download verifies it."""
    lookup = {
        "sidecar": "{sums: 'BASE/{version}.sum', url: 'BASE/{version}.bin'}",
        "json": f"{{json: 'BASE/{{version}}.json', take: {{{algorithm}: sum}}, "
        "url: 'BASE/{version}.bin'}",
    }[kind]
    text = f"releases: {{yaml: BASE/list}}\nartifacts: {{source: {lookup}}}\nallow_http: true\n"
    right = hashlib.new(algorithm, b"the file").hexdigest()
    site.upstream.tree |= {
        "/list": "- 1.2.1\n",
        "/1.2.1.sum": f"{right.upper()}  tool.bin\n",
        "/1.2.1.json": json.dumps([{"sum": right}]),
        "/1.2.1.bin": "the file",
    }

    def ask(*, download: bool) -> object:
        options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose", download=download)
        client = Client(allow_http=True, limits=IMPATIENT)
        upstream = read_preset(text.replace("BASE", site.base).encode(), "a")
        source = Described(client, upstream, options)
        answer = source.published("1.2")
        assert isinstance(answer, Found)
        return source.checksum("1.2.1", "source", answer.value[0])

    assert ask(download=False) == ask(download=True) == Found(right)
    site.upstream.tree["/1.2.1.bin"] = "another file"
    changed = ask(download=True)
    assert isinstance(changed, FetchFailed)
    assert changed.claims == {right, hashlib.new(algorithm, b"another file").hexdigest()}
    site.upstream.tree["/1.2.1.json"] = json.dumps([{"sum": right[:-1]}])
    site.upstream.tree["/1.2.1.sum"] = f"{right[:-1]}  tool.bin\n"
    assert isinstance(ask(download=False), FetchFailed)


def test_documents_must_agree_on_each_algorithm(site: Site) -> None:
    """Documents that differ in the SHA-512 are an alarm, even if they agree on the SHA-256."""
    text = (
        "releases: {yaml: BASE/list}\nallow_http: true\nartifacts:\n  source:\n"
        "    - {json: BASE/one}\n    - {json: BASE/two}\n"
    ).replace("BASE", site.base)
    one = [{"file": "a", "sha256": A, "sha512": "a" * 128}]
    site.upstream.tree |= {"/list": "- 1.2.1\n", "/one": json.dumps(one)}
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")
    for other, result in (("a", True), ("b", False)):
        site.upstream.tree["/two"] = json.dumps([{**one[0], "sha512": other * 128}])
        client = Client(allow_http=True, limits=IMPATIENT)
        source = Described(client, read_preset(text.encode(), "a"), options)
        answer = source.checksum("1.2.1", "source", None)
        assert (answer == Found(A)) is result


@pytest.mark.slow
def test_tags_of_a_git_daemon(tmp_path: Path) -> None:
    """The tags come from a real `git daemon`; without it the answer is a failure."""
    work = tmp_path / "tool.git"
    subprocess.run(["git", "init", "-q", str(work)], check=True)
    who = ("-c", "user.name=A", "-c", "user.email=a@a")
    for args in ((*who, "commit", "-q", "--allow-empty", "-m", "a"), ("tag", "v1.2.1")):
        subprocess.run(["git", *args], cwd=work, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = ("--listen=127.0.0.1", f"--port={port}", "--export-all", f"--base-path={tmp_path}")
    daemon = subprocess.Popen(["git", "daemon", "--reuseaddr", *where], process_group=0)
    text = f"releases:\n  tags: git://127.0.0.1:{port}/tool.git\n  strip: v\nallow_http: true\n"
    options = SourceOptions(as_of=dt.date(2026, 6, 24), style="loose")

    def ask() -> object:
        client = Client(allow_http=True, limits=IMPATIENT)
        return Described(client, read_preset(text.encode(), "a"), options).published("1.2")

    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        answer = ask()
        assert isinstance(answer, Found), answer
        assert [each.version for each in answer.value] == ["1.2.1"]
    finally:
        os.killpg(daemon.pid, signal.SIGTERM)
        daemon.wait()
    assert isinstance(ask(), FetchFailed)
