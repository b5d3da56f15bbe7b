"""The kinds of failure of a command, each with its exit code.

A command raises one of these errors; `tagmatrix.cli.main` prints it and returns its
code. Any other exception is a bug: exit code 1.
"""

from __future__ import annotations

from typing import ClassVar


class TagmatrixError(Exception):
    """The base class of all failures that are not bugs.

    The text is for users: what is wrong and what to do about it, one problem
    a line.
    """

    exit_code: ClassVar[int] = 2


class InputError(TagmatrixError):
    """Invalid input: a file, an argument, a template."""

    exit_code = 2


class DifferenceError(TagmatrixError):
    """A check found a difference, or a dry run found a change to make."""

    exit_code = 3


class UpstreamError(TagmatrixError):
    """A request to upstream failed; the command did everything that does not need the answer."""

    exit_code = 4


class GuardError(TagmatrixError):
    """A change would harm users of the images, and versions.yaml does not accept it."""

    exit_code = 5
