"""The changes of a branch, as edits of another base."""

from __future__ import annotations

import pytest

from tagmatrix import config
from tagmatrix.job.branch_edits import earlier_steps
from tagmatrix.update.apply import apply
from tests.fixtures import HERE
from tests.projects import VERSIONS

A, B = "a" * 64, "b" * 64
TO_2_1_4 = (('"2.1.3"', '"2.1.4"'), ("1" * 64, A), ("2" * 64, B))
LEFT_OUT = (
    *TO_2_1_4[:2],
    (f'      source: "{A}"\n      windows: "{"2" * 64}"\n', f'      source: "{A}"\n'),
    (
        f'      source: "{A}"\n',
        f'      source: "{A}"\n    held_back: {{windows: "2.1.4 not published"}}\n',
    ),
)


def changed(*pairs: tuple[str, str], text: str = VERSIONS) -> str:
    """Return versions.yaml with some texts replaced."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def carry(base: str, fork: str, branch: str) -> str:
    """Return the base with the changes of the branch."""
    steps = earlier_steps(config.parse(base), config.parse(fork), config.parse(branch))
    applied = apply(base, steps, None)
    assert not applied.refused
    return applied.text


@pytest.mark.parametrize("pairs", [(), TO_2_1_4, LEFT_OUT])
def test_the_same_base(pairs: tuple[tuple[str, str], ...]) -> None:
    """On the same base, the result equals the branch byte by byte."""
    branch = changed(*pairs)
    assert carry(VERSIONS, VERSIONS, branch) == branch


def test_another_base() -> None:
    """Other changes of the base stay, and so do its comments."""
    base = changed(('"2.0.9"', '"2.0.10" # at last'))
    assert carry(base, VERSIONS, changed(*TO_2_1_4)) == changed(*TO_2_1_4, text=base)


@pytest.mark.parametrize(
    ("base", "branch"),
    [
        (TO_2_1_4, TO_2_1_4),
        ((('"2.1.3"', '"2.1.5"'),), TO_2_1_4),
        ((("1" * 64, B),), (("1" * 64, A),)),
    ],
    ids=["the same", "newer", "the same version changed on both"],
)
def test_what_the_base_has_counts_more(
    base: tuple[tuple[str, str], ...], branch: tuple[tuple[str, str], ...]
) -> None:
    """No version goes back, and merged changes of users are not undone."""
    text = changed(*base)
    assert carry(text, VERSIONS, changed(*branch)) == text


def test_late_installers_that_came() -> None:
    """An artifact that the base holds back and the branch has is taken over."""
    base = changed(*LEFT_OUT)
    assert carry(base, base, changed(*TO_2_1_4)) == changed(*TO_2_1_4)


def test_a_cycle_that_is_gone() -> None:
    """A cycle that the base retired does not return."""
    base = VERSIONS.partition('  "2.0":')[0]
    branch = changed(('"2.0.9"', '"2.0.10"'))
    assert carry(base, VERSIONS, branch) == base


def test_suites() -> None:
    """Architectures of bases are kept, unless the base changed them too."""
    line = "trixie: {flavors: [default, slim], architectures: [amd64, arm64v8, riscv64"
    branch = changed((line, f"{line}, s390x"))
    assert carry(VERSIONS, VERSIONS, branch) == branch
    base = changed((line, f"{line}, ppc64le"))
    assert carry(base, VERSIONS, branch) == base


def test_checksums_for_each_architecture() -> None:
    """Checksums for architectures and of other algorithms are carried to their places."""
    fork = (HERE / "golang/versions.yaml").read_text()
    old = config.parse(fork).releases[0].sha256
    late = f"        riscv64: {old['linux/riscv64']}\n"
    branch = changed(
        ('    version: "1.27.1"\n', '    version: "1.27.2"\n'),
        (old["linux/amd64"], A),
        (late, ""),
        ('  "1.26":\n', '    held_back: {linux/riscv64: "1.27.2 not published"}\n  "1.26":\n'),
        text=fork,
    )
    assert carry(fork, fork, branch) == branch
    assert carry(branch, branch, fork) == branch  # no version goes back
    tip = next(line for line in fork.splitlines() if "sha512" in line)
    other = changed((tip, f"    sha512: {{source: {A}{B}}}"), text=fork)
    assert carry(fork, fork, other) == other


@pytest.mark.parametrize(
    "line",
    [
        "",
        f"    sha512:\n      source: {A}{B}\n",
        f"    sha1: {{source: {'c' * 40}, why: No other.}}\n",
    ],
    ids=["without checksums", "SHA-512", "SHA-1"],
)
def test_a_new_cycle_without_sha256(line: str) -> None:
    """A cycle that an earlier run added is carried, also with other checksums or none."""
    fork = VERSIONS.replace("needs: [windows]", "needs: []")
    fork = fork if line else fork.replace("needs: [source]", "needs: []")
    cycle = f'  "2.2-rc":\n    version: "2.2.0rc1"\n    cycle_tag: false\n{line}'
    branch = changed(('  "2.1":\n', f'{cycle}  "2.1":\n'), text=fork)
    assert carry(fork, fork, branch) == branch
