"""The result of a run in Markdown: the text of a pull request.

Texts from upstream are untrusted: this module escapes their Markdown, prevents mentions
and links, and keeps the whole text below GitHub's limit.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tagmatrix.diff.markdown import markdown
from tagmatrix.util.markdown import code, plain
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.job.result import Note, RunResult

LONGEST: Final = 60_000
"""The longest text in bytes: GitHub accepts 65,536 characters."""
_NOTE: Final = "\n\n_The rest is cut off: the text of a pull request has a limited length._\n"
_FENCE: Final = re.compile(r"`{3,}")
_LINKED: Final = re.compile(r"@|\\#|\bwww(?=\.)|\b(?:https?|ftp):(?=//)", re.IGNORECASE)
"""What GitHub turns into a link or a mention: users, issues, addresses."""


def body(result: RunResult, longest: int = LONGEST) -> str:
    """Return the text; the sections that need action come first."""
    sections = [
        _stopped(result),
        _refused(result),
        _notes(
            "Upstream queries that failed",
            result.failed,
            "These stay unchanged until the queries succeed:",
        ),
        _versions(result),
        _checksums(result),
        _notes("Held back", result.held_back),
        _builds(result),
        _accepted(result),
        _moves(result),
        _notes("Warnings", result.warnings),
    ]
    text = "\n\n".join(section for section in sections if section)
    return _cut(f"{text or 'Nothing new.'}\n", longest)


def _stopped(result: RunResult) -> str:
    if not result.stopped:
        return ""
    reason = _block(result.stopped)
    return f"## Stopped\n\nThe job did nothing; the branch is unchanged:\n\n{reason}"


def _refused(result: RunResult) -> str:
    if not result.refused:
        return ""
    kept = (
        "the branch keeps its earlier changes of these"
        if result.made
        else "the branch is unchanged"
    )
    lines = [f"## Refused\n\nNeeds a decision; {kept}.\n"]
    for note in result.refused:
        about = f"{code(note.about)}: " if note.about else ""
        if "\n" in note.text and not about:
            lines.append(f"{_block(note.text)}\n")
        elif "\n" in note.text:
            lines.append(f"- {about}\n\n{_indented(_block(note.text))}\n")
        else:
            lines.append(f"- {about}{_foreign(note.text)}")
    return "\n".join(lines)


def _notes(title: str, notes: Iterable[Note], intro: str = "") -> str:
    lines = [
        f"- {f'{code(note.about)}: ' if note.about else ''}{_foreign(note.text)}" for note in notes
    ]
    if not lines:
        return ""
    return "\n".join([f"## {title}", "", *([intro, ""] if intro else []), *lines])


def _versions(result: RunResult) -> str:
    if not result.made:
        return ""
    lines = ["## What changes", "", "| | from | to | Dockerfiles |", "|---|---|---|---|"]
    for made in result.made:
        releases = result.releases(made.name)
        if releases is None:
            what, old, new = plain(made.subject), "", ""
        else:
            what = code(made.name)
            old, new = (release.version for release in releases)
            if old == new:
                new = f"{new}: {plain(made.subject)}"
        count = f"{len(made.images)}" + (f", {made.removed} removed" if made.removed else "")
        lines.append(f"| {what} | {old} | {new} | {count} |")
    return "\n".join(lines)


def _checksums(result: RunResult) -> str:
    lines = []
    for made in result.made:
        releases = result.releases(made.name)
        if releases is None:
            continue
        old, new = releases
        for artifact, digest in new.sha256.items():
            if old.sha256.get(artifact) != digest:
                who = result.claims.get(digest)
                source = join_names(who) if who else "an earlier run"
                lines.append(f"| {new.version} | {artifact} | {code(digest)} | {source} |")
    if not lines:
        return ""
    head = [
        "## Checksums",
        "",
        "| version | artifact | SHA-256 | according to |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *lines])


def _builds(result: RunResult) -> str:
    images = sum(len(made.images) for made in result.made)
    removed = sum(made.removed for made in result.made)
    if not result.made:
        return ""
    builds: Counter[str] = Counter()
    for made in result.made:
        builds += made.builds()
    lines = ["## What is built", ""]
    files = f"{images} Dockerfiles change" if images != 1 else "1 Dockerfile changes"
    lines.append(
        f"{files}{f', {removed} are removed' if removed else ''}; {builds.total()} builds:"
    )
    lines.append("")
    lines.append(
        ", ".join(f"{count} for {name}" for name, count in sorted(builds.items())) or "none"
    )
    return "\n".join(lines)


def _accepted(result: RunResult) -> str:
    if result.verdict is None:
        return ""
    lines = [f"- {_foreign(what)}. {_foreign(why)}" for what, why in result.verdict.accepted]
    return "\n".join(["## Accepted", "", *lines]) if lines else ""


def _moves(result: RunResult) -> str:
    if result.verdict is None or result.after is None:
        return ""
    text = markdown(result.verdict.changes, result.after.config.image)
    return f"## What moves\n\n{text.rstrip()}"


def _foreign(text: str) -> str:
    """Return a text from upstream as plain text without mentions and links."""
    return _LINKED.sub(r"\g<0>&#8203;", plain(text))


def _block(text: str) -> str:
    longest = max([2, *map(len, _FENCE.findall(text))])
    fence = "`" * (longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _cut(text: str, longest: int) -> str:
    """Return as many lines as fit; close a code block or details that are cut."""
    if len(text.encode()) <= longest:
        return text
    room = longest - len(_NOTE.encode()) - 100
    kept = []
    fence = ""
    for line in text.split("\n"):
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
        if match := re.match(r"\s*(`{3,})", line):
            fence = "" if fence else match[1]
    if fence:
        kept.append(fence)
    if sum("<details>" in line for line in kept) > sum("</details>" in line for line in kept):
        kept += ["", "  </details>"]
    return "\n".join(kept) + _NOTE
