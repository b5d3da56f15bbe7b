"""Commands that read the history, in a history of twenty thousand commits."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.projects import MANIFEST, is_published
from tests.repos import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.projects import Project

COMMITS = 20_000
BEGIN = 1_770_000_000
PAUSE = 600
TRIXIE = "library/2.0/trixie/Dockerfile"


def history(project: Project) -> Iterator[str]:
    """Yield commits for git: a tag ends, and is back in the middle, a Dockerfile changes later."""
    manifest, dockerfile = project.read(MANIFEST), project.read(TRIXIE)
    changes = {
        1: (MANIFEST, manifest.replace("SharedTags: 2.0.9, 2.0\n", "SharedTags: 2.0.9\n")),
        COMMITS // 2: (MANIFEST, manifest),
        COMMITS * 3 // 4 - 1: (TRIXIE, f"{dockerfile}RUN true\n"),
        COMMITS * 3 // 4: (TRIXIE, dockerfile),
    }
    for number in range(1, COMMITS + 1):
        path, text = changes.get(number, (f"notes/{number % 50}", f"{number}\n"))
        yield f"commit refs/heads/main\nmark :{number}\n"
        yield f"committer A <a@example.org> {BEGIN + number * PAUSE} +0000\ndata <<.\n{number}\n.\n"
        yield "from refs/heads/main^0\n" if number == 1 else ""
        yield f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"


def day(number: int) -> str:
    """Return the day of a commit."""
    return dt.datetime.fromtimestamp(BEGIN + number * PAUSE, dt.UTC).date().isoformat()


@pytest.mark.slow
def test_twenty_thousand_commits(project: Project) -> None:
    """`generate`, `show` and `site` find the commits that made the tags what they are."""
    marks = project.root.parent / "marks"
    subprocess.run(
        ["git", "-C", project.root, "fast-import", "--quiet", f"--export-marks={marks}"],
        input="".join(history(project)).encode(),
        env=environment(),
        check=True,
    )
    project.repo.git("reset", "--hard", "--quiet")
    ids = dict(line.split() for line in marks.read_text().splitlines())
    back, rebuilt = COMMITS // 2, COMMITS * 3 // 4
    assert len(project.subjects()) == COMMITS + 2
    assert project.generate("--check").code == 3
    project.generate("--commit").ok()
    assert "everything is up to date" in project.generate("--check").ok().out
    is_published(project)
    shown = json.loads(project.run("show", "2.0", "--format", "json").ok().out)["tags"][0]
    assert (shown["since"]["id"], shown["since"]["day"]) == (ids[f":{back}"], day(back))
    commit = shown["images"][0]["commit"]
    assert (commit["id"], commit["day"]) == (ids[f":{rebuilt}"], day(rebuilt))
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder)).ok()
    page = (folder / "tags/2.0.html").read_text()
    assert day(1) in page
    assert day(back) in page
    assert day(rebuilt) in page
