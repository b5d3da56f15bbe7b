"""The data of the comparison of two dates: the tags of each revision, as differences.

The file is a script, so that the page also works without a server.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.site.moves import snapshot_of

if TYPE_CHECKING:
    from tagmatrix.diff.snapshot import Snapshot, SnapshotTag
    from tagmatrix.site.manifest_history import ManifestRevision
    from tagmatrix.site.page_data import Site

PATH: Final = "history.js"


def file(site: Site) -> bytes:
    """Return the script, which sets `tagmatrixHistory`.

    Its `first` has all tags of the first revision, and each of `steps` what changed: a tag with
    its version, variant and architectures, or null. `order` has the numbers of the revisions by
    their days: commits may have dates in any order.
    """
    moved = {step.revision.commit: step.changes.changes for step in site.steps}
    first, *others = site.revisions
    tags = _tags(site.exact.get(first.commit) or snapshot_of(first))
    value: dict[str, Any] = {"day": _day(first), "first": dict(tags), "steps": []}
    for revision in others:
        if every := site.exact.get(revision.commit):
            now = _tags(every)
            found = {name: now.get(name) for name in tags | now if tags.get(name) != now.get(name)}
        else:
            changes = moved.get(revision.commit, ())
            found = {change.tag: _tag(change.new) if change.new else None for change in changes}
        for name, tag in found.items():
            if tag is None:
                tags.pop(name, None)
            else:
                tags[name] = tag
        if found:
            value["steps"].append({"day": _day(revision), "tags": found})
    days = [value["day"], *(step["day"] for step in value["steps"])]
    value["order"] = sorted(range(len(days)), key=days.__getitem__)
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    # JSON.parse and not a literal of JavaScript, where a tag `__proto__` would not be a property.
    return f"window.tagmatrixHistory=JSON.parse({json.dumps(text)});\n".encode()


def _day(revision: ManifestRevision) -> str:
    return f"{revision.when:%Y-%m-%d}"


def _tags(every: Snapshot) -> dict[str, list[str]]:
    return {tag.name: _tag(tag) for tag in every.tags.values()}


def _tag(tag: SnapshotTag) -> list[str]:
    return [tag.main.version_text, tag.main.variant, " ".join(sorted(tag.architectures))]
