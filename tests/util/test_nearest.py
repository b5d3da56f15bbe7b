"""The nearest of known words."""

from __future__ import annotations

from tagmatrix.util.nearest import nearest


def test_nearest() -> None:
    """The nearest known word is suggested; where none is near, what there is, in bounds."""
    assert nearest("flavour", ["suite", "flavor"]) == "; did you mean flavor?"
    assert nearest("x", []) == "; there are none"
    assert nearest("x", ["flavor"]) == "; there is only flavor"
    assert nearest("x", ["abc", "abd"]) == "; there are abc and abd"
    assert nearest("x", [f"{n:05}" for n in range(25)]) == (
        "; there are " + ", ".join(f"{n:05}" for n in range(20)) + " and 5 more"
    )


def test_nearest_is_fast() -> None:
    """Long or many words are not compared with each other: that would reach the time-out."""
    nearest("ab" * 500_000, ["ba" * 500_000] * 100)
    nearest("abcdefgh", [f"bcdefgh{n}" for n in range(300_000)])
