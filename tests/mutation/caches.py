"""A plugin of pytest that empties tagmatrix's caches before each test.

mutmut runs the tests of all mutants in copies of one process. A cache that kept a result from
before would hide the mutant.
"""

from __future__ import annotations

import functools
import sys


def pytest_runtest_setup() -> None:
    """Empty the caches of all functions of tagmatrix."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "tagmatrix":
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()
