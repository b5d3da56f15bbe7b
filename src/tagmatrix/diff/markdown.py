"""Print changes as Markdown, for pull requests and release notes."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from tagmatrix.diff import sentences
from tagmatrix.diff.changes import ENDS, MOVES, Action, Effect, Severity
from tagmatrix.diff.text import advice
from tagmatrix.util.markdown_text import code
from tagmatrix.util.wording import FEW, few, join_names

if TYPE_CHECKING:
    from tagmatrix.diff.changes import Change, Changes, Group
    from tagmatrix.diff.snapshot import SnapshotTag

_TITLES: Final = {
    Severity.BREAKING: "Breaking",
    Severity.NOTABLE: "Worth knowing",
    Severity.EXPECTED: "As expected",
}
_EXAMPLES: Final = 4
"""The number of tags of a group that have a sentence of their own."""


def markdown(changes: Changes, image: str = "") -> str:
    """Return all changes, for users of the images.

    Args:
        changes: the changes between two manifests.
        image: the image's name, to write `python:slim`; empty to write `slim`.
    """
    if not changes:
        return "No tag changes.\n"
    parts = []
    for severity in sorted(Severity, reverse=True):
        groups = changes.of(severity)
        if groups:
            parts.append(f"### {_TITLES[severity]}\n")
            parts += [_group(group, image) for group in groups]
    return "\n".join(parts)


def _group(group: Group, image: str) -> str:
    named = sentences.what(group, few(map(code, sentences.shown_tags(group))))
    strong = group.severity is Severity.BREAKING
    line = f"**{named}.**" if strong else f"{named}."
    if why := sentences.why(group, code):
        line += f" {_capital(_plain(why))}."
    lines = [f"- {line}"]
    if group.accepted:
        lines[0] += f" Accepted: {_sentence(group.accepted)}"
    lines += [f"  - {_example(change, group, image)}" for change in _examples(group)]
    if group.severity is not Severity.EXPECTED and len(group.tags) > FEW + 1:
        lines += _table(group)
    return "\n".join(lines) + "\n"


def _examples(group: Group) -> list[Change]:
    """Return the changes with a sentence of their own: the first of each spelling."""
    if group.reason.kind not in MOVES | ENDS:
        return []
    first: dict[str, Change] = {}
    for change in group.changes:
        tag = change.old or change.new
        if tag is not None and change.action is not Action.ADDED:
            first.setdefault(tag.spelling, change)
    return list(first.values())[:_EXAMPLES]


def _example(change: Change, group: Group, image: str) -> str:
    """Return a sentence for users who pull the tag: what changes, and what to use instead."""
    name = code(f"{image}:{change.tag}" if image else change.tag)
    other = code(f"{image}:{change.alternative}" if image else change.alternative)
    old, new = change.old, change.new
    if old is not None and new is not None and group.reason.kind in MOVES:
        was, now = _description(old), _description(new)
        text = f"{name} was {was} and is now {now}" if was != now else f"{name} is {now}"
        if group.reason.kind is Effect.LOSES:
            lost = join_names(group.reason.architectures)
            text = f"{name} is {now} and can no longer be pulled for {lost}"
    else:
        text = f"{name} still exists, but gets no more updates"
        if group.reason.kind is Effect.WINDOWS_ONLY:
            text = f"{name} can be pulled on Windows only"
    if change.alternative:
        return f"{text}; {advice(group)} {other}."
    if group.reason.kind in {Effect.LOSES, Effect.WINDOWS_ONLY}:
        return f"{text}; no other tag replaces it."
    return f"{text}."


def _description(tag: SnapshotTag) -> str:
    """Return the version and the variant of a tag."""
    parts = [tag.main.version_text, tag.main.variant]
    return " on ".join(part for part in parts if part) or "the plain image"


def _table(group: Group) -> list[str]:
    """Return a folded table of all tags of a group."""
    rows = [
        f"  | {code(change.tag)} | {_description(change.old) if change.old else ''} "
        f"| {_description(change.new) if change.new else ''} "
        f"| {code(change.alternative) if change.alternative else ''} |"
        for change in group.changes
    ]
    return [
        f"  <details><summary>All {len(rows)} tags</summary>",
        "",
        "  | tag | was | is | instead |",
        "  |---|---|---|---|",
        *rows,
        "",
        "  </details>",
    ]


def _sentence(text: str) -> str:
    """Return a text of versions.yaml as a sentence without HTML."""
    text = _plain(text.strip())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _plain(text: str) -> str:
    """Return a text on one line with HTML escaped."""
    return html.escape(" ".join(text.split()), quote=False)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
