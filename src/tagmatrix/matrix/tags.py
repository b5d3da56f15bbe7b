"""Make tags: the aliases of a release times the spellings of a variant.

A release owns aliases (`3.14.6`, `3.14`, `3`, `latest`). A variant owns spellings
(`slim-trixie`, `slim`, or the empty one for the bare version). The tags are the
product of both, spelling by spelling. Each alias and spelling has its reason, so
that tagmatrix can explain each tag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from tagmatrix.versions import cycle_numbers, parse, significant

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from tagmatrix.config.model import Release
    from tagmatrix.problems import ValuePath
    from tagmatrix.versions import Version

LATEST: Final = "latest"
HOLE: Final = "{alias}"
CHOSEN: Final = "the maintainers' choice of another cycle"
"""What moves an alias that versions.yaml lists or holds, as a text for users of the image."""


class Alias(Struct, frozen=True):
    """A version-like word that a release owns, the reason, and what moves it to another image.

    `why` completes a sentence that begins with "because". `moves` has nouns. `path` is
    the path of the value in versions.yaml that gives the alias.
    """

    text: str
    why: str
    moves: tuple[str, ...] = ()
    path: ValuePath = ()


class Spelling(Struct, frozen=True):
    """A suffix-like word that a variant owns; `shared` means that its tags are shared tags.

    `aliases` are the texts of the only aliases that it takes, None for all; `at` is the path of
    the suffix that lists them. The other fields are as in Alias.
    """

    text: str
    why: str
    shared: bool = False
    moves: tuple[str, ...] = ()
    path: ValuePath = ()
    aliases: tuple[str, ...] | None = None
    at: ValuePath = ()


class Tag(NamedTuple):
    """A tag with its alias and its spelling; a tuple for speed, because there are so many."""

    name: str
    alias: Alias
    spelling: Spelling

    @property
    def moves(self) -> tuple[str, ...]:
        """Return the events that move the tag to another image; none for a pinned tag."""
        return (*self.alias.moves, *self.spelling.moves)


def join(alias: str, spelling: str) -> str:
    """Return the tag of an alias and a spelling.

    >>> join("3.14", ""), join("3.14", "slim"), join("latest", ""), join("latest", "slim")
    ('3.14', '3.14-slim', 'latest', 'slim')
    """
    if not spelling:
        return alias
    return spelling if alias == LATEST else f"{alias}-{spelling}"


def wrapped(alias: str, pattern: str) -> str:
    """Return an alias in the form of its flavor; `latest` is not a word there either.

    >>> wrapped("2.12", "cli-{alias}"), wrapped("latest", "cli-{alias}")
    ('cli-2.12', 'cli')
    """
    before, _, after = pattern.partition(HOLE)
    if alias == LATEST and (before or after):
        return "-".join(part for part in (before.rstrip("-"), after.lstrip("-")) if part)
    return f"{before}{alias}{after}"


def product(
    aliases: Sequence[Alias],
    spellings: Iterable[Spelling],
    *,
    owned: Container[str] = (),
    pattern: str = HOLE,
) -> tuple[Tag, ...]:
    """Return all tags: every alias of the first spelling, then of the second, each tag once.

    `owned` are the aliases of all releases: a spelling that names one of them takes it only
    if it is among `aliases`. `pattern` is the form of aliases in tags.
    """
    tags: dict[str, Tag] = {}
    for spelling in spellings:
        for alias in aliases if spelling.aliases is None else _chosen(aliases, spelling, owned):
            word = alias.text if pattern == HOLE else wrapped(alias.text, pattern)
            name = join(word, spelling.text)
            tags.setdefault(name, Tag(name, alias, spelling))
    return tuple(tags.values())


def _chosen(aliases: Sequence[Alias], spelling: Spelling, owned: Container[str]) -> Iterator[Alias]:
    """Yield the aliases that a spelling names: those of the image, or words of its own."""
    own = {alias.text: alias for alias in aliases}
    for number, text in enumerate(spelling.aliases or ()):
        if text in own:
            yield own[text]
        elif text and text not in owned:
            path = (*spelling.at, "aliases", number)
            yield Alias(text, "it is listed with the suffix", ("a new version", CHOSEN), path)


def version_aliases(
    version: str, release: Release, *, parts: str, path: ValuePath = ()
) -> tuple[Alias, ...]:
    """Return the aliases that come from a version itself.

    `parts` is `full+cycle` (3.14.6, 3.14) or `all` (22.3.1, 22.3, 22). A
    pre-release has no parts: 22.3.0rc1 is not 22.3 yet. A release without a version has
    no such alias. `path` is the path of the version, if it is not the release's version.
    """
    read = parse(version, release.style)
    if read is None:
        return ()
    cycle = release.cycle
    here: ValuePath = ("releases", cycle)
    path = path or (*here, "version")
    aliases = [Alias(read.tag, "it is the exact version", path=path)]
    if parts == "all" and read.is_final:
        aliases += [
            Alias(part, f"it is a part of version {version}", (f"a new version of {part}",), path)
            for part in read.parts[1:]
        ]
    if release.cycle_tag:
        moves = (f"a new version of {cycle}",)
        aliases.append(Alias(cycle, "it is the release cycle", moves, here))
    return _once(aliases)


def derived_aliases(
    releases: Collection[Release], hold: Mapping[str, str | None]
) -> dict[str, tuple[Alias, ...]]:
    """Return, for each cycle, the major version and `latest` if the cycle owns them.

    Only cycles with a final version count: the newest cycle of a major version owns the
    alias of that major version, and the newest of all owns `latest`. Of cycles with equal
    numbers the one with the newer version is the newer. `hold` names another owner of an
    alias, or None for no owner.
    """
    derived: dict[str, list[Alias]] = {release.cycle: [] for release in releases}
    versions = [
        (significant(cycle_numbers(release.cycle)), version.order, release.cycle)
        for release in releases
        if (version := parse(release.version, release.style)) and version.is_final
    ]
    versions.reverse()  # if they are equal, the upper one in the file is the newer
    versions.sort(key=lambda version: version[:2])
    final = [cycle for _, _, cycle in versions if cycle_numbers(cycle)]

    def give(text: str, newest: str, what: str) -> None:
        owner = hold.get(text, newest)
        if owner is None:
            return
        why, mover = f"{newest} is the newest {what}", f"a newer {what}"
        path: ValuePath = ("releases", owner)
        if text in hold:
            why, mover, path = f"versions.yaml holds it at {owner}", CHOSEN, ("hold", text)
        derived[owner].append(Alias(text, why, (f"a new version of {owner}", mover), path))

    newest_of_major = {str(cycle_numbers(cycle)[0]): cycle for cycle in final}  # the last one wins
    for major, newest in newest_of_major.items():
        give(major, newest, f"final cycle of major {major}")
    if final:
        give(LATEST, final[-1], "final cycle")
    return {cycle: tuple(aliases) for cycle, aliases in derived.items()}


def all_aliases(
    own: Iterable[Alias],
    derived: Iterable[Alias],
    listed: Iterable[str],
    *,
    of: str,
    path: ValuePath,
    version: Version | None = None,
) -> tuple[Alias, ...]:
    """Return a release's aliases in order: its version's, derived ones, its own list.

    `of` is a text that names the owner of the list; `path` is the list's path.
    An alias of the list that has the whole `version` never moves.
    """
    from tagmatrix.manifest.exact_aliases import exact_aliases  # noqa: PLC0415 (not with a value of the cache)

    own, listed = [*own], [*listed]
    fixed = exact_aliases(version, [*(alias.text for alias in own), *listed])
    moves = ("a new version", CHOSEN)
    why = f"it is listed among the aliases of {of}"
    more = (
        Alias(text, why, () if text in fixed else moves, (*path, number))
        for number, text in enumerate(listed)
        if text
    )
    return _once([*own, *derived, *more])


def _once(aliases: Iterable[Alias]) -> tuple[Alias, ...]:
    unique: dict[str, Alias] = {}
    for alias in aliases:
        unique.setdefault(alias.text, alias)
    return tuple(unique.values())
