"""Render a Dockerfile for each image, and the files beside it.

A template decides text, never policy: it sees one image, its release and the
image's settings in versions.yaml, and nothing of the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tagmatrix.config.artifacts import ALGORITHMS, nested
from tagmatrix.config.shapes import thawed
from tagmatrix.header import with_header
from tagmatrix.render.sandbox import Names, Values
from tagmatrix.render.templates import TemplateError
from tagmatrix.versions import final_version

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import Component, Release, SettingValue
    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.context_files import ContextFiles, FileContent
    from tagmatrix.render.templates import Templates

IMAGE_NAMES: Final = ("name", "flavor", "suite", "cycle", "base", "folder", "architectures")
"""The values of an image that a template sees."""


class BuildContext(NamedTuple):
    """The folder of an image: its Dockerfile, and the files beside it by their paths in it."""

    image: Image
    dockerfile: bytes
    files: Mapping[str, FileContent]


def build_contexts(
    templates: Templates,
    sources: ContextFiles,
    images: Collection[Image],
    releases: Iterable[Release] = (),
) -> Iterator[BuildContext]:
    """Yield the folder of each image; templates see all releases. Raises TemplateError."""
    sources.load(file for image in images for file in image.files)
    others = by_cycle(releases)
    for image in images:
        values = context(image, others)
        try:
            text = templates.render(f"{image.template}.Dockerfile.j2", **values)
            files = {file.name: sources.get(file, values) for file in image.files}
        except TemplateError as error:
            raise TemplateError(f"{error} (for {image.folder})") from None
        if not text.endswith("\n"):
            text += "\n"
        named = {name: file.sha256 for name, file in files.items()}
        yield BuildContext(image=image, dockerfile=with_header(text, named).encode(), files=files)


def context(image: Image, releases: Names | None = None) -> dict[str, Names]:
    """Return the values that a template sees for an image; `releases` are all, by cycle."""
    seen_image = {name: getattr(image, name) for name in IMAGE_NAMES}
    seen_image["tags"] = tuple([tag.name for tag in image.tags])
    seen_image["shared_tags"] = tuple([tag.name for tag in image.shared_tags])
    seen_release = {
        "cycle": image.cycle,
        "version": image.version,
        "final_version": image.final_version,
        **_sums(image.sums, image.architectures),
        "manager": image.release.release_manager,
        "openpgp_key": image.release.openpgp_key,
    }
    return {
        "image": Names("value image.*", seen_image),
        "release": Names("value release.*", seen_release),
        "releases": by_cycle(()) if releases is None else releases,
        "components": Names(
            "component",
            {name: _component(name, each, image) for name, each in image.components.items()},
        ),
        "settings": Names("setting", _thawed(image.settings)),
        "axes": Names("axis", dict(image.axes)),
    }


def _sums(sums: Sums, architectures: Collection[str] | None = None) -> dict[str, Names]:
    """Return checksums by algorithm and artifact; of some architectures only, if they are given."""
    found = {}
    for algorithm in ALGORITHMS:
        digests = sums.get(algorithm, {})
        of = {
            name: digest
            for name, digest in digests.items()
            if architectures is None or "/" not in name or name.partition("/")[2] in architectures
        }
        values = {
            name: Values(value) if isinstance(value, dict) else value
            for name, value in nested(of).items()
        }
        found[algorithm] = Names("checksum", values)
    return found


def _component(name: str, component: Component | None, image: Image) -> Names | bool:
    """Return what a template sees of a component; False if the image does not have it."""
    if component is None:
        return False
    files = _sums(component.sums, image.architectures)
    sums = {
        algorithm: digests.get("") or Values(files[algorithm])
        for algorithm, digests in component.sums.items()
    }
    return Names(f"value components.{name}.*", {"version": component.version, **sums})


def by_cycle(releases: Iterable[Release]) -> Names:
    """Return what templates see of releases, by their cycles."""
    return Names("release", {release.cycle: _release(release) for release in releases})


def _release(release: Release) -> Names:
    """Return what a template sees of any release."""
    seen = {
        "cycle": release.cycle,
        "version": release.version,
        "final_version": final_version(release.version, release.style),
        **_sums(release.sums),
    }
    return Names("value releases.*", seen)


def _thawed(settings: Mapping[str, SettingValue]) -> Mapping[str, Any]:
    """Return settings with values for templates; most are texts and stay as they are."""
    return {
        name: value if isinstance(value, (str, bool)) else thawed(value, Values, tuple)
        for name, value in settings.items()
    }
