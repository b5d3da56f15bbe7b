"""Edits of small texts: which characters change, and which edits are refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tagmatrix import config
from tagmatrix.editing import EditError, Put, Remove, Rename, edit
from tagmatrix.problems import ConfigError
from tagmatrix.util.unified_diffs import unified_diff

if TYPE_CHECKING:
    from tagmatrix.editing import Edit

OWN = Path(__file__).parents[2] / "versions.yaml"


@pytest.mark.parametrize(
    ("text", "change", "result"),
    [
        # a scalar keeps its quotes, unless the new text needs some
        ("a: 'b' # c\n", Put(("a",), "it's"), "a: 'it''s' # c\n"),
        ('a: "b"\n', Put(("a",), 'say "\\"'), 'a: "say \\"\\\\\\""\n'),
        ("a: 3.9.1\n", Put(("a",), "3.10.2"), "a: 3.10.2\n"),
        ("a: 3.9.1\n", Put(("a",), "3.10"), 'a: "3.10"\n'),
        ("a: b\n", Put(("a",), "yes"), 'a: "yes"\n'),
        ("a: b\n", Put(("a",), "x: # y"), 'a: "x: # y"\n'),
        ("a: b\n", Put(("a",), "tab\tbell\x07"), 'a: "tab\\tbell\\a"\n'),
        ("a: b\n", Put(("a",), "Łukasz Langa"), "a: Łukasz Langa\n"),
        ("a: b\n", Put(("a",), value=True), "a: true\n"),
        ("a: b\n", Put(("a",), dt.date(2031, 10, 31)), "a: 2031-10-31\n"),
        ("a: b\n", Put(("a",), None), "a: null\n"),
        ("a:\nb: c\n", Put(("a",), "x"), "a: x\nb: c\n"),
        ("a: |\n  b\n  c\n\nd: e\n", Put(("a",), "x"), "a: x\n\nd: e\n"),
        ("a: b\n  c\nd: e\n", Put(("a",), "x"), "a: x\nd: e\n"),
        # what is so already stays as it is written
        ("a: 'b'\n", Put(("a",), "b"), "a: 'b'\n"),
        ("a: {b: c ,d: e}\n", Put(("a",), {"b": "c", "d": "e"}), "a: {b: c ,d: e}\n"),
        # neighbours of the same kind come before the same key elsewhere
        ('a:\n  b: c\nd: {e: "f"}\n', Put(("a", "e"), "g"), 'a:\n  b: c\n  e: g\nd: {e: "f"}\n'),
        # brackets
        ("a: {b: c, d: 'e'} # f\n", Put(("a", "d"), "g"), "a: {b: c, d: 'g'} # f\n"),
        ("a: {b: c}\n", Put(("a", "d"), "e"), "a: {b: c, d: e}\n"),
        ("a: {b: c}\n", Put(("a", "d"), "e", before="b"), "a: {d: e, b: c}\n"),
        ("a: {}\n", Put(("a", "d"), "e"), "a: {d: e}\n"),
        ("a: { }\n", Put(("a", "d"), "e"), "a: { d: e }\n"),
        ("a: { # f\n  }\n", Put(("a", "d"), "e"), "a: {d: e # f\n  }\n"),
        ("a: {b: c}\n", Remove(("a", "b")), "a: {}\n"),
        ("a: [b, c, d]\n", Remove(("a", 0)), "a: [c, d]\n"),
        ("a: [b, c, d]\n", Remove(("a", 2)), "a: [b, c]\n"),
        ("a: {b: c,\n    d: e}\nf: g\n", Remove(("a", "d")), "a: {b: c}\nf: g\n"),
        ("a: {b: c, # x\n    d: e}\n", Remove(("a", "d")), "a: {b: c, # x\n}\n"),
        ("a: [\n  b, # x\n  c # y\n]\n", Remove(("a", 1)), "a: [\n  b, # x\n]\n"),
        ("a: [\n  b # x\n]\n", Put(("a", 1), "c"), "a: [\n  b, # x\n  c\n]\n"),
        ("a: [\n  b, # x\n]\n", Put(("a", 1), "c"), "a: [\n  b, # x\n  c,\n]\n"),
        # blocks
        ("a: b", Put(("c",), "d"), "a: b\nc: d"),
        ("a: b\r\nc: d\r\n", Put(("e",), "f", after=("a",)), "a: b\r\ne: f\r\nc: d\r\n"),
        (
            "a:\n    b: c\n",
            Put(("a", "d"), {"e": {"f": "g"}}),
            "a:\n    b: c\n    d:\n        e: {f: g}\n",
        ),
        ("a:\n  b: c\n# x\nd: e\n", Put(("a", "f"), "g"), "a:\n  b: c\n  f: g\n# x\nd: e\n"),
        (
            "a:\n  b: c\n    # x\n\nd: e\n",
            Put(("a", "f"), "g"),
            "a:\n  b: c\n    # x\n  f: g\n\nd: e\n",
        ),
        ("a:\n- b: c\n  d: e\n", Remove(("a", 0, "b")), "a:\n- d: e\n"),
        ("a:\n- b\n-\n  c: d\n- e\n", Remove(("a", 1)), "a:\n- b\n- e\n"),
        ("a:\n  - b\n", Remove(("a", 0)), "a: []\n"),
        ("a: # x\n  b: c # y\nd: e\n", Remove(("a", "b")), "a: {} # x\nd: e\n"),
        ("a:\n  b:\n    c: d\ne: f\n", Remove(("a", "b", "c"), prune=True), "e: f\n"),
        ("a:\n  b: c\n", Put(("a",), "d"), "a: d\n"),
        ("a:\n  b: c", Put(("a",), ["d"]), "a: [d]"),
        # blank lines and comments around a block that goes
        ("a: 1x\n\nb: 2x\n\nc: 3x\n", Remove(("b",)), "a: 1x\n\nc: 3x\n"),
        ("a: 1x\n\nb: 2x\n\nc: 3x\n", Remove(("c",)), "a: 1x\n\nb: 2x\n"),
        ("a: 1x\n\nb: 2x\n", Remove(("a",)), "b: 2x\n"),
        ("a: b\n# of both\nc: d\n", Remove(("c",)), "a: b\n# of both\n"),
        ("a:\n  b: c\n  # inside\nd: e\n", Remove(("a",)), "d: e\n"),
        # a new block has the same distance as the others, and is above their comments
        (
            "a:\n  b: {}\n\n  c: {}\n",
            Put(("a", "d"), {}, before="c"),
            "a:\n  b: {}\n\n  d: {}\n\n  c: {}\n",
        ),
        (
            "a:\n  # of b\n  b: {}\n",
            Put(("a", "d"), {}, before="b"),
            "a:\n  d: {}\n  # of b\n  b: {}\n",
        ),
        # beside anchors and aliases
        ("a: &x b\nc: *x\nd: e\n", Put(("d",), "f"), "a: &x b\nc: *x\nd: f\n"),
        ("a: &x b\nc: *x\n", Put(("d",), "e"), "a: &x b\nc: *x\nd: e\n"),
        ("a: [&x b, *x, c]\n", Remove(("a", 2)), "a: [&x b, *x]\n"),
        ("a: &x b\nc: {d: *x, e: f}\n", Put(("c", "e"), "g"), "a: &x b\nc: {d: *x, e: g}\n"),
        ("a: &x {b: c}\nd: *x\n", Rename(("d",), "e"), "a: &x {b: c}\ne: *x\n"),
        ("a: &x b\n*x : c\nd: e\n", Put(("d",), "f"), "a: &x b\n*x : c\nd: f\n"),
        ("a: !!str 3\n", Put(("a",), "4x"), "a: !!str 4x\n"),
        # keys
        ("'a' : b\n", Rename(("a",), "3.10"), "'3.10' : b\n"),
        ('"3.15-rc":\n  a: b\n', Rename(("3.15-rc",), "3.15"), '"3.15":\n  a: b\n'),
        ("? a\n: b\nc: d\n", Put(("a",), "e"), "? a\n: e\nc: d\n"),
        # nothing to do
        ("a: b\n", Remove(("c", "d")), "a: b\n"),
        ("a: b\n", Rename(("a",), "a"), "a: b\n"),
        # other ends of lines
        ("---\na: b\n...\n", Put(("c",), "d"), "---\na: b\nc: d\n...\n"),
    ],
)
def test_what_changes(text: str, change: Edit, result: str) -> None:
    """An edit changes only its lines, in the file's own layout."""
    assert edit(text, [change]) == result


