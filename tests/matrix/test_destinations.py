"""The repositories of `publish.registries` that each image goes to."""

from __future__ import annotations

import pytest

from tagmatrix.matrix.destinations import Destinations
from tests.config.samples import GOOD, load

REGISTRIES = """\
publish:
  registries:
    - {repository: all/app}
    - {repository: slim/app, when: {flavors: [slim]}}
    - {repository: final/app, final: true}
    - {repository: early/app, final: false}
    - {repository: all/app, when: {flavors: [slim]}}
"""


@pytest.mark.parametrize(
    ("folder", "repositories"),
    [
        ("3.14/trixie", ("all/app", "final/app")),
        ("3.14/slim-trixie", ("all/app", "slim/app", "final/app")),
        ("3.15-rc/trixie", ("all/app", "early/app")),
    ],
)
def test_repositories(folder: str, repositories: tuple[str, ...]) -> None:
    """An image goes to each repository once whose condition holds, in the order of the file."""
    config, matrix = load(GOOD + REGISTRIES)
    image = next(each for each in matrix.images if each.folder == folder)
    assert Destinations(config.publish.registries).of(image) == repositories


def test_no_repository() -> None:
    """Without repositories, no image goes anywhere."""
    _, matrix = load(GOOD)
    assert Destinations(()).of(matrix.images[0]) == ()
