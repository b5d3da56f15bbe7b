"""Reads the workflow files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
SCRIPTS = ROOT / ".github" / "scripts"
NAMES = ("ci.yml", "publish.yml", "site.yml", "update.yml")
REUSABLE = ("images-stage.yml", "images.yml")
"""Workflows that other repositories call. They get secrets and run tagmatrix, as these want."""
EVERY = tuple(sorted((*NAMES, *REUSABLE)))

Workflow = dict[str, Any]


def text(name: str) -> str:
    """Return the text of a workflow."""
    return (FOLDER / name).read_text(encoding="utf-8")


def parse(content: str) -> Workflow:
    """Return the content of a workflow; `on` stays a text (YAML 1.1 reads it as true)."""
    found: Workflow = yaml.load(content, Loader=_Loader)  # noqa: S506 (a SafeLoader)
    return found


class _Loader(yaml.SafeLoader):
    """YAML as GitHub reads it: yes, no, on and off are texts; only true and false are not."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
