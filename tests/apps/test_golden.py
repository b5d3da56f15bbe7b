"""What `app write` prints and writes for each sample application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main
from tests.apps import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVERYTHING = ("--with", "compose,ci-github,ci-gitlab")
DAY = ("--as-of", "2026-07-01")
MANIFEST = "library-python-2026-06-24.txt"


@pytest.mark.parametrize("name", samples.NAMES)
def test_golden(
    name: str,
    tmp_path: Path,
    golden: Callable[[str, bytes], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Messages, decisions and files of each sample are those of its golden file."""
    folder = samples.write(name, tmp_path / name)
    before = {path for path in folder.rglob("*") if path.is_file()}
    code = main(["-C", str(folder), "app", "write", *EVERYTHING, *DAY])
    out, err = capsys.readouterr()
    parts = [f"exit code {code}\n", out, err]
    for file in sorted({path for path in folder.rglob("*") if path.is_file()} - before):
        text = file.read_text(encoding="utf-8")
        parts.append(f"-- {file.relative_to(folder)} --\n{text}")
    golden(f"apps/{name}.txt", "".join(parts).encode())


@pytest.mark.parametrize("variant", ["alpine", "default"])
def test_variants(variant: str, tmp_path: Path, golden: Callable[[str, bytes], None]) -> None:
    """The Dockerfile of C code is golden for the other variants too."""
    folder = samples.write("native-sdist", tmp_path / "app")
    assert main(["-C", str(folder), "app", "write", "--variant", variant, *DAY]) == 0
    golden(f"apps/native-sdist-{variant}.Dockerfile", (folder / "Dockerfile").read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("name", samples.NAMES)
def test_sources_change_no_dependency(name: str, tmp_path: Path) -> None:
    """The stage of the dependencies copies what it reads, and the image has its environment."""
    folder = samples.write(name, tmp_path / name)
    if main(["-C", str(folder), "app", "write", *DAY]):
        return
    text = (folder / "Dockerfile").read_text(encoding="utf-8")
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert [stage.split("\n")[0].split()[-1] for stage in stages[1:]] == [
        "dependencies",
        "build",
        "base",
    ]
    for words in re.findall(r"^(?:COPY|ADD) (.*) \S+$", stages[1], re.MULTILINE):
        for path in [folder / word for word in words.split()]:
            assert path != folder
            assert path.exists()
            assert (path / "pyproject.toml").is_file() if path.is_dir() else path.suffix != ".py"
    assert "type=bind" not in text, "buildah does not compare what is in a bind mount"
    assert "COPY --from=dependencies /opt/venv /opt/venv\n" in stages[3]
