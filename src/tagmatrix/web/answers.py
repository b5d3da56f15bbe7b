"""The three answers of upstream: found, not published, fetch failed.

A failure is never turned into a fact: whoever gets a FetchFailed keeps what was
known before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """Upstream has it."""

    value: T_co


@dataclass(frozen=True, slots=True)
class NotPublished:
    """Upstream answered, and does not have it; `what` is a sentence without an end."""

    what: str


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Nobody knows; `reason` says why.

    `alarm` marks answers that contradict each other: no failure of the network,
    but something that a person has to look at. `claims` are these answers, where a
    person may say which of them is right. `permanent` marks what another attempt does not
    change: the address itself is wrong, or what it has is too large.
    """

    reason: str
    alarm: bool = False
    permanent: bool = False
    claims: frozenset[str] = frozenset()


Answer: TypeAlias = Found[T_co] | NotPublished | FetchFailed


def settled(answer: Answer[str], accepted: Collection[str]) -> Answer[str]:
    """Return the one of several claims that a person accepted; else the answer as it is.

    >>> settled(FetchFailed("a or b?", alarm=True, claims=frozenset("ab")), ["b"])
    Found(value='b')
    """
    if isinstance(answer, FetchFailed):
        right = answer.claims.intersection(accepted)
        if len(right) == 1:
            return Found(*right)
    return answer


class UnreadableError(ValueError):
    """A body is not what it should be; the text says what it is instead."""
