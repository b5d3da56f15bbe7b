"""What the guard says when it refuses: what, why, and what would let it pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff import sentences
from tagmatrix.diff.text import headline
from tagmatrix.guard.acceptance import effect_of
from tagmatrix.guard.patterns import patterns

if TYPE_CHECKING:
    from collections.abc import Collection

    from tagmatrix.diff import Changes, Group


def refusal(changes: Changes, tags: Collection[str]) -> str:
    """Return the text of a refusal; `tags` are the names of all tags, before and after."""
    lines = []
    for group in changes.refused:
        why = sentences.why(group, str)
        lines.append(f"{headline(group)}: {why}" if why else headline(group))
        lines.append(f"  to let it pass: {accept_line(group, tags)}")
    lines.append(
        "nothing is written; mend versions.yaml, or put such a line below `accept:` there and "
        "say why it is meant"
    )
    return "\n".join(lines)


def accept_line(group: Group, tags: Collection[str]) -> str:
    """Return the line for `accept` that would let the changes of a group pass, and no other."""
    effect = effect_of(group.changes[0])
    if effect is None:
        return ""
    key, value = effect
    if key == "loses":
        told = f"[{', '.join(group.reason.architectures)}]"
    else:
        told = "true" if value is True else f'"{value}"'
    names = [f'"{name}"' for name in patterns(group.tags, tags)]
    tag = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    return f'- {{tag: {tag}, {key}: {told}, why: "..."}}'
