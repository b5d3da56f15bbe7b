"""The text of a pull request: harmless, and never too long."""

from __future__ import annotations

import re

import pytest

from tagmatrix.job.pull_request import LONGEST, body
from tagmatrix.job.result import Note, RunResult


def refused(text: str, about: str = "2.1") -> str:
    """Return the body of a run in which this was refused."""
    return body(RunResult(branch="b", claims={}, refused=(Note(about, text),)))


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=y> <!-- ",
        "[click](https://example.org) ![x](y)",
        "`code` and **bold** and ~~gone~~ and | a cell",
        "# no heading",
        "@everyone look",
        "&commat;octocat &#64;octocat &lt;b&gt;",
        "see https://evil.example/ and HTTP://x or www.evil.example, ftp://x",
        "fixes #12 and other/repository#3",
        "line\u2028break\r\nand another",
    ],
)
def test_foreign_text_is_plain(text: str) -> None:
    """Texts from upstream are neither Markdown nor HTML, and mention no users."""
    line = refused(text.replace("\n", " ")).splitlines()[-1]
    assert line.startswith("- `2.1`: ")
    reported = line.removeprefix("- `2.1`: ")
    assert not re.search(r"(?<!\\)[`*_\[\]<>|~]", reported)
    assert not re.search(r"@\w|#\w", reported.replace("&#8203;", "\u200b"))
    assert not re.search(r"(?<!\\)&(?!#8203;)#?\w+;", reported)
    assert not re.search(r"www\.|(http|https|ftp)://", reported, re.IGNORECASE)


@pytest.mark.parametrize("text", ["a\n```\nb", "a\n``````\n# b", "a\n  ```` x\nb"])
def test_lines_of_the_guard_are_a_block(text: str) -> None:
    """Several lines are a code block; their content does not end the block."""
    lines = [line.strip() for line in refused(text, "").splitlines()]
    fence = next(line for line in lines if line.endswith("text") and line.startswith("```"))
    closing = fence.removesuffix("text")
    inner = lines[lines.index(fence) + 1 : -1 if lines[-1] == closing else lines.index(closing)]
    assert inner == [line.strip() for line in text.split("\n")]


@pytest.mark.parametrize("size", [10, 1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_it_is_never_too_long(size: int) -> None:
    """A text that is too long is cut at a line, with a note; blocks are closed."""
    many = tuple(Note(f"2.{number}", "x" * size) for number in range(2_000))
    text = body(RunResult(branch="b", claims={}, refused=(Note("", "a\n" * 9), *many)))
    if size * len(many) > LONGEST:
        assert len(text.encode()) <= LONGEST < 65_536
        assert text.endswith("has a limited length._\n")
    block = body(RunResult(branch="b", claims={}, stopped="line\n" * 90_000))
    assert len(block.encode()) <= LONGEST
    assert block.count("```") == 2


def test_stopped_comes_first() -> None:
    """The sections that need action come first."""
    text = body(RunResult(branch="b", claims={}, stopped="no", warnings=(Note("", "odd"),)))
    assert text.startswith("## Stopped\n")
    assert text.endswith("## Warnings\n\n- odd\n")
