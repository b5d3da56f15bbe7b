"""Laws of `publish`: each image has a runner, and what is required exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.laws.tag_names import TAG_LENGTH
from tagmatrix.util.wording import few, join_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.config.publishing import Runner
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding

_DATE = "20261231"
_KEY = "0" * 12


def stamp(pattern: str, tag: str, *, date: str, key: str) -> str:
    """Return the immutable tag of an image.

    >>> stamp("{tag}-{date}", "3.14.6-slim", date="20261128", key="")
    '3.14.6-slim-20261128'
    """
    return pattern.replace("{tag}", tag).replace("{date}", date).replace("{key}", key)


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
