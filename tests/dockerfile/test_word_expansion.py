"""Variables, compared with a shell that has the same operators."""

from __future__ import annotations

import shutil
import subprocess
from random import Random

import pytest

from tagmatrix.dockerfile.operators import ShellError
from tagmatrix.dockerfile.word_expansion import Style, expand

VALUES = {"A": "a.b.c", "B": "trixie_slim", "C": "", "D": "aXbXXc"}
PATTERNS = ("*", "?", "a", "b", ".", "*.", ".*", "X", "*X", "X*", "??", "a*c", "_", "", "*b*")
OPERATORS = (":-", "-", ":+", "+", "#", "##", "%", "%%")


def made(random: Random) -> str:
    """Return a text with variables."""
    name = random.choice([*VALUES, "UNSET"])
    form = random.randrange(4)
    if form == 0:
        return f"${name}" if random.random() < 0.5 else f"${{{name}}}"
    if form == 1:
        slash = random.choice(("/", "//"))
        pattern = random.choice([each for each in PATTERNS if each])
        name = random.choice([each for each in VALUES if VALUES[each]])  # bash skips empty values
        return f"${{{name}{slash}{pattern}/{random.choice(('', '-', 'yy'))}}}"
    operator = random.choice(OPERATORS)
    word = (
        random.choice(PATTERNS) if operator[0] in "#%" else random.choice(("w", "", "$A", "${B}"))
    )
    return f"${{{name}{operator}{word}}}"


def test_variables_are_those_of_a_shell() -> None:
    """Each operator gives the same as in bash."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.fail("bash is not installed, and .ci/run needs it too")
    random = Random(1)  # noqa: S311 (the same ones every time)
    texts = list(dict.fromkeys("x" + made(random) + made(random) + "z" for _ in range(3000)))
    lines = [f'printf "%s\\n" "{text}"' for text in texts]
    done = subprocess.run(
        [bash, "--norc"],
        input="set -f\n" + "\n".join(lines),
        capture_output=True,
        check=True,
        text=True,
        env={**VALUES, "LC_ALL": "C"},
    )
    mine = [expand(text, VALUES, Style()) for text in texts]
    assert mine == done.stdout.splitlines()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'$A'", "$A"),
        ('"$A"', "a.b.c"),
        (r"\$A", "$A"),
        ("$", "$"),
        ("$-", ""),
        ("${A:+${C:-d}}", "d"),
        (r"${A//./\/}", r"a\/b\/c"),
        ("${D//X/}", "abc"),
        ("${D/X*/}", "a"),
        (r"${A#a\.}", None),
        (r"${A#\*}", "a.b.c"),
        ("${A", None),
        ("${}", None),
        ("${A^^}", None),
        ("${A:1}", None),
        ("${C:?}", None),
        ("${C?}", ""),
        ('"', None),
    ],
)
def test_special_cases(text: str, value: str | None) -> None:
    """Quotes and escapes are removed; what has no value is an error."""
    if value is not None:
        assert expand(text, VALUES, Style()) == value
        return
    with pytest.raises(ShellError):
        expand(text, VALUES, Style())
