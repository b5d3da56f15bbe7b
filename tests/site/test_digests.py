"""`tagmatrix site --digests`: the digests that a real registry on loopback has."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.registry import images

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project
    from tests.registry.commands import Commands
    from tests.registry.standin import Standin

GOOD = f"sha256:{'a' * 64}"


def test_what_the_registry_has(
    project: Project, registry: Standin, commands: Commands, tmp_path: Path
) -> None:
    """The page of a tag has a pull line by digest, and index.json the digest."""
    where = f"{registry.host}/me/sample"
    digest = images.push_image(registry, "me/sample", images.AMD64, tag="latest")["digest"]
    listed = tmp_path / "digests.json"
    listed.write_text(commands.run("list", where, "--format", "json").out, encoding="utf-8")
    folder = tmp_path / "site"
    project.run("site", "--output", str(folder), "--digests", str(listed)).ok()
    line = f"docker pull {where}@{digest}"
    assert line in (folder / "tags/latest.html").read_text()
    assert "@sha256:" not in (folder / "tags/2.1.html").read_text()
    tags = json.loads((folder / "index.json").read_text())["tags"]
    known = {tag["tag"]: tag["digests"] for tag in tags if tag["digests"]}
    assert known == {"latest": {where: digest}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "this is not JSON"),
        ("[]", "expected an object"),
        ('{"repositories": {}}', "schema: expected 1"),
        ('{"schema": 1}', "repositories"),
        ({"me/x": {"latest": {}}}, "digest"),
        ({"me/x": {"latest": {"digest": 3}}}, "expected a text"),
        ({"me/x": {"latest": {"digest": "sha256:<b>"}}}, "me/x.latest.digest: expected sha256:"),
        ({"<b>": {"latest": {"digest": GOOD}}}, "invalid image name '<b>'"),
        ({"me/x:1": {"latest": {"digest": GOOD}}}, "expected a repository, without a tag"),
    ],
)
def test_refused(project: Project, tmp_path: Path, text: object, message: str) -> None:
    """A file that `registry list` didn't write is an error, and nothing is written."""
    file = tmp_path / "digests.json"
    if not isinstance(text, str):
        text = json.dumps({"schema": 1, "repositories": text})
    file.write_text(text, encoding="utf-8")
    folder = tmp_path / "site"
    done = project.run("site", "--output", str(folder), "--digests", str(file))
    assert (done.code, message in done.err, folder.exists()) == (2, True, False), done.err


def test_missing_and_other(project: Project, tmp_path: Path) -> None:
    """A file that is missing is an error; one of another image a warning."""
    file = tmp_path / "digests.json"
    words = ("site", "--output", str(tmp_path / "site"), "--digests", str(file))
    done = project.run(*words)
    assert (done.code, "can't read the file" in done.err) == (2, True)
    other = {"me/x": {"no-such-tag": {"digest": GOOD}, "latest": None}}
    file.write_text(json.dumps({"schema": 1, "repositories": other}), encoding="utf-8")
    assert "none of the tags of sample has a digest there" in project.run(*words).ok().err
    done = project.run(*words, "--manifest", "a", "--manifest", "b")
    assert (done.code, "--digests is for one image" in done.err) == (2, True)
