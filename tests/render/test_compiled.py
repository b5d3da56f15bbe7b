"""Templates that an earlier run has compiled."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

import pytest

from tagmatrix.render import templates
from tagmatrix.render.compiled import Compiled
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates
from tagmatrix.util import kept_values, private_cache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep compiled templates in a folder, and write a template."""
    monkeypatch.setattr(private_cache, "folder", tmp_path / "cache")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "x.j2").write_text("{{ a }}\n{{ b.c }}")
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def _first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing in memory."""
    new_run(monkeypatch)


def new_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has compiled, as a new one would."""
    monkeypatch.setattr(templates, "_COMPILED", Compiled())


def render(folder: Path) -> str:
    """Render the template."""
    return Templates(folder.parent / "templates").render("x.j2", a=1, b={"c": 2})


def test_a_later_run_compiles_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run compiles is read by the next one, until the text or the compiler changes."""
    assert render(folder) == "1\n2"
    (kept,) = folder.iterdir()
    new_run(monkeypatch)
    private_cache.put(kept.name, marshal.dumps(compile("name = None", "x", "exec")))
    with pytest.raises(TemplateError):
        render(folder)  # believed: the user's own folder has it
    new_run(monkeypatch)
    (folder.parent / "templates" / "x.j2").write_text("{{ a }}")
    assert render(folder) == "1"
    monkeypatch.setattr(kept_values, "code", lambda: b"another version")
    new_run(monkeypatch)
    assert render(folder) == "1"
    assert len([*folder.iterdir()]) == 3


@pytest.mark.parametrize("content", [b"", b"x" * 100, marshal.dumps("text")])
def test_poison(folder: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are damaged, or have no code, change nothing."""
    assert render(folder) == "1\n2"
    (kept,) = folder.iterdir()
    kept.write_bytes(content)
    new_run(monkeypatch)
    assert render(folder) == "1\n2"
    private_cache.put(kept.name, marshal.dumps("text"))
    new_run(monkeypatch)
    assert render(folder) == "1\n2"


def test_errors_have_the_same_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a template from the cache has its line."""
    wrong = Templates(folder.parent / "templates")
    for _ in range(2):
        with pytest.raises(TemplateError, match=r"^templates/x\.j2:2: "):
            wrong.render("x.j2", a=1)
        new_run(monkeypatch)
        wrong = Templates(folder.parent / "templates")
    assert len([*folder.iterdir()]) == 1


def test_a_template_that_cannot_be_compiled(folder: Path) -> None:
    """A template with an error is not kept."""
    (folder.parent / "templates" / "x.j2").write_text("{% if %}")
    with pytest.raises(TemplateError):
        render(folder)
    assert not folder.exists()
