"""`tagmatrix status`: the status of each cycle, as a table and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.web.site import CYCLES, FILE

if TYPE_CHECKING:
    from tests.projects import Project
    from tests.web.site import Site

DAY = ("--as-of", "2026-06-24", "--attempts", "1")
MANIFEST = """\
Maintainers: Ada (@ada)
GitRepo: https://example.org/python.git
GitCommit: c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff

Tags: 2.1.2-trixie, 2.1-trixie
SharedTags: 2.1.2, 2.1
"""


def test_table(sample: Project, site: Site) -> None:
    """The table has a line for each cycle, then the notes."""
    site.upstream.library["sample"] = MANIFEST
    number = site.upstream.publish("2.1.4", "2026-06-23")
    site.upstream.add_file(number, "Python-2.1.4.tar.xz", "a" * 64)
    site.upstream.add_file(number, "python-2.1.4-amd64.exe", "b" * 64)
    result = sample.run("status", *DAY).ok()
    assert result.err == ""
    header = [
        "cycle",
        "ours",
        "upstream",
        "manifest",
        "published",
        "phase",
        "end",
        "of",
        "life",
        "next",
    ]
    assert result.out.splitlines()[0].split() == header
    rows = [line.split() for line in result.out.splitlines()[1:3]]
    assert rows == [
        [
            "2.1",
            "2.1.3",
            "2.1.4",
            "2.1.3",
            "2.1.2",
            "bugfix",
            "2030-10-31",
            "tagmatrix",
            "update",
            "2.1",
        ],
        ["2.0", "2.0.9", "2.0.9", "2.0.9", "-", "security", "2028-10-31", "-"],
    ]
    assert result.out.splitlines()[3:] == ["", "2.1: 2.1.3 to 2.1.4"]


@pytest.mark.slow
def test_ends(sample: Project) -> None:
    """The end of life is reported by the reference date, with the command to run."""
    result = sample.run("status", "2.0", "--as-of", "2028-11-01").ok()
    assert result.out.splitlines()[1].endswith("2028-10-31   tagmatrix retire 2.0")
    assert "2.0: reached its end of life on 2028-10-31; retire it" in result.out
    soon = sample.run("status", "2.0", "--as-of", "2028-10-01").ok()
    assert "2.0: is supported until 2028-10-31; after that, retire it" in soon.out


def test_upstream_names_another_end(sample: Project) -> None:
    """A different end of life of upstream is reported."""
    sample.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    end_of_life: 2027-10-31\n',
    )
    result = sample.run("status", "2.0", *DAY).ok()
    assert "2.0: upstream has another end of life: 2028-10-31" in result.out


def test_json_and_failures(sample: Project, site: Site) -> None:
    """A failure gives null, a warning and exit code 4; other values are present."""
    site.faults[CYCLES] = site.status(500)
    site.faults[f"{FILE}?release=1000"] = site.status(500)
    result = sample.run("status", "--format", "json", *DAY)
    assert result.code == 4
    value = json.loads(result.out)
    assert (value["schema"], value["as_of"]) == (1, "2026-06-24")
    first, second = value["cycles"]
    assert (first["cycle"], first["upstream"], first["phase"]) == ("2.1", "2.1.3", None)
    assert len(first["failures"]) == 2
    assert (second["upstream"], second["published"], second["next"]) == ("2.0.9", None, None)
    assert len(result.err.splitlines()) == 2
    assert f"warning: 2.1, 2.0: {site.base}{CYCLES}: answered 500" in result.err


def test_promote(sample: Project, site: Site) -> None:
    """The next command of a pre-release cycle with a final version is `promote`."""
    sample.edit(
        "versions.yaml", '  "2.1":\n    version: "2.1.3"', '  "2.1-rc":\n    version: "2.1.0rc1"'
    )
    site.upstream.publish("2.1.0rc1", "2026-03-01")
    result = sample.run("status", "2.1-rc", "--as-of", "2026-06-24", "--format", "json")
    row = json.loads(result.out)["cycles"][0]
    assert (row["upstream"], row["next"]) == ("2.1.3", "tagmatrix promote 2.1-rc --download")


def test_without_upstream(project: Project) -> None:
    """Without `upstream` the status is from the files, without requests."""
    result = project.run("status").ok()
    assert result.out.splitlines()[1].split() == ["2.1", "2.1.3", "-", "2.1.3", "-", "-", "-", "-"]


def test_alarms_by_themselves(sample: Project, site: Site) -> None:
    """The JSON output has alarms of their own; they are not failures."""
    site.upstream.files[1000][0]["sha256_sum"] = "e" * 64
    done = sample.run("status", "--format", "json").ok()
    first, second = json.loads(done.out)["cycles"]
    (alarm,) = first["alarms"]
    assert "source of 2.1.3 has another SHA-256 than before" in alarm
    assert alarm in first["notes"]
    assert (first["waits"], first["news"], second["alarms"]) == ([], [], [])


def test_a_renamed_image_has_its_manifest(sample: Project, site: Site) -> None:
    """The committed manifest is found under the image's former name."""
    sample.edit("versions.yaml", "image: sample", "image: other")
    site.upstream.library["other"] = MANIFEST
    result = sample.run("status", "--format", "json", *DAY)
    assert json.loads(result.out)["cycles"][0]["manifest"] == "2.1.3"
    assert "`image` was renamed; " in result.err
