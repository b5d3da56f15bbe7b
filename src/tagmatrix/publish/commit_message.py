"""Commit messages and titles: which tags move, and which breaking changes are accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.guard import Verdict

SUBJECT_LENGTH: Final = 72
_UPDATE: Final = "Update "
_NAMED: Final = 3
"""How many cycles a title names."""


def message(
    moves: Sequence[str], otherwise: str, *, about: str = "", accepted: Sequence[str] = ()
) -> str:
    """Return a commit message: a short subject, and a body if the moves do not fit into it.

    Args:
        moves: what moves; see `tagmatrix.diff.summary`.
        otherwise: the subject if no tag moves.
        about: the file that the subject names first if a tag moves.
        accepted: lines from `acceptance_lines`.

    >>> message(["Update 3.14 to 3.14.7", "Update 3.13 to 3.13.15"], "Regenerate")
    'Update 3.14 to 3.14.7, update 3.13 to 3.13.15'
    >>> message(["Remove 3.9"], "Regenerate", about="library/python")
    'library/python: remove 3.9'
    """
    text = _moves(moves) if moves else otherwise
    if moves and about:
        text = f"{about}: {_lower(text)}"
    return "\n".join([text, "", *accepted]) if accepted else text


def acceptance_lines(verdict: Verdict | None) -> list[str]:
    """Return the last lines of a message: each breaking change, and why it is accepted."""
    found = verdict.accepted if verdict else ()
    return [f"Accepted: {what}: {why}" for what, why in found]


def regenerated(count: int) -> str:
    """Return the subject of a commit that changes Dockerfiles and moves no tag."""
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
    """Return a subject of at most 72 characters, and a body if the moves do not fit into it."""
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
