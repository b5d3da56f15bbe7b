"""Steps of versions that the guard and `library diff` judge alike, with and without the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.guard.test_committed_tags import REFUSED, publish, without_json

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result

ALSO = 'also_versions: [{version: "8.0.504", why: It.}, {version: "8.0.505", why: It.}]'
STEPS = [
    ('edge: {version: "8.3.1"}', 'edge: {version: "8.4.0"}'),
    ('edge: {version: "8.3.1"}', 'edge: {version: "9.0.0"}'),
    ('edge: {version: "2024-11-07"}', 'edge: {version: "2024-12-01"}'),
    ('edge: {version: "2024-11-07"}', 'edge: {version: "2025-01-01"}'),
    ('lts: {version: "8.3.1", aliases: ["8.3"]}', 'lts: {version: "8.4.0", aliases: ["8.4"]}'),
    *(
        tuple(f'"9.0": {{version: "9.0.14", aliases: ["{alias}{end}"], {ALSO}}}' for end in "45")
        for alias in ("8.0.50", "plugin-8.0.50", "9.0.14-plugin8.0.50")
    ),
]
FAST = STEPS[1], STEPS[-2]


def step(
    path: Path, old: str, new: str, capsys: pytest.CaptureFixture[str], *, json: bool
) -> tuple[Project, Result]:
    """Publish a release, and return the project and the result of the next one."""
    project = publish(path, f"  {old}", capsys)
    project.edit(
        "versions.yaml", "version_style: loose", "version_style: loose\nversion_parts: all"
    )
    project.generate("--commit").ok()
    if not json:
        without_json(project, committed=False)
    project.edit("versions.yaml", old, new)
    return project, project.generate("--commit")


@pytest.mark.parametrize("json", [True, False])
@pytest.mark.parametrize(
    ("old", "new"),
    [pytest.param(*one, marks=() if one in FAST else pytest.mark.slow) for one in STEPS],
)
def test_a_tag_ends_with_its_version(
    old: str,
    new: str,
    json: bool,  # noqa: FBT001 (a table)
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Parts of a version and tags of another product end when a newer version follows."""
    project, done = step(tmp_path / "app", old, new, capsys, json=json)
    assert "breaking" not in done.ok().out + done.err
    diff = project.run("library", "diff", "HEAD~2:library/app", "library/app").ok()
    assert "breaking" not in diff.out


@pytest.mark.parametrize(
    ("old", "new", "gone"),
    [
        (*reversed(STEPS[-3]), "8.0.505"),
        ('lts: {version: "8.3.1", aliases: ["jdk-8.3"]}', 'lts: {version: "8.3.2"}', "jdk-8.3"),
    ],
)
def test_a_tag_vanishes(
    old: str, new: str, gone: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The guard refuses the removal of a tag that no newer version explains."""
    _, done = step(tmp_path / "app", old, new, capsys, json=True)
    assert done.code == REFUSED
    assert f"{gone} and {gone}-trixie vanish" in done.err
