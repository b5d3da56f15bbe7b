"""The variants of a release: flavors on suites, and what a release overrides."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tagmatrix.config.model import Flavor, VariantChoice
from tagmatrix.matrix.tags import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagmatrix.config.model import AlsoVersion, Config, ContextFile, Release
    from tagmatrix.problems import ValuePath


_NO_FLAVOR: Final = Flavor(name="{name}", base="", template="")
"""The values of a listed variant without a flavor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant with all values resolved; its texts are still patterns."""

    name: str
    flavor: str
    suite: str
    folder: str
    base: str
    template: str
    needs: tuple[str, ...]
    files: tuple[ContextFile, ...]
    spellings: tuple[Spelling, ...]
    architectures: tuple[str, ...]
    constraints: tuple[str, ...]
    builder: str | None
    version: str | None
    aliases: tuple[str, ...] | None
    also_versions: tuple[AlsoVersion, ...]
    sums: Mapping[str, Mapping[str, str]]


class Variants:
    """The variants of each release; releases that override nothing share them."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._known = config.known_variants()
        self._every = tuple(VariantChoice(name=name) for name in self._known)
        self._shared: dict[str, tuple[Variant, ...]] = {}

    def of_release(self, release: Release) -> Iterator[tuple[ValuePath, Variant]]:
        """Yield the variants of a release in order, each with the path of the list item."""
        here: ValuePath = ("releases", release.cycle)
        path: ValuePath
        if release.variants is not None:
            for number, choice in enumerate(release.variants):
                path = (*here, "variants", number)
                yield path, self._resolve(release, choice, path)
            return
        key = release.cycle if release.default_suites else ""
        choices = self._every if self._config.variants is None else self._config.variants
        if key not in self._shared:
            self._shared[key] = tuple(
                self._resolve(release, choice, ("variants", number))
                for number, choice in enumerate(choices)
            )
        for number, variant in enumerate(self._shared[key]):
            yield here if self._config.variants is None else ("variants", number), variant

    def _resolve(self, release: Release, choice: VariantChoice, path: ValuePath) -> Variant:
        """Return a variant; flavor and suite give the values that the choice at `path` omits."""
        known_flavor, known_suite = self._known.get(choice.name, ("", ""))
        name, suite = choice.flavor or known_flavor, choice.suite or known_suite
        flavor = self._config.flavors.get(name, _NO_FLAVOR)
        entry = self._config.suites.get(suite)
        words = {"suite": suite, "name": fill(choice.name, suite=suite)}

        def text(own: str | None, pattern: str) -> str:
            return fill(pattern if own is None else own, **words)

        architectures = choice.architectures
        if architectures is None:
            architectures = entry.architectures.get(name, ()) if entry else ()
        files = flavor.files if choice.files is None else choice.files
        constraints = flavor.constraints if choice.constraints is None else choice.constraints
        return Variant(
            name=words["name"],
            flavor=name,
            suite=suite,
            folder=text(choice.folder, flavor.folder),
            base=text(choice.base, flavor.base),
            template=text(choice.template, flavor.template),
            needs=flavor.needs if choice.needs is None else choice.needs,
            files=tuple(fill_file(file, **words) for file in files),
            spellings=self._spellings(release, choice, path, words),
            architectures=architectures,
            constraints=tuple(fill(constraint, **words) for constraint in constraints),
            builder=choice.builder or flavor.builder,
            version=choice.version,
            aliases=choice.aliases,
            also_versions=choice.also_versions or (),
            sums=choice.sums,
        )

    def _spellings(
        self, release: Release, choice: VariantChoice, path: ValuePath, words: dict[str, str]
    ) -> tuple[Spelling, ...]:
        """Return a variant's spellings: its own list, or those of its flavor."""
        spellings: list[Spelling] = []

        def add(
            patterns: Iterable[str], why: str, at: ValuePath, *moves: str, shared: bool, each: bool
        ) -> None:
            for number, text in enumerate(patterns):
                because = "it is the variant's name" if text == "{name}" else why
                where = (*at, number) if each else at
                spellings.append(Spelling(fill(text, **words), because, shared, moves, where))

        suite = words["suite"]
        name = choice.flavor or self._known.get(choice.name, ("", ""))[0]
        flavor = self._config.flavors.get(name)
        on_default = flavor is not None and suite == default_suite(self._config, release, name)
        why = f"{suite} is the default suite of {name}"
        chosen = default_path(self._config, release, name) if on_default else ()
        for shared, listed in ((False, choice.tags), (True, choice.shared_tags)):
            key = "shared_tags" if shared else "tags"
            if listed is not None:
                because = f"it is listed among the {key} of {words['name'] or 'this variant'}"
                add(listed, because, (*path, key), shared=shared, each=True)
            elif flavor is None and not shared:
                add(("{name}",), "", path, shared=shared, each=False)
            elif flavor is not None:
                own = flavor.shared_tags if shared else flavor.tags
                add(own, f"every {name} has it", ("flavors", name, key), shared=shared, each=True)
                more = flavor.default_suite_shared_tags if shared else flavor.default_suite_tags
                moves = "another default suite"
                add(more if on_default else (), why, chosen, moves, shared=shared, each=False)
        return tuple(spellings)


def default_suite(config: Config, release: Release, flavor: str) -> str | None:
    """Return the suite of a flavor's short tags in a release, or None if it has no short tags."""
    name = config.flavors[flavor].follows or flavor
    if name in release.default_suites:
        return release.default_suites[name]
    return config.default_suites.get(name)


def default_path(config: Config, release: Release, flavor: str) -> ValuePath:
    """Return the path of the value that `default_suite` returns."""
    name = config.flavors[flavor].follows or flavor
    own = ("releases", release.cycle) if name in release.default_suites else ()
    return (*own, "default_suites", name)


def fill(pattern: str, **words: str) -> str:
    """Replace {suite} and similar names; a name without a value stays."""
    if "{" not in pattern:
        return pattern
    return re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), pattern)


def fill_file(file: ContextFile, **words: str) -> ContextFile:
    """Replace {suite} and similar names in the paths of a file."""
    return replace(
        file,
        file=file.file and fill(file.file, **words),
        template=file.template and fill(file.template, **words),
        to=file.to and fill(file.to, **words),
    )
