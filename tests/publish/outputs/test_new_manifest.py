"""The entries of library/python, as published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix import config
from tagmatrix.errors import InputError
from tagmatrix.header import SENTENCES
from tagmatrix.manifest import parse as parse_manifest
from tagmatrix.matrix import laws
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.load import load
from tagmatrix.publish.outputs import new_manifest
from tests.facts import facts
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tagmatrix.config import Config

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden"

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def table(loaded: Config, *, prefix: str = "") -> list[dict[str, Any]]:
    """Return the entries of a matrix, parsed from the text of the manifest."""
    images = expand(loaded).images
    commits = dict.fromkeys((image.source for image in images), COMMIT)
    text = new_manifest.text(new_manifest.manifest(loaded, images, commits, prefix=prefix))
    return [
        {
            "directory": entry.directory,
            "tags": entry.tags,
            "shared_tags": entry.shared_tags,
            "architectures": entry.architectures,
            "constraints": entry.constraints,
            "builder": entry.builder,
        }
        for entry in parse_manifest(text).entries
    ]


def frozen() -> Config:
    """Return the versions.yaml of library/python on 2026-06-24."""
    loaded = config.parse((GOLDEN / "versions.yaml").read_bytes())
    assert laws.breaches(loaded, expand(loaded)) == []
    return loaded


def published() -> list[dict[str, Any]]:
    """Return the published entries of that day."""
    lists = ("tags", "shared_tags", "architectures", "constraints")
    return [
        {
            "directory": f"library/{entry['directory']}",
            "builder": entry["builder"],
            **{name: tuple(entry.get(name, ())) for name in lists},
        }
        for entry in facts("library-python-2026-06-24")["entries"]
    ]


def test_carried_over_table() -> None:
    """All 42 entries of that day match: order, tags, architectures, constraints, builder."""
    lines = (GOLDEN / "library-python-2026-06-24.txt").read_text().splitlines()
    rows = [line.split(" ") for line in lines if line and not line.startswith("#")]
    assert len(rows) == 42
    expected = []
    for directory, *columns, builder in rows:
        lists = (() if column == "-" else tuple(column.split(",")) for column in columns)
        tags, shared_tags, architectures, constraints = lists
        expected.append(
            {
                "directory": f"library/{directory}",
                "tags": tags,
                "shared_tags": shared_tags,
                "architectures": architectures,
                "constraints": constraints,
                "builder": builder,
            }
        )
    assert table(frozen()) == expected


def test_facts() -> None:
    """The expected table equals the published one."""
    assert table(frozen()) == published()


def test_own_versions() -> None:
    """This repository's versions.yaml, if it is of that day, makes the entries of that day."""
    own, _ = load(ROOT)
    expected = published()
    day = {release.cycle: release.version for release in frozen().releases}
    if {release.cycle: release.version for release in own.releases} != day:
        pytest.skip("versions.yaml has moved on")
    assert table(own) == expected


def test_global_part() -> None:
    """Common values of all entries are written once; the branch only if it is not master."""
    loaded = config.parse(VERSIONS)
    images = expand(loaded).images
    commits = dict.fromkeys((image.source for image in images), COMMIT)
    text = new_manifest.text(new_manifest.manifest(loaded, images, commits, prefix="")).decode()
    comment, head, *rest = text.split("\n\n")
    assert comment == "\n".join(f"# {sentence}" for sentence in SENTENCES)
    assert head.splitlines() == [
        "Maintainers: A U Thor <author@example.org> (@author)",
        "GitRepo: https://github.com/example/sample.git",
        "GitFetch: refs/heads/main",
        "Builder: buildkit",
    ]
    assert len(rest) == len(images)
    assert all("Git" not in entry.replace("GitCommit", "") for entry in rest)
    master = config.parse(VERSIONS.replace("branch: main", "branch: master"))
    text = new_manifest.text(new_manifest.manifest(master, images, commits, prefix="")).decode()
    assert "GitFetch" not in text


def test_prefix() -> None:
    """If the image is in a folder of its repository, the entries have the folder."""
    loaded = config.parse(VERSIONS)
    inside = [entry["directory"] for entry in table(loaded, prefix="images/sample")]
    assert inside == [f"images/sample/{entry['directory']}" for entry in table(loaded)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("example/sample.git", "example/sample.git#x"),
        ("branch: main", "branch: a/b"),
        ("A U Thor", "Ä Ü Thör"),
        ("<author@example.org> (@author)", "(@author)"),
        ("builder: buildkit\n", ""),
    ],
)
def test_text_says_what_was_meant(old: str, new: str) -> None:
    """For any versions.yaml, the manifest is refused or its text has the same meaning."""
    assert old in VERSIONS
    try:
        loaded = config.parse(VERSIONS.replace(old, new, 1))
    except InputError:
        return
    images = expand(loaded).images
    commits = dict.fromkeys((image.source for image in images), COMMIT)
    manifest = new_manifest.manifest(loaded, images, commits, prefix="")
    assert parse_manifest(new_manifest.text(manifest)) == manifest
