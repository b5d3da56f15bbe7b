"""The message of a refusal: what the guard refuses, why, and the line that would accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagmatrix.diff import sentences
from tagmatrix.diff.text import headline
from tagmatrix.guard.acceptance import effect_of
from tagmatrix.guard.tag_patterns import patterns
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tagmatrix.diff import Changes, Group

SHOWN: Final = 12
"""How many images that are built from a tag a message names."""
FIXED: Final = (
    "`accept` cannot allow it, because users pin such tags: remove the alias, so that the tag ends "
    "with its version, and give the new version a tag of its own"
)


class Wording(Struct, frozen=True, kw_only=True):
    """What differs between the commands that refuse.

    Attributes:
        outcome: what did not happen, and what to do.
        accept: where the line that accepts a change belongs, after `outcome`.
        fixed: what to do about a tag that must not move.
    """

    outcome: str = "nothing was written; fix versions.yaml"
    accept: str = "below `accept:` there"
    fixed: str = FIXED


_OF_MANIFEST: Final = Wording()


def refusal(
    changes: Changes,
    tags: Collection[str],
    children: Mapping[str, Sequence[str]],
    others: Sequence[str] = (),
    wording: Wording = _OF_MANIFEST,
) -> str:
    """Return the text of a refusal.

    Args:
        changes: what moves.
        tags: the names of all tags, before and after.
        children: by tag, the names of the images that are built from it.
        others: other refusals, each with the line that would accept it.
        wording: the words of the command.
    """
    by_effect: dict[object, list[Group]] = {}
    for group in changes.refused:
        by_effect.setdefault(effect_of(group.changes[0]), []).append(group)
    lines = list(others)
    accepting = len(others)
    for groups in by_effect.values():
        for group in groups:
            why = sentences.why(group, str)
            lines.append(f"{headline(group)}: {why}" if why else headline(group))
            if hurt := dict.fromkeys(name for tag in group.tags for name in children.get(tag, ())):
                lines.append(
                    f"  this also affects the images that are built from it: {few([*hurt], SHOWN)}"
                )
        it = "it" if len(groups) == 1 else "them"
        if line := accept_line(groups, tags):
            lines.append(f"  to accept {it}: {line}")
            accepting += 1
        else:
            lines.append(f"  {wording.fixed}")
    if not accepting:
        return "\n".join([*lines, wording.outcome])
    these = "this line" if accepting == 1 else "these lines"
    lines.append(
        f"{wording.outcome} or, if the change is intended, add {these} {wording.accept}, "
        "with the reason as `why`"
    )
    return "\n".join(lines)


def accept_line(groups: Sequence[Group], tags: Collection[str]) -> str:
    """Return the line for `accept` that matches groups of one effect, and no other."""
    effect = effect_of(groups[0].changes[0])
    if effect is None:
        return ""
    key, value = effect
    if key == "loses":
        printed = f"[{', '.join(groups[0].reason.architectures)}]"
    else:
        printed = "true" if value is True else f'"{value}"'
    wanted = list(dict.fromkeys(tag for group in groups for tag in group.tags))
    names = [f'"{name}"' for name in patterns(wanted, tags)]
    tag = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    return f'- {{tag: {tag}, {key}: {printed}, why: "..."}}'
