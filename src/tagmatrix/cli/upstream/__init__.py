"""Show what the source in `upstream` answers, and what tagmatrix takes from it.

It helps to write a source, and to find out why a release does not come.
"""

from __future__ import annotations

from typing import Final

SUBCOMMANDS: Final = {"test": "ask upstream about cycles, and show each answer"}
