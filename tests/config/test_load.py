"""Whole files: what the loader reads, and that no file crashes it."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from tagmatrix import config
from tagmatrix.config import checks
from tagmatrix.errors import InputError
from tagmatrix.matrix import laws
from tagmatrix.problems import ConfigError
from tests import yamls
from tests.config.samples import GOOD, load, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINE: Final = re.compile(r"versions\.yaml(:[1-9][0-9]*:[1-9][0-9]*)?: \S.*")
QUICK: Final = 60
THOROUGH: Final = 4_000


def test_load(tmp_path: Path) -> None:
    """A folder's versions.yaml is read, and called so in messages."""
    (tmp_path / "versions.yaml").write_text(GOOD, encoding="utf-8")
    assert config.load(tmp_path).image == "sample"
    (tmp_path / "versions.yaml").write_text("image: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\Aversions\.yaml:1:1: `repository` is missing"):
        config.load(tmp_path)


def test_no_file(tmp_path: Path) -> None:
    """The message for a folder without a versions.yaml has the option for another folder."""
    with pytest.raises(InputError) as caught:
        config.load(tmp_path)
    expected = (
        f"{tmp_path}/versions.yaml: no such file; set the image's folder with -C DIR, or begin "
        "one: tagmatrix init"
    )
    assert str(caught.value) == expected


def test_a_folder_instead(tmp_path: Path) -> None:
    """The message for a file that cannot be read has the system's reason."""
    (tmp_path / "versions.yaml").mkdir()
    with pytest.raises(InputError) as caught:
        config.load(tmp_path)
    assert str(caught.value) == f"{tmp_path}/versions.yaml: Is a directory"


def test_another_name() -> None:
    """Messages name the file as the caller does."""
    with pytest.raises(ConfigError, match=r"\Aa/b\.yaml:1:1: the file is empty"):
        config.parse("", "a/b.yaml")


def test_line_ends() -> None:
    """Windows' line ends mean the same as others'."""
    assert config.parse(GOOD.replace("\n", "\r\n")).releases == config.parse(GOOD).releases


def survive(data: bytes | str) -> bool:
    """Read it all the way; return whether it is good. Only a clean ConfigError may come."""
    try:
        loaded, expanded = load(data)
        assert expanded.images
        checks.warnings(loaded)
        laws.warnings(loaded, expanded)
        good, lines = True, []
    except ConfigError as error:
        good, lines = False, str(error).split("\n")
    assert good == (not lines)
    for line in lines:
        assert LINE.fullmatch(line), line
        assert line.isprintable(), line
        assert len(line) < 2_000, line
    return good


PIECES: Final = [
    *(b"\0 \t \n \r : - ? [ ] { } & * ! | > ' \" % @ ` # , . .. / ~ << = 0 3.10 yes null".split()),
    *("\ufeff \x85 \u2028 é 😀 \u202e".encode().split()),
    *[
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"---\n",
        b"...\n",
        b"%YAML 1.1\n---\n",
        b"&a ",
        b"*a ",
        b"  ",
    ],
    *[b"{suite}", b"{name}", b"{x}", b"!!binary ", b"!!set ", b"9" * 5000, b"a" * 3000, b"[" * 40],
]


def mutate_bytes(rng: random.Random) -> bytes:
    """Return the good file with a few bytes changed."""
    data = bytearray(GOOD.encode())
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(data))
        end = start + rng.choice([0, 0, 1, 1, 2, 8, 40])
        how = rng.randrange(4)
        if how == 0:
            data[start:end] = rng.choice(PIECES)
        elif how == 1:
            data[start:end] = b""
        elif how == 2:
            other = rng.randrange(len(data))
            data[start:end] = data[other : other + rng.randint(1, 60)]
        else:
            data[start:end] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
    return bytes(data)


VALUES: Final[list[Any]] = [
    None,
    True,
    3,
    3.1,
    "",
    "x",
    "..",
    "a/b",
    "-x",
    "3",
    "latest",
    "3.14",
    "3.15-rc",
    "trixie",
    "{name}",
    "{suite}",
    "\n",
    "\x1b[0m",
    "9" * 200,
    [],
    [""],
    ["trixie", "trixie"],
    {},
    {"": ""},
    {"name": ""},
    {"name": "trixie", "version": "3.1.0"},
    {"default": None},
]


def places(tree: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:  # noqa: ANN401 (any value)
    """Return every collection of a tree with each of its keys."""
    keys: Any = ()
    if isinstance(tree, dict):
        keys = list(tree)
    elif isinstance(tree, list):
        keys = range(len(tree))
    for key in keys:
        found.append((tree, key))
        places(tree[key], found)
    return found


def mutate_tree(rng: random.Random) -> str:
    """Return the good file with a few values changed, moved, removed or renamed."""
    tree = yamls.load(GOOD)
    for _ in range(rng.randint(1, 3)):
        holder, key = rng.choice(places(tree, []))
        how = rng.randrange(5)
        if how == 0:
            holder[key] = rng.choice(VALUES)
        elif how == 1:
            del holder[key]
        elif how == 2:
            other, name = rng.choice(places(tree, []))
            holder[key] = yamls.load(yamls.dump(other[name]))
        elif how == 3 and isinstance(holder, dict):
            holder[rng.choice(["x", "..", "3.9", "slim", "", "Trixie", key.upper()])] = holder.pop(
                key
            )
        elif isinstance(holder, list):
            holder.insert(key, rng.choice(VALUES))
    return yamls.dump(tree, sort_keys=False, allow_unicode=True)


@pytest.mark.parametrize(
    "count",
    [
        pytest.param(QUICK, id="quick"),
        pytest.param(THOROUGH, id="thorough", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("mutate", [mutate_bytes, mutate_tree])
def test_mutations(mutate: Callable[[random.Random], bytes | str], count: int) -> None:
    """A file with random changes is good or cleanly refused, never slow, never a traceback."""
    outcomes = set()
    for seed in range(count):
        data = mutate(random.Random(seed))  # noqa: S311 (no secret; the same for everyone)
        try:
            outcomes.add(survive(data))
        except Exception as error:
            error.add_note(f"seed {seed}: {data!r}")
            raise
    assert outcomes == {True, False}


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        "a: " + "x " * 1_000_000,
        "[" * 2_000_000,
        "{a: " * 500_000,
        "- " * 1_000_000,
        "? " * 1_000_000,
        pytest.param(
            "a: &a b\n" + "".join(f"k{n}: *a\n" for n in range(100_000)), marks=pytest.mark.slow
        ),
        pytest.param("a:\n" + "  - x\n" * 400_000, marks=pytest.mark.slow),
        '"' + "\\n" * 500_000 + '": x\n',
        "image: '" + "a-" * 1_000_000 + "'\n",
        "!" * 1_000_000,
        "&" + "a" * 1_000_000 + " b: c\n",
        "#" * 4_000_000,
        "\n" * 4_000_000,
        "flavors: {"
        + ", ".join(f"{chr(97 + n % 26) * (n % 500)}{n}: 1" for n in range(10_000))
        + "}\n",
    ],
    ids=lambda data: repr(data[:12]),
)
def test_hostile_files(data: str) -> None:
    """A file made to take hours or to exhaust the stack is refused before the time-out."""
    assert len(refusal(data)) < 300_000
