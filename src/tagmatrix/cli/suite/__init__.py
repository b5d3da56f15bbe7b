"""Change the suites of base systems in versions.yaml: add one, drop one, move the short tags.

A suite is a release of a base system, such as trixie or Alpine's 3.24. Each step changes
only the lines that have to change, and shows what it moves.
"""

from __future__ import annotations

from typing import Final

SUBCOMMANDS: Final = {
    "add": "add a suite, with the architectures of its bases",
    "drop": "remove a suite and all references to it",
    "default": "move the short tags of a flavor to a suite",
    "end": "set the last day of a suite's support",
}
