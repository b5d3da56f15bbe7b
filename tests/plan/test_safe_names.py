"""Names for engines: without collision, also for texts that were made to collide."""

from __future__ import annotations

from tagmatrix.plan.safe_names import is_name, names


def test_crafted_names() -> None:
    """A text that is called as the hashed name of another one gets another name."""
    texts = ["a.b", "a-b"]
    for _ in range(3):
        texts += sorted(set(names(texts).values()) - {*texts})
        found = names(texts)
        assert len({*found.values()}) == len(texts)
        assert all(map(is_name, found.values()))
        assert found == names(reversed(texts))


def test_reserved_names() -> None:
    """No name is reserved, also not a hashed one, nor differs from another only in case."""
    first = names(["a.b", "a-b"])
    again = names(["a.b", "a-b"], reserved=first.values())
    assert {*first.values()}.isdisjoint(again.values())
    assert len({name.lower() for name in names(["A", "a"]).values()}) == 2
