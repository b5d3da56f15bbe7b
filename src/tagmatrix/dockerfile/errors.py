"""Why a Dockerfile can't be read."""

from __future__ import annotations

from tagmatrix.errors import InputError


class DockerfileError(InputError):
    """A Dockerfile that BuildKit refuses; `line` is counted from 1, `reason` has no line."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")
