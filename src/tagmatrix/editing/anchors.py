"""Find the anchors and aliases that an edit would change: the editor refuses such edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.editing.spans import SpanKind

if TYPE_CHECKING:
    from tagmatrix.editing.spans import Span
    from tagmatrix.problems import ValuePath


def touched(root: Span, path: ValuePath, *, key: bool = False, value: bool = False) -> Span | None:
    """Return the first anchor or alias that an edit at a path would change; None if there is none.

    The edit changes the values that lead to the path; `key` and `value` say whether it
    changes the key at the path, and the value with all that is in it.
    """
    changed = [root]
    around = root
    for number, part in enumerate(path, 1):
        last = number == len(path)
        index = around.index(part)
        if index is None:
            if not last or key or value:  # the key may be an alias
                changed += [name for name, _ in around.items if name is not None]
            break
        name, inner = around.items[index]
        if not last:
            changed.append(inner)
            around = inner
            continue
        if key and name is not None:
            changed.append(name)
        if value:
            changed += inner.walk()
    return next(filter(_is_shared, changed), None)


def place(original: Span, edited: Span, span: Span) -> Span:
    """Return an anchor or alias of an edited document as a span of the original one.

    Edits keep all of them, and their order.
    """
    number = [*filter(_is_shared, edited.walk())].index(span)
    return [*filter(_is_shared, original.walk())][number]


def _is_shared(span: Span) -> bool:
    return span.anchor is not None or span.kind is SpanKind.ALIAS
