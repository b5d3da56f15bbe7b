"""The site in a real Chromium: no overflow, no finding of axe-core, search and comparison work."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests import npm
from tests.projects import Project
from tests.site.world import HEAD, entry, past, real, three_days

HERE: Final = Path(__file__).parent / "browser"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

if TYPE_CHECKING:
    from collections.abc import Sequence


def look(folder: Path, pages: Sequence[str], search: str) -> dict[str, Any]:
    """Return what the browser finds in a site."""
    npm.modules(HERE, "axe-core")
    browser = shutil.which("chromium") or shutil.which("google-chrome") or ""
    if not browser:
        npm.missing("chromium", "there is no chromium")
    done = subprocess.run(
        ["node", str(HERE / "check.mjs"), str(folder), browser],
        env=os.environ | {"PAGES": " ".join(pages), "SEARCH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def is_fine(found: dict[str, Any]) -> None:
    """Assert that no page overflows, reports an error or has a finding."""
    assert found["errors"] == []
    assert found["overflow"] == []
    assert found["accessibility"] == []


def test_a_family(project: Project) -> None:
    """Every kind of page of a family, with the filters of its tags."""
    project.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    end_of_life: 2026-06-30\n    deprecated: Use 2.1.\n',
    )
    project.generate("--commit").ok()
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder), "--as-of", "2026-06-01").ok()
    found = look(folder, ["tags/latest.html", "tags/2.0.9-slim.html"], "2.0-slim")
    is_fine(found)
    tags = found["tags"]
    assert tags["search"] == ["2.0-slim-trixie", "2.0-slim", "2.0-slim-bookworm"]
    assert 0 < len(tags["fixed"]) < tags["all"]
    assert all(name.startswith(("2.1.3", "2.0.9")) for name in tags["fixed"])
    assert {len(tags[key]) for key in ("cycle", "variant", "architecture")} <= {
        *range(1, tags["all"])
    }
    assert tags["count"] == f"{len(tags['architecture'])} of {tags['all']} tags"
    assert found["plain"] == {"rows": tags["all"], "form": False}


def test_two_dates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The comparison shows what differs between two days, and which architectures are lost."""
    past = three_days(tmp_path / "images")
    project = Project(repo=past.repo, root=past.repo.path, capsys=capsys)
    folder = tmp_path / "site"
    project.run("site", "--output", str(folder), "--manifest", str(past.path)).ok()
    found = look(folder, ["tags/slim.html"], "1.2-")
    is_fine(found)
    compare = found["compare"]
    assert compare["days"] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert ["slim", "1.2.4, slim", "1.2.4, slim", "−arm64v8"] in compare["newest"]  # noqa: RUF001 (a minus)
    assert ["1.2.3-slim", "1.2.3, slim", "–", "amd64, arm64v8"] in compare["all"]  # noqa: RUF001 (a dash)
    assert [row[0] for row in compare["search"]] == ["1.2-slim"]


def test_twelve_years(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python's published tables of twelve years are readable, too."""
    past = real(tmp_path / "images")
    project = Project(repo=past.repo, root=past.repo.path, capsys=capsys)
    folder = tmp_path / "site"
    project.run("site", "--output", str(folder), "--manifest", str(past.path)).ok()
    found = look(folder, ["tags/latest.html"], "3.14-slim")
    is_fine(found)
    assert len(found["compare"]["days"]) > 60


def test_the_longest_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tags, versions and variants of 128 characters, and a long name, stay on the page."""
    long = past(tmp_path / "images", "n" * 60)
    tag, version = f"9.8.7-{'x' * 122}", f"9.8.7{'.1' * 61}"
    tags = f"{tag}, 9.8-slim, {version}"
    long.revise(HEAD + entry(tags) + entry(f"1.0{'0' * 125}", folder="y"), "2026-01-01")
    tags += f", {'a' * 128}"
    long.revise(
        HEAD + entry(tags) + entry(f"1.0{'0' * 125}, {'latest' * 20}", folder="y"), "2026-02-01"
    )
    project = Project(repo=long.repo, root=long.repo.path, capsys=capsys)
    folder = tmp_path / "site"
    project.run("site", "--output", str(folder), "--manifest", str(long.path)).ok()
    pages = [f"tags/{name}.html" for name in (tag, version, "latest" * 20, f"1.0{'0' * 125}")]
    found = look(folder, pages, "9.8")
    is_fine(found)
    assert found["tags"]["all"] == 6
