"""The history: versions of the committed JSON, commits with odd dates, what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import feedparser
import pytest

from tests.projects import Project
from tests.repos import make_repo
from tests.site.world import HEAD, entry, past, three_days

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Result
    from tests.site.world import Past


def site(project: Project, *args: str) -> tuple[Result, Path]:
    """Make the site of a project; return the result and the folder."""
    folder = project.root.parent / "site"
    return project.run("site", "--output", str(folder), *args), folder


def of_manifest(found: Past, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[Result, Path]:
    """Make the site of a manifest; return the result and the folder."""
    project = Project(repo=found.repo, root=found.repo.path, capsys=capsys)
    return site(project, "--manifest", str(found.path), *args)


def compared(folder: Path) -> dict[str, Any]:
    """Return the data of the comparison."""
    text = (folder / "history.js").read_text()
    text = text.removeprefix("window.tagmatrixHistory=JSON.parse(").removesuffix(");\n")
    value: dict[str, Any] = json.loads(json.loads(text))
    return value


def newest(folder: Path) -> dict[str, tuple[str, str]]:
    """Return version and variant of each tag of the newest revision, as the page computes them."""
    value = compared(folder)
    tags = value["first"]
    for step in value["steps"]:
        tags |= step["tags"]
    return {name: (tag[0], tag[1]) for name, tag in tags.items() if tag}


@pytest.mark.parametrize("complete", [True, False])
def test_versions_of_the_committed_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, complete: bool
) -> None:
    """`2.0.1-dev` is 2.0.1 of dev-trixie; also if the first revision has no JSON."""
    repo = make_repo(tmp_path / "app")
    project = Project(repo=repo, root=repo.path, capsys=capsys)
    project.run("init", "app", "--like", "multi").ok()
    project.write("versions.yaml", project.read("versions.yaml").replace("sdk", "dev"))
    (project.root / "templates/sdk.Dockerfile.j2").rename(
        project.root / "templates/dev.Dockerfile.j2"
    )
    repo.commit("Begin")
    project.generate("--commit").ok()
    if not complete:
        repo.git("rm", "--quiet", "--cached", "library/app.json")
        repo.git("commit", "--quiet", "--amend", "--no-edit")
    project.edit("versions.yaml", 'version: "2.0.1"', 'version: "2.0.2"')
    repo.commit("Bump")
    project.generate("--commit").ok()
    done, folder = site(project)
    assert "in 2 revisions" in done.ok().out
    tags = newest(folder)
    index = json.loads((folder / "index.json").read_text())
    assert tags == {tag["tag"]: (tag["version"], tag["variants"][0]) for tag in index["tags"]}
    assert tags["2.0.2-dev"] == ("2.0.2", "dev-trixie")
    assert tags["1.4-dev"] == ("1.4.9", "dev-trixie")
    feed = (folder / "feeds/all.json").read_text()
    assert "2.0.2 follows 2.0.1" in feed
    assert "2.0.2-dev follows" not in feed


def dated(found: Past, text: str, day: str) -> None:
    """Commit a manifest with a date as git writes it."""
    found.path.write_text(text, encoding="utf-8")
    found.repo.commit(day, GIT_AUTHOR_DATE=day, GIT_COMMITTER_DATE=day)


def test_dates_in_any_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each year has one heading, a feed the newest date, and the comparison sorted days."""
    found = past(tmp_path / "images")
    days = ["2020-01-01", "2021-03-01", "2020-05-01", "2021-02-01"]
    for number, day in enumerate(days):
        found.revise(HEAD + entry(f"1.2.{number}-x, 1.2-x, x"), day)
    done, folder = of_manifest(found, capsys)
    done.ok()
    page = (folder / "moves.html").read_text()
    assert (page.count('id="year-2021"'), page.count('href="#year-2021"')) == (1, 1)
    assert page.index('id="year-2021"') < page.index('id="year-2020"')
    feed = feedparser.parse((folder / "feeds/all.atom").read_bytes())
    assert feed.feed.updated == "2021-03-01T12:00:00Z"
    value = compared(folder)
    every = [value["day"], *(step["day"] for step in value["steps"])]
    assert (every, [every[number] for number in value["order"]]) == (days, sorted(days))


