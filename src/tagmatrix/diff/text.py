"""Print changes as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff import sentences
from tagmatrix.diff.changes import ENDS, Effect, Severity
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from tagmatrix.diff.changes import Changes, Group


def text(changes: Changes) -> str:
    """Return all changes, the worst first: for each reason a line, with details below it."""
    if not changes:
        return "no tag changes"
    result = []
    for severity in sorted(Severity, reverse=True):
        groups = changes.of(severity)
        if groups:
            result.append(f"{severity.word}:")
            result += [f"  {line}" for group in groups for line in group_lines(group)]
    return "\n".join(result)


def short(changes: Changes) -> list[str]:
    """Return a line for each reason that is notable or breaking, the worst first."""
    return [_line(group) for group in changes.groups if group.severity is not Severity.EXPECTED]


def lines(changes: Changes) -> list[str]:
    """Return a line for each reason, the worst first, also the expected ones."""
    return [_line(group) for group in changes.groups]


def graded(changes: Changes) -> list[tuple[str, str]]:
    """Return the word of the severity, and a line, for each reason, the worst first."""
    return [(group.severity.word, _plain(group)) for group in changes.groups]


def _line(group: Group) -> str:
    return f"{group.severity.word}: {_plain(group)}"


def _plain(group: Group) -> str:
    accepted = f" (accepted: {group.accepted})" if group.accepted else ""
    return f"{headline(group)}{accepted}"


def headline(group: Group) -> str:
    """Return what happens to the tags of a group, in one line."""
    return sentences.what(group, few(sentences.shown_tags(group)))


def group_lines(group: Group) -> list[str]:
    """Return the lines of a group: what happens, why, which tag to use instead, why accepted."""
    lines = [headline(group)]
    if why := sentences.why(group, str):
        lines.append(f"  {why}")
    if group.reason.kind is Effect.CYCLE and (exact := versions(group)):
        lines[0] += f" ({exact})"
    if other := sentences.alternatives(group.changes, str):
        lines.append(f"  {advice(group)}: {other}")
    if group.accepted:
        lines.append(f"  accepted: {group.accepted}")
    return lines


def advice(group: Group) -> str:
    """Return the phrase that introduces the alternative tag."""
    return "for further updates, use" if group.reason.kind in ENDS else "to avoid this change, use"


def versions(group: Group) -> str:
    """Return the exact versions before and after a move; empty if they name the cycles."""
    change = group.changes[0]
    texts = [
        tag.main.version_text if tag and tag.main.version else "no version"
        for tag in (change.old, change.new)
    ]
    return "" if texts == [group.reason.old, group.reason.new] else " to ".join(texts)
