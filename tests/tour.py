"""The tour: `python -m tests.tour` runs the commands of documents and renews their output.

Each line of a `console` block that begins with `$` is a command; the lines below it are its
output. The commands run one after the other, first in an empty folder. If a document has comments
such as `<!-- test: name -->` above blocks, only these blocks run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.repos import environment

_FOLDER: Final = Path(__file__).parents[1] / "docs"
FILES: Final = (_FOLDER / "tour.md", _FOLDER / "app.md")
_MARK: Final = "<!-- test: "
_BLOCK: Final = re.compile(
    r"^(<!-- test: .*? -->\n)?(```console\n)(.*?)(?=^```$)", re.DOTALL | re.MULTILINE
)
_LONGEST: Final = 16
"""The most lines of an output; the rest is left out."""


@dataclass
class Shell:
    """A shell that runs commands one after the other, and remembers the folder."""

    folder: Path
    variables: dict[str, str]

    def run(self, command: str) -> list[str]:
        """Run a command, and return the lines that it prints, and its exit code if it fails."""
        done = subprocess.run(
            ["bash", "-c", f'{command}\nstatus=$?; pwd > "$HOME/.pwd"; exit $status'],
            cwd=self.folder,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        home = Path(self.variables["HOME"])
        self.folder = Path((home / ".pwd").read_text(encoding="utf-8").strip())
        lines = [line.rstrip() for line in done.stdout.splitlines()]
        if len(lines) > _LONGEST:
            lines = [*lines[: _LONGEST - 1], "…"]
        if done.returncode:
            lines.append(f"(exit code {done.returncode})")
        return lines


def renewed(document: str, folder: Path) -> str:
    """Return the document with the output that its commands have now."""
    variables = environment(
        PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin",
        HOME=str(folder),
        XDG_CACHE_HOME=str(folder / ".cache"),
        COLUMNS="100",
    )
    shell = Shell(folder, variables)
    marked = _MARK in document

    def block(match: re.Match[str]) -> str:
        if marked and not match[1]:
            return match[0]
        lines = []
        for command in re.findall(r"^\$ (.*)$", match[3], re.MULTILINE):
            lines += [f"$ {command}", *shell.run(command)]
        return (match[1] or "") + match[2] + "".join(f"{line}\n" for line in lines)

    return _BLOCK.sub(block, document)


def main() -> int:
    """Renew the documents."""
    for file in FILES:
        with tempfile.TemporaryDirectory() as folder:
            text = renewed(file.read_text(encoding="utf-8"), Path(folder))
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
