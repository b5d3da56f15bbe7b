"""Addresses of files on forges."""

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
    """However a repository is written, its files are found."""
    assert file_link(repository, "c0ffee", "library/3.14/Dockerfile") == FILE


def test_gitlab() -> None:
    """GitLab has another address, and groups within groups."""
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
    """No address is invented for a host whose addresses are not known."""
    assert file_link(repository, "c0ffee", "Dockerfile") == ""
