"""The closed list of steps: these instructions and statements make an image, and no others.

The other rules name mistakes that people know. These find the mistakes that no rule names: a step
that is missing, changed, moved or added.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.dockerfiles.parse import text_of
from tests.dockerfiles.rules.packages import flavor_of
from tests.dockerfiles.rules.steps import linux, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

    from tests.dockerfiles.parse import Dockerfile, Instruction
    from tests.dockerfiles.rules.steps.step import Step

LINUX_ENV: Final = ("ENV PATH", "ENV LANG", "RUN", "ENV PYTHON_VERSION", "ENV PYTHON_SHA256", "RUN")
WINDOWS_ENV: Final = ("SHELL", "ENV PYTHONIOENCODING", "ENV PYTHON_VERSION", "ENV PYTHON_SHA256")
NAMES: Final = "…"
OPTIONS: Final = "-…"


def traits_of(file: Dockerfile) -> frozenset[str]:
    """Return the words that hold for a file, for the conditions of steps."""
    version = Version(file.environment().get("PYTHON_VERSION", "0"))
    flavor = flavor_of(file)
    conditions = {
        "debian": flavor != "alpine",
        "bookworm": "bookworm" in file.base,
        "signed": version < Version("3.14.0a0"),
        "pinned": version < Version("3.12.0a0"),
        "lang": version < Version("3.13.0a0"),
        "frames": version >= Version("3.12.0a0"),
        "frames-by-default": version >= Version("3.15.0a0"),
    }
    return frozenset({flavor, *(name for name, holds in conditions.items() if holds)})


def instructions_in_order(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The file has these instructions in this order, without flags, and no others."""
    found = [_kind(one) for one in file.instructions]
    if "windows" in file.base:
        expected = ["FROM", *WINDOWS_ENV, "RUN", "CMD"]
    else:
        names = [one for one in LINUX_ENV if one != "ENV LANG" or "lang" in traits_of(file)]
        expected = ["FROM", *names, "CMD"]
    if found != expected:
        yield 1, f"the instructions are {', '.join(found)}; expected {', '.join(expected)}"
    for one in file.instructions:
        for flag in one.flags:
            yield one.line, f"{one.name} --{flag}: no instruction needs a flag"


def directives(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Only Windows needs a parser directive; a syntax would have to be pulled."""
    expected = {"escape": "`"} if "windows" in file.base else {}
    if dict(file.directives) != expected:
        yield 1, f"the parser directives are {dict(file.directives)}, not {expected}"


def statements_in_order(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Every RUN has the statements that its image needs, in their order, and no others."""
    runs = file.named("RUN")
    if "windows" in file.base:
        tables: Sequence[Sequence[Step]] = (windows.STEPS,)
    else:
        tables = (linux.PREPARATION, linux.STEPS)
    for run, table in zip(runs, tables, strict=False):
        yield from _compared(run, _expected(file, table))


def _expected(file: Dockerfile, table: Sequence[Step]) -> list[Step]:
    version = file.environment().get("PYTHON_VERSION", "0")
    traits = traits_of(file)
    final = Version(version).base_version if version != "0" else version
    return [step.filled(final) for step in table if step.holds(traits)]


def _compared(run: Instruction, expected: Sequence[Step]) -> Iterator[tuple[int, str]]:
    found = [
        (run.line_of(node.start_byte), _known(node, expected)) for node in _statements(run.tree())
    ]
    texts = [text for _, text in found]
    wanted = [step.text for step in expected]
    matcher = difflib.SequenceMatcher(None, texts, wanted, autojunk=False)
    for kind, left, right, wanted_left, wanted_right in matcher.get_opcodes():
        if kind == "equal":
            continue
        for line, text in found[left:right]:
            yield line, f"`{text}` is not a step of this image, or not at this place"
        line = found[min(left, len(found) - 1)][0] if found else run.line
        for step in expected[wanted_left:wanted_right]:
            yield line, f"`{step.text}` is missing here: {step.why}"


def _known(node: tree_sitter.Node, expected: Sequence[Step]) -> str:
    """Return the text of the step that a statement is, or the statement."""
    text = _one_line(node)
    if node.type != "command":  # a redirection, for example
        return text
    for step in expected:
        begin, closed, _ = step.text.partition(NAMES)
        if not closed or not text.startswith(begin.removesuffix("-")):
            continue
        words = text.removeprefix(begin).split()
        options = [word for word in words if word.lstrip("'\"").startswith("-")]
        if step.text.endswith(OPTIONS) or not options:
            return step.text
    return text


def _one_line(node: tree_sitter.Node) -> str:
    """Return a statement with one blank for blanks and tabs, except in quotes.

    An `&` behind it belongs to it.
    """
    pieces, at = list[str](), node.start_byte
    source = text_of(node).encode()
    for quotes in _quotes(node):
        before = source[at - node.start_byte : quotes.start_byte - node.start_byte]
        pieces += (_squeezed(before), text_of(quotes))
        at = quotes.end_byte
    pieces.append(_squeezed(source[at - node.start_byte :]))
    after = node.next_sibling
    return "".join(pieces).strip(" ") + (" &" if after and after.type == "&" else "")


def _squeezed(text: bytes) -> str:
    return re.sub(r"[ \t]+", " ", text.decode())


def _quotes(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield the texts in quotes, without those inside of them."""
    for child in node.children:
        if "string" in child.type:
            yield child
        else:
            yield from _quotes(child)


def _statements(tree: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield the statements of a script: in PowerShell they are in a list."""
    for node in tree.named_children:
        if node.type == "statement_list":
            yield from _statements(node)
        elif node.type != "empty_statement":
            yield node


def _kind(one: Instruction) -> str:
    return f"ENV {one.value.partition('=')[0]}" if one.name == "ENV" else one.name


RULES: Final = (instructions_in_order, directives, statements_in_order)
