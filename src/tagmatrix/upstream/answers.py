"""The three answers of upstream: found, not published, fetch failed.

A failure is never turned into a fact: whoever gets a FetchFailed keeps what was
known before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

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
    but something that a person has to look at.
    """

    reason: str
    alarm: bool = False


Answer: TypeAlias = Found[T_co] | NotPublished | FetchFailed


class UnreadableError(ValueError):
    """A body is not what it should be; the text says what it is instead."""
