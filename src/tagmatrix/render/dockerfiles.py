"""Render a Dockerfile for each image, and the files beside it.

A template decides text, never policy: it sees one image, its release and the
image's settings in versions.yaml, and nothing of the machine.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from tagmatrix.config.artifacts import ALGORITHMS, nested
from tagmatrix.config.shapes import thawed
from tagmatrix.header import with_header
from tagmatrix.layout import DOCKERFILE_TEMPLATE
from tagmatrix.render.context_files import FOLDER, FileContent
from tagmatrix.render.sandbox import Names, Values
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.versions import final_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import Component, Release, SettingValue
    from tagmatrix.matrix.expand import Image
    from tagmatrix.render.context_files import ContextFiles
    from tagmatrix.render.templates import Templates

T = TypeVar("T")

IMAGE_NAMES: Final = ("name", "flavor", "suite", "cycle", "base", "folder", "architectures")
"""The values of an image that a template sees."""


class BuildContext(NamedTuple):
    """The folder of an image: its Dockerfile, and the files beside it by their paths in it.

    What can't be rendered is empty. `values` returns those that the templates see.
    """

    image: Image
    dockerfile: bytes
    files: Mapping[str, FileContent]
    values: Callable[[], dict[str, Names]]


def build_contexts(
    templates: Templates,
    sources: ContextFiles,
    images: Collection[Image],
    releases: Iterable[Release] = (),
) -> list[BuildContext]:
    """Return the folder of each image; templates see all releases. Raises TemplateError."""
    made, errors = try_contexts(templates, sources, images, releases)
    if errors:
        raise TemplateError("\n".join(errors))
    return made


def try_contexts(
    templates: Templates,
    sources: ContextFiles,
    images: Collection[Image],
    releases: Iterable[Release] = (),
    known: Mapping[str, bytes] | None = None,
) -> tuple[list[BuildContext], list[str]]:
    """Return the folder of each image, and the first error of each template and source.

    `known` are Dockerfiles by path that an earlier run rendered from the same input.
    """
    # The second error of a template would be the first one again, or a long way to it.
    errors = sources.errors(file for image in images for file in image.files)
    others = by_cycle(releases)
    made = []

    for image in images:
        seen = partial(context, image, others)
        if known and not image.files and image.dockerfile_path in known:
            made.append(BuildContext(image, known[image.dockerfile_path], {}, seen))
            continue
        values = seen()
        template = f"{image.template}{DOCKERFILE_TEMPLATE}"
        text = _tried(errors, template, image, partial(templates.render, template, **values))
        files = {
            file.name: _tried(
                errors, f"{FOLDER}/{file.source}", image, partial(sources.get, file, values)
            )
            or FileContent()
            for file in image.files
        }
        dockerfile = b""
        if text is not None:
            if not text.endswith("\n"):
                text += "\n"
            named = {name: file.sha256 for name, file in files.items()}
            dockerfile = with_header(text, named).encode()
        made.append(BuildContext(image=image, dockerfile=dockerfile, files=files, values=seen))
    return made, [*errors.values()]


def _tried(errors: dict[str, str], source: str, image: Image, render: Callable[[], T]) -> T | None:
    """Return what a source makes; add its error, and return None, if it fails or did."""
    if source in errors:
        return None
    try:
        return render()
    except TemplateError as error:
        errors[source] = f"{error} (for {image.folder})"
        return None


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
