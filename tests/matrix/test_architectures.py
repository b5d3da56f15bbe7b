"""The architectures of an image: those of its base, without those that rules exclude."""

from __future__ import annotations

from hypothesis import given, strategies as st

from tagmatrix.config.model import Exclusion
from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.architectures import Excluded, effects, select

NAMES = st.sampled_from(["amd64", "arm64v8", "i386", "s390x", "mips64le", "windows-amd64"])
BASES = st.lists(NAMES, unique=True)
RULES = st.lists(
    st.builds(
        Exclusion,
        architectures=st.lists(NAMES, unique=True).map(tuple),
        why=st.sampled_from(["slow", "broken"]),
        link=st.sampled_from(["", "https://example.org"]),
    ),
    max_size=4,
)


def test_select() -> None:
    """An architecture that a rule names is not built; the first such rule gives the reason."""
    rules = [
        Exclusion(architectures=("s390x", "riscv64"), why="slow", link="https://example.org"),
        Exclusion(architectures=("s390x", "i386"), why="broken"),
    ]
    assert select(["amd64", "s390x", "i386"], dict(enumerate(rules))) == (
        ("amd64",),
        (
            Excluded("s390x", "slow", "https://example.org", ("exclude", 0)),
            Excluded("i386", "broken", "", ("exclude", 1)),
        ),
    )


@given(BASES, RULES)
def test_never_more_than_the_base(base: list[str], rules: list[Exclusion]) -> None:
    """Each architecture of the base is built or excluded, in the base's order, and no other."""
    built, excluded = select(base, dict(enumerate(rules)))
    gone = {entry.architecture for entry in excluded}
    assert built == tuple(name for name in base if name not in gone)
    assert gone <= set(base)
    assert len(gone) == len(excluded)
    for entry in excluded:
        first = next(rule for rule in rules if entry.architecture in rule.architectures)
        assert (entry.why, entry.link) == (first.why, first.link)
        assert entry.rule is not None
        assert rules[entry.rule] == first


@given(BASES, RULES)
def test_effects(base: list[str], rules: list[Exclusion]) -> None:
    """A rule has an effect if, and only if, the image would differ without it and later rules."""
    numbered = dict(enumerate(rules))
    whole = [number for number, rule in numbered.items() if not rule.architectures]
    if whole:
        assert effects(base, numbered) == {(whole[0], None)}
        return
    expected = {
        (number, architecture)
        for number, rule in numbered.items()
        for architecture in rule.architectures
        if architecture in select(base, dict(enumerate(rules[:number])))[0]
    }
    assert effects(base, numbered) == expected


def test_windows() -> None:
    """The name shows whether an architecture is one of Windows."""
    assert is_windows("windows-amd64")
    assert not is_windows("amd64")
