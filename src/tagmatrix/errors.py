"""Every way a command can fail, and the exit code that says which.

A command raises one of these; `tagmatrix.cli.main` prints it and returns its
code. Anything else that escapes is a bug: exit code 1.
"""

from __future__ import annotations

from typing import ClassVar


class TagmatrixError(Exception):
    """The base of all failures that are not bugs.

    The text is for a person: what is wrong and what to do about it, one
    problem a line.
    """

    exit_code: ClassVar[int] = 2


class InputError(TagmatrixError):
    """Something that was given is wrong: a file, an argument, a template."""

    exit_code = 2


class DifferenceError(TagmatrixError):
    """A check found a difference, or a dry run something new."""

    exit_code = 3


class UpstreamError(TagmatrixError):
    """Upstream could not be reached; what could be done was done."""

    exit_code = 4


class GuardError(TagmatrixError):
    """A change would hurt someone and nobody has accepted it."""

    exit_code = 5
