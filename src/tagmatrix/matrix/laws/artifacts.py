"""Laws of images: there are images, each has architectures and the checksums it needs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.config.artifacts import EACH, best, each_sum, is_of
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.rule_matching import Rules
from tagmatrix.util.nearest import closest
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tagmatrix.config.model import Config, Exclusion
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath


def some_image(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that there are images, if there are releases."""
    if config.releases and not matrix.images:
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
    """Check that each artifact that an image needs has a checksum."""
    missing: defaultdict[tuple[ValuePath, str, str], list[Image]] = defaultdict(list)
    given: dict[ValuePath, Sequence[str]] = {}
    needed = {need.removesuffix(EACH) for each in config.flavors.values() for need in each.needs}
    for image in matrix.images:
        for artifact in image.needs:
            needed.add(artifact)
            if not best(image.sums, artifact):
                own = image.sums != image.release.sums
                path: ValuePath = image.path if own else ("releases", image.cycle)
                version = image.version or image.cycle
                missing[path, artifact.partition("/")[0], version].append(image)
                given[path] = [name for _, name, _ in each_sum(image.sums)]
    for (path, artifact, version), images in missing.items():
        names = list(dict.fromkeys(map(name_of, images)))
        need = "needs" if len(names) == 1 else "need"
        missed = f"the sha256 of {version}'s `{artifact}` is missing, and {few(names)} {need} it"
        yield path, f"{missed}{_advice(artifact, images, given[path], needed)}"


def _advice(
    artifact: str, images: Sequence[Image], given: Sequence[str], needed: Collection[str]
) -> str:
    """Return what to do about a missing checksum."""
    each = next((name for image in images for name in image.needs if name != artifact), "")
    each = each if is_of(each, artifact) else ""
    if each and artifact in given:
        return f": write one for each architecture, `{artifact}: {{{each.partition('/')[2]}: ...}}`"
    if not each and any(is_of(name, artifact) for name in given):
        return (
            ": its checksums are by architecture, so write `needs: "
            f"[{{name: {artifact}, by: architecture}}]`"
        )
    others = [other for other in given if other.partition("/")[0] not in needed]
    if close := closest(artifact, [other.partition("/")[0] for other in others]):
        return f"; `sha256` has {close}, which no variant needs: rename it to {artifact}"
    meant = closest(artifact, [other.partition("/")[0] for other in given])
    near = f"; did you mean {meant}?" if meant and meant != artifact else ""
    value = f"{{{each.partition('/')[2]}: ...}}" if each else "..."
    return (
        f": add `sha256: {{{artifact}: {value}}}`, or set `artifacts: [...]` without "
        f"{artifact} if upstream publishes none{near}"
    )


def rules_apply(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each exclusion excludes something: else it is outdated or a mistake."""
    if not config.releases:
        return
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
