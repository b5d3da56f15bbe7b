"""The three answers of upstream: found, not published, fetch failed.

A failure is never turned into a fact: a caller that gets a FetchFailed keeps the value
that it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

T_co = TypeVar("T_co", covariant=True)


class Found(Struct, Generic[T_co], frozen=True):
    """Upstream has the value."""

    value: T_co


class NotPublished(Struct, frozen=True):
    """Upstream answered that it does not have the value; `what` is the message.

    `named` are the names that the document has in place of the one that was looked for.
    `absent` marks a document of several versions that names no file of this one: it may be too
    early or too late for it. `only_checksum` marks a file that is there, without its checksum.
    """

    what: str
    named: tuple[str, ...] = ()
    absent: bool = False
    only_checksum: bool = False

    @property
    def reason(self) -> str:
        """Why there is no value, as for a failure."""
        return self.what


class FetchFailed(Struct, frozen=True):
    """The answer is unknown; `reason` says why.

    `alarm` marks answers that contradict each other: the network works, and a maintainer
    must decide. `claims` are these answers, where a maintainer may choose the right one.
    `permanent` marks a failure that a retry does not change: the address itself is wrong, or
    the body is too large. `unclaimed` marks a file that is published, but without a checksum,
    `undescribed` one that versions.yaml does not describe. `absent` marks a document that has
    nothing of a version, `no_document` one that is not there although its version is listed.
    """

    reason: str
    alarm: bool = False
    permanent: bool = False
    unclaimed: bool = False
    undescribed: bool = False
    absent: bool = False
    no_document: bool = False
    claims: frozenset[str] = frozenset()


Answer: TypeAlias = Found[T_co] | NotPublished | FetchFailed


def settled(answer: Answer[str], accepted: Collection[str]) -> Answer[str]:
    """Return the claim that versions.yaml accepts, if it accepts exactly one; else the answer.

    >>> settled(FetchFailed("a or b?", alarm=True, claims=frozenset("ab")), ["b"])
    Found(value='b')
    """
    if isinstance(answer, FetchFailed):
        right = answer.claims.intersection(accepted)
        if len(right) == 1:
            return Found(*right)
    return answer


def found_values(answers: Mapping[str, Answer[T_co]]) -> dict[str, T_co]:
    """Return the values that upstream has, by name."""
    return {name: each.value for name, each in answers.items() if isinstance(each, Found)}


def as_failure(answer: NotPublished | FetchFailed) -> FetchFailed:
    """Return a failure: for a value that something names, so that it should be there."""
    return FetchFailed(answer.what) if isinstance(answer, NotPublished) else answer


class UnreadableError(ValueError):
    """A body does not have the expected content; the text says what it has instead."""
