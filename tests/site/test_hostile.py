"""Hostile values stay texts: in HTML, addresses, SVG, XML, JSON and the calendar."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import feedparser
import icalendar
import pytest

from tests.projects import Project
from tests.site.world import HEAD, entry, past

if TYPE_CHECKING:
    from pathlib import Path

ATTACKS = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "]]><x/>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; & <b>",
    "BEGIN:VEVENT;X,Y\\",
)
TAGS = {"html", "head", "meta", "title", "link", "script", "body", "a", "header", "p", "nav", "ul"}
TAGS |= {
    "li",
    "main",
    "h1",
    "h2",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "span",
    "svg",
}
TAGS |= {"line", "text", "rect", "details", "summary", "footer", "code", "time", "img", "form"}
TAGS |= {"label", "input", "select", "option", "pre", "dl", "dt", "dd", "strong", "section"}
TAGS |= {"noscript", "h3"}


class Reader(HTMLParser):
    """Reads a page, and collects what a browser would run or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note unknown elements, event handlers, inline styles and addresses that run code."""
        if tag not in TAGS:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.bad.append(f"{tag} {name}")
            if name in {"href", "src"} and re.match(r"\s*(javascript|data):", value or ""):
                self.bad.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src"):
            self.bad.append("inline script")


def check(folder: Path) -> None:
    """Assert that every file of a site is well-formed, and that no value got out of its place."""
    for path in folder.rglob("*"):
        if path.suffix == ".html":
            reader = Reader()
            reader.feed(path.read_text(encoding="utf-8"))
            assert reader.bad == [], path
            assert "49{" not in path.read_text(encoding="utf-8")
        elif path.suffix == ".svg":
            root = ET.fromstring(path.read_bytes())  # noqa: S314 (our own file)
            names = {one.tag.rpartition("}")[2] for one in root.iter()}
            assert names == {"svg", "title", "rect", "text"}
        elif path.suffix == ".atom":
            assert not feedparser.parse(path.read_bytes()).bozo
        elif path.suffix == ".json":
            json.loads(path.read_bytes())
        elif path.suffix == ".ics":
            calendar = icalendar.Calendar.from_ical(path.read_bytes())
            assert {one.name for one in calendar.walk()} <= {"VCALENDAR", "VEVENT"}
    scripts = [path.read_text(encoding="utf-8") for path in folder.rglob("history.js")]
    assert scripts
    for script in scripts:
        assert script.startswith('window.tagmatrixHistory=JSON.parse("{')
        assert script.count("\n") == 1
        text = script.removeprefix("window.tagmatrixHistory=JSON.parse(").removesuffix(");\n")
        json.loads(json.loads(text))


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_values_of_versions_yaml(project: Project, attack: str) -> None:
    """Titles, descriptions, reasons and notes are texts, whatever they contain."""
    word = json.dumps(attack)
    text = project.read("versions.yaml")
    text = text.replace("why: No user has such a machine.", f"why: {word}")
    text = text.replace(
        "builder: buildkit\n", f"builder: buildkit\npage: {{title: {word}, description: {word}}}\n"
    )
    old = '    version: "2.0.9"\n'
    text = text.replace(old, f"{old}    end_of_life: 2026-06-30\n    deprecated: {word}\n")
    project.write("versions.yaml", text)
    project.generate("--commit").ok()
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder), "--as-of", "2026-06-01").ok()
    check(folder)
    calendar = icalendar.Calendar.from_ical((folder / "ends.ics").read_bytes())
    assert [str(event["description"]) for event in calendar.walk("VEVENT")] == [attack]


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_values_of_a_manifest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], attack: str
) -> None:
    """The folders and repositories of a manifest are texts, too."""
    found = past(tmp_path / "images", "odd")
    repository = attack.replace(" ", "%20")
    text = HEAD.replace("https://github.com/example/images.git", f"https://github.com/{repository}")
    folder = attack.replace(" ", "_").replace("/", "_")
    found.revise(text + entry("1.2.3-x, 1.2-x, latest", folder=folder), "2026-01-01")
    found.revise(text + entry("1.2.4-x, 1.2-x, latest", folder=folder), "2026-02-01")
    project = Project(repo=found.repo, root=found.repo.path, capsys=capsys)
    target = tmp_path / "site"
    project.run("site", "--output", str(target), "--manifest", str(found.path)).ok()
    check(target)


def test_a_hostile_name_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The image's name is the file's; it is a text as well."""
    name = "a<img src=x onerror=alert(1)>&"
    found = past(tmp_path / "images", name)
    found.revise(HEAD + entry("1.2.3, latest"), "2026-01-01")
    project = Project(repo=found.repo, root=found.repo.path, capsys=capsys)
    target = tmp_path / "site"
    project.run("site", "--output", str(target), "--manifest", str(found.path)).ok()
    check(target)
