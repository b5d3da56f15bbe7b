"""`tagmatrix site`: files, states, what is refused."""

from __future__ import annotations

import html
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jsonschema
import pytest

from tagmatrix.site.current_image import state
from tagmatrix.site.page_data import Lifespan
from tests import schemas
from tests.projects import Project
from tests.repos import TestRepo, environment
from tests.site.world import HEAD, entry, past, three_days

if TYPE_CHECKING:
    from tests.projects import Result

ROOT: Final = Path(__file__).parents[2]


def site(project: Project, *args: str) -> tuple[Result, Path]:
    """Make the site of a project; return the result and the folder."""
    folder = project.root.parent / "site"
    return project.run("site", "--output", str(folder), *args), folder


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return a project that is a manifest's history only."""
    found = three_days(tmp_path / "images")
    return Project(repo=found.repo, root=found.repo.path, capsys=capsys)


def test_all_files(project: Project) -> None:
    """index.json lists all files, every tag has a page, and links lead to files."""
    done, folder = site(project)
    assert "sample" not in done.ok().err
    index = json.loads((folder / "index.json").read_text())
    jsonschema.validate(index, json.loads((ROOT / "schemas/site.schema.json").read_text()))
    files = files_in(folder)
    assert files == {*index["files"], "index.json"}
    assert {tag["page"] for tag in index["tags"]} <= files
    all_links_lead_to_files(folder)


def files_in(folder: Path) -> set[str]:
    """Return the paths of all files in a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def all_links_lead_to_files(folder: Path) -> None:
    """Assert that the links of every page, without those to other sites, lead to files."""
    for path in files_in(folder):
        if not path.endswith(".html"):
            continue
        text = (folder / path).read_text()
        for target in re.findall(r'(?:href|src)="([^"#]+)"', text):
            if "://" not in target:
                assert ((folder / path).parent / target).resolve().is_file(), (path, target)


def test_the_same_bytes_again(project: Project) -> None:
    """A second run changes nothing, and a run elsewhere makes the same files."""
    site(project)[0].ok()
    again, folder = site(project)
    assert ", 0 changed; " in again.ok().out
    elsewhere = project.root.parent / "elsewhere"
    project.run("site", "--output", str(elsewhere)).ok()
    for path in folder.rglob("*"):
        if path.is_file():
            assert (elsewhere / path.relative_to(folder)).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_what_the_site_no_longer_has_is_deleted(project: Project) -> None:
    """A file of an earlier site goes; a stranger's file is refused before anything is written."""
    _, folder = site(project)
    assert (folder / "tags/2.0-slim.html").exists()
    project.run("retire", "2.0").ok()
    project.generate("--commit").ok()
    site(project)[0].ok()
    assert not (folder / "tags/2.0-slim.html").exists()
    assert (folder / "tags/2.1-slim.html").exists()
    (folder / "index.json").unlink()
    refused, _ = site(project)
    assert (refused.code, "has files that tagmatrix did not write" in refused.err) == (2, True)


def test_deleting_stays_inside(project: Project) -> None:
    """An index.json that lists files elsewhere deletes none of them."""
    _, folder = site(project)
    outside = project.root.parent / "outside.txt"
    outside.write_text("mine")
    (folder / "link").symlink_to(outside)
    index = json.loads((folder / "index.json").read_text())
    index["files"] += ["../outside.txt", str(outside), "link", "tags"]
    (folder / "index.json").write_text(json.dumps(index))
    site(project)[0].ok()
    assert outside.read_text() == "mine"
    assert (folder / "link").is_symlink()


@pytest.mark.parametrize(
    ("version", "final", "word"),
    [
        ("8.9.0", True, "final"),
        ("8.9.0-rc.1", False, "pre-release"),
        ("8.9.0-canary.3", False, "channel"),
    ],
)
def test_states_of_versions(version: str, final: bool, word: str) -> None:  # noqa: FBT001 (a table)
    """A version of a channel is not called a pre-release."""
    assert state(Lifespan(name="8.9", version=version, final=final), None) == word


@pytest.mark.slow
def test_states(project: Project) -> None:
    """With --as-of a cycle is ended, or about to end; without, nothing depends on the day."""
    project.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    end_of_life: 2026-06-30\n',
    )
    project.generate("--commit").ok()
    words = []
    for args in (
        (),
        ("--as-of", "2026-06-01"),
        ("--as-of", "2026-07-01"),
        ("--as-of", "2025-01-01"),
    ):
        _, folder = site(project, *args)
        index = json.loads((folder / "index.json").read_text())
        words.append([cycle["state"] for cycle in index["cycles"]])
    assert words == [["final"] * 2, ["final", "ending"], ["final", "ended"], ["final"] * 2]
    page = (project.root.parent / "site/index.html").read_text()
    assert "supported until" in page.lower()
    assert 'class="timeline"' in page


