"""Laws of images: there are images, each has architectures and the checksums it needs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.matrix.laws.findings import few, name_of
from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.util.nearest import closest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.model import Config, Exclusion
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath


def some_image(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that there are images."""
    if not matrix.images:
        yield ("releases",), "no image is left; exclude less, or hold less back"


def built(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each image has architectures."""
    left: defaultdict[int, list[str]] = defaultdict(list)
    for image in matrix.images:
        if image.architectures:
            continue
        if image.excluded:
            left[_last_rule(config, image)].append(name_of(image))
            continue
        message = f"{name_of(image)} has no architectures; list those of its base"
        if image.suite in config.suites and image.flavor:
            message += f", or add the flavor {image.flavor} to {image.suite}"
        yield image.path, message
    for number, names in left.items():
        has = "has" if len(names) == 1 else "have"
        message = (
            f"{few(names)} {has} no architectures left after this; exclude the whole variant, "
            "with `when` but without `architectures`"
        )
        yield ("exclude", number), message


def _last_rule(config: Config, image: Image) -> int:
    """Return the number of the exclusion that removed an image's last architecture."""
    reasons = {(excluded.why, excluded.link) for excluded in image.excluded}
    return max(
        number for number, rule in enumerate(config.exclude) if (rule.why, rule.link) in reasons
    )


def verified(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each artifact that an image needs has its checksum."""
    missing: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    given: dict[ValuePath, Mapping[str, str]] = {}
    needed = {artifact for flavor in config.flavors.values() for artifact in flavor.needs}
    for image in matrix.images:
        for artifact in image.needs:
            needed.add(artifact)
            if artifact not in image.sha256:
                own = image.sha256 is not image.release.sha256
                path: ValuePath = image.path if own else ("releases", image.cycle)
                missing[path, artifact, image.version or image.cycle].append(name_of(image))
                given[path] = image.sha256
    for (path, artifact, version), names in missing.items():
        need = "needs" if len(names) == 1 else "need"
        missed = f"the sha256 of {version}'s `{artifact}` is missing, and {few(names)} {need} it"
        others = [other for other in given[path] if other not in needed]
        if close := closest(artifact, others):
            yield (
                path,
                f"{missed}; `sha256` has {close}, which no variant needs: rename it to {artifact}",
            )
            continue
        yield (
            path,
            (
                f"{missed}: add `sha256: {{{artifact}: ...}}`, or set `artifacts: [...]` without "
                f"{artifact} if upstream publishes none"
            ),
        )


def rules_apply(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each exclusion excludes something: else it is outdated or a mistake."""
    active = {number for number, _ in matrix.effects}
    for number, rule in enumerate(config.exclude):
        path: ValuePath = ("exclude", number)
        named, key = rule.architectures, "architectures"
        if not named and rule.when and rule.when.architectures:
            path, named = (*path, "when"), rule.when.architectures
        if not named and number not in active:
            yield path, "this excludes no image; fix its condition, or remove it"
        acted = any((number, name) in matrix.effects for name in named)
        if rule.architectures and not acted and not _selects_an_image(rule, matrix):
            key = "when" if rule.when else "unless"
            yield (*path, key), "no images match; fix the condition, or remove the exclusion"
            continue
        for position, architecture in enumerate(named):
            if (number, architecture) not in matrix.effects:
                message = f"this excludes {architecture} from no image; remove it"
                yield (*path, key, position), message


def _selects_an_image(rule: Exclusion, matrix: Matrix) -> bool:
    """Return whether an exclusion's condition holds for any image, on any architecture."""
    rules = Rules([rule])
    return any(rules.holding(image.cell) for image in matrix.images)
