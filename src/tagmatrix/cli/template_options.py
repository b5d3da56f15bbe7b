"""The option of commands that render templates, and the cache of what they compile."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.util import private_cache
from tagmatrix.web import cache

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option."""
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="compile all templates, and do not keep them compiled in the user's cache for the "
        "next run",
    )


@contextlib.contextmanager
def kept(args: argparse.Namespace) -> Iterator[None]:
    """Keep compiled templates in the user's cache, unless `args` refuses it."""
    try:
        if not args.no_cache:
            with contextlib.suppress(RuntimeError):  # there is no home
                private_cache.folder = cache.folder(os.environ, Path.home()) / "templates"
        yield
    finally:
        private_cache.folder = None
