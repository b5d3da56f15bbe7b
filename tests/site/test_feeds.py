"""Feeds, the calendar and badges, as other programs read them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import feedparser
import icalendar
import pytest

from tests.projects import Project
from tests.site.world import real, three_days

if TYPE_CHECKING:
    from pathlib import Path

ATOM = "{http://www.w3.org/2005/Atom}"


def make(root: Path, target: Path, capsys: pytest.CaptureFixture[str], *args: str) -> Path:
    """Make the site of a history."""
    project = Project(repo=None, root=root, capsys=capsys)  # type: ignore[arg-type]  # not used
    manifest = str(root / "library/python")
    project.run("site", "--output", str(target), "--manifest", manifest, *args).ok()
    return target


def parsed(path: Path) -> Any:  # noqa: ANN401 (feedparser has no types)
    """Return a feed as feedparser reads it; assert that it is well-formed."""
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo, found.bozo_exception
    return found


def test_atom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each feed has what RFC 4287 requires, and the moves of its scope."""
    past = three_days(tmp_path / "images")
    folder = make(past.repo.path, tmp_path / "site", capsys, "--url", "https://example.org/x")
    feeds = sorted((folder / "feeds").rglob("*.atom"))
    assert [path.name for path in feeds] == [
        *("all.atom", "1.2.atom", "1-slim.atom", "1.2-slim.atom", "slim.atom")
    ]
    for path in feeds:
        root = ET.fromstring(path.read_bytes())  # noqa: S314 (our own file)
        for element in (root, *root.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert element.findtext(ATOM + name), (path, name)
        assert root.findtext(f"{ATOM}author/{ATOM}name") == "python"
        ids = [one.text for one in root.iter(f"{ATOM}id")]
        assert len(ids) == len({*ids})
        assert (
            parsed(path).feed.links[0].href == f"https://example.org/x/{path.relative_to(folder)}"
        )
    entries = parsed(folder / "feeds/tag/slim.atom").entries
    assert [one.title for one in entries] == [
        "breaking: slim is no longer built for arm64v8",
        "expected: 1.2.4 follows 1.2.3: slim moves",
    ]
    assert entries[0].updated == "2026-03-01T12:00:00Z"
    assert entries[0].link.startswith("https://example.org/x/tags/slim.html#")


def test_json_feeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They have the same entries as the Atom feeds."""
    past = three_days(tmp_path / "images")
    folder = make(past.repo.path, tmp_path / "site", capsys)
    for path in (folder / "feeds").rglob("*.json"):
        value = json.loads(path.read_bytes())
        assert value["version"] == "https://jsonfeed.org/version/1.1"
        atom = parsed(path.with_suffix(".atom"))
        assert [item["id"] for item in value["items"]] == [one.id for one in atom.entries]
        assert all(
            {"id", "title", "content_text", "date_published"} <= item.keys()
            for item in value["items"]
        )


def test_ids_are_stable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A history that is made again, and that goes on, keeps the ids of old entries."""
    past = three_days(tmp_path / "images")
    again = three_days(tmp_path / "again")
    first = make(past.repo.path, tmp_path / "one", capsys)
    again.revise(again.path.read_text().replace("1.2.4", "1.2.5"), "2026-04-01")
    second = make(again.repo.path, tmp_path / "two", capsys)
    old, new = (parsed(each / "feeds/all.atom") for each in (first, second))
    assert old.feed.id == new.feed.id
    assert [one.id for one in new.entries][1:] == [one.id for one in old.entries]


@pytest.mark.slow
def test_the_first_run_is_not_a_flood(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A feed has the newest thirty entries only, of twelve years."""
    past = real(tmp_path / "images")
    folder = make(past.repo.path, tmp_path / "site", capsys)
    sizes = [len(parsed(path).entries) for path in (folder / "feeds").rglob("*.atom")]
    assert max(sizes) == 30


def test_calendar(project: Project) -> None:
    """An event for each end, which the icalendar library reads; long and odd texts stay whole."""
    text = "Use 2.1; it is newer, faster\\, " + "and ä long sentence " * 8
    project.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    end_of_life: 2026-06-30\n    deprecated: "'
        + text.replace("\\", "\\\\").strip()
        + '"\n',
    )
    project.generate("--commit").ok()
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder)).ok()
    content = (folder / "ends.ics").read_bytes()
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    calendar: Any = icalendar.Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert str(event.decoded("dtstart")) == "2026-06-30"
    assert event["summary"] == "sample 2.0: last day of support"
    assert event["description"] == text.strip()
    assert event.decoded("dtstamp").isoformat() == "2026-01-02T03:04:05+00:00"
    assert event["uid"]


def test_badges(project: Project) -> None:
    """Each is an SVG picture with its text, and the JSON that shields.io reads."""
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder)).ok()
    names = sorted(path.stem for path in (folder / "badges").glob("*.svg"))
    assert names == ["architectures", "cycle-2.0", "cycle-2.1", "end-of-life", "latest"]
    for name in names:
        value = json.loads((folder / f"badges/{name}.json").read_bytes())
        assert value["schemaVersion"] == 1
        root = ET.fromstring((folder / f"badges/{name}.svg").read_bytes())  # noqa: S314 (our own file)
        texts = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
        assert texts == [value["label"], value["message"]]
    latest = json.loads((folder / "badges/latest.json").read_bytes())
    assert (latest["label"], latest["message"]) == ("sample:latest", "2.1.3")
