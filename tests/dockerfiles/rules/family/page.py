"""Rules for the facts around the images: where the project is, links and reasons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import yaml

from tests.e2e.place import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.dockerfiles.family import Family

    Finding = tuple[str, str]

DOCKER: Final = "https://github.com/docker-library/python"
CPYTHON: Final = "https://github.com/python/cpython"
PEPS: Final = "https://peps.python.org/pep-"

SETTINGS: Final = {
    "lang": f"{DOCKER}/pull/570",
    "pgo": f"{CPYTHON}/issues/90548",
    "lto": "https://docs.python.org/3/using/configure.html#cmdoption-with-lto",
    "no_lto_on": f"{DOCKER}/pull/1038",
    "frame_pointers": "https://docs.python.org/3/howto/perf_profiling.html",
    "frame_pointers_by_default": f"{PEPS}0831/",
    "bundled_libmpdec": f"{CPYTHON}/pull/134078",
    "system_libmpdec": f"{CPYTHON}/pull/133964",
    "pure_python_decimal": f"{CPYTHON}/pull/133964",
    "cxx": f"{DOCKER}/issues/1131",
    "zstd": f"{PEPS}0784/",
    "nis": f"{PEPS}0594/",
    "strip": f"{DOCKER}/pull/701",
    "gdb_helper": f"{DOCKER}/pull/701",
    "thread_stack_size": f"{DOCKER}/pull/248",
    "apt_dist_clean": "https://manpages.debian.org/trixie/apt/apt-get.8.en.html",
    "purge_adduser": "https://packages.debian.org/trixie/apt",
    "setuptools": f"{DOCKER}/issues/1023",
    "wheel": f"{DOCKER}/pull/1124",
}
"""The page that gives the reason for each setting."""

BASES: Final = ("Debian", "Alpine Linux", "Windows Server Core")
HELP: Final = {
    "Python's forum": "https://discuss.python.org/c/help/7",
    "Stack Overflow": "https://stackoverflow.com/questions/tagged/python+docker",
    "Docker's forum": "https://forums.docker.com/",
}
LICENSES: Final = {
    "Python": "https://docs.python.org/3/license.html",
    "Debian": "https://www.debian.org/legal/licenses/",
    "Alpine Linux": "https://pkgs.alpinelinux.org/packages",
    "Windows containers": (
        "https://learn.microsoft.com/en-us/virtualization/windowscontainers/images-eula"
    ),
}


def identity(family: Family) -> Iterator[Finding]:
    """The image is Python, from python.org, in the repository of the project's own image."""
    config = family.config
    found = (config.image, config.branch, config.upstream and config.upstream.name)
    if found != ("python", "main", "python.org"):
        yield "versions.yaml", f"image, branch and upstream are {found}"
    own = yaml.safe_load((REPOSITORY / "image/versions.yaml").read_text())["repository"]
    if config.repository != own:
        yield "repository", f"{config.repository} differs from {own} in image/versions.yaml"
    if config.page.title != "Python":
        yield "page.title", f"{config.page.title} is not the name of the image"
    for name in (*BASES, "Python"):
        if not re.search(rf"\b{name}\b", config.page.description):
            yield "page.description", f"it does not name {name}"


def links(family: Family) -> Iterator[Finding]:
    """Each link leads to the page that its text names, or that gives its reason."""
    page, settings = family.config.page, family.config.settings
    reasons = {name: setting.link for name, setting in settings.items()}
    yield from _differ("page.help", page.help, HELP)
    yield from _differ("page.licenses", page.licenses, LICENSES)
    yield from _differ("settings", reasons, SETTINGS)


def reasons(family: Family) -> Iterator[Finding]:
    """Each exclusion leaves something out, and links to the list of supported platforms."""
    used = {place for place, _ in family.matrix.effects}
    for place, exclusion in enumerate(family.config.exclude):
        if place not in used:
            yield f"exclude[{place}]", "it leaves nothing out"
        if exclusion.link != f"{PEPS}0011/":
            yield f"exclude[{place}]", f"{exclusion.link} does not list the supported platforms"


def _differ(place: str, found: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[Finding]:
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            yield f"{place}.{name}", f"the link is {found.get(name)}, not {expected.get(name)}"


RULES: Final = (identity, links, reasons)
