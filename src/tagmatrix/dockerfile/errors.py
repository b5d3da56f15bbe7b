"""Why a Dockerfile can't be read."""

from __future__ import annotations

from tagmatrix.errors import InputError


class DockerfileError(InputError):
    """A Dockerfile that BuildKit refuses.

    Attributes:
        line: its line, counted from 1.
        reason: what is wrong, without the line.
        unread: whether nothing after it can be read.
        text: the refused instruction in one line, or "".
        end: its last line.
    """

    def __init__(self, line: int, reason: str, *, unread: bool = False) -> None:
        self.line = self.end = line
        self.reason = reason
        self.unread = unread
        self.text = ""
        super().__init__(f"line {line}: {reason}")
