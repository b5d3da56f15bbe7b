"""Edits of arbitrary layouts: the result has the intended meaning, and the rest is unchanged."""

from __future__ import annotations

import copy
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, strategies as st

from tagmatrix.editing import EditError, Put, Remove, Rename, edit
from tests.editing.layouts import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.editing import Edit

Path = tuple[str | int, ...]

# by a seed: a layout draws too many numbers to keep each of them
randoms = st.builds(Random, st.integers(0, 1 << 32))


def places(value: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 (YAML holds anything)
    """Yield the path of each value below another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for part, held in inner:
        yield (*path, part)
        if isinstance(held, (dict, list)):
            yield from places(held, (*path, part))


def at(value: Any, path: Path) -> Any:  # noqa: ANN401 (as above)
    """Return the value at a path."""
    for part in path:
        value = value[part]
    return value


def unshared(value: Any) -> Any:  # noqa: ANN401 (as above)
    """Return a copy that shares nothing with itself."""
    if isinstance(value, dict):
        return {key: unshared(inner) for key, inner in value.items()}
    return [unshared(inner) for inner in value] if isinstance(value, list) else value


def same(text: str, value: Any) -> bool:  # noqa: ANN401 (as above)
    """Return whether a text means a value, with keys in the same order."""
    read = yaml.safe_load(text)
    return repr(unshared(read)) == repr(value)


def words(text: str, letters: str = "cks") -> list[str]:
    """Return the texts that occur nowhere else: of comments, keys and scalars."""
    return re.findall(rf"\b([{letters}])(\d+)\1\b", text)


def differing(old: str, new: str) -> tuple[str, str]:
    """Return the parts of two texts between what they begin and end with in common."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


def is_subsequence(part: str, whole: str) -> bool:
    """Return whether a text is another one without some of its parts."""
    rest = iter(whole)
    return all(character in rest for character in part)


def stretch(text: str, path: Path) -> tuple[int, int]:
    """Return where a value or its key begins, and where the next one begins at the latest."""
    node: Any = yaml.compose(text, yaml.SafeLoader)
    first = node
    for part in path:
        if isinstance(node, yaml.MappingNode):
            first, node = next((key, held) for key, held in node.value if key.value == part)
        else:
            first = node = node.value[part]
    start: int = first.start_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return start, node.end_mark.index  # a block ends where the next begins
    below = re.compile(r".*(?:\s*^ *#.*)*", re.MULTILINE).match(text, node.end_mark.index)
    return start, below.end() if below else len(text)


@given(randoms)
def test_a_scalar_is_replaced_and_nothing_else(random: Random) -> None:
    """The new scalar replaces the old one, in the same quotes."""
    text, value = Layout(random, shared=False).document()
    paths = [path for path in places(value) if isinstance(at(value, path), str)]
    if not paths:
        return
    path = random.choice(paths)
    old = at(value, path)
    assert edit(text, [Put(path, "new")]) == text.replace(old, "new")


@given(randoms)
def test_a_key_is_renamed_and_nothing_else(random: Random) -> None:
    """The new name replaces the old one, in the same quotes."""
    text, value = Layout(random, shared=False).document()
    path = random.choice([path for path in places(value) if isinstance(path[-1], str)])
    assert edit(text, [Rename(path, "new")]) == text.replace(str(path[-1]), "new")


@given(randoms)
def test_what_is_removed_is_gone_and_nothing_else(random: Random) -> None:
    """One part of the text is removed, and it contains no other key or value."""
    text, value = Layout(random, shared=False).document()
    path = random.choice([*places(value)])
    if path[:-1] == () and len(value) == 1:
        return
    wanted = copy.deepcopy(value)
    del at(wanted, path[:-1])[path[-1]]
    new = edit(text, [Remove(path)])
    assert same(new, wanted), new
    gone = words(
        repr({path[-1]: at(value, path)} if isinstance(path[-1], str) else at(value, path))
    )
    kept = [word for word in words(text, "ks") if word not in gone]
    assert words(new, "ks") == kept
    assert is_subsequence(re.sub(r"[{}\[\] ]", "", new), text)
    first, last = stretch(text, path)
    inside = words(text[first:last], "c")
    lost = [word for word in words(text, "c") if word not in words(new, "c")]
    assert all(word in inside for word in lost), lost


@given(randoms)
def test_what_is_added_is_all_that_is_new(random: Random) -> None:
    """The old text is complete; keys and comments are in their order."""
    text, value = Layout(random, shared=False).document()
    around = random.choice(
        [(), *(p for p in places(value) if isinstance(at(value, p), (dict, list)))]
    )
    new_value: Any = random.choice(
        ["new", "3.10", {"a": "b", "c": {"d": "e: f"}}, ["x", "y"], {}, True]
    )
    wanted = copy.deepcopy(value)
    parent = at(wanted, around)
    if isinstance(parent, list):
        change = Put((*around, len(parent)), new_value)
        parent.append(new_value)
    else:
        before = random.choice([None, *parent])
        change = Put((*around, "key"), new_value, before=before)
        items = [*parent.items()]
        items.insert([*parent].index(before) if before else len(items), ("key", new_value))
        parent.clear()
        parent.update(items)
    new = edit(text, [change])
    assert same(new, wanted), new
    assert is_subsequence(text, new)
    assert words(new) == words(text)
    assert ("\r\n" in text) <= ("\n" not in new.replace("\r\n", "")), new
    assert text.endswith("\n") == new.endswith("\n")


def unless_refused(text: str, change: Edit) -> str | None:
    """Return the text with an edit made; None if it is refused, with the line of an anchor."""
    try:
        return edit(text, [change])
    except EditError as error:
        found = re.search(
            r":(\d+): .+: tagmatrix does not edit the (?:anchor|alias) ([&*]a\d+a); "
            r"edit line \1 by hand: ",
            str(error),
        )
        if found is None or found[2] not in text.splitlines()[int(found[1]) - 1]:
            raise
        return None


@given(randoms)
def test_anchors_and_aliases_stay(random: Random) -> None:
    """An edit changes what its path names, or is refused with the line of an anchor or alias."""
    text, value = Layout(random, shared=True).document()
    value = unshared(value)
    path = random.choice([*places(value)])
    wanted = copy.deepcopy(value)
    parent = at(wanted, path[:-1])
    kind = random.choice(["put", "remove", "rename", "put a mapping"])
    if kind == "remove" and len(path) == 1 and len(value) == 1:
        return
    change: Edit
    if kind == "remove":
        del parent[path[-1]]
        change = Remove(path)
    elif kind == "rename" and isinstance(path[-1], str):
        items = [("new" if key == path[-1] else key, inner) for key, inner in parent.items()]
        parent.clear()
        parent.update(items)
        change = Rename(path, "new")
    else:
        new_value = {"x": "y"} if kind == "put a mapping" else "new"
        parent[path[-1]] = new_value
        change = Put(path, new_value)
    new = unless_refused(text, change)
    if new is None:
        return
    assert same(new, wanted), new
    assert re.findall(r"[&*]a\d+a", new) == re.findall(r"[&*]a\d+a", text)
    lost = [word for word in words(text, "c") if word not in words(new, "c")]
    if kind != "remove" and not isinstance(at(value, path), (dict, list)):
        assert not lost


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_many_more_layouts(seed: int) -> None:
    """The same on two thousand layouts, the same ones each time."""
    numbers = Random(seed)  # noqa: S311 (layouts are not secret)
    tests = [
        test_a_scalar_is_replaced_and_nothing_else,
        test_a_key_is_renamed_and_nothing_else,
        test_what_is_removed_is_gone_and_nothing_else,
        test_what_is_added_is_all_that_is_new,
        test_anchors_and_aliases_stay,
    ]
    for _ in range(200):
        for test in tests:
            test.hypothesis.inner_test(numbers)  # type: ignore[attr-defined]  # hypothesis adds it
