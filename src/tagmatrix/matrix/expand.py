"""Expand versions.yaml: each release times each of its variants is an image."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs
from msgspec.structs import replace

from tagmatrix.config.artifacts import EACH, is_of
from tagmatrix.config.patterns import fill
from tagmatrix.layout import DEFAULT, ROOT, TOP
from tagmatrix.matrix import architectures, tags
from tagmatrix.matrix.artifact_architectures import concrete, published
from tagmatrix.matrix.component_versions import Components
from tagmatrix.matrix.image import CHILD, Image, Matrix, MissingImage, files_in_root
from tagmatrix.matrix.rule_matching import ReleaseVariant, Rules
from tagmatrix.matrix.setting_values import SettingValues
from tagmatrix.matrix.variants import Variants, fill_file
from tagmatrix.versions import cycle_numbers, final_version, parse, version_tag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.artifacts import Sums
    from tagmatrix.config.model import (
        Config,
        Exclusion,
        Release,
    )
    from tagmatrix.matrix.architectures import Excluded
    from tagmatrix.matrix.tags import Alias, Spelling
    from tagmatrix.matrix.variants import Variant
    from tagmatrix.problems import ValuePath

__all__ = [
    "CHILD",
    "Image",
    "Matrix",
    "MissingImage",
    "expand",
    "expand_everything",
    "files_in_root",
]


class _Facts(NamedTuple):
    """What templates see of each cell."""

    settings: SettingValues
    components: Components


def expand_everything(config: Config) -> Matrix:
    """Return the images of every release as if nothing were excluded, held back or missing."""
    releases = [structs.replace(each, held_back={}, artifacts=None) for each in config.releases]
    return expand(structs.replace(config, exclude=(), releases=tuple(releases)))


def expand(config: Config) -> Matrix:
    """Return the images of every release; this never fails for a loaded config.

    `tagmatrix.matrix.laws` checks the result.
    """
    images: list[Image] = []
    left_out: list[MissingImage] = []
    effects: set[tuple[int, str | None]] = set()
    exclusions = Rules(config.exclude)
    facts = _Facts(SettingValues(config), Components(config))
    variants = Variants(config)
    aliases = _aliases(config)
    owned = frozenset(alias.text for some in aliases.values() for alias in some)
    for release in config.releases:
        for path, variant in variants.of_release(release):
            cell = ReleaseVariant(
                release.cycle, variant.flavor, variant.suite, variant.name, variant.axes
            )
            holding = exclusions.holding(cell)
            excluded = {}
            if holding:
                sparing = exclusions.sparing(cell)
                for bit, rule in enumerate(config.exclude):
                    if holding >> bit & 1 and (
                        taken := architectures.narrowed(
                            rule, variant.architectures, sparing=bool(sparing >> bit & 1)
                        )
                    ):
                        excluded[bit] = taken
            if excluded:
                effects |= architectures.effects(variant.architectures, excluded)
            if reason := _why_left_out(release, variant, excluded):
                words = _words(release, variant, release.version)
                suffixes = (fill(spelling.text, **words) for spelling in variant.spellings)
                left_out.append(MissingImage(release.cycle, variant.name, *reason, tuple(suffixes)))
                continue
            image = _image(
                config, release, variant, aliases[release.cycle], owned, excluded, facts, path
            )
            images.append(image)
    return Matrix(tuple(images), tuple(left_out), frozenset(effects), facts.settings.idle())


def _aliases(config: Config) -> dict[str, tuple[Alias, ...]]:
    """Return the aliases of each release, by cycle."""
    derived: Mapping[str, tuple[Alias, ...]] = {}
    if config.derive_aliases:
        derived = tags.derived_aliases(config.releases, config.hold)
    return {
        release.cycle: tags.all_aliases(
            tags.version_aliases(release.version, release, parts=config.version_parts),
            derived.get(release.cycle, ()),
            release.aliases,
            of=release.cycle,
            path=("releases", release.cycle, "aliases"),
            version=parse(release.version, release.style),
        )
        for release in config.releases
    }


def _why_left_out(
    release: Release, variant: Variant, rules: Mapping[int, Exclusion]
) -> tuple[str, str, ValuePath] | None:
    """Return reason, link and path if a release has no image of a variant; None if it has one."""
    here: ValuePath = ("releases", release.cycle)
    for number, rule in rules.items():
        if not rule.architectures:
            return rule.why, rule.link, ("exclude", number)
    for need in variant.needs:
        artifact = need.removesuffix(EACH)
        if artifact in release.held_back:
            why = f"held back: {release.held_back[artifact]}"
            return why, "", (*here, "held_back", artifact)
        listed = release.artifacts
        if listed is not None and not any(is_of(each, artifact) for each in listed):
            why = (
                f"upstream publishes no {artifact} artifact for {release.version or release.cycle}"
            )
            return why, "", (*here, "artifacts")
    built, without = _architectures(release, variant, rules)
    lacking = [each for each in without if each.rule is None]
    return (lacking[0].why, "", lacking[0].path) if lacking and not built else None


def _image(
    config: Config,
    release: Release,
    variant: Variant,
    aliases: tuple[Alias, ...],
    owned: frozenset[str],
    excluded: Mapping[int, Exclusion],
    facts: _Facts,
    path: ValuePath,
) -> Image:
    version = variant.version or release.version
    words = _words(release, variant, version)
    words["name"] = fill(variant.name, **words)
    if variant.aliases is not None:
        of = f"{variant.name or 'a variant'} in {release.cycle}"
        at = (*path, "aliases")
        exact = parse(version, release.style)
        listed = [fill(alias, **words) for alias in variant.aliases]
        aliases = tags.all_aliases((), (), listed, version=exact, of=of, path=at)
    elif version != release.version:
        parts = config.version_parts
        own = tags.version_aliases(version, release, parts=parts, path=(*path, "version"))
        replaced = tags.version_aliases(release.version, release, parts=parts)
        gone = {alias.text for alias in (*own, *replaced)}
        aliases = (*own, *(alias for alias in aliases if alias.text not in gone))
    spellings = [_filled(spelling, words) for spelling in variant.spellings]
    base = fill(variant.base, **words)
    parent = _parent(config.image, base)
    of_spellings = functools.partial(
        tags.product, aliases, owned=owned, pattern=fill(variant.alias, **words)
    )
    ref = fill(variant.ref, **words)
    built, not_built = _architectures(release, variant, excluded)
    cell = ReleaseVariant(release.cycle, variant.flavor, variant.suite, variant.name, variant.axes)
    values, setting_reasons = facts.settings.of(release, cell, built)
    return Image(
        cycle=release.cycle,
        version=version,
        final_version=final_version(version, release.style),
        version_tag=version_tag(version, release.style),
        also_versions=(*release.also_versions, *variant.also_versions),
        name=words["name"],
        flavor=variant.flavor,
        suite=variant.suite,
        axes=variant.axes,
        directory=_directory(config, release, variant, words),
        ref="" if ref == f"refs/heads/{config.branch}" else ref,
        dockerfile=fill(variant.dockerfile, **words),
        base=base.replace(CHILD, f"{config.image}:", 1) if base.startswith(CHILD) else base,
        parent=parent,
        template=fill(variant.template, **words),
        files=tuple(fill_file(file, **words) for file in variant.files),
        tags=of_spellings([spelling for spelling in spellings if not spelling.shared]),
        shared_tags=of_spellings([spelling for spelling in spellings if spelling.shared]),
        architectures=built,
        excluded=not_built,
        constraints=tuple(fill(constraint, **words) for constraint in variant.constraints),
        builder=variant.builder,
        needs=concrete(variant.needs, built),
        sums=_sums(release, variant, version),
        components=facts.components.of(release, cell),
        settings=values,
        reasons=setting_reasons,
        release=release,
        path=path,
    )


def _parent(image: str, base: str) -> str:
    """Return the tag of the family that a base names, in any spelling; empty for other images.

    A base with a digest is an image that was published before, not one of this matrix.
    """
    if base.startswith(CHILD):
        return base.removeprefix(CHILD)
    if image not in base or "@" in base:  # the usual case, which has to be fast
        return ""
    from tagmatrix.dockerfile.image_names import normal_name  # noqa: PLC0415 (few bases need it)

    name, _, tag = normal_name(base).partition(":")
    return tag if name == image else ""


def _directory(config: Config, release: Release, variant: Variant, words: Mapping[str, str]) -> str:
    """Return the path of an image's folder; parts that are empty vanish."""
    inner = fill(variant.folder, **words)
    if config.layout.pattern == DEFAULT and inner:  # the usual case, which has to be fast
        return f"{TOP}/{release.folder}/{inner}"
    own = {"cycle": release.folder, "folder": inner}
    path = fill(config.layout.pattern, **{**words, **dict(variant.axes), **own})
    return "/".join(part for part in path.split("/") if part) or ROOT


