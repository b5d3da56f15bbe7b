"""The questions of `app write --ask`; what was found is the answer of an empty line."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tagmatrix import references
from tagmatrix.app.application_options import LAST_PORT, VARIANTS
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.app.application_plan import ApplicationPlan


def ask(plan: ApplicationPlan) -> ApplicationOptions:
    """Ask for variant, tag, port and command, and return the options with the answers.

    Raises InputError if the input ends before all questions are answered.
    """
    options = plan.options
    variant = _ask("Variant of the base", plan.base.image.flavor, lambda text: text in VARIANTS)
    if variant != plan.base.image.flavor:
        options = replace(options, variant=variant, tag="")
        tag = _ask("Tag of the base, or empty for the newest", "", _is_tag_or_empty)
    else:
        tag = _ask("Tag of the base", plan.base.tag, _is_tag_or_empty)
    if tag not in {"", plan.base.tag}:
        options = replace(options, tag=tag)
    port = _ask("Port", str(plan.process.port), _is_port)
    if int(port) != plan.process.port:
        options = replace(options, port=int(port))
    found = shlex.join(plan.process.words)
    command = _ask("Command", found, str.isprintable)
    return replace(options, command=command) if command != found else options


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text[:6]) <= LAST_PORT


def _is_tag_or_empty(text: str) -> bool:
    return not text or references.is_tag(text)


def _ask(question: str, found: str, accepts: Callable[[str], bool]) -> str:
    """Return the answer to a question; ask again if it is invalid."""
    while True:
        print(f"{question} [{found}]: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline() if sys.stdin else ""
        if not line:
            raise InputError("the input ended before the questions did: leave out --ask")
        answer = line.strip() or found
        if accepts(answer):
            return answer
        print(f"invalid answer {answer[:40]!r}", file=sys.stderr)
