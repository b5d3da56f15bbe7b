"""The Dockerfiles of the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.render import kept_dockerfiles
from tagmatrix.render.dockerfile_review import Review, Reviewed
from tagmatrix.render.kept_dockerfiles import KeptDockerfiles
from tagmatrix.util import private_cache

if TYPE_CHECKING:
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
    found.keep(["Dockerfile"], {"a.j2"})
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
    found.keep(["other"], ())
    assert kept_then_nothing(templates, b"2").texts.keys() == {"other"}


def test_a_run_of_some_cycles(templates: Path) -> None:
    """A run of some cycles renders, knows what was found in Dockerfiles, and keeps nothing."""
    kept(templates)
    found = KeptDockerfiles(templates, b"1", whole=False)
    assert (found.texts, found.used) == ({}, frozenset())
    assert found.reviewed == {"Dockerfile": REVIEWED}
    found.keep([], {"b.j2"})
    assert kept_then_nothing(templates).used == {"a.j2"}


def test_templates_change_during_a_run(templates: Path) -> None:
    """What may come from other templates than the input says is not kept."""
    found = kept_then_nothing(templates)
    found.reviewed["Dockerfile"] = REVIEWED
    text = (templates / "partials" / "a.j2").read_text()
    (templates / "partials" / "a.j2").write_text("other")
    found.keep(["Dockerfile"], ())
    (templates / "partials" / "a.j2").write_text(text)
    assert not kept_then_nothing(templates).reviewed


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
        monkeypatch.setattr(kept_dockerfiles, "_MOST_BYTES", 0)
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
