"""A missing tag has a reason, and similar tags."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tagmatrix.explain.missing_tag import MissingTags
from tagmatrix.matrix.expand import expand
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tagmatrix.explain.missing_tag import MissingTag

ROOT = Path(__file__).parents[2]


def explain(text: str, tag: str) -> MissingTag:
    """Return why a tag does not exist in a versions.yaml; check that similar tags exist."""
    config = parse(text.encode())
    matrix = expand(config)
    tags = {found.name for image in matrix.images for found in (*image.tags, *image.shared_tags)}
    missing = MissingTags(config, matrix).explain(tag)
    assert tag not in tags
    assert tags.issuperset(missing.nearest)
    return missing


TYPOS = {
    "3.14-slim-bullseye": ("3.14 has no variant slim-bullseye", "3.14-slim"),
    "slimm": ("3.14 has no variant slimm", "slim"),
    "3.14-Slim": ("3.14 has no variant Slim", "3.14-slim"),
    "Latest": ("3.14 has no variant Latest", "latest"),
    "3.14-trixie-slim": ("3.14 has no variant trixie-slim", "3.14-trixie"),
    "3.14-slim-arm64": ("3.14 has no variant slim-arm64", "3.14-slim"),
    "latest-slim": ("`latest` takes no suffix", "slim"),
    "3.14/slim": ("invalid tag: a tag has at most 128 letters, digits", None),
}
NOT_LISTED = {
    "3.15": ("3.15-rc is at 3.15.0b3", "3.15-rc"),
    "3.15-slim": ("3.15-rc is at 3.15.0b3", "3.15-rc-slim"),
    "3.15.0": ("3.15-rc is at 3.15.0b3", "3.15-rc"),
    "3.15.0b2-slim": ("3.15-rc is at 3.15.0b3", "3.15-rc-slim"),
    "3.14.5": ("3.14 is at 3.14.6", "3.14"),
    "3.10.21": ("3.10 is at 3.10.20", "3.10"),
    "3.14-rc": ("3.14 is at 3.14.6", "3.14"),
    "3.9-alpine": ("no release cycle matches 3.9; the oldest is 3.10", "3.10-alpine"),
    "3.16": ("no release cycle matches 3.16; the newest is 3.15-rc", "3.15-rc"),
    "2": ("no release cycle matches 2; the oldest is 3.10", "3.10"),
    "2.7.18": ("no release cycle matches 2.7.18; the oldest is 3.10", "3.10"),
}
NOT_BUILT = {
    "3.12-windowsservercore-ltsc2022": (
        "3.12 has no windowsservercore-ltsc2022: upstream publishes no windows artifact for 3.12",
        "3.14-windowsservercore-ltsc2022",
    ),
    "3.11-windowsservercore": (
        "3.11 has no windowsservercore-ltsc2025 and no windowsservercore-ltsc2022: upstream",
        "3.14-windowsservercore",
    ),
}


@pytest.mark.parametrize("tag", [*TYPOS, *NOT_LISTED, *NOT_BUILT])
def test_wrong_tags(tag: str) -> None:
    """A missing tag has a reason and similar tags."""
    why, near = {**TYPOS, **NOT_LISTED, **NOT_BUILT}[tag]
    missing = explain((ROOT / "tests/golden/versions.yaml").read_text(), tag)
    assert missing.why.startswith(why)
    assert next(iter(missing.nearest), None) == near


@pytest.mark.parametrize(
    ("change", "tag", "why"),
    [
        (('alpine: "3.24"', "alpine: null"), "2.1-alpine", "alpine has no default suite in 2.1"),
        (('alpine: "3.24"', "alpine: trixie"), "alpine", "2.1 has no alpine on its default suite"),
        (
            ("builder:", "hold: {latest: null}\nbuilder:"),
            "latest",
            "versions.yaml holds `latest` back",
        ),
        (("builder:", 'hold: {"2": null}\nbuilder:'), "2", "versions.yaml holds `2` back"),
        (("builder:", "derive_aliases: false\nbuilder:"), "2", "derive_aliases is off"),
        (("builder:", "hold: {latest: null}\nbuilder:"), "slim", "versions.yaml holds `latest`"),
        (('  "2.0":', '  "1.9":'), "2", "no cycle of major 2 has a final release"),
    ],
)
def test_tags_without_an_owner(change: tuple[str, str], tag: str, why: str) -> None:
    """Tags that versions.yaml holds back, or gives to no image, are explained."""
    text = VERSIONS
    if "1.9" in change[1]:
        text = text.replace("2.1.3", "2.1.0rc1").replace("2.0.9", "1.9.9")
    assert why in explain(text.replace(*change, 1), tag).why


@pytest.mark.parametrize(
    ("where", "tag", "why", "near"),
    [
        ('cycles: "==3.10"', "3.10-slim", "3.10 has no images: It is so", "3.14-slim"),
        ('cycles: "==3.14"', "3", "3.14 has no images: It is so", None),
        (
            'cycles: "==3.10", flavors: [default]',
            "3.10",
            "3.10 has no trixie: It is so; no windows",
            "3.10-slim",
        ),
        (
            "flavors: [default, windowsservercore]",
            "3.14",
            "3.14 has no trixie and no windowsservercore-ltsc2025",
            "3.14-slim",
        ),
    ],
)
def test_what_an_exclusion_leaves_out(where: str, tag: str, why: str, near: str | None) -> None:
    """A tag that an exclusion removes has the exclusion's reason."""
    text = (ROOT / "tests/golden/versions.yaml").read_text()
    rule = f"exclude:\n  - when: {{{where}}}\n    why: It is so.\n"
    missing = explain(text.replace("exclude:\n", rule, 1), tag)
    assert missing.why.startswith(why)
    assert next(iter(missing.nearest), None) == near