def test_reasons(project: Project) -> None:
    """An empty cell of the architectures has its reason, and a cell without an image too."""
    _, folder = site(project)
    page = (folder / "index.html").read_text()
    assert "No user has such a machine." in page
    tags = "https://hub.docker.com/_/debian/tags?name=trixie"
    assert f'debian:trixie is not built for it <a href="{tags}">Source</a>' in page
    assert "<p>upstream publishes no windows artifact" in page


def test_a_page_of_a_tag(project: Project) -> None:
    """It says what the tag names, why it exists, and what moves it."""
    _, folder = site(project)
    page = (folder / "tags/latest.html").read_text()
    assert "docker pull sample:latest" in page
    assert "<strong>moves</strong> with " in page
    assert "2.1 is the newest final cycle" in page
    fixed = (folder / "tags/2.1.3-slim.html").read_text()
    assert "<strong>fixed</strong>" in fixed


def test_a_page_says_what_show_says(project: Project) -> None:
    """Each rule that holds for a tag is on its page, with its reason, and the last change."""
    project.edit(
        "versions.yaml", 'version: "2.1.3"', 'version: "2.1.3"\n    end_of_life: 2030-06-30'
    )
    project.generate("--commit").ok()
    _, folder = site(project)
    for tag in ("latest", "2.0-slim", "2.1-alpine"):
        page = html.unescape(re.sub("<[^>]+>", "", (folder / f"tags/{tag}.html").read_text()))
        (shown,) = json.loads(project.run("show", tag, "--format", "json").ok().out)["tags"]
        for image in shown["images"]:
            words = [image["dockerfile"], image["base"], *image["architectures"]]
            words += [
                image["commit"]["id"][:12],
                image["commit"]["day"],
                image["commit"]["subject"],
            ]
            words += [each["why"].rstrip(".") for each in image["settings"]]
            assert [word for word in words if word not in page] == []
        assert all(f"{name} until {end}" in page for name, end in shown["end_of_life"].items())


@pytest.mark.slow
def test_an_image_with_many_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page of each of its tags has the tag and some others, so that pages stay small."""
    many = past(tmp_path / "images")
    many.revise(HEAD + entry(", ".join(f"1.2.{number}" for number in range(300))), "2026-01-01")
    project = Project(repo=many.repo, root=many.repo.path, capsys=capsys)
    _, folder = site(project, "--manifest", str(many.path))
    page = (folder / "tags/1.2.299.html").read_text()
    assert 'aria-current="page">1.2.299</a>' in page
    assert page.count('class="chips"') == 1
    assert page.count("<li><a href=") < 60
    assert 'and more, of 300: <a href="../tags.html">' in page


def test_moves_of_a_manifest(other: Project) -> None:
    """The site of any manifest has its history, the newest and the worst first."""
    done, folder = site(other, "--manifest", str(other.root / "library/python"))
    assert "2 moves in 3 revisions" in done.ok().out
    moves = (folder / "moves.html").read_text()
    assert moves.index("2026-03-01") < moves.index("2026-02-01")
    assert "no longer built for arm64v8" in moves
    assert '<span class="worst breaking">breaking</span>' in moves
    page = (folder / "tags/1.2-slim.html").read_text()
    assert "1.2.4 follows 1.2.3" in page
    index = json.loads((folder / "index.json").read_text())
    assert (index["updated"], index["image"]) == ("2026-03-01T12:00:00Z", "python")
    assert index["cycles"][0]["begin"] == "2026-01-01"


@pytest.mark.slow
@pytest.mark.parametrize(
    "tags", ["latest", "linux, latest", "latest, nanoserver", "edge", "1.2.3, latest", "1.2-a, a"]
)
def test_images_without_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tags: str
) -> None:
    """Their row has a name, their cell a text, and each of their files a name."""
    alone = past(tmp_path / "images", "hello")
    alone.revise(HEAD + entry(tags), "2026-01-01")
    project = Project(repo=alone.repo, root=alone.repo.path, capsys=capsys)
    done, folder = site(project, "--manifest", str(alone.path))
    done.ok()
    for path in folder.rglob("*"):
        assert not path.name.startswith("."), path
        if path.suffix == ".html":
            text = path.read_text()
            assert (
                re.findall(r"<(th|a|option|td)\b[^>]*>\s*(?:<span[^>]*>\s*</span>)?\s*</\1>", text)
                == []
            )


def test_since(other: Project) -> None:
    """--since begins with that revision."""
    manifest = ("--manifest", str(other.root / "library/python"))
    done, _ = site(other, *manifest, "--since", "HEAD~1")
    assert "1 move in 2 revisions" in done.ok().out
    wrong, _ = site(other, *manifest, "--since", "nothing")
    assert (wrong.code, "unknown git revision 'nothing'" in wrong.err) == (2, True)


def test_images_with_shared_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page of each tag has the Dockerfiles of its own images."""
    found = past(tmp_path / "shared")
    shared = "1.0, latest"
    text = entry("1.0-linux, linux", folder="on-linux", shared=shared)
    text += entry(
        "1.0-windows, windows", architectures="windows-amd64", folder="on-win", shared=shared
    )
    found.revise(HEAD + text, "2026-01-01")
    project = Project(repo=found.repo, root=found.repo.path, capsys=capsys)
    done, folder = site(project, "--manifest", str(found.path))
    done.ok()
    for tag, folders in {
        "windows": ["on-win"],
        "linux": ["on-linux"],
        "latest": ["on-linux", "on-win"],
    }.items():
        page = (folder / f"tags/{tag}.html").read_text()
        assert [name for name in ("on-linux", "on-win") if f">{name}/" in page] == folders


