"""The data of the comparison of two dates: the tags of each revision, as differences.

The file is a script, so that the page also works without a server.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.site.moves import snapshot_of

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import SnapshotTag
    from tagmatrix.site.page_data import Site

PATH: Final = "history.js"


def file(site: Site) -> bytes:
    """Return the script, which sets `tagmatrixHistory`.

    Its `first` has all tags of the first revision, and each of `steps` what changed: a tag with
    its version, variant and architectures, or null.
    """
    first = snapshot_of(site.revisions[0])
    steps: list[dict[str, Any]] = []
    for step in reversed(site.steps):
        tags: dict[str, Any] = {}
        for change in step.changes.changes:
            tags[change.tag] = _tag(change.new) if change.new else None
        steps.append({"day": f"{step.revision.when:%Y-%m-%d}", "tags": tags})
    value = {
        "day": f"{site.revisions[0].when:%Y-%m-%d}",
        "first": {tag.name: _tag(tag) for tag in first.tags.values()},
        "steps": steps,
    }
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    # JSON.parse and not a literal of JavaScript, where a tag `__proto__` would not be a property.
    return f"window.tagmatrixHistory=JSON.parse({json.dumps(text)});\n".encode()


def _tag(tag: SnapshotTag) -> list[str]:
    return [tag.main.version_text, tag.main.variant, " ".join(sorted(tag.architectures))]
