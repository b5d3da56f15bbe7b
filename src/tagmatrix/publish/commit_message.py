"""Commit messages and titles: what moves, and what is accepted of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.guard import Verdict

SUBJECT_LENGTH: Final = 72
_UPDATE: Final = "Update "
_NAMED: Final = 3
"""So many cycles are named in a title."""


def message(
    moves: Sequence[str], otherwise: str, *, about: str = "", accepted: Sequence[str] = ()
) -> str:
    """Return a commit message: a short subject, and a body with what does not fit.

    Args:
        moves: what moves; see `tagmatrix.diff.summary`.
        otherwise: the subject where nothing that has a name moves.
        about: the file that the subject names first, where something moves.
        accepted: lines from `accepted`.

    >>> message(["Update 3.14 to 3.14.7", "Update 3.13 to 3.13.15"], "Regenerate")
    'Update 3.14 to 3.14.7, update 3.13 to 3.13.15'
    >>> message(["Remove 3.9"], "Regenerate", about="library/python")
    'library/python: remove 3.9'
    """
    text = _moves(moves) if moves else otherwise
    if moves and about:
        text = f"{about}: {_lower(text)}"
    return "\n".join([text, "", *accepted]) if accepted else text


def accepted(verdict: Verdict | None) -> list[str]:
    """Return the last lines of a message: what breaks, and why it is accepted."""
    found = verdict.accepted if verdict else ()
    return [f"Accepted: {what}: {why}" for what, why in found]


def regenerated(count: int) -> str:
    """Return the subject where Dockerfiles change and nothing that has a name moves."""
    return "Regenerate a Dockerfile" if count == 1 else f"Regenerate {count} Dockerfiles"


def title(moves: Sequence[str], otherwise: str) -> str:
    """Return a title for several commits.

    >>> title(["Update 3.14 to 3.14.7", "Update 3.13 to 3.13.15", "Remove 3.9"], "Regenerate")
    'Update 3.14 to 3.14.7 and 3.13 to 3.13.15, and more'
    """
    updates = [move.removeprefix(_UPDATE) for move in moves if move.startswith(_UPDATE)]
    if 1 < len(updates) <= _NAMED:
        more = ", and more" if len(moves) > len(updates) else ""
        return f"{_UPDATE}{join_names(updates)}{more}"
    return message(moves, otherwise).partition("\n")[0]


def _moves(moves: Sequence[str]) -> str:
    """Return what moves as a subject of at most 72 characters, and a body if that is too short."""
    first, *others = moves
    subject = ", ".join([first, *map(_lower, others)])
    if len(subject) <= SUBJECT_LENGTH:
        return subject
    body = "\n".join(f"- {move}" for move in moves)
    more = f" and {len(others)} more" if others else ""
    if len(first) + len(more) > SUBJECT_LENGTH:
        first = first[: SUBJECT_LENGTH - len(more) - 1].rstrip() + "…"
    return f"{first}{more}\n\n{body}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