@pytest.mark.parametrize(
    ("text", "change", "message"),
    [
        (
            "a: b\n",
            Put(("a", "c"), "d"),
            "versions.yaml:1: a.c: the value that contains it can't hold this; fix the path",
        ),
        ("a: [b]\n", Put(("a", 3), "c"), "a[3]: the value that contains it can't hold this"),
        ("a: {b: c}\n", Put(("a", 0), "d"), "a[0]: the value that contains it can't hold this"),
        ("a: b\n", Put(("c", 0), "d"), "c[0]: this list does not exist; put the whole list"),
        ("a: b\n", Rename(("c",), "d"), "c: this key does not exist"),
        ("a: b\nc: d\n", Rename(("a",), "c"), 'a: there is a "c" already'),
        ("a: b\n", Remove(("a",)), "a: this would leave the file empty"),
        (
            "a: b\nc: d\n? e\n: f\n",
            Remove(("e",)),
            "versions.yaml:4: e: tagmatrix cannot edit the layout",
        ),
        (
            "a: b\nc: [d: e]\n",
            Put(("c", 0, "f"), "g"),
            "the layout of these lines; write g by hand",
        ),
    ],
)
def test_what_is_refused(text: str, change: Edit, message: str) -> None:
    """The error of an edit that is not possible has the place and what to do."""
    with pytest.raises(EditError) as caught:
        edit(text, [change])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "change", "message"),
    [
        (
            "a: b\nc: &x d\n",
            Put(("c",), "e"),
            "2: c: tagmatrix does not edit the anchor &x; edit line 2",
        ),
        (
            "a: &x b\nc: *x\n",
            Put(("c",), "d"),
            "2: c: tagmatrix does not edit the alias *x; edit line 2",
        ),
        (
            "a: &x {b: c}\nd: *x\n",
            Put(("a", "b"), "e"),
            "1: a.b: tagmatrix does not edit the anchor &x",
        ),
        (
            "a: &x {b: c}\nd: *x\n",
            Put(("d", "b"), "e"),
            "2: d.b: tagmatrix does not edit the alias *x",
        ),
        (
            "a: &x {b: c}\nd: *x\n",
            Put(("d", "e"), "f"),
            "2: d.e: tagmatrix does not edit the alias *x",
        ),
        ("a: &x\n  b: c\nd: *x\n", Remove(("a",)), "1: a: tagmatrix does not edit the anchor &x"),
        (
            "a: b\nc:\n  d: &x e\nf: *x\n",
            Remove(("c",)),
            "3: c: tagmatrix does not edit the anchor &x",
        ),
        ("a: &x b\n*x : c\n", Rename(("b",), "d"), "2: b: tagmatrix does not edit the alias *x"),
        ("a: b\n&x c: d\n", Rename(("c",), "e"), "by hand: rename it to e"),
    ],
)
def test_anchors_are_edited_by_hand(text: str, change: Edit, message: str) -> None:
    """An edit that would change an anchor or an alias is refused, and the message has the line."""
    with pytest.raises(EditError) as caught:
        edit(text, [change])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b\n---\na: c\n", "a second document begins here"),
        ("\ufeffa: b\n", "byte order mark"),
        ("- a: b\n", "must be a mapping"),
        ("a: [b\n", "close the bracket"),
        ("a: b\na: c\n", "duplicate key"),
        ("a: &x b\nc:\n  <<: *x\n", "merge keys"),
    ],
)
def test_what_the_loader_refuses(text: str, message: str) -> None:
    """The editor refuses a text that the loader refuses."""
    with pytest.raises(ConfigError, match=message):
        edit(text, [Put(("a",), "x")])


