"""Unified diffs of texts."""

from __future__ import annotations

from difflib import SequenceMatcher

_CONTEXT = 3
_LARGE = 2_000
"""Lines from which on frequent ones are ignored: otherwise the time grows with their square."""


def unified_diff(old: str | None, new: str | None, name: str) -> str:
    """Return a unified diff as git prints it; empty if the texts are equal.

    https://git-scm.com/docs/git-diff describes the format. None is a file that does not exist.
    difflib's own ignores frequent lines, such as
    `sha256:`, so that its diffs of versions.yaml show more than what changed.
    """
    before, after = _lines(old or ""), _lines(new or "")
    matcher = SequenceMatcher(None, before, after, autojunk=len(after) > _LARGE)
    lines = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        _, start, _, other, _ = group[0]
        _, _, end, _, other_end = group[-1]
        lines.append(f"@@ -{_range(start, end)} +{_range(other, other_end)} @@\n")
        for tag, first, last, first_new, last_new in group:
            if tag == "equal":
                lines += [f" {line}" for line in before[first:last]]
            else:
                lines += [f"-{line}" for line in before[first:last]]
                lines += [f"+{line}" for line in after[first_new:last_new]]
    if not lines:
        return ""
    mark = "\n\\ No newline at end of file\n"
    body = "".join(line if line.endswith("\n") else line + mark for line in lines)
    left = "/dev/null" if old is None else f"a/{name}"
    right = "/dev/null" if new is None else f"b/{name}"
    return f"--- {left}\n+++ {right}\n{body}"


def _lines(text: str) -> list[str]:
    """Return the lines as git counts them: only a line feed ends a line."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _range(start: int, end: int) -> str:
    """Return a range of lines in the form of a unified diff."""
    if end - start == 1:
        return str(start + 1)
    return f"{start + 1 if end > start else start},{end - start}"
