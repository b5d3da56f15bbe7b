"""Packages of npm for tests: each folder has a package.json and a lock file.

Without node, or if the download fails, the tests are skipped, but never in CI.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def missing(tool: str, why: str) -> None:
    """Skip, or in CI fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{tool} can't be run: {why}")
    pytest.skip(f"{tool.upper()} WAS NOT RUN: {why}")


def modules(folder: Path, tool: str) -> Path:
    """Return the folder `node_modules`; install it from the lock file if it is missing or old."""
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            missing(tool, f"there is no {name}")
    found = folder / "node_modules"
    lock_file = folder / "package-lock.json"
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    with lock_file.open() as lock:  # only one process of pytest-xdist installs it
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = found / ".ready"
        if not ready.exists() or ready.read_text() != wanted:
            command = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                missing(tool, f"npm: {done.stderr}")
            ready.write_text(wanted)
    return found