def test_our_own_file() -> None:
    """A bump of our own versions.yaml changes three lines, and the file loads."""
    text = OWN.read_bytes().decode()
    release = config.parse(text).releases[1]
    here = ("releases", release.cycle)
    changes: list[Edit] = [Put((*here, "version"), f"{release.cycle}.99")]
    changes += [Put((*here, "sha256", name), "ab" * 32) for name in release.sha256]
    new = edit(text, changes)
    moved = [
        pair for pair in zip(text.splitlines(), new.splitlines(), strict=True) if len({*pair}) > 1
    ]
    assert len(moved) == 1 + len(release.sha256)
    assert config.parse(new).releases[1].version == f"{release.cycle}.99"


def test_several_edits_build_on_each_other() -> None:
    """A path refers to the text after the previous edits."""
    changes: list[Edit] = [Rename(("a",), "b"), Put(("b", "c"), "e"), Remove(("b", "d"))]
    assert edit("a: {c: x, d: y}\n", changes) == "b: {c: e}\n"


def test_a_diff_shows_the_lines_that_differ() -> None:
    """A diff keeps repeated lines, and reports a missing last line break."""
    old = "\n".join(["a:"] * 300 + ["x: 1", "a:", "y: 2"])
    new = old.replace("x: 1", "x: 3").replace("y: 2", "y: 4")
    assert unified_diff(old, new, "f").splitlines() == [
        *("--- a/f", "+++ b/f", "@@ -298,6 +298,6 @@", " a:", " a:", " a:"),
        *("-x: 1", "+x: 3", " a:"),
        *("-y: 2", "\\ No newline at end of file", "+y: 4", "\\ No newline at end of file"),
    ]
    assert unified_diff(old, old, "f") == ""
