"""The recipes of docs/reading-manifests.md, run as written there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repos import make_repo

DOCUMENT = Path(__file__).parents[2] / "docs" / "reading-manifests.md"
HEAD = """\
Maintainers: Ada Lovelace (@ada)
GitRepo: {repository}
GitFetch: refs/heads/main
GitCommit: {commit}

"""
IMAGES = {
    "debian": ("scratch", "Tags: trixie-slim, 13-slim\nDirectory: slim\n\nTags: trixie\n"),
    "engine": ("debian:13-slim", "Tags: 1.2, 1\nSharedTags: latest\n"),
    "app": ("engine:latest", "Tags: 3\nArchitectures: amd64, i386\ni386-Directory: x\n"),
    "other": ("debian:trixie", "Tags: 4\n"),
}


def code(language: str) -> list[str]:
    """Return the document's blocks in a language."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_recipes(tmp_path: Path) -> None:
    """Both recipes give the same result, with the repositories that the first step cloned."""
    expected = []
    for name, (base, entries) in IMAGES.items():
        repo = make_repo(tmp_path / name)
        for folder in ("", "slim/", "x/"):
            repo.write(f"{folder}Dockerfile", f"FROM {base}\n")
        head = HEAD.format(repository=repo.path, commit=repo.commit())
        manifest = tmp_path / "official-images/library" / name
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text(head + entries)
        if name in {"engine", "app"}:
            tags = ("1.2", "1", "latest") if name == "engine" else ("3",)
            expected += [f"{name}:{tag}" for tag in tags]

    (tmp_path / "sources").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    first, second = code("sh")
    program = [sys.executable, "-c", *code("python")]
    outputs = []
    for command in (["sh", "-ec", first], ["sh", "-ec", second], program):
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            stdout=subprocess.PIPE,
            check=True,
            encoding="utf-8",
        )
        outputs.append([line.split() for line in done.stdout.splitlines()])
    assert len(list((tmp_path / "sources").iterdir())) == len(IMAGES)
    assert outputs[1] == outputs[2]
    assert [line[0] for line in outputs[1]] == expected
