"""Dockerfiles to mutate: this repository's, those of the tests, and those of installed packages."""

from __future__ import annotations

import functools
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

ROOT: Final = Path(__file__).parents[2]
CASES: Final = ROOT / "tests/data/dockerfiles"

_PIECES: Final = (
    *(
        "\\",
        "`",
        "\\\n",
        "`\n",
        " \\ \t\n",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "#",
        "\n# x\n",
        "\n  # y\n",
    ),
    *(
        "'",
        '"',
        "[",
        "]",
        '["a", "b"]',
        "[1]",
        '["a"',
        "[]",
        "$",
        "${",
        "}",
        "$((1<<2))",
        ":-",
        " ",
    ),
    *("<<EOF", "<<-EOF", "<<'EOF'", '<<"E F"', "<<<x", "3<<a.b", "<<", "<<$X", "<<E\\'F", "<<EO-F"),
    *(
        "\nEOF\n",
        "\n\tEOF\n",
        "\nE F\n",
        "\na.b\n",
        "\n$X\n",
        "\nEO-F\n",
        "\u00a0",
        "\u0085",
        "\x0b",
        "\x1c",
    ),
    *(
        "--from=a ",
        "--mount=type=bind,from=b ",
        "--x ",
        '--y="a b" ',
        "-- ",
        "=",
        "a=b ",
        "\t",
        "ä",
    ),
    *(
        "\nFROM ",
        "\nRUN ",
        "\nCOPY ",
        "\nADD ",
        "\nENV ",
        "\nARG ",
        "\nLABEL ",
        "\nONBUILD ",
        "\nCMD ",
    ),
    *("\nHEALTHCHECK ", "\nVOLUME ", "\nUSER ", "\nSHELL ", "\nfoo ", "\nMAINTAINER ", "ONBUILD "),
    *("# escape=`\n", "# escape=\\\n", "# syntax=x\n", "#vim=x\n", "\ufeff", "\u2028", "x"),
    *("${A:-<<EOF}", "${A:- <<EOF }", "${B:+c}", "${C:?d}", "$A", "${A}", "\\$", "AS a\n", " AS b"),
)


@functools.cache
def texts() -> tuple[str, ...]:
    """Return all Dockerfiles, each text once."""
    places = (ROOT / "library", ROOT / "tests/golden", CASES, Path(sysconfig.get_path("purelib")))
    paths = [path for place in places for path in place.rglob("*Dockerfile*") if path.is_file()]
    found = [
        path.read_bytes() for path in sorted(paths) if path.suffix not in {".py", ".pyc", ".j2"}
    ]
    return tuple(dict.fromkeys(data.decode() for data in found if len(data) < 1 << 15))


def mutated(random: Random) -> str:
    """Return a Dockerfile with a few changes."""
    text = random.choice(texts())
    if random.random() < 0.7:  # a part of it, so that each change counts
        lines = text.splitlines(keepends=True)
        start = random.randrange(len(lines))
        head = lines[: random.randrange(3)]
        text = "".join([*head, *lines[start : start + random.randrange(1, 12)]])
    for _ in range(random.randrange(1, 7)):
        at = random.randrange(len(text) + 1)
        match random.randrange(6):
            case 0:
                text = text[:at] + text[at + random.randrange(1, 9) :]
            case 1:
                end = text.find("\n", at)
                text = text[:at] + text[end if end >= 0 else len(text) :]
            case 2:
                text = random.choice(_PIECES) + text
            case _:
                piece = "".join(random.choices(_PIECES, k=random.randrange(1, 4)))
                text = text[:at] + piece + text[at:]
    return text


def mutated_head(random: Random) -> str:
    """Return a Dockerfile with arguments and stages made at random, and some noise."""
    names = ("A", "B", "TARGETARCH", "SUITE")
    words = (
        *("a", "b:1", "x", "stage", "trixie", "$A", "${B}", "${A:-c}", "${B-d}", "${SUITE:+e}"),
        *("${A+f}", "-$TARGETARCH", "${A:-${B}}", '"$A"', "/", ":", "$", "q/", "-"),
    )
    lines = [
        f"ARG {random.choice(names)}" + random.choice(("", "=", f"={random.choice(words)}"))
        for _ in range(random.randrange(4))
    ]
    for _ in range(random.randrange(1, 4)):
        image = "".join(random.choices(words, k=random.randrange(1, 3)))
        name = random.choice(("", f" AS {random.choice(('a', 'x', 'Stage', 'amd64'))}"))
        noise = random.choice((*_PIECES, "\nRUN x\n", "\nCOPY <<EOF /\nFROM no\nEOF\n"))
        lines.append(f"FROM {image}{name}{noise if random.random() < 0.3 else ''}")
    return "\n".join(lines) + "\n"
