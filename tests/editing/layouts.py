"""Arbitrary layouts of a YAML file: flow and block, quotes, comments in odd places, anchors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random


@dataclass
class Layout:
    """Writes a document at random; every scalar, key and comment has a text of its own.

    Attributes:
        random: where choices come from.
        shared: whether there are anchors and aliases.
        anchors: what each anchor occurs for.
        open: anchors whose value has not ended; no alias may name them yet.
    """

    random: Random
    shared: bool
    count: int = 0
    anchors: dict[str, Any] = field(default_factory=dict)

    def document(self) -> tuple[str, dict[str, Any]]:
        """Return the text of a mapping, and what it means."""
        lines, value = self.mapping(0, 0)
        head = self.random.choice([[], ["---"], ["# a head", "", "---  # begins"], [""]])
        tail = self.random.choice([[], ["# the end"], [""], ["", "  # the end"], ["..."]])
        text = "\n".join([*head, *lines, *tail])
        if self.random.random() < 0.8 or tail == ["..."]:
            text += "\n"
        if self.random.random() < 0.3:
            text = text.replace("\n", "\r\n")
        return text, value

    def chance(self, of: float) -> bool:
        """Return True in some cases."""
        return self.random.random() < of

    def word(self, letter: str) -> str:
        """Return a text that occurs nowhere else."""
        self.count += 1
        return f"{letter}{self.count}{letter}"

    def quoted(self, text: str) -> str:
        """Return a scalar in some style."""
        return self.random.choice([text, f"'{text}'", f'"{text}"'])

    def comment(self) -> str:
        """Return a comment of its own."""
        return f'# {self.word("c")}, it\'s: {{a}} [b] "c" - d'

    def between(self, column: int) -> list[str]:
        """Return lines without a meaning: blank lines and comments."""
        lines = []
        while self.chance(0.25):
            space = " " * self.random.choice([column, column, column + 3])
            lines.append("" if self.chance(0.5) else space + self.comment())
        return lines

    def mapping(self, column: int, depth: int) -> tuple[list[str], dict[str, Any]]:
        """Return the lines of a block mapping and its value."""
        lines: list[str] = []
        value: dict[str, Any] = {}
        for number in range(self.random.randint(1, 4)):
            key = self.word("k")
            name = self.quoted(key)
            if number:
                lines += self.between(column)
            written, value[key] = self.value(column, depth, after_key=True)
            first = " " * column + f"{name}{' ' * (self.chance(0.1))}:"
            lines += [(first + written[0]).rstrip(" "), *written[1:]]
        return lines, value

    def sequence(self, column: int, depth: int) -> tuple[list[str], list[Any]]:
        """Return the lines of a block list and its value."""
        lines: list[str] = []
        values: list[Any] = []
        for number in range(self.random.randint(1, 3)):
            if number:
                lines += self.between(column)
            if depth < 3 and self.chance(0.4):
                inner, value = self.mapping(column + 2, depth + 1)
                inner[0] = " " * column + "- " + inner[0].lstrip(" ")
                lines += inner
                values.append(value)
            else:
                written, value = self.value(column, depth, after_key=False)
                lines += [" " * column + "-" + written[0], *written[1:]]
                values.append(value)
        return lines, values

    def value(self, column: int, depth: int, *, after_key: bool) -> tuple[list[str], Any]:
        """Return what comes after a key or a dash, beginning with a space, and its value."""
        trailing = f" {self.comment()}" if self.chance(0.2) else ""
        kind = self.random.choice(["scalar", "scalar", "flow", "flow", "block", "list", "alias"])
        if kind == "alias" and self.anchors and self.shared:
            name = self.random.choice([*self.anchors])
            return [f" *{name}{trailing}"], self.anchors[name]
        anchor = self.word("a") if self.shared and self.chance(0.3) else ""
        mark = f" &{anchor}" if anchor else ""
        if kind in {"block", "list"} and depth < 3 and after_key:
            step = self.random.choice([1, 2, 2, 4])
            written: list[str]
            value: Any
            if kind == "block":
                written, value = self.mapping(column + step, depth + 1)
            else:
                written, value = self.sequence(column + self.random.choice([0, step]), depth + 1)
            lines = [mark + trailing, *self.between(column + step), *written]
        elif kind == "flow":
            text, value = self.flow(depth + 1, column + 2)
            lines = [f"{mark} {text}{trailing}"]
            lines = "\n".join(lines).split("\n")
        elif self.chance(0.05) and after_key and not anchor:
            return [trailing], None
        else:
            value = self.word("s")
            lines = [f"{mark} {self.quoted(value)}{trailing}"]
        if anchor:
            self.anchors[anchor] = value
        return lines, value

    def flow(self, depth: int, column: int) -> tuple[str, Any]:
        """Return a collection in brackets, on one line or on several, and its value."""
        mapping = self.chance(0.6)
        parts: list[str] = []
        values: list[Any] = []
        keys: list[str] = []
        for _ in range(self.random.randint(0, 4)):
            inner: Any
            if depth < 3 and self.chance(0.3):
                text, inner = self.flow(depth + 1, column + 2)
            elif self.anchors and self.shared and self.chance(0.2):
                name = self.random.choice([*self.anchors])
                text, inner = f"*{name}", self.anchors[name]
            else:
                inner = self.word("s")
                text = self.quoted(inner)
                if self.shared and self.chance(0.15):
                    anchor = self.word("a")
                    text = f"&{anchor} {text}"
                    self.anchors[anchor] = inner
            values.append(inner)
            keys.append(self.word("k"))
            parts.append(f"{self.quoted(keys[-1])}: {text}" if mapping else text)
        pad = " " * self.chance(0.3)
        opening, closing = "{}" if mapping else "[]"
        several = bool(parts) and self.chance(0.3)
        if several:
            space = "\n" + " " * column
            text = opening + (f" {self.comment()}" if self.chance(0.2) else "")
            for number, part in enumerate(parts):
                comma = "," if number < len(parts) - 1 or self.chance(0.5) else ""
                note = f" {self.comment()}" if self.chance(0.2) else ""
                text += f"{space}{part}{comma}{note}"
            text += space[: -2 if self.chance(0.5) and column > 2 else None] + closing
        else:
            comma = "," if parts and self.chance(0.1) else ""
            text = opening + pad + ", ".join(parts) + comma + pad + closing
        return text, dict(zip(keys, values, strict=True)) if mapping else values
