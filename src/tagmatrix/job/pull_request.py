"""The result of a run in Markdown: the text of a pull request.

Texts from upstream are untrusted: this module escapes their Markdown, prevents mentions
and links, and keeps the whole text below GitHub's limit.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Final

from tagmatrix.config.artifacts import each_sum
from tagmatrix.diff.markdown import markdown
from tagmatrix.util.markdown_text import code, plain
from tagmatrix.util.wording import counted, join_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.job.result import Note, RunResult

LONGEST: Final = 60_000
"""The longest text in bytes: GitHub accepts 65,536 characters."""
_NOTE: Final = "\n\n_The rest is cut off: the text of a pull request has a limited length._\n"
# A fence is longer than each run of backticks inside: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
_FENCE: Final = re.compile(r"`{3,}")
_LINKED: Final = re.compile(r"@|\\#|\bwww(?=\.)|\b(?:https?|ftp):(?=//)", re.IGNORECASE)
"""What GitHub turns into a link or a mention: users, issues, addresses.

https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""


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
    intro = "The job did nothing; the branch is unchanged:"
    return _section("Stopped", [_block(result.stopped)], intro)


def _refused(result: RunResult) -> str:
    if not result.refused:
        return ""
    kept = "keeps its earlier changes of these" if result.made else "is unchanged"
    lines = []
    for note in result.refused:
        if "\n" not in note.text:
            lines.append(_note(note))
        elif note.about:
            block = textwrap.indent(_block(note.text), "  ", lambda _: True)
            lines.append(f"- {code(note.about)}: \n\n{block}\n")
        else:
            lines.append(f"{_block(note.text)}\n")
    return _section("Refused", lines, f"Needs a decision; the branch {kept}.")


def _notes(title: str, notes: Iterable[Note], intro: str = "") -> str:
    return _section(title, [_note(note) for note in notes], intro)


def _note(note: Note) -> str:
    about = f"{code(note.about)}: " if note.about else ""
    return f"- {about}{_foreign(note.text)}"


def _section(title: str, lines: Sequence[str], intro: str = "") -> str:
    """Return a section; empty if it has no lines."""
    if not lines:
        return ""
    return "\n".join([f"## {title}", "", *([intro, ""] if intro else []), *lines])


def _table(title: str, head: str, rows: Sequence[Sequence[str]]) -> str:
    """Return a section with a table; empty if it has no rows."""
    rule = "|" + "---|" * (head.count("|") - 1)
    lines = [head, rule, *(f"| {' | '.join(row)} |" for row in rows)]
    return _section(title, lines if rows else ())


def _versions(result: RunResult) -> str:
    rows = []
    for made in result.made:
        what, old, new = plain(made.subject), "", ""
        if releases := result.releases(made.name):
            what = code(made.name)
            old, new = (release.version for release in releases)
            if old == new:
                new = f"{new}: {plain(made.subject)}"
        count = f"{len(made.images)}" + (f", {made.removed} removed" if made.removed else "")
        rows.append((what, old, new, count))
    return _table("What changes", "| | from | to | Dockerfiles |", rows)


def _checksums(result: RunResult) -> str:
    rows = []
    for made in result.made:
        releases = result.releases(made.name)
        if releases is None:
            continue
        old, new = releases
        for algorithm, artifact, digest in each_sum(new.sums):
            if old.sums.get(algorithm, {}).get(artifact) != digest:
                source = join_names(result.claims.get(digest, ())) or "an earlier run"
                rows.append((new.version, artifact, code(digest), source))
    return _table("Checksums", "| version | artifact | SHA-256 | according to |", rows)


def _builds(result: RunResult) -> str:
    if not result.made:
        return ""
    images = [image for made in result.made for image in made.images]
    removed = sum(made.removed for made in result.made)
    builds = Counter(name for image in images for name in image.architectures)
    files = f"{len(images)} Dockerfiles change" if len(images) != 1 else "1 Dockerfile changes"
    built = counted(builds.total(), "build")
    intro = f"{files}{f', {removed} are removed' if removed else ''}; {built}:"
    counts = [f"{count} for {name}" for name, count in sorted(builds.items())]
    return _section("What is built", [", ".join(counts) or "none"], intro)


def _accepted(result: RunResult) -> str:
    accepted = result.verdict.accepted if result.verdict else ()
    return _section("Accepted", [f"- {_foreign(what)}. {_foreign(why)}" for what, why in accepted])


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
