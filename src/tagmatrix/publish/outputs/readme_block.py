"""The generated block of the top README.md: the matrix in one table.

The block is between two lines, which users add to the file once:

    <!-- begin tagmatrix: the matrix -->
    <!-- end tagmatrix: the matrix -->

`generate` changes nothing else in the file. Each run for all cycles renews the block.
`--check` compares it together with the manifest, not with the Dockerfiles: the changes of
two pull requests would conflict in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.layout import README
from tagmatrix.publish.outputs.interface import Output, Rendered
from tagmatrix.util.markdown_text import codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.publish.outputs.inputs import Inputs

BEGIN: Final = b"<!-- begin tagmatrix: the matrix -->"
END: Final = b"<!-- end tagmatrix: the matrix -->"
BUDGET: Final = 10_000
"""The limit of the block in bytes; cycles that do not fit are counted, not listed."""
_LINE: Final = re.compile(
    rb"^(?:(?P<begin>%s)|(?P<end>%s))[ \t]*(?P<newline>\r?\n|\Z)"
    % (re.escape(BEGIN), re.escape(END)),
    re.MULTILINE,
)


def render(inputs: Inputs, present: bytes | None) -> Rendered | None:
    """Return the README with the current block; None if there is no README.

    Raises InputError if the marks of the block are wrong.
    """
    if present is None:
        return None
    return Rendered(content=with_block(present, inputs.config, inputs.matrix))


def with_block(text: bytes, config: Config, matrix: Matrix) -> bytes:
    """Return a README with the current block; unchanged if it has no marks.

    Raises InputError if the marks of the block are wrong.
    """
    marks = list(_LINE.finditer(text))
    if not marks:
        return text
    if [mark["begin"] is not None for mark in marks] != [True, False]:
        lines = ", ".join(str(text.count(b"\n", 0, mark.start()) + 1) for mark in marks)
        raise InputError(
            f"{README}: expected one line `{BEGIN.decode()}` and, below it, one line "
            f"`{END.decode()}`; found such lines at {lines}"
        )
    begin, end = marks
    newline = begin["newline"].decode()
    block = table(config, matrix).replace("\n", newline).encode()
    return text[: begin.end()] + block + text[end.start() :]


def table(config: Config, matrix: Matrix, budget: int = BUDGET) -> str:
    """Return the block: a row for each cycle.

    The newest cycles come first. Cycles beyond the budget are left out.
    """
    cycles = matrix.cycles
    titles = ["cycle", "version", "variants", "tags"]
    lines = [_row(titles), _row(["---"] * len(titles))]
    size = sum(map(len, lines))
    rest = f"\nAnd {len(cycles):,} more: `{config.layout.manifest}` lists all.\n"
    left = len(cycles)
    for cycle, images in cycles.items():
        row = _cycle(cycle, images)
        size += len(row.encode())
        if size + len(rest) > budget:
            break
        lines.append(row)
        left -= 1
    more = f"\nAnd {left:,} more: `{config.layout.manifest}` lists all.\n" if left else ""
    return f"\n{''.join(lines)}{more}\n"


def _cycle(cycle: str, images: Sequence[Image]) -> str:
    variants = ", ".join(image.name for image in images if image.name)
    return _row(
        [f"`{cycle}`", images[0].release.version or "none", variants, codes(_short(images))]
    )


def _short(images: Sequence[Image]) -> list[str]:
    """Return the tags without variant; if there are none, the tags of the first image."""
    tags: Mapping[str, None] = {
        tag.name: None for image in images for tag in image.all_tags if not tag.spelling.text
    }
    return list(tags) or [tag.name for tag in images[0].tags]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


OUTPUT: Final = Output(
    render=render,
    renewed=f"the table in {README}",
    names_commits=False,
    whole=False,
)