def test_a_date_after_the_year_9999(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts as the last day that there is."""
    found = past(tmp_path / "images")
    dated(found, HEAD + entry("1.2.3, 1.2"), "@253402300800 +0000")
    done, folder = of_manifest(found, capsys)
    done.ok()
    assert '"begin": "9999-12-31"' in (folder / "index.json").read_text()


def test_since_another_branch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A revision that is not in the history of HEAD is refused."""
    found = three_days(tmp_path / "images")
    found.repo.git("checkout", "--quiet", "-b", "other")
    found.revise(HEAD + entry("9.9.9, 9.9"), "2026-04-01")
    found.repo.git("checkout", "--quiet", "-")
    done, folder = of_manifest(found, capsys, "--since", "other")
    assert (done.code, folder.exists()) == (2, False)
    assert "--since: 'other' is not in the history of HEAD" in done.err


def test_a_deleted_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A manifest that HEAD does not have any more is refused, also if the file is there."""
    found = three_days(tmp_path / "images")
    found.repo.git("rm", "--quiet", "--cached", "library/python")
    found.repo.git("commit", "--quiet", "-m", "Delete it")
    done, folder = of_manifest(found, capsys)
    assert (done.code, folder.exists()) == (2, False)
    assert "python: HEAD does not have this manifest any more; commit it" in done.err


def test_a_warning_of_unreadable_revisions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Old revisions that can't be read are left out, with a warning."""
    found = three_days(tmp_path / "images")
    good = found.path.read_text()
    for text in ("Tags:\n", "Tags: x\n", good):
        found.revise(text, "2026-05-01")
    done, _ = of_manifest(found, capsys)
    assert "python: 2 old revisions can't be read" in done.ok().err


@pytest.mark.parametrize(
    "address",
    [
        *("https://x/?", "https://x/#", "https://a:b", "https://x:99999999", "https://x/%zz"),
        *("https://x/%", "https://", "https://:80/"),
    ],
)
def test_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    """An address that no browser could follow with a path behind it is refused."""
    found = three_days(tmp_path / "images")
    done, folder = of_manifest(found, capsys, "--url", address)
    assert (done.code, "invalid address" in done.err, folder.exists()) == (2, True, False)


def test_address_with_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A password in the address is refused, and no message has it."""
    found = three_days(tmp_path / "images")
    done, folder = of_manifest(found, capsys, "--url", "https://me:secret@example.org/")
    assert (done.code, "remove it" in done.err, folder.exists()) == (2, True, False)
    assert "secret" not in done.err


def test_no_calendar_without_ends(project: Project) -> None:
    """Without an end there is no calendar and no link to it; a very early end has four digits."""
    _, folder = site(project)
    index = json.loads((folder / "index.json").read_text())
    assert (index["calendar"], "ends.ics" in index["files"]) == (None, False)
    assert not (folder / "ends.ics").exists()
    assert "ends.ics" not in (folder / "index.html").read_text()
    version = 'version: "2.0.9"'
    project.edit("versions.yaml", version, f"{version}\n    end_of_life: 0999-01-02")
    project.generate("--commit").ok()
    site(project)[0].ok()
    assert "DTSTART;VALUE=DATE:09990102\r\n" in (folder / "ends.ics").read_bytes().decode()
    assert 'href="ends.ics"' in (folder / "index.html").read_text()


def sentence(folder: Path, tag: str) -> str:
    """Return the line of a tag's page that says since when it names its folders."""
    page = re.sub("<[^>]+>", "", (folder / f"tags/{tag}.html").read_text())
    return next((line for line in page.splitlines() if "It has named" in line), "")


def test_since_when_a_tag_names_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tag's page has the first revision with the folder; with --since it may be older."""
    found = past(tmp_path / "images")
    one = entry("1.2.3, 1.2, 1", folder="1.2")
    first = found.revise(HEAD + one, "2026-01-01")
    two = entry("1.3.0, 1.3, 1", folder="1.3")
    second = found.revise(HEAD + one.replace(", 1\n", "\n") + two, "2026-02-01")
    third = found.revise(HEAD + one.replace("1.2.3, 1.2, 1\n", "1.2.4, 1.2\n") + two, "2026-03-01")
    folder = of_manifest(found, capsys)[1]
    for tag, day, commit in (
        *(("1.2", "2026-01-01", first), ("1", "2026-02-01", second)),
        ("1.2.4", "2026-03-01", third),
    ):
        expected = f"It has named the same folder since {day}, commit {commit[:12]}."
        assert sentence(folder, tag) == expected
    of_manifest(found, capsys, "--since", second)
    expected = f"It has named the same folder since 2026-02-01, or before, commit {second[:12]}."
    assert sentence(folder, "1.2") == expected


def test_since_as_show_says_it(project: Project) -> None:
    """The page of a tag of versions.yaml has the commit and the day that `show` prints."""
    project.generate("--commit").ok()
    project.edit("versions.yaml", 'version: "2.1.3"', 'version: "2.1.4"')
    project.repo.commit("Bump")
    _, folder = site(project)
    assert sentence(folder, "2.1.4") == ""
    for tag in ("2.0-slim", "latest", "2.1"):
        shown = " ".join(project.run("show", tag).ok().out.split())
        said = re.search("the same (folders?) since ([0-9-]+), commit ([0-9a-f]+)", shown)
        assert said
        expected = f"It has named the same {said[1]} since {said[2]}, commit {said[3][:12]}."
        assert sentence(folder, tag) == expected
