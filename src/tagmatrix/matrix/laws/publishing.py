"""Laws of `publish`: each image has a runner, secrets arrive, what is required exists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.laws.advisories import is_for_a_later_cycle
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.laws.tag_names import TAG_LENGTH
from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.util.wording import few, join_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.config.publishing import Destination, Runner, Secret
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath

_CLASSIC = "classic"
_DATE = "20261231"
KEY_LENGTH: Final = 12
"""The number of digits of {key} in a stamp."""
_KEY = "0" * KEY_LENGTH


def stamp(pattern: str, tag: str, *, date: str, key: str) -> str:
    """Return the immutable tag of an image.

    >>> stamp("{tag}-{date}", "3.14.6-slim", date="20261128", key="")
    '3.14.6-slim-20261128'
    """
    return pattern.replace("{tag}", tag).replace("{date}", date).replace("{key}", key)


def stamped(pattern: str | None) -> Callable[[str], bool]:
    """Return a function that says whether a tag is an immutable one, of any version.

    >>> stamped("{tag}-{date}")("3.14.6-slim-20261128")
    True
    """
    if pattern is None:
        return lambda _: False
    text = re.escape(pattern)
    for hole, meaning in {
        "{tag}": r".+",
        "{date}": r"\d{8}",
        "{key}": f"[0-9a-f]{{{KEY_LENGTH}}}",
    }.items():
        text = text.replace(re.escape(hole), meaning)
    whole = re.compile(text, re.ASCII)
    return lambda tag: whole.fullmatch(tag) is not None


def builds(runner: Runner, image: Image, architecture: str) -> bool:
    """Return whether a runner builds an image for an architecture."""
    return architecture in (*runner.architectures, *runner.emulates) and (
        not runner.constraints or bool({*runner.constraints} & {*image.constraints})
    )


def with_a_runner(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that the runners, if there are some, build every image for every architecture."""
    runners = config.publish.runners.values()
    if not runners:
        return
    without: dict[str, list[str]] = {}
    known: dict[tuple[str, tuple[str, ...]], bool] = {}
    for image in matrix.images:
        for architecture in image.architectures:
            key = (architecture, image.constraints)
            if key not in known:
                known[key] = any(builds(runner, image, architecture) for runner in runners)
            if not known[key]:
                without.setdefault(architecture, []).append(name_of(image))
    for architecture, names in without.items():
        yield (
            ("publish", "runners"),
            (
                f"no runner builds {few(names)} for {architecture}; add it to a runner's "
                "`architectures`, or to what it `emulates`"
            ),
        )


def required(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that some image has each required architecture."""
    known = list(dict.fromkeys(name for image in matrix.images for name in image.architectures))
    for number, architecture in enumerate(config.publish.required or ()):
        if architecture not in known:
            yield (
                ("publish", "required", number),
                f"no image is built for {architecture}; images are built for {join_names(known)}",
            )


def secrets_for_buildkit(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that only BuildKit's builds have secrets: the classic builder knows none."""
    without: dict[ValuePath, list[str]] = {}
    for image, numbers in _with_secrets(config, matrix):
        for number in numbers if _is_classic(config, image) else ():
            path: ValuePath = ("flavors", image.flavor, "secrets", number)
            without.setdefault(path, []).append(name_of(image))
    for path, names in without.items():
        yield (
            path,
            (
                f"{few(names)} would be built without this secret, because `docker build` without "
                "BuildKit (classic, Windows) takes none; leave them out with `unless`"
            ),
        )


def secrets_with_one_id(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no build has two secrets of one id: it would get only one of them."""
    twice: dict[tuple[str, int, int], list[str]] = {}
    for image, numbers in _with_secrets(config, matrix):
        first: dict[str, int] = {}
        for number in numbers:
            secret = config.flavors[image.flavor].secrets[number]
            if (other := first.setdefault(secret.id, number)) != number:
                twice.setdefault((image.flavor, number, other), []).append(name_of(image))
    for (flavor, number, other), names in twice.items():
        path: ValuePath = ("flavors", flavor, "secrets", number)
        yield (
            path,
            (
                f"{few(names)} would have two secrets with this id, also secrets[{other}]; give it "
                "another id, or limit both with `when`"
            ),
        )


def _with_secrets(config: Config, matrix: Matrix) -> Iterator[tuple[Image, list[int]]]:
    """Yield the images of flavors with secrets, with the numbers of those that each one gets."""
    rules = {
        name: Rules(flavor.secrets) for name, flavor in config.flavors.items() if flavor.secrets
    }
    for image in matrix.images if rules else ():
        if image.flavor in rules:
            yield image, rules[image.flavor].numbers(image.cell)


def _is_classic(config: Config, image: Image) -> bool:
    """Return whether an image is built without BuildKit."""
    builder = image.builder or config.builder
    return builder == _CLASSIC or any(map(is_windows, image.architectures))


def attestations(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of images that get no attestations, because they are built without BuildKit."""
    attest = config.publish.attest
    if not (attest.sbom or attest.provenance):
        return
    if names := [name_of(image) for image in matrix.images if _is_classic(config, image)]:
        message = f"{few(names)} get none, because they are built without BuildKit"
        yield ("publish", "attest"), message


def idle(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of a repository or a secret whose condition holds for no image."""
    rules: list[tuple[ValuePath, str, Destination | Secret, list[Image]]] = [
        (("publish", "registries", number), each.repository, each, list(matrix.images))
        for number, each in enumerate(config.publish.registries)
    ]
    for name, flavor in config.flavors.items():
        if not flavor.secrets:
            continue
        own = [image for image in matrix.images if image.flavor == name]
        rules += [
            (("flavors", name, "secrets", number), f"the secret {each.id}", each, own)
            for number, each in enumerate(flavor.secrets)
        ]
    for path, name, rule, images in rules:
        if not (rule.when or rule.unless) or not images:
            continue
        if is_for_a_later_cycle(config, matrix, rule.when):
            continue
        if not any(Rules([rule]).holding(image.cell) for image in images):
            key = "when" if rule.when else "unless"
            yield (*path, key), f"{name} is for no image; fix its condition, or remove it"


def short_stamps(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that registries accept each immutable tag."""
    pattern = config.publish.stamp
    if pattern is None:
        return
    tags = (tag.name for image in matrix.images for tag in image.all_tags)
    found = (stamp(pattern, tag, date=_DATE, key=_KEY) for tag in tags)
    longest = max(found, key=len, default="")
    if len(longest) > TAG_LENGTH:
        yield (
            ("publish", "stamp"),
            (
                f"{longest} would have {len(longest)} characters, and a tag has at most "
                f"{TAG_LENGTH}; shorten the stamp"
            ),
        )
