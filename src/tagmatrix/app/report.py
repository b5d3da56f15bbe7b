"""What a run found and decided: each with its reason and its place in the application's files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.problems import MAX_PROBLEMS, format_place
from tagmatrix.util.wording import one_line, shortened

if TYPE_CHECKING:
    from typing import NoReturn

_LONGEST: Final = 300


@dataclass(frozen=True, slots=True, order=True)
class SourceLine:
    """A line of a file of the application; `line` is 0 for the whole file."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return format_place(clean(self.file), self.line or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision: what was decided, why, and the line that it comes from."""

    what: str
    value: str
    why: str
    source: SourceLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A warning or a problem, with its place if it has one."""

    text: str
    source: SourceLine | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.text}" if self.source else self.text


@dataclass(slots=True)
class Report:
    """Collects decisions, warnings, problems and findings, in the order in which they come."""

    decisions: list[Decision] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    problems: list[Message] = field(default_factory=list)
    findings: list[Message] = field(default_factory=list)

    def decide(self, what: str, value: str, why: str, source: SourceLine | None = None) -> None:
        """Add a decision."""
        self.decisions.append(
            Decision(what=what, value=clean(value), why=clean(why), source=source)
        )

    def warn(self, text: str, source: SourceLine | None = None) -> None:
        """Add a warning, once."""
        message = Message(text=clean(text), source=source)
        if message not in self.warnings:
            self.warnings.append(message)

    def refuse(self, text: str, source: SourceLine | None = None) -> None:
        """Add a problem, once, unless there are too many to show; `stop` raises them all."""
        message = Message(text=clean(text), source=source)
        if len(self.problems) < MAX_PROBLEMS and message not in self.problems:
            self.problems.append(message)

    def find(self, text: str, source: SourceLine | None = None) -> None:
        """Add what a check found."""
        self.findings.append(Message(text=clean(text), source=source))

    def stop(self) -> None:
        """Raise InputError if there are problems."""
        if self.problems:
            raise InputError("\n".join(map(str, self.problems)))

    def fail(self, text: str, source: SourceLine | None = None) -> NoReturn:
        """Add a problem, and raise all of them."""
        self.refuse(text, source)
        raise InputError("\n".join(map(str, self.problems)))


def clean(text: str) -> str:
    """Return a text of a file for a message: one line, printable, and not too long.

    >>> clean("a" + chr(10) + "b")
    'a b'
    """
    return shortened(one_line(text), _LONGEST)
