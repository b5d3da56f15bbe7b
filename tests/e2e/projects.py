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

NEVER = {"cycles": "<3.0"}
"""A condition that holds for none of these releases."""


def write_project(
    root: Path,
    sources: list[Source],
    *,
    optimized: bool = False,
    release: Mapping[str, object] | None = None,
    templates: Path = REPOSITORY / "templates",
) -> Path:
    """Write and render a project; without PGO and LTO unless `optimized`.

    `release` overrides values of the releases in versions.yaml, to break something on purpose.
    """
    config: dict[str, Any] = yaml.safe_load((REPOSITORY / "versions.yaml").read_text())
    config["releases"] = {
        source.cycle: {
            "version": source.version,
            "sha256": {"source": source.sha256},
            "artifacts": ["source"],
            **_manager(config, source),
            **(release or {}),
        }
        for source in sources
    }
    for name in () if optimized else ("pgo", "lto"):
        setting = config["settings"][name]
        config["settings"][name] = {"why": setting["why"], "when": NEVER}
    root.mkdir(parents=True)
    shutil.copytree(templates, root / "templates")
    (root / "versions.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    run(sys.executable, "-m", "tagmatrix", "-C", root, "generate", "--quiet").ok()
    return root / "library"


def _manager(config: dict[str, Any], source: Source) -> dict[str, str]:
    """Return the release manager, given the key that must have signed the source."""
    manager = config["releases"][source.cycle]["release_manager"]
    return {"release_manager": manager}
