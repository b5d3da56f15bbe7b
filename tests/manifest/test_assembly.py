"""Build manifests from values."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tagmatrix.manifest import Entry, Maintainer, ManifestError, build, dumps, parse

from .samples import A40, B40

GLOBAL = Entry(
    maintainers=(Maintainer(name="A", handle="a"),),
    git_repo="r",
    builder="buildkit",
    constraints=("c",),
)
ONE = replace(GLOBAL, tags=("1",), git_commit=A40, directory="1/")
TWO = replace(GLOBAL, tags=("2",), git_commit=B40, architectures=("s390x", "amd64"))


def test_build_reads_back() -> None:
    """A built manifest is normalized like a parsed one, and parsing its text gives it again."""
    manifest = build(GLOBAL, iter([ONE, TWO]))
    assert manifest.entries[0].directory == "1"
    assert manifest.entries[1].architectures == ("amd64", "s390x")
    assert parse(dumps(manifest, comment="no")) == manifest


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (replace(TWO, tags=("1",)), r"entries\[1\]\.Tags: '1' is already a tag of entries\[0\]"),
        (replace(TWO, tags=()), r"entries\[1\]\.Tags: missing"),
        (replace(TWO, builder=""), r"entries\[1\]\.builder: the format cannot express ''"),
        (replace(TWO, constraints=("c", "d")), r"entries\[1\]\.constraints"),
        (replace(TWO, constraints=("c", "d,e")), r"entries\[1\]\.constraints"),
        (replace(TWO, file="a\nb"), "cannot be parsed again"),
        (replace(TWO, file="a\nGitRepo: b"), r"entries\[1\]\.git_repo"),
        (replace(TWO, file=" a"), r"entries\[1\]\.file"),
        (replace(TWO, file="a\n\nTags: 3"), "cannot be parsed again"),
        (replace(TWO, arch_values={"i386-Tags": "x"}), r"entries\[1\]\.arch_values"),
        (replace(TWO, git_fetch="refs/heads/*"), r"entries\[1\]\.GitFetch"),
        (replace(TWO, directory="\ud800"), "half a character"),
    ],
)
def test_what_cannot_be_written_is_refused(entry: Entry, words: str) -> None:
    """A value that breaks a rule, or changes when parsed again, is rejected."""
    with pytest.raises(ManifestError, match=words):
        build(GLOBAL, [ONE, entry])
