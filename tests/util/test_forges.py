"""Links to files on forges."""

from __future__ import annotations

import pytest

from tagmatrix.util.forges import file_link

FILE = "https://github.com/example/images/blob/c0ffee/library/3.14/Dockerfile"


@pytest.mark.parametrize(
    "repository",
    [
        "https://github.com/example/images",
        "https://github.com/example/images.git",
        "https://github.com/example/images/",
        "http://github.com/example/images.git",
        "git://github.com/example/images.git",
        "ssh://git@github.com/example/images.git",
        "ssh://git@github.com:22/example/images.git",
        "git@github.com:example/images.git",
    ],
)
def test_ways_to_write_an_address(repository: str) -> None:
    """Every form of a repository's address gives the same links."""
    assert file_link(repository, "c0ffee", "library/3.14/Dockerfile") == FILE


def test_gitlab() -> None:
    """GitLab's links have another form, and GitLab has nested groups."""
    link = file_link("https://gitlab.com/a/b/images.git", "c0ffee", "with space/(x)")
    assert link == "https://gitlab.com/a/b/images/-/blob/c0ffee/with%20space/%28x%29"


@pytest.mark.parametrize(
    "repository",
    [
        "https://git.example.com/images.git",
        "https://github.com.example.com/a/b",
        "https://example.com/github.com/a/b",
        "file:///srv/images.git",
        "/srv/images.git",
        "",
    ],
)
def test_unknown_forge(repository: str) -> None:
    """An unknown host gives no link."""
    assert file_link(repository, "c0ffee", "Dockerfile") == ""
