"""What prevents publishing: refusals, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from tagmatrix.errors import GuardError, UpstreamError


@dataclass(slots=True)
class PublishingProblems:
    """Lines of problems: all are reported at once, and nothing is pushed if there is one."""

    refused: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raise an error with all problems, if there are any; what can't be read counts more."""
        lines = list(dict.fromkeys([*self.unreadable, *self.refused]))
        if self.unreadable:
            raise UpstreamError("\n".join([*lines, "nothing was pushed"]))
        if self.refused:
            raise GuardError("\n".join([*lines, "nothing was pushed"]))
