"""Few conditions describe a set of points, and no other point."""

from __future__ import annotations

from hypothesis import given, strategies as st

from tagmatrix.imports.boxes import contains, cover

POINTS = st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("12")))


@given(POINTS, POINTS)
def test_conditions_hold_for_the_wanted_points_only(
    wanted: set[tuple[str, ...]], others: set[tuple[str, ...]]
) -> None:
    """Each wanted point fulfils a condition, and no other point does."""
    wanted = wanted - others
    boxes = cover(sorted(wanted), others)
    assert all(any(contains(box, point) for box in boxes) for point in wanted)
    assert not any(contains(box, point) for box in boxes for point in others)


def test_a_whole_release_is_one_condition() -> None:
    """Points that differ in one dimension only need one condition about the others."""
    wanted = [("1", "slim"), ("1", "alpine"), ("2", "slim")]
    assert cover(wanted, [("2", "alpine"), ("3", "slim"), ("3", "alpine")]) == [
        (frozenset({"1"}), None),
        (frozenset({"2"}), frozenset({"slim"})),
    ]
