"""From an empty folder to an image in a registry, with the commands of the documents."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.e2e.commands import run, with_tagmatrix
from tests.repos import make_repo

if TYPE_CHECKING:
    from tests.e2e.bases import Bases
    from tests.e2e.engine import Engine
    from tests.e2e.real import Real

pytestmark = [pytest.mark.build, pytest.mark.timeout(1200)]
BEGIN: Final = """\
tagmatrix init --like simple
sed -i 's/architectures: .*/architectures: [amd64]}/' versions.yaml
printf 'publish:\\n  registries: ["%s/me/shop"]\\n' "$REGISTRY" >> versions.yaml
git add --all && git commit --quiet --message "Begin the family"
tagmatrix generate --commit
tagmatrix plan --format json > plan.json
tagmatrix registry publish --plan plan.json --dry-run
tagmatrix plan --from plan.json --simple --format bake > bake.json
"""
"""README.md, docs/your-own-image.md, and "The simple way" of docs/publishing.md."""
BUILD: Final = """\
docker buildx bake --file bake.json --allow=network.host
tagmatrix registry check --extra
tagmatrix registry show "$REGISTRY/me/shop:1"
docker run --rm --network=none "$REGISTRY/me/shop:latest" sh -c 'echo "it runs as $(id -u)"'
"""


def test_from_nothing_to_a_registry(
    real: Real, engine: Engine, bases: Bases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image that a newcomer begins with is built, pushed, and like versions.yaml."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "Ada")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "ada@example.org")
    bases.debian("trixie")
    engine.copy("debian:trixie-slim", "docker.io/library/debian:trixie-slim")
    programs = with_tagmatrix(tmp_path / "bin")
    path = f"{programs}:{Path(engine.client).parent}:{os.environ['PATH']}"
    variables = {**engine.environment, "PATH": path, "REGISTRY": real.host}
    folder = make_repo(tmp_path / "shop").path
    run("bash", "-euo", "pipefail", "-c", BEGIN, cwd=folder, env=variables).ok()
    file = folder / "bake.json"
    made = json.loads(file.read_text())
    for target in made["target"].values():
        target["network"] = "host"  # this engine has no other network
    file.write_text(json.dumps(made))
    done = run("bash", "-euo", "pipefail", "-c", BUILD, cwd=folder, env=variables)
    assert "it runs as 65534" in done.ok().text
