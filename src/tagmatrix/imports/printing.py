"""Print a family as the text of versions.yaml, in the layout that people use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from tagmatrix.editing.yaml_text import flow, scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WIDTH: Final = 120
"""A value that is not wider is written on one line."""
_SPACED: Final = frozenset(
    {"default_suites", "axes", "flavors", "suites", "variants", "settings", "exclude", "releases"}
)
"""Keys with an empty line above."""
_BLOCKS: Final = frozenset({"maintainers", "flavors", "suites", "settings", "exclude", "releases"})
"""Keys whose value has a line for each part, even if it is short."""
_PLAIN: Final = re.compile(r"[A-Za-z][\w./:{}()<>+@, '-]*", re.ASCII)


def dumps(values: Mapping[str, Any], notes: Sequence[str]) -> str:
    """Return the text of versions.yaml; `notes` are comments at its beginning."""
    lines = [f"# {note}".rstrip() for note in notes]
    for key, value in values.items():
        if key in _SPACED or key == "image":
            lines.append("")
        lines += _entry(key, value, 0, block=key in _BLOCKS)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, column: int, *, block: bool = False) -> Iterator[str]:  # noqa: ANN401 (any value)
    """Yield the lines of a key and its value."""
    head = f"{' ' * column}{_key(key)}:"
    line = f"{head} {_block_scalar(value) if isinstance(value, str) else flow(value)}"
    if not isinstance(value, (list, dict)) or not value or (not block and len(line) <= _WIDTH):
        yield line
        return
    yield head
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _entry(name, inner, column + 2, block=key == "flavors")
    elif all(isinstance(item, str) for item in value) and not block:
        yield from _wrapped(value, column + 2)
    else:
        for item in value:
            yield from _item(item, column + 2)


def _item(value: Any, column: int) -> Iterator[str]:  # noqa: ANN401 (any value)
    line = f"{' ' * column}- {_block_scalar(value) if isinstance(value, str) else flow(value)}"
    if not isinstance(value, dict) or len(line) <= _WIDTH:
        yield line
        return
    first = True
    for key, inner in value.items():
        for text in _entry(key, inner, column + 2):
            yield f"{' ' * column}- {text[column + 2 :]}" if first else text
            first = False


def _wrapped(value: Sequence[str], column: int) -> Iterator[str]:
    """Yield the lines of a list that is too long for one line."""
    line = f"{' ' * column}["
    for number, item in enumerate(value):
        word = flow(item) + ("," if number < len(value) - 1 else "]")
        if len(line) + len(word) > _WIDTH:
            yield line.rstrip()
            line = " " * (column + 1)
        line += f"{word} "
    yield line.rstrip()


def _block_scalar(text: str) -> str:
    """Return a text without quotes if YAML reads it as the same text outside of brackets."""
    if _PLAIN.fullmatch(text) and len(text) <= _WIDTH:
        try:
            same = yaml.safe_load(f"key: {text}") == {"key": text}
        except yaml.YAMLError:
            same = False
        if same:
            return text
    return flow(text)


def _key(text: str) -> str:
    return flow(text) if text[:1].isdigit() else scalar(text)
