"""The option of commands that keep in the user's cache what the next run needs."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.util import kept_values, private_cache
from tagmatrix.util.cache_folder import cache_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="read, compile and render everything, and keep nothing in the user's cache for the "
        "next run",
    )


@contextlib.contextmanager
def kept(args: argparse.Namespace) -> Iterator[None]:
    """Keep in the user's cache what the next run needs, unless `args` refuses it."""
    try:
        if not args.no_cache:
            # There may be no home, and packages may be in an archive.
            with contextlib.suppress(RuntimeError, OSError):
                kept_values.code()
                # Path.home() takes an empty HOME for the root of the file system.
                home = Path() if os.environ.get("HOME") == "" else Path.home()
                folder = cache_folder(os.environ, home) / "private"
                if private_cache.is_possible(folder):
                    private_cache.folder = folder
        yield
    finally:
        private_cache.folder = None