def test_the_headline_is_final(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without `latest` the badge and the first number name a final cycle."""
    found = past(tmp_path / "none")
    found.revise(HEAD + entry("2.0.0-rc1, 2.0-rc") + entry("1.4.2, 1.4", folder="y"), "2026-01-01")
    project = Project(repo=found.repo, root=found.repo.path, capsys=capsys)
    done, folder = site(project, "--manifest", str(found.path))
    done.ok()
    badges = {path.stem: path.read_text() for path in (folder / "badges").glob("*.json")}
    assert "1.4.2" in badges["latest"]


def test_two_manifests(other: Project) -> None:
    """Each has a folder, and a page above lists them; an image that is left out is deleted."""
    (other.root / "library/ruby").write_text(HEAD + entry("3.4.1, latest"))
    other.repo.commit("Add ruby")
    paths = [str(other.root / "library" / name) for name in ("python", "ruby")]
    both = ("--manifest", paths[0], "--manifest", paths[1])
    _, folder = site(other, *both)
    assert "docker pull ruby:latest" in (folder / "ruby/tags/latest.html").read_text()
    all_links_lead_to_files(folder)
    page = (folder / "index.html").read_text()
    assert '<a href="python/index.html">python</a>' in page
    assert '<a href="ruby/index.html">ruby</a>' in page
    assert (
        '<a href="../../index.html">All images</a>'
        in (folder / "ruby/tags/latest.html").read_text()
    )
    index = json.loads((folder / "index.json").read_text())
    assert not schemas.problem("site-images.schema.json", index)
    assert {*index["files"], "index.json"} == files_in(folder)
    site(other, *both, "--url", "https://example.org/x")
    feed = json.loads((folder / "ruby/feeds/all.json").read_text())
    assert feed["feed_url"] == "https://example.org/x/ruby/feeds/all.json"
    twice, _ = site(other, "--manifest", paths[0], "--manifest", paths[0])
    assert (twice.code, "have the same name" in twice.err) == (2, True)
    site(other, *both[:2])[0].ok()
    assert not (folder / "ruby").exists()
    all_links_lead_to_files(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "style.css", "index.json", ".hidden", "a b&"])
def test_names_of_folders(other: Project, name: str) -> None:
    """The folder of an image is not one of the files above, nor hidden."""
    (other.root / "library" / name).write_text(HEAD + entry("3.4.1, latest"))
    other.repo.git("add", "--force", "--all")
    other.repo.commit("Add it")
    paths = [str(other.root / "library" / each) for each in ("python", name)]
    url = "https://example.org/x/"
    done, folder = site(other, "--manifest", paths[0], "--manifest", paths[1], "--url", url)
    done.ok()
    all_links_lead_to_files(folder)
    assert not any(path.name.startswith(".") for path in folder.iterdir())
    (where,) = {path.name for path in folder.iterdir() if path.is_dir()} - {"python"}
    feed = json.loads((folder / where / "feeds/all.json").read_text())
    assert feed["home_page_url"] == f"{url}{where}/"


def test_refused(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A shallow clone, no history, an empty manifest and a wrong address are errors."""
    shallow = tmp_path / "shallow"
    project.repo.git("clone", "--quiet", "--depth=1", project.root.as_uri(), str(shallow))
    clone = Project(repo=TestRepo(shallow), root=shallow, capsys=capsys)
    done, folder = site(clone)
    assert (done.code, "the clone is shallow" in done.err) == (2, True)
    assert not folder.exists()
    none = past(tmp_path / "none")
    none.path.write_text(HEAD + entry("1.2"))
    alone = Project(repo=none.repo, root=none.repo.path, capsys=capsys)
    manifest = ("--manifest", str(none.path))
    for message in ("no commit has this manifest", "the manifest has no images"):
        done, _ = site(alone, *manifest)
        assert (done.code, message in done.err) == (2, True), done
        none.revise(HEAD, "2026-01-01")
    missing, _ = site(alone, "--manifest", "no/such")
    assert (missing.code, "no such file" in missing.err) == (2, True)
    for address in (
        *("example.org", "javascript:alert(1)", "https://[x", "https://a b/\x07", "https://a b/"),
        *('https://e.org/"><x>', "https://e.org/p?x=1", "https://e.org/p#f", "https://e.org/{}"),
    ):
        assert site(alone, *manifest, "--url", address)[0].code == 2
    outside = tmp_path / "python"
    outside.write_text(HEAD + entry("1.2"))
    done, _ = site(alone, "--manifest", str(outside))
    assert (done.code, "there is no history to read: the folder is not" in done.err) == (2, True)


@pytest.mark.parametrize("name", [b"a\x01b", b"a\x7f", b"a\xed\xa0\x80", "a\u202e".encode()])
def test_names_that_are_not_printable(other: Project, name: bytes) -> None:
    """The name of a manifest is in titles, addresses and badges."""
    path = Path(os.fsdecode(bytes(other.root / "library") + b"/" + name))
    path.write_text(HEAD + entry("1.2, latest"))
    done, folder = site(other, "--manifest", str(path))
    assert (done.code, "the name is not printable" in done.err) == (2, True)
    assert not folder.exists()


def test_an_end_that_is_never(project: Project) -> None:
    """People write the last possible date for a cycle without an end."""
    version = 'version: "2.0.9"'
    project.edit("versions.yaml", version, f"{version}\n    end_of_life: 9999-12-31")
    project.generate("--commit").ok()
    done, folder = site(project, "--as-of", "2026-11-29")
    done.ok()
    assert "DTSTART;VALUE=DATE:99991231" in (folder / "ends.ics").read_text()


@pytest.mark.slow
def test_what_is_not_published_yet(project: Project) -> None:
    """Tags that the committed manifest lacks are not shown without a warning."""
    project.generate("--commit").ok()
    assert "versions.yaml has other tags" not in site(project)[0].ok().err
    project.bump("2.0.9", "2.0.10")
    assert "versions.yaml has other tags than the committed manifest" in site(project)[0].err


def test_output_inside_git(project: Project) -> None:
    """A site is not written into the folder of git itself."""
    done = project.run("site", "--output", str(project.root / ".git" / "site"))
    assert (done.code, "this is inside .git; choose another place" in done.err) == (2, True)
    assert not (project.root / ".git/site").exists()


def test_an_unreadable_revision_is_left_out(other: Project) -> None:
    """A commit with a broken manifest does not hide the others."""
    (other.root / "library/python").write_text("Tags:\n")
    other.repo.commit("Break it")
    (other.root / "library/python").write_text(HEAD + entry("1.2.5-slim, 1.2-slim", folder="1.2"))
    other.repo.commit("Repair it", **environment())
    done, _ = site(other, "--manifest", str(other.root / "library/python"))
    assert "in 4 revisions" in done.ok().out


def test_own_templates(project: Project) -> None:
    """A template of the family replaces the package's."""
    project.write("templates/site/moves.html.j2", "{{ family.name }} moved <>&")
    _, folder = site(project)
    assert (folder / "moves.html").read_text() == "sample moved <>&"
    assert "<h1>" in (folder / "index.html").read_text()


def test_dry_run(project: Project) -> None:
    """It names what would be written and deleted, writes nothing, and exits with 3."""
    project.generate("--commit").ok()
    dry, folder = site(project, "-n", "--quiet")
    assert (dry.code, folder.exists()) == (3, False)
    site(project)[0].ok()
    files = {path for path in folder.rglob("*") if path.is_file()}
    assert {*dry.out.splitlines()} == {f"would write {path}" for path in files}
    assert "files, 0 would change" in site(project, "-n")[0].ok().out
    page = folder / "index.html"
    page.write_text("x")
    listed = folder / "index.json"
    listed.write_text(listed.read_text().replace('"files": [', '"files": ["old.html", '))
    (folder / "old.html").write_text("x")
    changed, _ = site(project, "--dry-run", "--quiet")
    lines = {f"would write {page}", f"would write {listed}", f"would delete {folder / 'old.html'}"}
    assert (changed.code, {*changed.out.splitlines()}) == (3, lines)
    assert (page.read_text(), (folder / "old.html").exists()) == ("x", True)
