"""Fixtures: an application in a folder, and the command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tagmatrix.cli import main

if TYPE_CHECKING:
    from pathlib import Path

FLASK = """\
from flask import Flask

app = Flask(__name__)


@app.get("/healthz")
def health():
    return "ok"
"""


@dataclass(frozen=True)
class App:
    """The folder of an application, and what the last command printed."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def add(self, path: str, text: str) -> None:
        """Write a file of the application."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path: str) -> str:
        """Return a file's text."""
        return (self.folder / path).read_text(encoding="utf-8")

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run `tagmatrix app …`, and return exit code, output and messages."""
        code = main(["-C", str(self.folder), "app", *words])
        out, err = self.capture.readouterr()
        return code, out, err


@pytest.fixture
def app(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> App:
    """Return a Flask application with pinned requirements."""
    folder = tmp_path / "app"
    folder.mkdir()
    made = App(folder, capsys)
    made.add("requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\n")
    made.add("app.py", FLASK)
    return made
