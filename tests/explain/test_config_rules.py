"""Reasons of rules and ends of life in the page, `show`, `tags`, `status` and JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.projects import Project

LINK = "https://example.org/why"


@pytest.fixture
def reported(project: Project) -> Project:
    """Return the sample with the default page, and with many rules."""
    (project.root / "templates/README.md.j2").unlink()
    project.edit(
        "versions.yaml",
        "trixie: {flavors: [default, slim],",
        "trixie: {end_of_life: 2030-06-30, flavors: [default, slim],",
    )
    project.edit(
        "versions.yaml",
        "bookworm: {flavors: [default, slim],",
        "bookworm: {deprecated: Take trixie | *now*., flavors: [default, slim],",
    )
    project.edit(
        "versions.yaml",
        "    why: From 2.1 on it works.\n",
        f"    why: From `2.1` on it_works <b> | [x](y).\n    link: {LINK}\n"
        "  tuned: {value: [-a, -b], unless: {flavors: [slim, alpine]}, why: Only there.}\n",
    )
    project.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    deprecated: Use 2.1 instead.\n    settings: {flags: -O3}\n',
    )
    project.edit(
        "versions.yaml",
        "    artifacts: [source]\n",
        "    held_back: {windows: 2.0.9 not published}\n",
    )
    project.edit(
        "versions.yaml",
        "releases:\n",
        "accept:\n  - {tag: [alpine, 2*-alpine], vanishes: true, why: It_is meant., "
        f"link: {LINK}}}\nreleases:\n",
    )
    return project


def line(project: Project, text: str) -> str:
    """Return the place of a text in versions.yaml."""
    lines = project.read("versions.yaml").splitlines()
    (number,) = (number for number, each in enumerate(lines, 1) if text in each)
    return f"versions.yaml:{number}"


def test_page(reported: Project) -> None:
    """The page has ends of life, deprecations, and differences with their reasons."""
    reported.generate("--commit").ok()
    page = reported.read("library/README.md")
    assert "\n### 2.0 (2.0.9, deprecated)\n" in page
    assert "\n2.0 is deprecated: Use 2.1 instead.\n" in page
    names = "`bookworm`, `slim-bookworm`"
    assert f"\nbookworm is deprecated ({names}): Take trixie \\| \\*now\\*.\n" in page
    assert "\n| trixie | `trixie`, `slim-trixie` | 2030-06-30 |\n" in page
    assert "| bookworm |" not in page.partition("## Rebuilds and end of life")[2]
    differences = page.partition("## What differs, and why\n")[2].partition("\n## ")[0]
    assert [each for each in differences.splitlines() if each.startswith("- ")] == [
        (
            f"- **from 2.1 on**: From \\`2.1\\` on it\\_works \\<b\\> \\| \\[x\\](y). "
            f"(`lto`, [source](<{LINK}>))"
        ),
        "- **all but slim and alpine**: Only there. (`tuned`: -a, -b)",
        f"- `alpine`, `2*-alpine` may vanish: It\\_is meant ([source](<{LINK}>))",
    ]
    assert "(2.0): held back: 2.0.9 not published\n" in page


def test_nothing_to_tell(project: Project) -> None:
    """Without differences and ends of suites, the page omits these sections."""
    (project.root / "templates/README.md.j2").unlink()
    project.edit("versions.yaml", '    when: {cycles: ">=2.1"}\n', "")
    project.generate().ok()
    page = project.read("library/README.md")
    assert "What differs" not in page
    assert "deprecated" not in page
    assert "supported until" not in page


def test_show(reported: Project) -> None:
    """Each rule has its reason, link and line; a setting of several images is shown once."""
    out = reported.run("show", "2.0-bookworm").ok().out
    assert "  deprecated     2.0: Use 2.1 instead.\n" in out
    assert "  deprecated     bookworm: Take trixie | *now*.\n" in out
    assert "lto" not in out
    place = line(reported, "settings: {flags: -O3}")
    assert f"  setting        flags = -O3: set by this release ({place})\n" in out
    assert (
        "  not built for  mips64le: No user has such a machine "
        f"({line(reported, '- architectures')})\n" in out
    )
    out = reported.run("show", "latest").ok().out
    unknown = "the end of 2.1 and ltsc2025 is not known (no `end_of_life` in versions.yaml)"
    assert f"  supported      trixie until 2030-06-30; {unknown}\n" in out
    tuned = f"  setting        tuned = -a, -b: Only there ({line(reported, 'tuned:')})\n"
    assert out.count("Only there") == 1
    assert tuned in out
    assert f"works <b> | [x](y) ({LINK}; {line(reported, 'lto:')})\n" in out
    out = reported.run("show", "2.0").ok().out
    place = line(reported, "held_back")
    assert (
        f"  without        windowsservercore-ltsc2025: held back: 2.0.9 not published ({place})"
        in out
    )
    assert "without" not in reported.run("show", "2.0-slim").ok().out
    accepted = (
        f"  accepted       may vanish: It_is meant ({LINK}; {line(reported, '- {tag: [alpine')})\n"
    )
    assert accepted in reported.run("show", "2.1-alpine").ok().out
    assert "accepted" not in reported.run("show", "2.1-slim").ok().out


def test_show_for_programs(reported: Project) -> None:
    """JSON has the same values; rules have the names of library/NAME.json."""
    reported.generate("--commit").ok()
    known = {
        rule["rule"]: rule for rule in json.loads(reported.read("library/sample.json"))["rules"]
    }
    (shown,) = json.loads(reported.run("show", "2.0", "--format", "json").ok().out)["tags"]
    assert shown["deprecated"] == {"2.0": "Use 2.1 instead."}
    assert shown["end_of_life"] == {"trixie": "2030-06-30"}
    assert [each["rule"] for each in shown["without"]] == ['releases["2.0"].held_back.windows']
    (image,) = shown["images"]
    assert image["rules"] == ["settings.tuned"]
    assert image["settings"] == [
        {
            "setting": "tuned",
            "value": ["-a", "-b"],
            "why": "Only there.",
            "link": "",
            "rule": "settings.tuned",
            "place": line(reported, "tuned:"),
        },
        {
            "setting": "flags",
            "value": "-O3",
            "why": "",
            "link": "",
            "rule": 'releases["2.0"].settings.flags',
            "place": line(reported, "settings: {flags: -O3}"),
        },
    ]
    assert image["why"]["alias"]["place"] == line(reported, '"2.0":')
    assert image["why"]["spelling"]["place"] == line(reported, "default: trixie")
    assert known["settings.tuned"]["unless"] == {"flavors": ["slim", "alpine"]}
    assert known["accept[0]"]["tags"] == ["alpine", "2*-alpine"]


def test_json_of_the_image(reported: Project) -> None:
    """library/NAME.json has each rule once, and images refer to their rules."""
    reported.generate("--commit").ok()
    value = json.loads(reported.read("library/sample.json"))
    assert value["releases"]["2.0"]["deprecated"] == "Use 2.1 instead."
    assert value["releases"]["2.0"]["held_back"] == {"windows": "2.0.9 not published"}
    assert value["releases"]["2.0"]["settings"] == {"flags": "-O3"}
    assert value["suites"] == {
        "trixie": {"end_of_life": "2030-06-30", "deprecated": None},
        "bookworm": {"end_of_life": None, "deprecated": "Take trixie | *now*."},
        "3.24": {"end_of_life": None, "deprecated": None},
        "ltsc2025": {"end_of_life": None, "deprecated": None},
    }
    known = [rule["rule"] for rule in value["rules"]]
    assert len(set(known)) == len(known)
    used = {name for image in value["images"] for name in image["rules"]}
    assert used == {*known} - {"accept[0]"}
    assert "versions.yaml:" not in reported.read("library/sample.json")


def test_tags(reported: Project) -> None:
    """Deprecated releases and suites are notes for people, and in JSON with each tag."""
    said = reported.run("tags", "--cycle", "2.0", "--variant", "slim-bookworm").ok().err
    assert said.splitlines() == [
        "2.0 is deprecated: Use 2.1 instead.",
        "bookworm is deprecated: Take trixie | *now*.",
    ]
    assert (
        "deprecated" not in reported.run("tags", "--variant", "alpine", "--cycle", "2.1").ok().err
    )
    tags = json.loads(reported.run("tags", "--format", "json").ok().out)["tags"]
    (tag,) = (tag for tag in tags if tag["tag"] == "2.1-bookworm")
    assert tag["deprecated"] == {"bookworm": "Take trixie | *now*."}
    (tag,) = (tag for tag in tags if tag["tag"] == "2.1-slim")
    assert (tag["deprecated"], tag["end_of_life"]) == ({}, {"trixie": "2030-06-30"})


def test_status(reported: Project) -> None:
    """`status` includes suites: deprecated ones, and those past their end on the given day."""
    out = reported.run("status", "--as-of", "2030-07-01").ok().out
    assert "2.0: deprecated: Use 2.1 instead.\n" in out
    assert "trixie: reached its end of life on 2030-06-30; drop it" in out
    assert "bookworm: deprecated: Take trixie | *now*." in out
    early = reported.run("status", "--format", "json", "--as-of", "2026-01-01").ok().out
    assert json.loads(early)["suites"] == {"bookworm": ["deprecated: Take trixie | *now*."]}


def test_generate_warns_of_suites(reported: Project) -> None:
    """`generate --as-of` warns of a suite past its end, with the line."""
    said = reported.generate("--as-of", "2030-07-01").ok().err
    assert f"warning: {line(reported, 'trixie: {')}:" in said
    assert "suites.trixie.end_of_life: trixie reached its end of life on 2030-06-30" in said


@pytest.mark.parametrize(
    ("old", "new", "tag", "why", "text"),
    [
        (
            'version: "2.1.3"\n',
            'version: "2.1.3"\n    aliases: [edge]\n',
            "edge",
            "alias `edge` because it is listed among the aliases of 2.1",
            "aliases: [edge]",
        ),
        (
            "builder: buildkit\n",
            'builder: buildkit\nhold: {latest: "2.0"}\n',
            "latest",
            "alias `latest` because versions.yaml holds it at 2.0",
            "hold:",
        ),
        (
            'version: "2.0.9"\n',
            'version: "2.0.9"\n    default_suites: {default: bookworm}\n',
            "2.0-slim",
            "spelling `slim` because bookworm is the default suite of slim",
            "{default: bookworm}",
        ),
        (
            'version: "2.0.9"\n',
            'version: "2.0.9"\n    variants:\n      - name: slim-trixie\n        tags: [tiny]\n',
            "2.0-tiny",
            "spelling `tiny` because it is listed among the tags of slim-trixie",
            "tags: [tiny]",
        ),
        (
            'version: "2.0.9"\n',
            'version: "2.0.9"\n    variants:\n      - name: slim-trixie\n        aliases: [old]\n',
            "old-slim",
            "alias `old` because it is listed among the aliases of slim-trixie in 2.0",
            "aliases: [old]",
        ),
    ],
)
def test_why_by_line(project: Project, old: str, new: str, tag: str, why: str, text: str) -> None:
    """The reason of an alias or suffix has the rule and its line in versions.yaml."""
    project.edit("versions.yaml", old, new)
    assert f"{why} ({line(project, text)})" in project.run("show", tag).ok().out
