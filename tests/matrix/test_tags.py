"""Making tags."""

from __future__ import annotations

from hypothesis import given, strategies as st

from tagmatrix.config.model import Release
from tagmatrix.matrix import tags
from tagmatrix.matrix.tags import Alias, Spelling, all_aliases, join, product
from tagmatrix.versions import cycle_numbers, is_final, parse

WORDS = st.from_regex(r"[a-z0-9][a-z0-9.]{0,4}", fullmatch=True)
ALIASES = st.lists(WORDS | st.just("latest"), max_size=5, unique=True)
SPELLINGS = st.lists(WORDS | st.just(""), max_size=5, unique=True)


def names(aliases: list[str], spellings: list[str]) -> list[str]:
    """Return the tags of aliases and spellings."""
    tags = product([Alias(a, "") for a in aliases], [Spelling(s, "") for s in spellings])
    return [tag.name for tag in tags]


def texts(aliases: tuple[Alias, ...]) -> list[str]:
    """Return the texts of aliases."""
    return [alias.text for alias in aliases]


def version_aliases(version: str, cycle: str, *, parts: str) -> tuple[Alias, ...]:
    """Return the aliases of a version."""
    release = Release(cycle=cycle, version=version, folder=cycle)
    return tags.version_aliases(version, release, parts=parts)


def derived_aliases(
    versions: dict[str, str], hold: dict[str, str | None]
) -> dict[str, tuple[Alias, ...]]:
    """Return the derived aliases of cycles with versions."""
    releases = [
        Release(cycle=cycle, version=version, folder=cycle) for cycle, version in versions.items()
    ]
    return tags.derived_aliases(releases, hold)


def test_the_product() -> None:
    """Tags are spelling-major: all aliases of the first spelling, then of the second."""
    assert names(["3.14.6", "3.14", "3", "latest"], ["slim-trixie", "slim", ""]) == [
        "3.14.6-slim-trixie",
        "3.14-slim-trixie",
        "3-slim-trixie",
        "slim-trixie",
        "3.14.6-slim",
        "3.14-slim",
        "3-slim",
        "slim",
        "3.14.6",
        "3.14",
        "3",
        "latest",
    ]


@given(WORDS | st.just("latest"))
def test_join_with_nothing(alias: str) -> None:
    """An alias with an empty spelling is the alias itself."""
    assert join(alias, "") == alias


@given(WORDS)
def test_nothing_is_called_latest(spelling: str) -> None:
    """`latest` with a spelling is the spelling alone."""
    assert join("latest", spelling) == spelling


@given(WORDS.filter(lambda alias: alias != "latest"), WORDS)
def test_join(alias: str, spelling: str) -> None:
    """An alias with a spelling is both, joined by a hyphen."""
    assert join(alias, spelling) == f"{alias}-{spelling}"


@given(ALIASES, SPELLINGS)
def test_spelling_major(aliases: list[str], spellings: list[str]) -> None:
    """The product goes through the spellings, and inside of each through the aliases, once."""
    expected = [join(alias, spelling) for spelling in spellings for alias in aliases]
    assert names(aliases, spellings) == list(dict.fromkeys(expected))


@given(ALIASES, SPELLINGS)
def test_each_tag_can_be_explained(aliases: list[str], spellings: list[str]) -> None:
    """Each tag is made of its alias and its spelling."""
    tags = product([Alias(a, "why") for a in aliases], [Spelling(s, "why") for s in spellings])
    assert len({tag.name for tag in tags}) == len(tags)
    for tag in tags:
        assert tag.name == join(tag.alias.text, tag.spelling.text)


def test_version_and_cycle() -> None:
    """A version's own aliases are the version and its cycle."""
    parts = "full+cycle"
    assert texts(version_aliases("3.14.6", "3.14", parts=parts)) == ["3.14.6", "3.14"]
    assert texts(version_aliases("3.15.0b3", "3.15-rc", parts=parts)) == ["3.15.0b3", "3.15-rc"]
    assert texts(version_aliases("3.11.0a3", "3.11.0a3", parts=parts)) == ["3.11.0a3"]


def test_all_parts() -> None:
    """All parts of a version are aliases, with the same digits; a pre-release has none."""
    assert texts(version_aliases("22.3.1", "22", parts="all")) == ["22.3.1", "22.3", "22"]
    assert texts(version_aliases("22.3.1", "jod", parts="all")) == ["22.3.1", "22.3", "22", "jod"]
    assert texts(version_aliases("24.04.2", "24.04", parts="all")) == ["24.04.2", "24.04", "24"]
    assert texts(version_aliases("23.0.0rc1", "23-rc", parts="all")) == ["23.0.0rc1", "23-rc"]
    assert texts(version_aliases("7", "7", parts="all")) == ["7"]


def test_derived() -> None:
    """The newest final cycle of a major version owns it; the newest of all owns latest, too."""
    versions = {"3.15-rc": "3.15.0b3", "3.9": "3.9.1", "3.10": "3.10.2", "2.7": "2.7.18"}
    derived = {cycle: texts(aliases) for cycle, aliases in derived_aliases(versions, {}).items()}
    assert derived == {"3.15-rc": [], "3.9": [], "3.10": ["3", "latest"], "2.7": ["2"]}


