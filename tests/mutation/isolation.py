"""A plugin of pytest that keeps the tests of a mutant apart from what ran before.

mutmut runs the tests of all mutants in copies of one process. A cache that kept a result from
before would hide the mutant. And when mutmut finds out which test runs which function, processes
that tests start must not take part: they are in another folder, without mutmut's settings.
"""

from __future__ import annotations

import functools
import os
import sys

_CHOSEN = "MUTANT_UNDER_TEST"


def pytest_configure() -> None:
    """Keep `stats` out of the environment; this process has it in mutmut's own record too.

    A call of a mutated function takes some more frames, so nested calls need a higher limit.
    """
    sys.setrecursionlimit(4000)
    if os.environ.get(_CHOSEN) == "stats":
        del os.environ[_CHOSEN]


def pytest_runtest_setup() -> None:
    """Empty the caches of all functions of tagmatrix."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "tagmatrix":
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()
