"""The variants of a release: flavors on suites, and what a release overrides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs
from msgspec.structs import replace

from tagmatrix.config.cells import Cell, default_axis, known_cells
from tagmatrix.config.model import Flavor, VariantChoice
from tagmatrix.config.patterns import fill
from tagmatrix.matrix.tags import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.model import AlsoVersion, Axes, Config, ContextFile, Release, Suffix
    from tagmatrix.problems import ValuePath


_NO_FLAVOR: Final = Flavor(name="{name}", base="", template="")
"""The values of a listed variant without a flavor."""


class Variant(Struct, frozen=True, kw_only=True):
    """A variant with all values resolved; its texts are still patterns."""

    name: str
    flavor: str
    suite: str
    axes: Axes
    folder: str
    dockerfile: str
    ref: str
    base: str
    template: str
    needs: tuple[str, ...]
    files: tuple[ContextFile, ...]
    alias: str
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
        self._known: dict[str, dict[str, Cell]] = {}
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
        own = release.default_suites or release.axes or release.default_axes or release.ref
        key = release.cycle if own else ""
        if key not in self._shared:
            choices = self._config.variants
            if choices is None:
                choices = tuple(VariantChoice(name=name) for name in self._cells(release))
            self._shared[key] = tuple(
                self._resolve(release, choice, ("variants", number))
                for number, choice in enumerate(choices)
            )
        for number, variant in enumerate(self._shared[key]):
            yield here if self._config.variants is None else ("variants", number), variant

    def _cells(self, release: Release) -> dict[str, Cell]:
        """Return the known variants of a release by name."""
        key = release.cycle if release.axes else ""
        if key not in self._known:
            self._known[key] = known_cells(self._config, release)
        return self._known[key]

    def _resolve(self, release: Release, choice: VariantChoice, path: ValuePath) -> Variant:
        """Return a variant; flavor and suite give the values that the choice at `path` omits."""
        known = self._cells(release).get(choice.name, Cell())
        name, suite = choice.flavor or known.flavor, choice.suite or known.suite
        axes = tuple(choice.axes.items()) or known.axes
        flavor = self._config.flavors.get(name, _NO_FLAVOR)
        entry = self._config.suites.get(suite)
        words = {"suite": suite, **dict(axes)}
        words["name"] = fill(choice.name, **words)

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
            axes=axes,
            folder=text(choice.folder, flavor.folder),
            dockerfile=text(choice.dockerfile, flavor.dockerfile),
            ref=fill(choice.ref or release.ref or flavor.ref or "", **words),
            base=text(choice.base, flavor.base),
            template=text(choice.template, flavor.template),
            needs=flavor.needs if choice.needs is None else choice.needs,
            files=tuple(fill_file(file, **words) for file in files),
            alias=text(choice.alias, flavor.alias),
            spellings=self._spellings(release, choice, name, path, words),
            architectures=architectures,
            constraints=tuple(fill(constraint, **words) for constraint in constraints),
            builder=choice.builder or flavor.builder,
            version=choice.version,
            aliases=choice.aliases and tuple(fill(alias, **words) for alias in choice.aliases),
            also_versions=choice.also_versions or (),
            sums=choice.sums,
        )

    def _spellings(
        self,
        release: Release,
        choice: VariantChoice,
        flavor: str,
        path: ValuePath,
        words: dict[str, str],
    ) -> tuple[Spelling, ...]:
        """Return a variant's spellings: its own list, or those of its flavor."""
        spellings: list[Spelling] = []
        known = self._config.flavors.get(flavor)
        for shared, listed in ((False, choice.tags), (True, choice.shared_tags)):
            key = "shared_tags" if shared else "tags"
            suffixes: list[tuple[ValuePath, Suffix]]
            if listed is not None:
                because = f"it is listed among the {key} of {words['name'] or 'this variant'}"
                suffixes = [((*path, key, number), one) for number, one in enumerate(listed)]
            elif known is None:
                because = ""
                suffixes = [] if shared else [(path, one) for one in _NO_FLAVOR.tags]
            else:
                because = f"every {flavor} has it"
                own = known.suffixes(key)
                suffixes = [(("flavors", flavor, *at), one) for at, one in own]
            for at, suffix in suffixes:
                spelling = _spelling(suffix, because, words, shared=shared, path=at)
                if not suffix.on_default:
                    spellings.append(spelling)
                elif known is not None:
                    spellings += self._on_default(release, flavor, words, suffix, spelling)
        return tuple(spellings)

    def _on_default(
        self,
        release: Release,
        flavor: str,
        words: Mapping[str, str],
        suffix: Suffix,
        spelling: Spelling,
    ) -> Iterator[Spelling]:
        """Yield a spelling if the variant is on each default that its suffix names."""
        reasons, moves, paths = [], [], []
        for kind in suffix.on_default:
            default, path = self._default(release, flavor, kind)
            if words.get(kind) != default or default is None:
                return
            reasons.append(f"{default} is the default {kind} of {flavor}")
            moves.append(f"another default {kind}")
            paths.append(path)
        why = " and ".join(reasons)
        yield replace(spelling, why=why, moves=tuple(moves), path=paths[-1])

    def _default(self, release: Release, flavor: str, kind: str) -> tuple[str | None, ValuePath]:
        """Return the default suite or the default of an axis, and its path."""
        if kind == "suite":
            path = default_path(self._config, release, flavor)
            return default_suite(self._config, release, flavor), path
        return default_axis(self._config, release, flavor, kind)


def _spelling(
    suffix: Suffix, why: str, words: Mapping[str, str], *, shared: bool, path: ValuePath
) -> Spelling:
    aliases = suffix.aliases and tuple(fill(alias, **words) for alias in suffix.aliases)
    if suffix.suffix == "{name}":
        why = "it is the variant's name"
    text = fill(suffix.suffix, **words)
    return Spelling(text, why, shared=shared, path=path, aliases=aliases, at=path)


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


def fill_file(file: ContextFile, **words: str) -> ContextFile:
    """Replace {suite} and similar names in the paths of a file."""
    return structs.replace(
        file,
        file=file.file and fill(file.file, **words),
        template=file.template and fill(file.template, **words),
        to=file.to and fill(file.to, **words),
    )
