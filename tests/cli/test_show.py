"""`tagmatrix show`: existing and missing tags. `tests/explain` has the reasons."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.cli import main
from tagmatrix.matrix.load import load
from tests.projects import FOLDERS, command
from tests.repos import environment, make_repo

if TYPE_CHECKING:
    from tests.projects import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return this repository's image, published in a repository of its own."""
    root = tmp_path_factory.mktemp("python")
    make_repo(root)
    shutil.copy(ROOT / "versions.yaml", root)
    shutil.copytree(ROOT / "templates", root / "templates")
    subprocess.run(
        [*command("generate", "--commit", "--quiet")], cwd=root, env=environment(), check=True
    )
    return root


def paragraphs(root: Path) -> list[dict[str, str]]:
    """Return the entries of library/python, with a minimal parser."""
    text = (root / "library/python").read_text()
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines() if line[:1] != "#")
        for block in text.split("\n\n")
        if block[:1] != "#"
    ]
    return [block for block in blocks if "Tags" in block]


def names(block: dict[str, str], field: str) -> list[str]:
    """Return the items of a list field."""
    return block[field].split(", ") if field in block else []


def show(root: Path, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the JSON of a run."""
    capsys.readouterr()
    code = main(["-C", str(root), "show", "--format", "json", *args])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert value["schema"] == 1
    return code, value


@pytest.mark.slow
def test_every_tag_of_the_matrix(python: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All answers agree with the manifest, read with a minimal parser."""
    blocks = paragraphs(python)
    owners: dict[str, list[dict[str, str]]] = {}
    for block in blocks:
        for tag in (*names(block, "Tags"), *names(block, "SharedTags")):
            owners.setdefault(tag, []).append(block)
    assert len(owners) > 140
    code, value = show(python, capsys, *owners)
    assert (code, value["missing"]) == (0, [])
    assert [shown["tag"] for shown in value["tags"]] == [*owners]
    day = "2026-01-02"
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=python, capture_output=True, check=True, text=True
    ).stdout.strip()
    for shown in value["tags"]:
        tag, entries = shown["tag"], owners[shown["tag"]]
        version = re.match(r"[0-9.]+(?:[abrc]+\d+)?", entries[0]["Tags"])
        assert version
        assert shown["version"] == version[0]
        assert shown["moving"] == (f"{tag}-".partition("-")[0] != version[0])
        assert shown["shared"] == any(tag in names(entry, "SharedTags") for entry in entries)
        assert shown["since"]["id"] == head
        assert shown["since"]["day"] == day
        assert len(shown["images"]) == len(entries)
        for image, entry in zip(shown["images"], entries, strict=True):
            assert image["dockerfile"] == f"{entry['Directory']}/Dockerfile"
            assert image["commit"]["id"] == entry["GitCommit"]
            assert image["commit"]["day"] == day
            assert image["link"].endswith(f"/blob/{entry['GitCommit']}/{image['dockerfile']}")
            assert sorted(image["architectures"]) == names(entry, "Architectures")
            assert image["tags"] == names(entry, "Tags")
            assert image["shared_tags"] == names(entry, "SharedTags")
            base = (python / image["dockerfile"]).read_text()
            assert f"\nFROM {image['base']}\n" in base
            words = image["why"]
            assert tag in {
                words["spelling"]["text"],
                words["alias"]["text"],
                f"{words['alias']['text']}-{words['spelling']['text']}",
            }


