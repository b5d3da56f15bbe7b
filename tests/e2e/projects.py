"""A project with this repository's templates and its own versions.yaml."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

import yaml

from tests.e2e.commands import run
from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.e2e.sources import Source

CONDITIONS = {True: {"cycles": ">=3.0"}, False: {"cycles": "<3.0"}}
"""The conditions that hold for all of these releases, and for none."""


def write_project(
    root: Path,
    sources: list[Source],
    *,
    settings: Mapping[str, bool],
    templates: Path = REPOSITORY / "templates",
) -> Path:
    """Write and render a project; `settings` turns settings of versions.yaml on or off."""
    config: dict[str, Any] = yaml.safe_load((REPOSITORY / "versions.yaml").read_text())
    config["releases"] = {
        source.cycle: {
            "version": source.version,
            "sha256": {"source": source.sha256},
            "artifacts": ["source"],
            **_manager(config, source),
        }
        for source in sources
    }
    for name, holds in settings.items():
        why = config["settings"][name]["why"]
        config["settings"][name] = {"why": why, "when": CONDITIONS[holds]}
    root.mkdir(parents=True)
    shutil.copytree(templates, root / "templates")
    (root / "versions.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    run(sys.executable, "-m", "tagmatrix", "-C", root, "generate", "--quiet").ok()
    return root / "library"


def _manager(config: dict[str, Any], source: Source) -> dict[str, str]:
    """Return the release manager, whose key must have signed the source, if it is signed."""
    if source.signature is None:
        return {}
    manager = config["releases"][source.cycle]["release_manager"]
    return {"release_manager": manager}
