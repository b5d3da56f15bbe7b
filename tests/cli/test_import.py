"""`tagmatrix import`: from a manifest to files, and from these to the same manifest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tagmatrix.imports.comparing import differences
from tagmatrix.manifest import parse
from tests.imports.checkouts import make_family
from tests.imports.samples import HEAD, entry, product
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo

MANIFEST = HEAD + entry(product(["2.1.0", "2.1", "2", "latest"], ["trixie", ""]), "2.1/trixie")
BY_ARCHITECTURE = entry("edge", "x86", arm64v8_Directory="arm")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a manifest, and an empty one beside it."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library/engine").write_text(MANIFEST)
    return tmp_path


def run(root: Path, *args: str) -> int:
    """Run a command in a folder."""
    return main(["-C", str(root), *args])


def same_entries(repo: TestRepo, before: str) -> bool:
    """Return whether the manifest has the entries that it had, commits aside."""
    after = parse((repo.path / "library/engine").read_text())
    pairs = zip(parse(before).entries, after.entries, strict=True)
    return not any(differences(new, old) for old, new in pairs)


def test_the_result_makes_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`import --checkout`, then `generate --commit`: the guard accepts it, and it is up to date."""
    repo = make_family(tmp_path)
    before = (repo.path / "library/engine").read_text()
    assert run(repo.path, "import", "library/engine", "--checkout", str(repo.path)) == 0
    assert capsys.readouterr().out == (
        "listed 8.0/plugin: `folder`, because its flavor has another `folder`\n"
        "listed `variants` of 8.4, because not all releases have all variants\n"
        "6 of 6 entries come out exactly\n"
        f"next: check `repository`, `branch` and `base` in {repo.path}/versions.yaml, then run\n"
        "  tagmatrix generate --diff\n"
    )
    assert run(repo.path, "generate", "--commit") == 0
    assert run(repo.path, "generate", "--check") == 0
    assert same_entries(repo, before)
    assert "{{.State}}" in (repo.path / "8.4/trixie/Dockerfile").read_text()


def test_images_of_a_tag(tmp_path: Path) -> None:
    """An image whose commit is at a tag is read from there, and `generate --check` accepts it."""
    repo = make_repo(tmp_path)
    repo.write("1.9/trixie/Dockerfile", "FROM debian:trixie\n")
    repo.commit()
    repo.git("tag", "v1.9.0")
    repo.git("rm", "-r", "--quiet", "1.9")
    old = entry(
        product(["1.9.0", "1.9", "1"], ["trixie", ""]), "1.9/trixie", GitFetch="refs/tags/v1.9.0"
    )
    repo.write("library/engine", MANIFEST + old)
    repo.commit()
    assert run(tmp_path, "import", "engine") == 0
    assert run(tmp_path, "generate", "--commit") == 0
    assert run(tmp_path, "generate", "--check") == 0
    assert same_entries(repo, MANIFEST + old)


def test_without_a_checkout(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is one template with the base only; it generates too."""
    repo = make_repo(folder)
    assert run(folder, "import", "engine") == 0
    out = capsys.readouterr().out
    assert "guessed base: a manifest has no bases" in out
    assert "FROM {{ image.base }}" in (folder / "templates/main.Dockerfile.j2").read_text()
    assert run(folder, "generate", "--commit") == 0
    assert same_entries(repo, MANIFEST)


def test_a_revision_and_another_folder(folder: Path) -> None:
    """MANIFEST may be REV:path; with --output the files are elsewhere."""
    repo = make_repo(folder)
    repo.commit()
    (folder / "library/engine").unlink()
    target = folder / "new/engine"
    assert run(folder, "import", "HEAD:library/engine", "--output", str(target)) == 0
    assert (
        (target / "versions.yaml").read_text().startswith("# The releases and variants of engine")
    )
    assert not (folder / "versions.yaml").exists()


def test_nothing_is_overwritten_without_force(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Existing files stay, and their names are in the message; --force overwrites them."""
    (folder / "versions.yaml").write_text("mine\n")
    assert run(folder, "import", "engine") == 2
    assert "versions.yaml would be overwritten; add --force" in capsys.readouterr().err
    assert (folder / "versions.yaml").read_text() == "mine\n"
    assert not (folder / "templates").exists()
    assert run(folder, "import", "engine", "--force") == 0
    assert "image: engine" in (folder / "versions.yaml").read_text()


def test_entries_that_can_not_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are named, and the exit code is 3; the rest is written."""
    (folder / "library/engine").write_text(MANIFEST + BY_ARCHITECTURE)
    assert run(folder, "import", "engine") == 3
    out = capsys.readouterr().out
    assert out.startswith("missing edge (x86): its fields differ by architecture")
    assert "1 of 2 entries come out exactly\nnext: check" in out
    assert (folder / "versions.yaml").exists()


def test_no_entry_can_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is written, and each entry is named."""
    (folder / "library/engine").write_text(HEAD + BY_ARCHITECTURE)
    assert run(folder, "import", "engine") == 3
    assert "missing edge (x86)" in capsys.readouterr().err
    assert not (folder / "versions.yaml").exists()


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The report for programs has what is missing and what is listed, with reasons."""
    odd = entry(["2.0.9", "2.0", "2.0-lts"], "2.0/trixie")
    (folder / "library/engine").write_text(MANIFEST + odd + BY_ARCHITECTURE)
    assert run(folder, "import", "engine", "--format", "json") == 3
    report = json.loads(capsys.readouterr().out)
    assert (report["schema"], report["image"], report["exact"]) == (1, "engine", 2)
    assert [each["directory"] for each in report["missing"]] == ["x86"]
    assert report["missing"][0]["by_design"] is True
    assert isinstance(report["listed"], list)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("absent",), "absent: no such manifest in"),
        (("engine", "--checkout", "absent"), "--checkout absent: no such folder"),
        (("engine", "--output", "library/engine"), "library/engine: File exists"),
    ],
)
def test_wrong_arguments(
    folder: Path, capsys: pytest.CaptureFixture[str], args: tuple[str, ...], message: str
) -> None:
    """A manifest or a folder that is not there is an error."""
    args = tuple(str(folder / each) if each == "library/engine" else each for each in args)
    assert run(folder, "import", *args) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "versions.yaml").exists()


def test_dry_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It names the files, prints the report, writes nothing, and exits with 3."""
    new = folder / "new"
    words = ("import", "library/engine", "--output", str(new))
    assert run(folder, *words, "--dry-run") == 3
    dry = capsys.readouterr().out
    assert not new.exists()
    assert run(folder, "--quiet", *words) == 0
    written = sorted(path for path in new.rglob("*") if path.is_file())
    lines = "".join(f"would write {path}\n" for path in written)
    assert dry == lines + capsys.readouterr().out
    assert run(folder, *words, "--dry-run") == 2
    assert "would be overwritten; add --force" in capsys.readouterr().err
    assert run(folder, *words, "--dry-run", "--force", "--format", "json") == 3
