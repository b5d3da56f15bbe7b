"""The paths of generated files: by default all are in `library/`, each image in its own folder."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Sequence

TOP: Final = "library"
"""The folder of all generated files, unless `layout` or `manifest` of versions.yaml differ."""
DEFAULT: Final = f"{TOP}/{{cycle}}/{{folder}}"
"""The pattern of images' folders."""
DOCKERFILE: Final = "Dockerfile"
TEMPLATES: Final = "templates"
"""The folder of all templates, beside versions.yaml."""
DOCKERFILE_TEMPLATE: Final = ".Dockerfile.j2"
"""The end of the name of a Dockerfile's template."""
ROOT: Final = "."
"""The folder of an image that is in the folder of versions.yaml."""
README: Final = "README.md"
PAGE: Final = f"{TOP}/{README}"
OUTPUTS: Final = {
    "readme_block": README,
    "catalog": "{manifest}.json",
    "page_file": PAGE,
    "manifest_file": "{manifest}",
}
"""The outputs: the modules of `publish.outputs` with the paths of their files, in the order of
writing. The manifest is last; `{manifest}` is its path."""
LONGEST_SEGMENT: Final = 255
"""The longest name of a file or folder: https://man7.org/linux/man-pages/man7/path_resolution.7.html"""
OTHERS: Final = (README, "versions.yaml")
"""Files in the folder of versions.yaml that belong to no image."""

_HOLE: Final = re.compile(r"\{(\w+)\}")
_CYCLE: Final = r"[vV]?[0-9][^/]*"
"""What looks like a cycle, also one that is retired."""


def directory(prefix: str, folder: str) -> str:
    """Return the path of an image's folder inside its repository.

    >>> directory("images/python", "library/3.14/slim-trixie"), directory("", ".")
    ('images/python/library/3.14/slim-trixie', '.')
    """
    return "/".join(part for part in (prefix, folder) if part not in {"", ROOT}) or ROOT


def inside(folder: str, name: str) -> str:
    """Return the path of a file in a folder.

    >>> inside("library/8.4/bookworm", "conf/my.cnf"), inside(".", "Dockerfile")
    ('library/8.4/bookworm/conf/my.cnf', 'Dockerfile')
    """
    return name if folder == ROOT else f"{folder}/{name}"


def short(folder: str) -> str:
    """Return an image's folder as users call it, without `library/`.

    >>> short("library/3.14/slim-trixie"), short("8.4/cli")
    ('3.14/slim-trixie', '8.4/cli')
    """
    return folder.removeprefix(f"{TOP}/")


def folder_of(path: str) -> str:
    """Return the folder of a file.

    >>> folder_of("library/3.14/trixie/Dockerfile"), folder_of("Dockerfile")
    ('library/3.14/trixie', '.')
    """
    return path.rpartition("/")[0] or ROOT


def image_folder(path: str, folders: Container[str]) -> str:
    """Return the innermost of some images' folders that contains a path; empty if none does.

    >>> image_folder("library/3.4/jessie/slim/conf/x", {"library/3.4/jessie"})
    'library/3.4/jessie'
    """
    folder = path.rpartition("/")[0]
    while folder and folder not in folders:
        folder = folder.rpartition("/")[0]
    return folder or (ROOT if ROOT in folders else "")


def prefix_of(directories: Collection[str], folders: Iterable[str]) -> str:
    """Return the path of the image's root inside its repository, found in a manifest.

    `directories` are the manifest's, `folders` the folders of images.

    >>> prefix_of({"images/python/library/3.14/slim"}, ["library/3.14/slim"])
    'images/python'
    """
    for folder in folders:
        if folder in directories:
            return ""
        for name in directories:
            if name.endswith(f"/{folder}"):
                return name.removesuffix(f"/{folder}")
    return ""


