"""Runs commands of `registry` in this process, with short limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.cli import main
from tagmatrix.cli.registry import arguments
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tagmatrix.web.limits import Limits


@dataclass(frozen=True)
class Output:
    """What a command did: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Commands:
    """Runs commands in a folder."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: object) -> Output:
        """Run `tagmatrix registry WORDS`, and return what it did."""
        self.capsys.readouterr()
        code = main(["-C", str(self.root), "registry", *map(str, words)])
        captured = self.capsys.readouterr()
        return Output(code, captured.out, captured.err)


def impatient(*, total: float, attempts: int) -> Limits:
    """Return limits with short pauses, for the options of a command."""
    assert total > 0
    return replace(IMPATIENT, attempts=min(attempts, 2))


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands use short limits; only their pauses differ from those of users."""
    monkeypatch.setattr(arguments, "Limits", impatient)
