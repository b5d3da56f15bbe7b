"""Candidates for the last word of a command line: commands, options, names of versions.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import cli
from tagmatrix.cli.dispatch import parser, subcommands_of
from tagmatrix.errors import TagmatrixError
from tagmatrix.manifest.architecture_names import ARCHITECTURES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.matrix.expand import Matrix

_TOP: Final = ("-C", "--quiet", "--debug", "--help", "--version")
_MANY: Final = ("*", "+", "...")


def candidates(root: Path, words: Sequence[str]) -> list[str]:
    """Return the candidates for the last of the words, which may be empty.

    Args:
        root: the image's folder, unless the words name one with -C.
        words: the words after `tagmatrix`, up to the cursor.
    """
    *before, word = words
    folder, rest = _without_top(root, before)
    found = _after(folder, rest, word) if folder else []
    return sorted({each for each in found if each.startswith(word)})


def _without_top(root: Path, words: list[str]) -> tuple[Path | None, list[str]]:
    """Return the folder and the words from the command on; no folder if it is the next word."""
    while words and words[0].startswith("-"):
        if words[0] != "-C":
            words = words[1:]
        elif len(words) == 1:
            return None, []
        else:
            root, words = root / words[1], words[2:]
    return root, words


def _after(root: Path, words: list[str], word: str) -> Iterable[str]:
    """Return all candidates after the words of a command."""
    if not words:
        return [*cli.COMMANDS, *_TOP]
    name, *rest = words
    if name not in cli.COMMANDS:
        return []
    subcommands = subcommands_of(name)
    if subcommands and not rest:
        return [*subcommands, "--help"]
    if subcommands:
        if rest[0] not in subcommands:
            return []
        name, rest = f"{name} {rest[0]}", rest[1:]
    return _arguments(root, parser(name), rest, word)


def _arguments(
    root: Path, of: argparse.ArgumentParser, words: Sequence[str], word: str
) -> Iterable[str]:
    """Return the candidates for an argument of a command."""
    options = {option: each for each in of._actions for option in each.option_strings}  # noqa: SLF001 (argparse has no public list)
    last = options.get(words[-1]) if words else None
    if last is not None and last.nargs != 0:
        return _values(root, last)
    if word.startswith("-"):
        return options
    given = 0
    for at, each in enumerate(words):
        option = options.get(words[at - 1]) if at else None
        if not each.startswith("-") and (option is None or option.nargs == 0):
            given += 1
    places = [action for action in of._actions if not action.option_strings]  # noqa: SLF001 (as above)
    if given >= len(places):
        places = [action for action in places[-1:] if action.nargs in _MANY]
        given = 0
    return _values(root, places[given]) if places else []


def _values(root: Path, action: argparse.Action) -> Iterable[str]:
    """Return the values of an argument, as far as they are known."""
    if action.choices is not None:
        return map(str, action.choices)
    if action.metavar == "ARCH":
        return ARCHITECTURES
    names = _NAMES.get(str(action.metavar)) or _NAMES.get(action.dest)
    if names is None:
        return []
    from tagmatrix.matrix.load import load  # noqa: PLC0415 (only if names of the file are needed)

    try:
        return names(load(root)[1])
    except TagmatrixError:  # a completion has no place for a message
        return []


def _cycles(matrix: Matrix) -> Iterable[str]:
    return (image.cycle for image in matrix.images)


def _variants(matrix: Matrix) -> Iterable[str]:
    return (name for image in matrix.images for name in (image.name, image.flavor))


_NAMES: Final[Mapping[str, Callable[[Matrix], Iterable[str]]]] = {
    "CYCLE": _cycles,
    "TAG": lambda matrix: (tag.name for image in matrix.images for tag in image.all_tags),
    "SUITE": lambda matrix: (image.suite for image in matrix.images),
    "FLAVOR": lambda matrix: (image.flavor for image in matrix.images),
    "flavor": lambda matrix: (image.flavor for image in matrix.images),
    "variant": _variants,
}
