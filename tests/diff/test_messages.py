"""The sentences about changes, as text, as Markdown and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tagmatrix.diff import diff
from tagmatrix.diff.jsonform import to_json
from tagmatrix.diff.markdown import markdown
from tagmatrix.diff.text import text
from tagmatrix.manifest import parse
from tests.facts import facts

from .samples import changes_of, entry, manifest
from .test_images import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

TAGS = (
    ("3.14.1 3.14 3 | 3.13.7 3.13 latest", "3.14.1 3.14 3"),
    (
        "3.1-trixie 3.1 | 3.1-slim-trixie 3.1-slim | 3.1-bookworm | 3.1-slim-bookworm",
        "3.1-trixie 3.1 | 3.1-bookworm | 3.1-slim-bookworm",
    ),
    ("1.1-x 1.1 1", "1.1-x 1.1 1 one"),
    ("1.0.1-x 1.0-x 1.0.1", "1.0.1-x 1.0-x"),
    ("1.0.1-slim-debian 1.0-slim-debian", "1.0.1-slim 1.0-slim"),
    ("1.1-slim-trixie 1.1-slim 1.1-slim-x | 1.1-trixie 1.1", "1.1-slim-trixie | 1.1-trixie 1.1"),
    ("1.1-trixie 1.1 1 | 1.1-alpine3.22 1.1-alpine 1-alpine", "1.1-trixie 1.1 1"),
    ("3.1 3.1-x 3 latest | 3.1-fpm 3.1-fpm-x 3-fpm fpm", "4.0 4 latest | 3.1 3"),
    (
        "2.1 2 latest | 2.1-fpm 2-fpm fpm | 1.1 1 | 1.1-fpm 1-fpm",
        "2.1 2 latest | 1.1 1 fpm | 1.1-fpm 1-fpm",
    ),
)
ARCHITECTURES = (
    ("1.1 1 latest", "amd64 s390x", "1.2 1 latest", "amd64"),
    ("1.1 1 latest", "amd64", "1.2 1 latest", "amd64 s390x"),
    ("1.1-trixie 1.1 1", "amd64 s390x arm64v8", "1.1-forky 1.1 1", "amd64"),
    ("1.1-trixie 1.1 1", "amd64", "1.1-forky 1.1 1", "amd64 s390x"),
    ("1.1 1 latest", "amd64", "2.1 2 latest", "amd64 s390x"),
    ("1.1 1 latest", "amd64 s390x", "2.1 2 latest", "amd64"),
    ("1.1 1 latest", "amd64 s390x", "1.1 1 latest", "amd64"),
    ("1.1 1 latest", "amd64 windows-amd64", "1.1 1 latest", "windows-amd64"),
)


def test_messages(golden: Callable[[str, bytes], None]) -> None:
    """Each change says what happens, why, and which tags to use instead."""
    found = {step.name: changes_of(step.old, step.new) for step in STEPS}
    for old, new in TAGS:
        found[f"{old} => {new}"] = changes_of(old.split(" | "), new.split(" | "))
    ends = facts("diff-cases")["plain-tags-removed"]
    found["plain tags removed"] = diff(parse(ends["old"]), parse(ends["new"]))
    for old, before, new, after in ARCHITECTURES:
        sides = entry(old, architectures=before), entry(new, architectures=after)
        found[f"{old} ({before}) => {new} ({after})"] = diff(*map(manifest, sides))
    parts = [
        f"# {name}\n\n{text(changes)}\n{markdown(changes, 'x')}" for name, changes in found.items()
    ]
    parts += [json.dumps(to_json(changes_of(["1.1 1"], ["1.1 1 one"])), indent=1)]
    why = 'its  "base" is <old> & gone'
    last = found.popitem()[1].map(lambda change: replace(change, accepted=why))
    parts += [markdown(last), json.dumps(to_json(last), indent=1)]
    golden("diff-messages.txt", "\n\n".join([*parts, ""]).encode())


def test_table() -> None:
    """Many tags of one reason are a folded table: what each was, what it is, and the advice."""
    words = "a b c d e f g h"
    changes = changes_of(
        [f"3.1.1-x 3.1-x {words}", "3.2.0 3.2"], ["3.1.1-x 3.1-x", f"3.2.0 3.2 {words}"]
    )
    table = markdown(changes).partition("<details>")[2].partition("</details>")[0]
    assert [line.strip() for line in table.splitlines()] == [
        "<summary>All 8 tags</summary>",
        "",
        "| tag | was | is | instead |",
        "|---|---|---|---|",
        *(f"| `{word}` | 3.1.1 on x | 3.2.0 | `3.1-x` |" for word in words.split()),
        "",
        "",
    ]
