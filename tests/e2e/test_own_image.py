"""The container image of tagmatrix: built by its own plan, and run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import tagmatrix
from tests.e2e.commands import run
from tests.packaging.test_installed import build
from tests.repos import make_repo

if TYPE_CHECKING:
    from tests.e2e.bases import Bases
    from tests.e2e.commands import Done
    from tests.e2e.engine import Engine

pytestmark = [pytest.mark.build, pytest.mark.timeout(1200)]
ROOT: Final = Path(__file__).parents[2]
IMAGE: Final = "localhost/tagmatrix:e2e"
USER: Final = 1000
PYTHON: Final = "3.13"
"""The version of Debian trixie, the image's base."""

COMMANDS: Final = """\
tagmatrix tags --cycle 2.0 --arch arm64
tagmatrix show demo:2.0-alpine
tagmatrix library list --build-order library/demo
tagmatrix library cat library/demo
tagmatrix library show ./library/demo:latest
tagmatrix library check
tagmatrix plan
tagmatrix plan --format bake
tagmatrix plan --format commands
tagmatrix bump 2.0 2.0.2
tagmatrix generate --diff && false || test $? = 3
tagmatrix generate --commit
tagmatrix library diff HEAD~2:library/demo library/demo
tagmatrix add 2.1-rc 2.1.0rc1
tagmatrix promote 2.1-rc
tagmatrix suite add 3.25 --like 3.24
tagmatrix suite default alpine 3.25
tagmatrix suite drop 3.24
tagmatrix suite end bookworm 2028-06-30
tagmatrix retire 1.4
tagmatrix generate --commit
tagmatrix generate --check --as-of 2028-06-01
tagmatrix status
tagmatrix site --output /tmp/site
tagmatrix schema
tagmatrix completion fish
tagmatrix -C /tmp import /demo/library/demo
mkdir /tmp/hello && cd /tmp/hello
echo 'print("hello")' > main.py && touch requirements.txt
tagmatrix app write --as-of 2026-07-01
tagmatrix app check --as-of 2026-07-01
tagmatrix app update --as-of 2026-07-01
"""
"""Commands that need no network, in the order in which a maintainer may run them."""


@pytest.fixture(scope="module")
def client(engine: Engine, bases: Bases, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Return the engine, which has built the image."""
    bases.debian("trixie")
    engine.copy("debian:trixie-slim", "docker.io/library/debian:trixie-slim")
    folder = tmp_path_factory.mktemp("image")
    wheels = folder / "wheels"
    wheels.mkdir()
    wheel = build(ROOT, wheels, "wheel")
    options = ["--quiet", "--only-binary=:all:", f"--python-version={PYTHON}", f"--dest={wheels}"]
    run(sys.executable, "-m", "pip", "download", *options, wheel).ok()
    plan = ("-C", "image", "plan", "--arch", "amd64", "--simple", "--no-push", "--format", "bake")
    done = run(sys.executable, "-m", "tagmatrix", *plan, cwd=ROOT).ok()
    file = folder / "bake.json"
    made = json.loads(done.text[done.text.index("{\n") :])
    for target in made["target"].values():
        target["network"] = "host"  # this engine has no other network
    file.write_text(json.dumps(made))
    output = f"type=docker,name={IMAGE}"
    settings = (f"*.contexts.wheels={wheels}", f"*.output={output}")
    words = [word for each in settings for word in ("--set", each)]
    words += ["--allow=fs.read=*", "--allow=network.host", "--progress=plain"]
    log = engine.place.logs / "own-image.log"
    bake = (engine.client, "buildx", "bake", f"--file={file}")
    run(*bake, *words, cwd=ROOT, env=engine.environment, log=log).ok()
    return engine


def start(engine: Engine, *words: str, options: tuple[str, ...] = ()) -> Done:
    """Run the image without a network."""
    command = (engine.client, "run", "--rm", "--network=none", *options, IMAGE, *words)
    return run(*command, env=engine.environment)


def test_version(client: Engine) -> None:
    """It has the version of the code, and runs as a user who is not root."""
    assert start(client, "--version").ok().text == f"tagmatrix {tagmatrix.__version__}\n"
    shell = start(client, "-c", "id -u; command -v git", options=("--entrypoint=sh",))
    assert shell.ok().text.split() == [str(USER), "/usr/bin/git"]


def test_a_family(client: Engine, tmp_path: Path) -> None:
    """It begins a family in a mounted folder, and runs all commands that need no network."""
    repo = make_repo(tmp_path / "demo")
    for path in (repo.path, *repo.path.rglob("*")):
        os.chown(path, USER, USER)
    mount = (f"--volume={repo.path}:/demo", "--workdir=/demo")
    start(client, "init", "--like", "multi", options=mount).ok()
    people = [
        f"--env=GIT_{who}_{what}" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    ]
    options = (*mount, *(f"{each}=ada@example.org" for each in people))
    script = "git add --all && git commit --quiet --message Begin && tagmatrix generate --commit"
    shell = (*options, "--entrypoint=sh")
    start(client, "-c", script, options=shell).ok()
    done = start(client, "generate", "--check", options=mount).ok()
    assert "everything is up to date" in done.text
    assert (repo.path / "library/demo").exists()
    every = start(client, "-euxc", COMMANDS, options=shell)
    assert every.code == 0, every.text[-2000:]
