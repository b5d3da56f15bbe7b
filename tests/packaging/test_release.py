"""A release: version, changelog, tag, archives."""

from __future__ import annotations

import importlib.util
import json
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import tagmatrix
from tagmatrix.api import load as load_config
from tagmatrix.cli import main
from tests.repos import TestRepo, environment

if TYPE_CHECKING:
    from types import ModuleType

ROOT: Final = Path(__file__).parents[2]
CHANGES = "# Changelog\n\n## Unreleased\n\n### Added\n\n- More.\n\n## 0.0.9 - 2026-01-01\n\n- It.\n"


def load() -> ModuleType:
    """Return the script as a module."""
    spec = importlib.util.spec_from_file_location("release", ROOT / ".ci/release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release: Any = load()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> TestRepo:
    """Return a clone of this repository, on main."""
    path = tmp_path_factory.mktemp("release") / "clone"
    command = ["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(path)]
    subprocess.run(command, check=True, env=environment())
    repo = TestRepo(path)
    repo.git("checkout", "--quiet", "-B", "main")
    repo.git("config", "user.name", "A U Thor")
    repo.git("config", "user.email", "author@example.org")
    return repo


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("0.0.9", "0.0.9 is lower than 0.1.0"),
        ("1.x", "invalid version '1.x'"),
        ("1.0-rc1", "write the version as 1.0rc1"),
    ],
)
def test_versions(version: str, message: str) -> None:
    """A lower or invalid version is refused, with the reason."""
    with pytest.raises(release.ReleaseError, match=message):
        release.with_version('__version__ = "0.1.0"\n', version)


def test_the_version_is_written() -> None:
    """Only the version changes."""
    code = 'x = 1\n__version__ = "0.1.0"\n'
    assert release.with_version(code, "0.2.0") == code.replace("0.1.0", "0.2.0")
    with pytest.raises(release.ReleaseError, match="no __version__"):
        release.with_version("x = 1\n", "0.2.0")


def test_the_changelog() -> None:
    """What is unreleased belongs to the version; a new empty part is above it."""
    text = release.with_release(CHANGES, "0.2.0", "2026-12-31")
    assert "## Unreleased\n\n## 0.2.0 - 2026-12-31\n\n### Added\n\n- More.\n" in text
    with pytest.raises(release.ReleaseError, match="nothing under"):
        release.with_release(text, "0.3.0", "2026-12-31")
    with pytest.raises(release.ReleaseError, match="invalid date '31 December'"):
        release.with_release(CHANGES, "0.2.0", "31 December")


def test_the_image_has_the_version() -> None:
    """Tagmatrix's own image installs this version, and its files are generated."""
    folder = ROOT / "image"
    config = load_config(folder)
    assert [release.version for release in config.releases] == [tagmatrix.__version__]
    assert main(["-C", str(folder), "generate", "--check", "--only", "dockerfiles"]) == 0


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a version it prints how it is called."""
    assert release.main([]) == 2
    assert "make release VERSION=" in capsys.readouterr().err


@pytest.mark.slow
def test_changes_and_other_branches(clone: TestRepo) -> None:
    """There is no release of changes that are not committed, or of another branch."""
    clone.git("checkout", "--quiet", "-b", "topic")
    with pytest.raises(release.ReleaseError, match="main is not checked out"):
        release.check_tree(clone.path)
    clone.git("checkout", "--quiet", "main")
    file = clone.write("new", "x")
    with pytest.raises(release.ReleaseError, match="there are changes"):
        release.check_tree(clone.path)
    file.unlink()
    release.check_tree(clone.path)


def test_without_valgrind(clone: TestRepo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without valgrind there is no release, and nothing is changed."""
    git = shutil.which("git")
    assert git is not None
    (tmp_path / "git").symlink_to(git)
    before = clone.head()
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(tmp_path))
        with pytest.raises(release.ReleaseError, match="valgrind is not installed"):
            release.release(clone.path, "9.8.7", "2026-12-31")
    assert (clone.head(), clone.git("status", "--porcelain")) == (before, "")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind is not installed")
def test_a_release(clone: TestRepo, tmp_path: Path) -> None:
    """The archives have the version, and pass the checks of other tools."""
    release.release(clone.path, "9.8.7", "2026-12-31")
    assert clone.git("describe") == "v9.8.7"
    assert clone.git("log", "-1", "--skip=1", "--format=%s") == "Release 9.8.7"
    assert clone.git("status", "--porcelain") == ""
    figures = json.loads((clone.path / release.FIGURES).read_text())
    assert figures["python"].split()[0] == platform.python_version()
    assert figures["instructions"].keys() >= {"tags", "generate", "generate --no-cache", "plan"}
    assert release.FIGURES in clone.git("show", "--format=", "--name-only", "HEAD~1").splitlines()
    assert "Tags: 9.8.7-trixie, 9-trixie" in (clone.path / "image/library/tagmatrix").read_text()
    with pytest.raises(release.ReleaseError, match=r"there is a tag v9\.8\.7 already"):
        release.release(clone.path, "9.8.7", "2026-12-31")
    dist = clone.path / "dist/9.8.7"
    names = ["tagmatrix-9.8.7-py3-none-any.whl", "tagmatrix-9.8.7.tar.gz"]
    assert sorted(path.name for path in dist.iterdir()) == names
    venv.create(tmp_path / "tools", with_pip=True)
    tools = tmp_path / "tools/bin"
    lock = str(ROOT / "requirements-release.lock")
    pip = [str(tools / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, "--requirement", lock], check=True)
    checks = [["twine", "check", "--strict", *map(str, dist.iterdir())]]
    checks += [["check-wheel-contents", str(dist)]]
    for name, *arguments in checks:
        subprocess.run([str(tools / name), *arguments], check=True)


def test_the_command_is_the_makefiles(tmp_path: Path) -> None:
    """`make release` calls the script, and the tools that the test calls."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    rule = text.partition("\nrelease:")[2].partition("\n\n")[0]
    for words in (".ci/release.py $(VERSION)", "twine check --strict", "check-wheel-contents"):
        assert words in rule
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci/release.py"), "1.0"], cwd=tmp_path, check=False
    )
    assert done.returncode == 2