class Layout(Struct, frozen=True, dict=True):
    """Where the generated files of an image are.

    Attributes:
        pattern: the path of images' folders, from the folder of versions.yaml.
        manifest: the path of the manifest.
        cycles: the folders of releases.
        folders: the patterns of folders of flavors and variants, for {folder}.
        dockerfiles: the patterns of names of Dockerfiles.
    """

    pattern: str = DEFAULT
    manifest: str = ""
    cycles: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    dockerfiles: tuple[str, ...] = (DOCKERFILE,)

    @cached_property
    def top(self) -> str:
        """Return the folder that has all folders of images and nothing else; "" for none."""
        before, hole, _ = self.pattern.partition("{")
        return before.rpartition("/")[0] if hole else ""

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """Return the paths of the outputs: the manifest, its JSON and the page.

        The README is not one of them: users make it, and only a block of it is generated.
        """
        known = (
            path for path in reversed(OUTPUTS.values()) if self.manifest or "{manifest}" not in path
        )
        paths = (path.format(manifest=self.manifest) for path in known)
        return tuple(path for path in paths if path not in OTHERS)

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Return the folders that may have generated files; "." for any."""
        if not self.top:
            return (ROOT,)
        folders = dict.fromkeys((self.top, *map(folder_of, self.outputs)))
        return (ROOT,) if ROOT in folders else tuple(folders)

    @cached_property
    def _shapes(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        """The folders that the layout can make, each as the patterns of its segments."""
        found: dict[tuple[str, ...], None] = {}
        for cycle, folder in product(("{cycle}", *self.cycles), self.folders or ("",)):
            text = self.pattern.replace("{folder}", folder).replace("{cycle}", cycle)
            found[tuple(_shape(part) for part in text.split("/") if part not in {"", ROOT})] = None
        return tuple(tuple(map(re.compile, parts)) for parts in found)

    def is_of_an_image(self, path: str) -> bool:
        """Return whether a file is in a folder that the layout can make, or below one.

        If that is the folder of versions.yaml, only the files directly in it are.
        """
        if path in self.outputs or path in OTHERS:
            return False
        if self.top:
            return path.startswith(f"{self.top}/") and path.count("/") > self.top.count("/") + 1
        parts = path.split("/")[:-1]
        return any(
            (shape or not parts) and len(shape) <= len(parts) and _fit(shape, parts)
            for shape in self._shapes
        )

    def may_lead(self, folder: str) -> bool:
        """Return whether a folder has, or is in, a folder that the layout can make."""
        if self.top:
            return f"{folder}/".startswith(f"{self.top}/")
        return any(shape and _fit(shape, folder.split("/")) for shape in self._shapes)

    def is_dockerfile(self, path: str) -> bool:
        """Return whether a file has the name of a Dockerfile."""
        name = path.rpartition("/")[2]
        return looks_like_dockerfile(name) or any(one.fullmatch(name) for one in self._names)

    @cached_property
    def _names(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(_shape(each)) for each in self.dockerfiles)

    def of_cycle(self, cycle: str) -> str:
        """Return the folder of all images of a release, "" if there is none of its own."""
        before, hole, _ = self.pattern.partition("{cycle}")
        own = hole and "{" not in before and (before.endswith("/") or not before)
        return f"{before}{cycle}" if own else ""


def _fit(shape: Sequence[re.Pattern[str]], parts: Sequence[str]) -> bool:
    """Return whether segments fit, as many as both have."""
    return all(one.fullmatch(part) for one, part in zip(shape, parts, strict=False))


def looks_like_dockerfile(path: str) -> bool:
    """Return whether a file's name contains that of a Dockerfile.

    >>> looks_like_dockerfile("8.4/Dockerfile.oracle"), looks_like_dockerfile("8.4/run.sh")
    (True, False)
    """
    return "dockerfile" in path.rpartition("/")[2].lower()


def _shape(part: str) -> str:
    """Return the regular expression of a segment of a path with placeholders.

    >>> _shape("php{php}"), _shape("{cycle}")
    ('php[^/]+', '[vV]?[0-9][^/]*')
    """
    texts = _HOLE.split(part)
    return "".join(
        (_CYCLE if text in {"cycle", "version"} else r"[^/]+") if number % 2 else re.escape(text)
        for number, text in enumerate(texts)
    )


def parents(path: str) -> Iterator[str]:
    """Yield the folders above a file, the innermost first, without the top one.

    >>> [*parents("library/3.14/Dockerfile")]
    ['library/3.14', 'library']
    """
    while path := path.rpartition("/")[0]:
        yield path