def test_the_consumer_s_question(python: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer for python:3-slim on arm64 has the Dockerfile and since when."""
    capsys.readouterr()
    assert main(["-C", str(python), "show", "python:3-slim", "--arch", "arm64"]) == 0
    out = capsys.readouterr().out
    loaded, _ = load(python)
    newest = next(release for release in loaded.releases if release.cycle == "3.14")
    assert out.startswith(f"python:3-slim is python {newest.version}\n")
    assert "  Dockerfile     library/3.14/slim-trixie/Dockerfile\n" in out
    assert re.search(r"\n  changed        2026-01-02, commit [0-9a-f]{40}: ", out)
    assert re.search(
        r"\n  names          the same folder since 2026-01-02, commit [0-9a-f]{40}", out
    )
    lines = (python / "versions.yaml").read_text().splitlines()
    release = lines.index('  "3.14":') + 1
    default = lines.index("  default: trixie # slim follows it") + 1
    assert (
        f"alias `3` because 3.14 is the newest final cycle of major 3 (versions.yaml:{release}); "
        f"spelling `slim` because trixie is the default suite of slim (versions.yaml:{default})\n"
    ) in out


def test_architectures(python: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --arch, a shared tag shows one platform's images, or why there are none."""
    code, value = show(python, capsys, "3.14", "--arch", "windows/amd64")
    assert code == 0
    assert {image["flavor"] for image in value["tags"][0]["images"]} == {"windowsservercore"}
    code, value = show(python, capsys, "bookworm", "--arch", "mips64le")
    assert (code, value["tags"], value["missing"][0]["exists"]) == (2, [], True)
    assert "CPython does not support MIPS" in value["missing"][0]["why"]
    assert main(["-C", str(python), "show", "trixie", "--arch", "vax"]) == 2
    assert 'unknown architecture "vax"' in capsys.readouterr().err


def test_some_exist_and_some_do_not(project: Project) -> None:
    """Existing tags go to stdout, missing ones to stderr, and the exit code is 2."""
    done = project.run("show", "2.1-slim", "sample:2.9", "docker.io/library/sample:alpine")
    assert done.code == 2
    assert done.out.count("sample:") == 2
    assert done.err == (
        "error: sample:2.9 does not exist: no release cycle matches 2.9; the newest is 2.1; "
        "similar tags: 2.1\n"
    )
    other = project.run("show", "ruby:3")
    assert (other.code, "not of ruby" in other.err) == (2, True)


def test_since_follows_the_manifest(project: Project) -> None:
    """`since` is the commit of the manifest that gave the tag its folder."""
    later = {"GIT_COMMITTER_DATE": "2026-03-04T00:00:00+00:00"}
    project.bump("2.1.3", "2.1.4")
    for message in ("Bump", "Publish the bump"):
        project.generate().ok()
        project.repo.commit(message, **later)
    project.edit("versions.yaml", "default: trixie", "default: bookworm")
    accept = 'accept:\n  - {tag: "*", loses: [riscv64], why: bookworm is not built for it.}\n'
    project.edit("versions.yaml", "releases:\n", f"{accept}releases:\n")
    project.generate().ok()  # no Dockerfile changes, so that the manifest can follow at once
    project.repo.commit("Move", **later)

    def since(tag: str) -> Any:  # noqa: ANN401 (JSON)
        value = json.loads(project.run("show", "--format", "json", tag).ok().out)
        return value["tags"][0]["since"]["subject"], value["tags"][0]["images"][0]["commit"]

    assert since("slim")[0] == "Move"
    assert since("slim-trixie")[0] == "Publish it"
    assert since("2.1.4-trixie")[0] == "Publish the bump"
    assert since("slim-trixie")[1]["subject"] == "Bump"
    assert since("2.0-slim-trixie")[1]["subject"] == "Add the sample"


def test_since_of_a_renamed_image(project: Project) -> None:
    """Until the manifest has the new name, commits and history are those of the old one."""
    project.edit("versions.yaml", "image: sample", "image: other")
    published = project.repo.head()
    done = project.run("show", "slim").ok()
    assert done.out.startswith("other:slim is other 2.1.3\n  moves")
    assert f"commit {published} of library/sample\n" in re.sub(r"\n {17}", " ", done.out)
    assert re.search(r"\n  changed        .*commit [0-9a-f]{40}: Add the sample\n", done.out)
    assert "library/other is new: `image` was renamed" in done.err
    project.generate("--commit").ok()
    done = project.run("show", "slim").ok()
    assert done.err == ""
    assert f"{project.repo.head()} of library/other\n" in re.sub(r"\n {17}", " ", done.out)


def test_what_versions_yaml_will_move(project: Project) -> None:
    """A tag that will move shows its published state; its new folder shows its own commit."""
    project.edit("versions.yaml", "default: trixie", "default: bookworm")
    accept = 'accept:\n  - {tag: "*", loses: [riscv64], why: bookworm is not built for it.}\n'
    project.edit("versions.yaml", "releases:\n", f"{accept}releases:\n")
    out = project.run("show", "slim").ok().out
    assert out.startswith(
        "sample:slim will be sample 2.1.3\n"
        "  published      today as slim-trixie; versions.yaml will move it\n"
    )
    assert "not published yet" not in out
    assert re.search(r"\n  changed        .*commit [0-9a-f]{40}: Add the sample\n", out)
    value = json.loads(project.run("show", "--format", "json", "slim").ok().out)
    (tag,) = value["tags"]
    assert tag["published"] == {
        "version": "2.1.3",
        "dockerfiles": ["library/2.1/slim-trixie/Dockerfile"],
    }
    assert tag["images"][0]["commit"]["subject"] == "Add the sample"
    assert tag["images"][0]["link"].endswith("/library/2.1/slim-bookworm/Dockerfile")
    fixed = project.run("show", "slim-trixie").ok().out
    assert fixed.startswith("sample:slim-trixie is sample 2.1.3\n  moves")


def test_what_versions_yaml_will_bump(project: Project) -> None:
    """Before generate, the old version is published, and the new one is not."""
    project.bump("2.1.3", "2.1.4")
    done = project.run("show", "2.1-slim", "2.1.4-slim", "2.1.3-slim")
    assert done.code == 2
    assert "  published      today as 2.1.3; versions.yaml will move it\n" in done.out
    assert "  published      not yet: the manifest does not have this tag" in done.out
    assert done.err.startswith(
        "error: sample:2.1.3-slim is published as 2.1/slim-trixie, "
        "but is no longer in versions.yaml: 2.1 is at 2.1.4"
    )


def test_fixed_tags_in_words(project: Project) -> None:
    """A fixed tag keeps its version; without a suite, it shows what moves it to another image."""
    both = project.run("show", "2.1.3-slim", "2.1.3-slim-trixie").ok().out
    fixed = "  moves          fixed: it keeps version 2.1.3, but its image may be rebuilt"
    more = "; with another default suite it will name another image of 2.1.3"
    lines = [line for line in both.splitlines() if line.startswith("  moves")]
    assert lines == [f"{fixed}{more}", fixed]


def test_conditional_exclusions_everywhere(project: Project) -> None:
    """Page, `show` and JSON have the reason of a rule exactly where it applies."""
    (project.root / "templates/README.md.j2").unlink()
    suites = '"3.24": {flavors: [alpine], architectures: [amd64'
    project.edit("versions.yaml", suites, f"{suites}, s390x")
    rules = """exclude:
  - architectures: [s390x]
    when: {cycles: ">=2.1", flavors: [alpine]}
    why: It is too slow.
    link: https://example.org/slow
  - architectures: [arm64v8]
    when: {suites: [bookworm]}
    unless: {cycles: "<2.1"}
    why: It hangs.
"""
    project.edit("versions.yaml", "exclude:\n", rules)
    accept = 'accept:\n  - {tag: "*", loses: [arm64v8], why: It hangs.}\nreleases:\n'
    project.edit("versions.yaml", "releases:\n", accept)
    project.generate().ok()
    page = project.read("library/README.md").partition("## What is not built")[2]
    assert (
        "- `s390x` of `alpine3.24` (2.1): It is too slow ([source](<https://example.org/slow>))"
        in page
    )
    assert "- `arm64v8` of `bookworm`, `slim-bookworm` (2.1): It hangs\n" in page
    assert "- `mips64le` of `bookworm`, `slim-bookworm`: No user has such a machine\n" in page
    manifest = json.loads(project.read("library/sample.json"))
    excluded = {image["directory"]: image["excluded"] for image in manifest["images"]}
    slow = {"architecture": "s390x", "why": "It is too slow.", "link": "https://example.org/slow"}
    hangs = {"architecture": "arm64v8", "why": "It hangs.", "link": ""}
    unused = {"architecture": "mips64le", "why": "No user has such a machine.", "link": ""}
    assert excluded["library/2.1/alpine3.24"] == [slow]
    assert excluded["library/2.0/alpine3.24"] == []
    assert excluded["library/2.1/slim-bookworm"] == [hangs, unused]
    assert excluded["library/2.0/slim-bookworm"] == [unused]
    for tag, items in (
        ("2.1-alpine", [slow]),
        ("2.0-alpine", []),
        ("2.1-bookworm", [hangs, unused]),
    ):
        value = json.loads(project.run("show", "--format", "json", tag).ok().out)
        assert value["tags"][0]["images"][0]["excluded"] == items
    out = project.run("show", "alpine").ok().out
    lines = project.read("versions.yaml").splitlines()
    place = f"versions.yaml:{lines.index('  - architectures: [s390x]') + 1}"
    assert f"  not built for  s390x: It is too slow (https://example.org/slow; {place})\n" in out
    assert "not built for" not in project.run("show", "2.0-alpine").ok().out
    assert "s390x: It is too slow" in project.run("show", "alpine", "--arch", "s390x").err


def test_before_it_is_published(unborn: Project) -> None:
    """Without a manifest or a commit, the other facts are shown."""
    done = unborn.run("show", "slim").ok()
    assert "library/2.1/slim-trixie/Dockerfile" in done.out
    assert "not published yet" in done.out
    assert " since " not in done.out
    value = json.loads(unborn.run("show", "--format", "json", "slim").ok().out)
    assert value["tags"][0]["since"] is None
    assert value["tags"][0]["images"][0]["commit"] is None


def test_without_git(project: Project) -> None:
    """In a source archive, the commits are from the manifest, and their days are unknown."""
    shutil.rmtree(project.root / ".git")
    done = project.run("show", "slim").ok()
    assert re.search(r"\n  changed        commit [0-9a-f]{40}\n", done.out)


def test_in_a_part_of_a_repository(project: Project, tmp_path: Path) -> None:
    """If the image is a folder of a repository, links and commits are correct."""
    outer = make_repo(tmp_path / "outer")
    shutil.copytree(project.root, outer.path / "in/side", ignore=shutil.ignore_patterns(".git"))
    shutil.rmtree(outer.path / "in/side/library")
    inner = project.at(outer.path / "in/side", outer)
    for message in ("Add", "Publish"):
        inner.generate().ok()
        outer.commit(message)
    value = json.loads(inner.run("show", "--format", "json", "slim").ok().out)
    (image,) = value["tags"][0]["images"]
    assert image["link"].endswith(f"/in/side/library/{FOLDERS[1]}/Dockerfile")
    assert value["tags"][0]["since"]["subject"] == "Publish"
    assert value["tags"][0]["published"]["dockerfiles"] == [image["dockerfile"]]


def test_what_the_base_lacks(project: Project) -> None:
    """Architectures of other images of the family that the base lacks are named, with the line."""
    path = project.root / "versions.yaml"
    text = path.read_text()
    assert "riscv64" in text
    out = project.run("show", "2.1-bookworm", "2.1-trixie").ok().out
    first, _, second = out.partition("sample:2.1-trixie is")
    assert re.search(r"base lacks +riscv64: debian:bookworm has no image for them", first)
    assert "base lacks" not in second
    value = json.loads(project.run("show", "2.1-bookworm", "--format", "json").ok().out)
    assert value["tags"][0]["images"][0]["base_lacks"] == ["riscv64"]
