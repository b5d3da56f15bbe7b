"""From templates to a tested image: render, make the base, build, test."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.dockerfiles.parse import parse
from tests.e2e.commands import run
from tests.e2e.place import REPOSITORY
from tests.e2e.projects import write_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.bases import Bases
    from tests.e2e.buildah import Buildah
    from tests.e2e.commands import Done
    from tests.e2e.sources import Source
    from tests.e2e.standin import Site

PODMAN: Final = "podman --runtime runc --cgroup-manager cgroupfs"
INSTALL: Final = ("apt-get", "install")


@dataclass(frozen=True, slots=True)
class Variant:
    """An image to build from one source, such as `slim-trixie`, perhaps with g++ or without."""

    name: str
    source: Source
    optimized: bool = False
    cxx: bool | None = None

    @property
    def slim(self) -> bool:
        """Return whether it is a slim variant."""
        return self.name.startswith("slim-")

    @property
    def suite(self) -> str:
        """Return the release of Debian."""
        return self.name.removeprefix("slim-")

    @property
    def base(self) -> str:
        """Return the name of the base image."""
        return f"debian:{self.suite}-slim" if self.slim else f"buildpack-deps:{self.suite}"

    @property
    def settings(self) -> dict[str, bool]:
        """Return the settings that are on or off, whatever versions.yaml says."""
        off = {} if self.optimized else {"pgo": False, "lto": False}
        return off if self.cxx is None else off | {"cxx": self.cxx}

    @property
    def tag(self) -> str:
        """Return a name for the image."""
        kind = "-optimized" if self.optimized else ""
        if self.cxx is not None:
            kind += "-with-cxx" if self.cxx else "-without-cxx"
        return f"localhost/python:{self.source.version}-{self.name}{kind}"


@dataclass(frozen=True, slots=True)
class Images:
    """Renders into `folder`, builds with buildah, runs with podman."""

    site: Site
    bases: Bases
    buildah: Buildah
    folder: Path

    def render(self, variant: Variant, templates: Path = REPOSITORY / "templates") -> Path:
        """Return the folder with the Dockerfile; publish its source and make its base."""
        self.make_base(variant)
        variant.source.publish(self.site)
        library = write_project(
            self.folder / variant.tag.rpartition(":")[2],
            [variant.source],
            settings=variant.settings,
            templates=templates,
        )
        return library / variant.source.cycle / variant.name

    def make_base(self, variant: Variant) -> None:
        """Make the base of the variant."""
        if variant.slim:
            self.bases.debian(variant.suite)
        else:
            self.bases.buildpack_deps(variant.suite)

    def build(self, variant: Variant) -> Done:
        """Build a variant; the build must succeed."""
        return self.buildah.build(self.render(variant), variant.tag).ok()

    def warm(self, variant: Variant) -> str:
        """Return a base that has all packages for building, for builds that fail soon after."""
        tag = f"localhost/warm:{variant.name}"
        folder = self.folder / "warm"
        if folder.exists():
            return tag
        folder.mkdir()
        rendered = next(
            self.folder.glob(f"*/library/{variant.source.cycle}/{variant.name}/Dockerfile")
        )
        installs = [
            one.whole for one in parse(rendered.read_text()).commands if one.starts(*INSTALL)
        ]
        steps = ["set -eux", "apt-get update", *installs]
        text = f"FROM {variant.base}\nRUN {'; '.join(steps)}\n"
        (folder / "Dockerfile").write_text(text.replace("\t", " "))
        self.buildah.build(folder, tag).ok()
        return tag

    def again(self, variant: Variant) -> str:
        """Build a variant again without the cache; return the name of the new image."""
        tag = f"{variant.tag}-again"
        folder = self.folder / variant.tag.rpartition(":")[2] / "library" / variant.source.cycle
        self.buildah.build(folder / variant.name, tag, cache=False).ok()
        return tag

    def look(self, variant: Variant, *options: str) -> str:
        """Run the image tests, as users do by hand."""
        environment = self.buildah.place.environment
        return look(variant, variant.tag, PODMAN, environment, "--base", variant.base, *options)


def look(
    variant: Variant, tag: str, client: str, environment: dict[str, str], *options: str
) -> str:
    """Run the image tests on the image that buildah built; return their output."""
    command = (
        *(
            sys.executable,
            "-m",
            "pytest",
            "tests/image",
            "-n0",
            "-q",
            "-rsP",
            "-p",
            "no:cacheprovider",
        ),
        *("--image", tag, "--client", client, "--python-version", variant.source.version),
        *("--flavor", "slim" if variant.slim else "default"),
        *("--optimized", "yes" if variant.optimized else "no"),
        *options,
    )
    done = run(*command, cwd=REPOSITORY, env=environment)
    print(shlex.join(command), done.text, sep="\n")  # noqa: T201 - pytest shows it on failure
    return done.ok().text
