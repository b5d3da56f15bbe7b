"""The wheel in an empty system: Debian with Python and git alone, and without a network."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.e2e import debian
from tests.e2e.commands import UnavailableError, run
from tests.e2e.test_own_image import COMMANDS, ROOT
from tests.packaging.test_installed import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.build, pytest.mark.timeout(1200)]

SUITE: Final = "bookworm"
PYTHON: Final = "3.11"
"""The version of the suite, which is the oldest that tagmatrix accepts."""
PACKAGES: Final = "python3,python3-venv,git"
INSTALL: Final = """\
python3 -m venv /opt/tagmatrix
/opt/tagmatrix/bin/pip install --quiet --no-index --find-links=/wheels /wheels/tagmatrix-*.whl
export PATH="/opt/tagmatrix/bin:$PATH"
tagmatrix --version
git config --global user.name "A U Thor"
git config --global user.email author@example.org
mkdir /demo && cd /demo
git init --quiet --initial-branch=main
tagmatrix init --like multi
git add --all && git commit --quiet --message "Begin the family"
tagmatrix generate --check && false || test $? = 3
tagmatrix generate --commit
"""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """Yield a new root, with the wheel, and the wheels that it requires, in /wheels."""
    try:
        mirror = debian.find_mirror()
    except UnavailableError as error:
        pytest.skip(str(error))
    debian.install("debootstrap")
    found = tmp_path / "root"
    words = ("--variant=minbase", f"--include={PACKAGES}", SUITE, found, mirror.main)
    run("debootstrap", *words).ok()
    wheels = found / "wheels"
    wheels.mkdir()
    wheel = build(ROOT, wheels, "wheel")
    options = ("--quiet", "--only-binary=:all:", f"--python-version={PYTHON}", f"--dest={wheels}")
    run(sys.executable, "-m", "pip", "download", *options, wheel).ok()
    yield found
    shutil.rmtree(found)  # a third of a gigabyte, perhaps in memory


def test_all_commands(root: Path) -> None:
    """Every command that needs no network works there."""
    shell = ("/usr/bin/env", "-i", "HOME=/root", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "bash")
    done = run("unshare", "--net", "chroot", root, *shell, "-euxc", INSTALL + COMMANDS).ok()
    assert "Traceback" not in done.text
    assert (root / "tmp/site/index.html").is_file()
    assert "FROM python:3." in (root / "tmp/hello/Dockerfile").read_text(encoding="utf-8")
