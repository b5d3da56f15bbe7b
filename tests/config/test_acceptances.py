"""The entries of `accept`."""

from __future__ import annotations

import pytest

from tagmatrix import config
from tagmatrix.config.model import Acceptance
from tagmatrix.problems import ConfigError
from tests.projects import VERSIONS


def parsed(line: str) -> tuple[Acceptance, ...]:
    """Return the acceptances of the sample with a line under `accept`."""
    return config.parse(VERSIONS.replace("\nexclude:", f"\naccept:\n  - {line}\n\nexclude:")).accept


def test_an_acceptance() -> None:
    """A tag or several, one effect, and the reason."""
    (one,) = parsed('{tag: alpine, loses: [s390x], why: No., link: "https://example.org"}')
    assert one == Acceptance(
        tags=("alpine",), loses=("s390x",), why="No.", link="https://example.org"
    )
    (several,) = parsed('{tag: ["3.12", "3.12-*"], vanishes: true, why: No.}')
    assert several.tags == ("3.12", "3.12-*")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{tag: a, why: x}", "accept[0]: this accepts nothing; name one effect: loses, goes_back"),
        (
            "{tag: a, loses: [i386], vanishes: true, why: x}",
            "accept[0]: this accepts `loses` and `vanishes`; write an entry for each",
        ),
        (
            "{tag: a, vanishes: false, why: x}",
            "accept[0].vanishes: write `true` without quotes, or remove `vanishes`",
        ),
        ("{tag: a, loses: [i386]}", "accept[0]: `why` is missing"),
        ("{loses: [i386], why: x}", "accept[0]: `tag` is missing"),
        ("{setting: a, vanishes: true, why: x}", "accept[0].setting: `vanishes` does not take a"),
        (
            "{tag: a, setting: b, goes_back_to: '1.2', why: x}",
            "accept[0]: this is about tags and a setting; write an entry for each",
        ),
        ("{goes_back_to: '1.2', why: x}", "accept[0]: `tag` is missing"),
        ("{tag: a, loses: [], why: x}", "accept[0].loses: this list is empty; name one"),
        ("{tag: a b, vanishes: true, why: x}", 'accept[0].tag: invalid value "a b"'),
        ("{tag: 3.10, vanishes: true, why: x}", "accept[0].tag: YAML reads 3.10 as a number"),
        ("{tag: a, goes_back_to: 3.1, why: x}", "accept[0].goes_back_to: YAML reads 3.1 as"),
    ],
)  # fmt: skip
def test_what_is_none(line: str, message: str) -> None:
    """An invalid acceptance is refused, with its place and what to do."""
    with pytest.raises(ConfigError) as raised:
        parsed(line)
    assert message in str(raised.value)
