"""The Dockerfiles of the last run."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import ContextFile
from tagmatrix.render import template_hashes
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfile_review import Review, Reviewed
from tagmatrix.render.kept_dockerfiles import KeptDockerfiles
from tagmatrix.render.templates import Templates
from tagmatrix.util import private_cache

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

REVIEWED = Reviewed(b"FROM a\n", ("a", ("amd64",), ()), Review((), ()))


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep values in a folder, and make templates."""
    monkeypatch.setattr(private_cache, "folder", tmp_path / "private")
    (tmp_path / "templates" / "partials").mkdir(parents=True)
    (tmp_path / "templates" / "partials" / "a.j2").write_text("a")
    return tmp_path / "templates"


def kept(templates: Path, versions: bytes = b"1") -> KeptDockerfiles:
    """Return what the last run left; then keep a Dockerfile."""
    found = kept_then_nothing(templates, versions)
    found.reviewed["Dockerfile"] = REVIEWED
    found.keep(["Dockerfile"], {"a.j2"}, ())
    return found


def kept_then_nothing(templates: Path, versions: bytes = b"1") -> KeptDockerfiles:
    """Return what the last run left."""
    return KeptDockerfiles(templates, versions, whole=True)


def test_the_same_input(templates: Path) -> None:
    """The texts are those of a run with the same input; each change of it ends that."""
    assert not kept(templates).texts
    again = kept(templates)
    assert (again.texts, again.used) == ({"Dockerfile": b"FROM a\n"}, frozenset({"a.j2"}))
    assert not kept(templates, b"2").texts
    assert kept(templates, b"2").texts
    file = templates / "partials" / "a.j2"
    for change in (
        lambda: file.write_text("b"),
        lambda: file.rename(file.with_name("b.j2")),
        lambda: (templates / "empty.j2").write_text(""),
        (templates / "folder.j2").mkdir,
    ):
        change()
        found = kept(templates, b"2")
        assert (found.texts, found.used) == ({}, frozenset())
        assert found.reviewed["Dockerfile"] == REVIEWED
        assert kept(templates, b"2").texts


def test_only_the_images_of_the_run(templates: Path) -> None:
    """A Dockerfile that is no longer wanted is not kept."""
    kept(templates)
    found = kept_then_nothing(templates, b"2")
    found.reviewed["other"] = REVIEWED
    found.keep(["other"], (), ())
    assert kept_then_nothing(templates, b"2").texts.keys() == {"other"}


def test_a_run_of_some_cycles(templates: Path) -> None:
    """A run of some cycles renders, knows what was found in Dockerfiles, and keeps nothing."""
    kept(templates)
    found = KeptDockerfiles(templates, b"1", whole=False)
    assert (found.texts, found.used) == ({}, frozenset())
    assert found.reviewed == {"Dockerfile": REVIEWED}
    found.keep([], {"b.j2"}, ())
    assert kept_then_nothing(templates).used == {"a.j2"}


def keeps(
    templates: Path, change: Callable[[], object], read: Callable[[Templates], object]
) -> bool:
    """Return whether a run keeps what it rendered, if templates change and change back."""
    before = snapshot(templates)
    found = kept_then_nothing(templates)
    change()
    rendering = Templates(templates)
    read(rendering)
    shutil.rmtree(templates)
    for path, content in before.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    found.reviewed["Dockerfile"] = REVIEWED
    found.keep(["Dockerfile"], (), rendering.read)
    return bool(kept_then_nothing(templates).texts)


def snapshot(folder: Path) -> dict[Path, bytes]:
    """Return the files in a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_templates_change_during_a_run(templates: Path) -> None:
    """What comes from other texts than the input has is not kept, even if they are back."""
    file = templates / "partials" / "a.j2"

    def read(rendering: Templates) -> None:
        rendering.render("partials/a.j2")

    assert not keeps(templates, lambda: file.write_text("b"), read)
    assert keeps(templates, lambda: file.with_name("b.j2").write_text("not read"), read)


@pytest.mark.parametrize("name", ["readme/rebuilds.j2", "optional.j2"])
def test_a_template_is_absent_during_a_run(templates: Path, name: str) -> None:
    """A template that is not there counts too: the toolkit's own, or none, takes its place."""
    (templates / "readme").mkdir()
    (templates / name).write_text("")
    (templates / "top.j2").write_text(f"{{% include '{name}' ignore missing %}}")

    def read(rendering: Templates) -> None:
        rendering.render("top.j2")

    assert not keeps(templates, (templates / name).unlink, read)
    assert keeps(templates, lambda: None, read)


def test_files_change_during_a_run(templates: Path) -> None:
    """Files that are copied count as templates do."""
    (templates / "files").mkdir()
    (templates / "files" / "x").write_bytes(b"a")

    def read(rendering: Templates) -> None:
        ContextFiles(templates, rendering).get(ContextFile(file="x"), {})

    assert not keeps(templates, lambda: (templates / "files" / "x").write_bytes(b"b"), read)
    assert keeps(templates, lambda: None, read)


@pytest.mark.parametrize("what", ["link", "linked folder", "linked templates", "large", "missing"])
def test_folders_that_are_not_compared(
    templates: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is kept if the templates have links, are large, or can't be read."""
    outside = templates.with_name("outside")
    if what == "link":
        outside.write_text("a")
        (templates / "b.j2").symlink_to(outside)
    elif what == "linked folder":
        outside.mkdir()
        (templates / "inner").symlink_to(outside)
    elif what == "linked templates":
        templates.rename(outside)
        templates.symlink_to(outside)
    elif what == "large":
        monkeypatch.setattr(template_hashes, "_MOST_BYTES", 0)
    else:
        templates.rename(outside)
    kept(templates)
    assert not kept(templates).texts
    assert private_cache.folder is not None
    assert not private_cache.folder.exists()


def test_without_the_cache(templates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cache nothing is kept or found."""
    kept(templates)
    monkeypatch.setattr(private_cache, "folder", None)
    assert not kept(templates).texts
    assert not kept_then_nothing(templates).reviewed