def _filled(spelling: Spelling, words: Mapping[str, str]) -> Spelling:
    """Return a spelling without placeholders."""
    if spelling.aliases is None and "{" not in spelling.text:
        return spelling
    aliases = spelling.aliases and tuple(fill(alias, **words) for alias in spelling.aliases)
    return replace(spelling, text=fill(spelling.text, **words), aliases=aliases)


def _words(release: Release, variant: Variant, version: str) -> dict[str, str]:
    """Return the words for patterns, which name folders, tags and images."""
    tag = version_tag(version, release.style)
    major = ".".join(map(str, cycle_numbers(release.cycle)[:1]))
    return {"suite": variant.suite, "cycle": release.cycle, "version": tag, "major": major}


def _architectures(
    release: Release, variant: Variant, rules: Mapping[int, Exclusion]
) -> tuple[tuple[str, ...], tuple[Excluded, ...]]:
    """Return the architectures that an image has, and those of its base that it has not."""
    built, excluded = architectures.select(variant.architectures, rules)
    if not any(need.endswith(EACH) for need in variant.needs):
        return built, excluded
    sums = _sums(release, variant, variant.version or release.version)
    built, lacking = published(release, variant.needs, sums, built)
    return built, (*excluded, *lacking)


def _sums(release: Release, variant: Variant, version: str) -> Sums:
    """Return the checksums of a variant's version; the release's are only for its own version."""
    if variant.sums:
        return variant.sums
    return release.sums if version == release.version else {}
