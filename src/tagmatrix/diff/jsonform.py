"""Print changes as JSON; docs/what-moves.md describes the format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tagmatrix.diff.changes import Change, Changes, Group
    from tagmatrix.diff.snapshot import SnapshotTag


def to_json(changes: Changes) -> dict[str, Any]:
    """Return all changes as a value for `json.dumps`, without "schema"."""
    severity = changes.severity
    return {
        "severity": severity.word if severity is not None else None,
        "refused": bool(changes.refused),
        "groups": [_group(group) for group in changes.groups],
    }


def _group(group: Group) -> dict[str, Any]:
    reason = group.reason
    return {
        "severity": group.severity.word,
        "kind": reason.kind.value,
        "from": reason.old,
        "to": reason.new,
        "by": reason.by,
        "architectures": list(reason.architectures),
        "accepted": group.accepted,
        "tags": [_change(change) for change in group.changes if change.tag],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "tag": change.tag,
        "action": change.action.value,
        "old": _tag(change.old),
        "new": _tag(change.new),
        "instead": change.alternative,
        "cause": change.cause,
    }


def _tag(tag: SnapshotTag | None) -> dict[str, Any] | None:
    if tag is None:
        return None
    main = tag.main
    return {
        "cycle": main.cycle,
        "version": main.version_text,
        "variant": main.variant,
        "flavor": main.flavor,
        "suite": main.suite,
        "architectures": sorted(tag.architectures),
    }
