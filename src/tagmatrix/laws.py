"""The laws of the algebra, checked on the images that came out of the matrix.

Each law answers with every place that breaks it, so that a person sees all of
them at once. What breaks a law cannot be rendered.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeAlias

from tagmatrix.architectures import is_windows
from tagmatrix.config.shapes import nearest
from tagmatrix.cycles import is_final
from tagmatrix.problems import Problem
from tagmatrix.tags import LATEST
from tagmatrix.variants import default_suite
from tagmatrix.wording import TagFindings, join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix import Image, Matrix
    from tagmatrix.problems import ValuePath

TAG_LENGTH: Final = 128
# https://pkg.go.dev/github.com/distribution/reference: a tag is \w[\w.-]{0,127}, in ASCII
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)

Finding = tuple["ValuePath", str]

_TOO_LONG: Final = (
    f"{{tags}} {{has}} too many characters for a tag: {TAG_LENGTH} are allowed; shorten a part"
)
_IMPOSSIBLE: Final = (
    "{tags} cannot be {a_tag}: letters, digits, `_`, `.` and `-` are allowed, "
    "the first no `.` or `-`; mend the suffix or the alias"
)
_SIGN: Final = {"": "`//`", ".": "`.`", "..": "`..`"}


def breaches(
    config: Config, matrix: Matrix, *, whole: bool = True, excluded: bool = True
) -> list[Problem]:
    """Return every breach of a law.

    Of a part of a matrix (see `config.sound`) only those are told that are
    there with the rest as well; without its exclusions none about architectures.
    """
    asked = [
        *LAWS,
        *(LAWS_OF_ARCHITECTURES if excluded else ()),
        *(LAWS_OF_THE_WHOLE if whole else ()),
    ]
    found = [
        Problem(path, message, config.place(path))
        for law in asked
        for path, message in law(config, matrix)
    ]
    return list({(problem.path, problem.message): problem for problem in found}.values())


def warnings(config: Config, matrix: Matrix) -> list[Problem]:
    """Return what is allowed but leaves something out that a reader may miss."""
    found = [*_unowned(config, matrix), *_without_images(config, matrix)]
    return [Problem(path, message, config.place(path)) for path, message in found]


def _some_image(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """There are images."""
    if not matrix.images:
        yield ("releases",), "no image is left; exclude less, or hold less back"


def _built(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Each image is built for something."""
    for image in matrix.images:
        if image.architectures:
            continue
        if image.excluded:
            message = f"{_name(image)} has no architecture left; exclude the variant as a whole"
        else:
            message = f"{_name(image)} has no architectures; list those of its base"
            if image.suite in config.suites and image.flavor:
                message += f", or let {image.suite} have the flavor {image.flavor}"
        yield image.path, message


