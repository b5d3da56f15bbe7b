"""Families to begin with: the files that `tagmatrix init` writes.

`files/` has a folder for each kind of family, and one for each host of repositories. Words
between two @ are replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

KINDS: Final = {
    "simple": "one kind of image on Debian",
    "multi": "several kinds on Debian and Alpine, one of them built on another",
    "python": "built from source, with checksums, and with upstream's new releases",
}
IGNORED: Final = ".gitignore"
_HOOK: Final = {"common/pre-commit-config.yaml": ".pre-commit-config.yaml"}
CI: Final[Mapping[str, Mapping[str, str]]] = {
    "github": {"github/images.yml": ".github/workflows/images.yml", **_HOOK},
    "gitlab": {"gitlab/gitlab-ci.yml": ".gitlab-ci.yml", **_HOOK},
    "none": _HOOK,
}
"""The files for each host: the file here, and its path in the family's folder."""
_COMMON: Final = {
    "common/README.md": "README.md",
    "common/gitattributes": ".gitattributes",
    "common/gitignore": IGNORED,
}
# A placeholder until the project has a home.
_HOME: Final = "example/tagmatrix@main"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFamily:
    """What a new family is called, and where it will be.

    Attributes:
        image: the image's name, such as `app`.
        repository: the https address of its repository.
        branch: the branch whose commits the manifest names.
        maintainer: a name, an address and an account: `Ada <ada@example.org> (@ada)`.
    """

    image: str
    repository: str
    branch: str
    maintainer: str


def common(family: NewFamily) -> dict[str, bytes]:
    """Return the files that all families have, by path."""
    return _files(_COMMON, family)


def for_ci(family: NewFamily, host: str) -> dict[str, bytes]:
    """Return the files for a host of repositories, by path; they are for a repository's top."""
    return _files(CI[host], family)


def kind(family: NewFamily, name: str) -> dict[str, bytes]:
    """Return versions.yaml and the templates of a kind of family, by path."""
    return {path: _filled(file, family) for path, file in _below(_file(name), "")}


def _files(sources: Mapping[str, str], family: NewFamily) -> dict[str, bytes]:
    return {path: _filled(_file(source), family) for source, path in sources.items()}


def _file(path: str) -> Traversable:
    return resources.files(__name__).joinpath("files", *path.split("/"))


def _below(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{prefix}{each.name}"
        found += _below(each, f"{path}/") if each.is_dir() else [(path, each)]
    return found


def _filled(file: Traversable, family: NewFamily) -> bytes:
    words = {
        "IMAGE": family.image,
        "REPOSITORY": family.repository,
        "BRANCH": family.branch,
        "MAINTAINER": family.maintainer,
        "HOME": _HOME,
    }
    text = file.read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text.encode()
