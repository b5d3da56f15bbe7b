"""The changes between two manifests: `diff(old, new)` compares tags, not lines.

`infer` makes a `snapshot` of a manifest's tags, `compare` compares two snapshots,
`left_behind` finds tags that should have moved, and `changes` has the classes of the result.
`text`, `markdown` and `jsonform` print it. The package does not need the rest of the toolkit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.diff.changes import (
    Action,
    Change,
    ChangeReason,
    Changes,
    Effect,
    Group,
    Severity,
)
from tagmatrix.diff.compare import compare
from tagmatrix.diff.infer import infer
from tagmatrix.diff.left_behind import left_behind

if TYPE_CHECKING:
    from tagmatrix.manifest import Manifest

__all__ = [
    "Action",
    "Change",
    "ChangeReason",
    "Changes",
    "Effect",
    "Group",
    "Severity",
    "compare",
    "diff",
    "infer",
]


def diff(old: Manifest, new: Manifest) -> Changes:
    r"""Return the changes from one manifest of an image to another.

    The function is pure, and accepts any two manifests.

    >>> from tagmatrix import manifest
    >>> head = "Maintainers: Ada (@ada)\nGitRepo: r\n\nGitCommit: " + "c0" * 20 + "\n"
    >>> old = manifest.parse(head + "Tags: 1.2.3, 1.2\nArchitectures: amd64, s390x")
    >>> new = manifest.parse(head + "Tags: 1.2.4, 1.2")
    >>> [(group.severity.word, group.tags) for group in diff(old, new).groups]
    [('breaking', ('1.2',)), ('expected', ('1.2', '1.2.3', '1.2.4'))]
    """
    before, after = infer(old, new)
    changes = compare(before, after)
    return Changes((*changes.changes, *left_behind(before, after)))