def _verified(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Nothing unverified: each artifact that an image needs has its checksum."""
    missing: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    for image in matrix.images:
        for artifact in image.needs:
            if artifact not in image.sha256:
                own = image.sha256 is not image.release.sha256
                path: ValuePath = image.path if own else ("releases", image.cycle)
                missing[path, artifact, image.version].append(_name(image))
    for (path, artifact, version), names in missing.items():
        need = "needs" if len(names) == 1 else "need"
        message = (
            f"the sha256 of {version}'s `{artifact}` is missing, and {join_names(names)} {need} "
            f"it: add `sha256: {{{artifact}: ...}}`, or say `artifacts: [...]` without {artifact} "
            "if upstream publishes none"
        )
        yield path, message


def _well_formed(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A tag is one that registries accept."""
    wrong = TagFindings()
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if len(tag.name) > TAG_LENGTH:
                wrong.add(image, tag.name, _TOO_LONG)
            elif not TAG.fullmatch(tag.name):
                wrong.add(image, tag.name, _IMPOSSIBLE)
    yield from wrong


def _with_a_tag(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """An image has a simple tag."""
    for image in matrix.images:
        if not image.tags:
            message = "has no simple tag, and a manifest entry needs one; add a suffix to `tags`"
            yield image.path, f"{_name(image)} {message}"


def _one_owner(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No tag has two owners, but for shared tags on disjoint platforms."""
    simple: dict[str, Image] = {}
    shared: defaultdict[str, list[Image]] = defaultdict(list)
    clashes = TagFindings()
    for image in matrix.images:
        for tag in image.shared_tags:
            for other in shared[tag.name]:
                if clash := _same_platform(image, other):
                    both = f"{_name(other)} and {_name(image)}"
                    end = f"{{has}} two owners on {clash}: {both}; take {{it}} from one of them"
                    clashes.add(image, tag.name, f"shared tag{{s}} {{tags}} {end}")
                if image.version != other.version:
                    versions = f"{other.version} ({_name(other)}) and {image.version}"
                    end = f"({_name(image)}); give {{it}} to images of one version only"
                    message = f"shared tag{{s}} {{tags}} would be {versions} {end}"
                    clashes.add(image, tag.name, message)
            shared[tag.name].append(image)
    for image in matrix.images:
        for tag in image.tags:
            owner = simple.setdefault(tag.name, image)
            if owner is not image:
                both = f"{_name(owner)} and {_name(image)}; take {{it}} from one of them"
                clashes.add(image, tag.name, f"tag{{s}} {{tags}} {{has}} two owners: {both}")
            for other in shared.get(tag.name, ())[:1]:
                message = (
                    f"{{tags}} {{is_tag}} of {_name(image)} and shared by {_name(other)}; "
                    "move {it} to `tags` or to `shared_tags` in both"
                )
                clashes.add(image, tag.name, message)
    yield from clashes


def _not_windows_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """No version tag is on Windows only: it would vanish for everyone else."""
    owners: defaultdict[str, list[Image]] = defaultdict(list)
    for image in matrix.images:
        for tag in (*image.tags, *image.shared_tags):
            if not tag.spelling.text:
                owners[tag.name].append(image)
    alone = TagFindings()
    for name, images in owners.items():
        platforms = [arch for image in images for arch in image.architectures]
        if platforms and all(map(is_windows, platforms)):
            message = (
                "version tag{s} {tags} would be on Windows only "
                f"({join_names([_name(image) for image in images])}); "
                "give {it} to an image of another system as well"
            )
            alone.add(images[0], name, message)
    yield from alone


def _final_only(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """A pre-release owns neither a major nor latest."""
    early = TagFindings()
    for image in matrix.images:
        if is_final(image.version):
            continue
        for tag in (*image.tags, *image.shared_tags):
            if tag.alias.text == LATEST or tag.alias.text.isdigit():
                message = (
                    f"{image.version} is a pre-release, and {{tags}} {{belongs}} to a final "
                    f"release; take {{it}} from the aliases of {_name(image)}"
                )
                early.add(image, tag.alias.text, message)
    yield from early


def _one_folder(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """One folder, one image; on any file system, inside its cycle's, and not where a file is."""
    reserved = {name.lower() for name in (config.image, f"{config.image}.json", "README.md")}
    owners: dict[str, Image] = {}
    spelled: dict[str, tuple[str, Image]] = {}
    told: set[str] = set()
    for image in matrix.images:
        segments = image.folder.split("/")
        for segment in segments:
            if segment in {"", ".", ".."}:
                message = f'the folder "{image.folder}" leaves its place'
                yield image.path, f"{message}; write it without {_SIGN[segment]}"
            elif segment.lower() in {".git", "dockerfile"}:
                message = f"no folder can be called {segment}"
                yield image.path, f'{message} (in "{image.folder}"); name it otherwise'
        owner = owners.setdefault(image.folder, image)
        if owner is not image:
            message = (
                f"{_name(owner)} and {_name(image)} have one folder, {image.folder}; "
                "give each its own"
            )
            yield image.path, message
        for length in range(1, len(segments) + 1):
            folder = "/".join(segments[:length])
            first, other = spelled.setdefault(folder.lower(), (folder, image))
            if first != folder:
                if folder in told:
                    break
                told.add(folder)
                message = (
                    f"the folders {first} ({_name(other)}) and {folder} ({_name(image)}) differ "
                    "in case only; some systems cannot tell them apart: name one otherwise"
                )
                yield image.path, message
                break
        if segments[0].lower() in reserved:
            message = f"the folder {segments[0]} is where the file library/{segments[0]} stands"
            yield image.path, f"{message}; name it otherwise"


def _rules_apply(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """An exclusion excludes something, else it is a leftover or a mistake."""
    for number, rule in enumerate(config.exclude):
        path: ValuePath = ("exclude", number)
        if not rule.architectures and (number, None) not in matrix.effects:
            yield path, "this excludes no image; mend its condition, or remove it"
        for position, architecture in enumerate(rule.architectures):
            if (number, architecture) not in matrix.effects:
                message = f"this excludes {architecture} from no image; remove it"
                yield (*path, "architectures", position), message


def _unowned(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A default suite that a release lacks leaves its short tags to nobody."""
    present = {(image.cycle, image.flavor, image.suite) for image in matrix.images}
    flavors: defaultdict[str, set[str]] = defaultdict(set)
    for cycle, flavor, _ in present:
        flavors[cycle].add(flavor)
    unowned: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    owned = set()
    for release in config.releases:
        for flavor in config.flavors:
            suite = default_suite(config, release, flavor)
            if flavor not in flavors[release.cycle] or suite is None:
                continue
            name = config.flavors[flavor].follows or flavor
            path: ValuePath = ("default_suites", name)
            if name in release.default_suites:
                path = ("releases", release.cycle, *path)
            if (release.cycle, flavor, suite) in present:
                owned.add((path, flavor))
            else:
                unowned[path, flavor, suite].append(release.cycle)
    for (path, flavor, suite), cycles in unowned.items():
        end = f"the short tags of {flavor} are left unowned"
        if (path, flavor) not in owned and path[0] == "default_suites":
            known = "; name another suite, or null" if suite in config.suites else ""
            yield (
                path,
                f"no release has {flavor} on {suite}: {end}"
                + (known or nearest(suite, config.suites)),
            )
        else:
            has = "has" if len(cycles) == 1 else "have"
            message = f"{join_names(cycles)} {has} no {flavor} on {suite}: {end} there"
            yield path, f"{message}; if that is meant, say `{path[-1]}: null` for it"


def _without_images(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """A release whose variants are all left out is published no more."""
    cycles = {image.cycle for image in matrix.images}
    for release in config.releases:
        if release.cycle not in cycles:
            message = f"every variant of {release.cycle} is left out; it has no image and no tag"
            yield ("releases", release.cycle), message


def _same_platform(left: Image, right: Image) -> str:
    """Return the platforms that two images share; Windows builds differ by suite."""
    both = [name for name in left.architectures if name in right.architectures]
    if left.suite != right.suite:
        both = [name for name in both if not is_windows(name)]
    return ", ".join(both)


def _name(image: Image) -> str:
    return f"{image.cycle}/{image.name}" if image.name else image.cycle


Law: TypeAlias = "Callable[[Config, Matrix], Iterator[Finding]]"

# Each breach is one of an image or of two: it is there whatever else there is.
LAWS: Final[tuple[Law, ...]] = (_verified, _well_formed, _final_only, _one_folder)
LAWS_OF_ARCHITECTURES: Final[tuple[Law, ...]] = (_built, _one_owner)
LAWS_OF_THE_WHOLE: Final[tuple[Law, ...]] = (
    _some_image,
    _with_a_tag,
    _not_windows_only,
    _rules_apply,
)