def test_held() -> None:
    """`hold` gives an alias to one cycle only; null gives it to no cycle."""
    versions = {"3.14": "3.14.6", "3.13": "3.13.1", "2.7": "2.7.18"}

    def owners(hold: dict[str, str | None]) -> dict[str, list[str]]:
        return {cycle: texts(own) for cycle, own in derived_aliases(versions, hold).items()}

    assert owners({"3": "3.13"}) == {"3.14": ["latest"], "3.13": ["3"], "2.7": ["2"]}
    assert owners({"latest": "3.13"}) == {"3.14": ["3"], "3.13": ["latest"], "2.7": ["2"]}
    assert owners({"latest": "2.7", "3": None}) == {"3.14": [], "3.13": [], "2.7": ["2", "latest"]}


def test_two_final_cycles_of_the_same_numbers() -> None:
    """Of two cycles with the same numbers the one with the newer version is the newer."""
    for versions in (
        {"3.14": "3.14.6", "3.14-lts": "3.14.2"},
        {"3.14-lts": "3.14.2", "3.14": "3.14.10"},
        {"3.14": "3.14.6", "3.14-lts": "3.14.6"},  # the upper one in the file
    ):
        assert texts(derived_aliases(versions, {})["3.14"]) == ["3", "latest"]
        assert not derived_aliases(versions, {})["3.14-lts"]


def test_a_cycle_with_a_zero_at_its_end() -> None:
    """A zero at the end of a cycle does not count: 8 at 8.0.2 is newer than 8.0 at 8.0.1."""
    for versions in ({"8": "8.0.2", "8.0": "8.0.1"}, {"8.0": "8.0.1", "8": "8.0.2"}):
        derived = derived_aliases(versions, {})
        assert texts(derived["8"]) == ["8", "latest"]
        assert not derived["8.0"]


def test_cycles_without_numbers() -> None:
    """A cycle without numbers owns no derived alias, even with a final version."""
    assert texts(derived_aliases({"edge": "9.0"}, {})["edge"]) == []


def test_no_final_cycle() -> None:
    """Without a final version no cycle owns a major version or latest."""
    assert derived_aliases({"3.15-rc": "3.15.0b3"}, {}) == {"3.15-rc": ()}


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 3), st.integers(0, 12)), st.sampled_from(["", "a1", "rc2"])
    )
)
def test_derived_in_any_matrix(cycles: dict[tuple[int, int], str]) -> None:
    """In any order, at most one cycle owns an alias: the newest final one."""
    versions = {
        f"{major}.{minor}": f"{major}.{minor}.0{pre}" for (major, minor), pre in cycles.items()
    }
    derived = derived_aliases(versions, {})
    assert list(derived) == list(versions)
    final = [cycle for cycle in versions if is_final(versions[cycle])]
    owners = {alias.text: cycle for cycle, own in derived.items() for alias in own}
    assert sum(map(len, derived.values())) == len(owners)
    assert set(owners.values()) <= set(final)
    for major in {cycle.split(".")[0] for cycle in final}:
        of_major = [cycle for cycle in final if cycle.split(".")[0] == major]
        assert owners[major] == max(of_major, key=cycle_numbers)
    if final:
        assert owners["latest"] == max(final, key=cycle_numbers)
        assert texts(derived[owners["latest"]])[-1] == "latest"
    assert derived_aliases(dict(reversed(versions.items())), {}) == derived


def test_order_of_aliases() -> None:
    """Version and cycle come first, then derived aliases, then the list; each once."""
    own = version_aliases("3.14.6", "3.14", parts="full+cycle")
    derived = derived_aliases({"3.14": "3.14.6"}, {})["3.14"]
    path = ("releases", "3.14", "aliases")
    aliases = all_aliases(own, derived, ["lts", "3", "jod"], of="3.14", path=path)
    assert texts(aliases) == ["3.14.6", "3.14", "3", "latest", "lts", "jod"]
    assert aliases[2].why == "3.14 is the newest final cycle of major 3"
    assert aliases[2].path == ("releases", "3.14")
    assert aliases[4].why == "it is listed among the aliases of 3.14"
    assert [alias.path for alias in aliases[4:]] == [(*path, 0), (*path, 2)]


def test_listed_aliases_that_never_move() -> None:
    """An alias with the whole version, its build or the date of a build is fixed."""
    listed = ["25.0.4_8", "jdk-25.0.4_8", "25.0.4-lts", "lts-20260801", "25.0", "lts", "jdk-25"]
    version = parse("25.0.4", "loose")
    aliases = all_aliases((), (), listed, of="25", path=(), version=version)
    assert [alias.text for alias in aliases if not alias.moves] == listed[:4]
    assert all(alias.moves for alias in all_aliases((), (), listed, of="25", path=()))
