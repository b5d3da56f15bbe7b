"""The error of an invalid manifest."""

from __future__ import annotations

from tagmatrix.errors import InputError


class ManifestError(InputError):
    """A manifest that cannot be parsed, or must not be written.

    Attributes:
        line: the line of the text, counted from 1; None if the manifest is not from a text.
        field: the field's name as the file spells it, or None; its path
            (`entries[3].Tags`) if the manifest is not from a text.
        problem: what is wrong and what to do, without the line and the field.

    >>> str(ManifestError("is missing", line=3, field="Tags"))
    'line 3: Tags: is missing'
    """

    def __init__(self, problem: str, *, line: int | None = None, field: str | None = None) -> None:
        self.problem = problem
        self.line = line
        self.field = field
        where = [f"line {line}"] if line is not None else []
        if field:
            where.append(field)
        super().__init__(": ".join([*where, problem]))


def quote(value: str) -> str:
    """Return the value quoted for a message; cut it if it is long.

    >>> quote("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' (100 characters)"
    """
    longest = 80
    if len(value) <= longest:
        return repr(value)
    return f"{repr(value[: longest // 2])[:-1]}...' ({len(value)} characters)"
