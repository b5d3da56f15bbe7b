"""The laws of the algebra, checked on the images that came out of the matrix.

Each law answers with every place that breaks it, so that a person sees all of
them at once. What breaks a law cannot be rendered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from tagmatrix.architectures import is_windows
from tagmatrix.config.shapes import nearest
from tagmatrix.cycles import is_final
from tagmatrix.problems import ConfigError, Problem
from tagmatrix.variants import default_suite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tagmatrix.config.model import Config
    from tagmatrix.matrix import Image, Matrix
    from tagmatrix.problems import ValuePath

# https://pkg.go.dev/github.com/distribution/reference: a tag is \w[\w.-]{0,127}, in ASCII
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)

Finding = tuple["ValuePath", str]


def check(config: Config, matrix: Matrix) -> None:
    """Raise ConfigError with every breach of a law."""
    found = [
        Problem(path, message, config.place(path))
        for law in LAWS
        for path, message in law(config, matrix)
    ]
    if found:
        unique = {(problem.path, problem.message): problem for problem in found}
        raise ConfigError(config.file, unique.values())


def warnings(config: Config, matrix: Matrix) -> list[Problem]:
    """Return what is allowed but leaves something out that a reader may miss."""
    return [
        Problem(path, message, config.place(path)) for path, message in _unowned(config, matrix)
    ]


def _complete(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A variant is known, or says everything of itself."""
    names = [name for name in _known_names(config) if name]
    for image in matrix.images:
        if not image.flavor and not image.base:
            message = f'there is no variant "{image.name}"{nearest(image.name, names)}'
            yield image.path, message
            continue
        for key in ("base", "template"):
            if not getattr(image, key):
                yield image.path, f'variant "{image.name}" needs a `{key}`'
        if not image.architectures:
            message = f"{_name(image)} has no architecture left; exclude the variant as a whole"
            yield image.path, message


def _verified(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Nothing unverified: each artifact that an image needs has its checksum."""
    for image in matrix.images:
        for artifact in image.needs:
            if artifact not in image.sha256:
                message = (
                    f"the sha256 of `{artifact}` is missing, and {image.name} needs it: add it, "
                    f"or say `artifacts: [...]` without {artifact} if upstream publishes none"
                )
                yield ("releases", image.cycle), message


def _well_formed(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A tag is one that registries accept."""
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if not TAG.fullmatch(tag.name):
                why = f"{len(tag.name)} characters, 128 are allowed"
                if len(tag.name) <= 128:  # noqa: PLR2004 (it stands in the pattern)
                    why = "letters, digits, `_`, `.` and `-` are allowed, the first no `.` or `-`"
                yield image.path, f'"{tag.name}" is no tag: {why}'
        if not image.tags:
            message = f"{image.cycle}/{image.name} has no simple tag; a manifest entry needs one"
            yield image.path, message


def _one_owner(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No tag has two owners, but for shared tags on disjoint platforms."""
    simple: dict[str, Image] = {}
    shared: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in image.shared_tags:
            for other in shared[tag.name]:
                if clash := _same_platform(image, other):
                    both = f"{_name(other)} and {_name(image)}"
                    yield image.path, f"shared tag `{tag.name}` has two owners on {clash}: {both}"
                if image.version != other.version:
                    message = (
                        f"shared tag `{tag.name}` would be {other.version} ({_name(other)}) and "
                        f"{image.version} ({_name(image)}); its owners need one version"
                    )
                    yield image.path, message
            shared[tag.name].append(image)
    for image in matrix.images:
        for tag in image.tags:
            owner = simple.setdefault(tag.name, image)
            if owner is not image:
                message = f"tag `{tag.name}` has two owners: {_name(owner)} and {_name(image)}"
                yield image.path, message
            for other in shared.get(tag.name, ())[:1]:
                owners = f"a tag of {_name(image)} and a shared tag of {_name(other)}"
                yield image.path, f"`{tag.name}` is {owners}; it can be one of the two"


def _not_windows_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No version tag is on Windows only: it would vanish for everyone else."""
    owners: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if not tag.spelling.text:
                owners[tag.name].append(image)
    for name, images in owners.items():
        if all(is_windows(arch) for image in images for arch in image.architectures):
            message = (
                f"version tag `{name}` would be on Windows only ({_name(images[0])}); "
                "give it to an image of another system as well"
            )
            yield images[0].path, message


def _final_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A pre-release owns neither a major nor latest."""
    for image in matrix.images:
        if is_final(image.version):
            continue
        for tag in (*image.tags, *image.shared_tags):
            if tag.alias.text == "latest" or tag.alias.text.isdigit():
                belongs = f"`{tag.name}` belongs to a final release"
                yield image.path, f"{image.version} is a pre-release; {belongs}"


def _one_folder(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """One folder, one image; on any file system, and none where the manifest stands."""
    reserved = {name.lower() for name in (config.image, f"{config.image}.json", "README.md")}
    folders: dict[str, Image] = {}
    for image in matrix.images:
        owner = folders.setdefault(image.folder.lower(), image)
        if owner is not image:
            how = "" if owner.folder == image.folder else ", which differ in case only"
            message = (
                f"{_name(owner)} and {_name(image)} have one folder, {owner.folder} and "
                f"{image.folder}{how}: give each its own"
            )
            yield image.path, message
        top = image.folder.partition("/")[0]
        if top.lower() in reserved:
            yield image.path, f"folder {top} is where library/{top} stands; name it otherwise"


def _rules_apply(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """An exclusion excludes something, else it is a leftover or a mistake."""
    excluded = {(gone.why, gone.architecture) for image in matrix.images for gone in image.excluded}
    left_out = {cell.why for cell in matrix.left_out}
    for number, rule in enumerate(config.exclude):
        path: ValuePath = ("exclude", number)
        if not rule.architectures and rule.why not in left_out:
            yield path, "this excludes no image; remove it"
        for position, architecture in enumerate(rule.architectures):
            if (rule.why, architecture) not in excluded:
                here = (*path, "architectures", position)
                yield here, f"this excludes {architecture} from no image; remove it"


def _unowned(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A default suite that a release lacks leaves its short tags to nobody."""
    present = {(image.cycle, image.flavor, image.suite) for image in matrix.images}
    flavors: defaultdict[str, set[str]] = defaultdict(set)
    for cycle, flavor, _ in present:
        flavors[cycle].add(flavor)
    for release in config.releases:
        for flavor in config.flavors:
            suite = default_suite(config, release, flavor)
            if flavor not in flavors[release.cycle] or suite is None:
                continue
            if (release.cycle, flavor, suite) in present:
                continue
            message = (
                f"{release.cycle} has no {flavor} on {suite}, its default suite: "
                "its short tags are left unowned"
            )
            yield ("releases", release.cycle), message


def _same_platform(left: Image, right: Image) -> str:
    """Return the platforms that two images share; Windows builds differ by suite."""
    both = [name for name in left.architectures if name in right.architectures]
    if left.suite != right.suite:
        both = [name for name in both if not is_windows(name)]
    return ", ".join(both)


def _name(image: Image) -> str:
    return f"{image.cycle}/{image.name}" if image.name else image.cycle


def _known_names(config: Config) -> Sequence[str]:
    return [
        config.flavors[flavor].name.replace("{suite}", suite)
        for suite, entry in config.suites.items()
        for flavor in entry.flavors
    ]


LAWS: Final[tuple[Callable[[Config, Matrix], Iterator[Finding]], ...]] = (
    _complete,
    _verified,
    _well_formed,
    _one_owner,
    _not_windows_only,
    _final_only,
    _one_folder,
    _rules_apply,
)
