"""Write versions.yaml and templates that generate an official-images manifest.

The new files go to the image's folder, or to --output. With --checkout the Dockerfiles of a
checkout become the templates, and the files beside them `files`. tagmatrix names the
entries that versions.yaml can't describe; the exit code is then 3.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.cli import option_types
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import say, say_json, say_waiting, summary
from tagmatrix.config import FILE
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.layout import TEMPLATES
from tagmatrix.util import files
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping

    from tagmatrix.imports.importing import Imported
    from tagmatrix.render.context_files import FileContent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "manifest", metavar="MANIFEST", help="a name in the library, a path, an address or REV:path"
    )
    arguments.add_library(parser)
    parser.add_argument(
        "--checkout",
        metavar="DIR",
        type=Path,
        help="the sources of the images: their Dockerfiles become the templates",
    )
    parser.add_argument(
        "--output",
        metavar="DIR",
        type=Path,
        help="write the files below DIR (default: the image's folder)",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite versions.yaml and templates that exist"
    )
    option_types.add_dry_run(parser)
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Import, and return the exit code."""
    from tagmatrix.imports import import_report  # noqa: PLC0415 (slow: it renders templates)
    from tagmatrix.imports.importing import import_manifest  # noqa: PLC0415 (as above)

    if args.checkout is not None and not args.checkout.is_dir():
        raise InputError(f"--checkout {args.checkout}: no such folder")
    refuse_folder("--output", args.output or root)
    source = arguments.finder(root, args).find(args.manifest)
    result = import_manifest(source.name, source.manifest(), args.checkout)
    folder, found = args.output or root, contents(result)
    if args.dry_run:
        _refuse_existing(folder, found, force=args.force)
    else:
        _write(folder, found, force=args.force)
    if args.format == "json":
        say_json(import_report.to_json(result))
    else:
        if args.dry_run:
            say("\n".join(f"would write {folder / path}" for path in sorted(found)))
        say(import_report.text(result, with_checkout=args.checkout is not None))
        if not args.dry_run:
            at = f"-C {shlex.quote(str(folder))} " * (args.output is not None)
            summary(f"next: check `repository`, `branch` and `base` in {folder / FILE}, then run")
            summary(f"  tagmatrix {at}generate --diff")
    return DifferenceError.exit_code if result.missed or args.dry_run else 0


def contents(result: Imported) -> dict[str, FileContent]:
    """Return all files by their paths; versions.yaml is the last one, so that it is complete."""
    from tagmatrix.render.context_files import FileContent  # noqa: PLC0415 (as above)

    contents = {f"{TEMPLATES}/{path}": file for path, file in result.family.templates.items()}
    return contents | {FILE: FileContent(content=result.text.encode(), executable=False)}


def _write(folder: Path, contents: Mapping[str, FileContent], *, force: bool) -> None:
    """Write files. Raises InputError."""
    with files.input_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with files.exclusive(folder, say_waiting):
            _refuse_existing(folder, contents, force=force)
            for path, file in contents.items():
                with files.input_errors(folder / path):
                    files.replace(folder / path, file.content, executable=file.executable)


def _refuse_existing(folder: Path, contents: Iterable[str], *, force: bool) -> None:
    """Raise InputError if one of the files is there already, unless `force` is set."""
    there = [path for path in contents if (folder / path).exists()]
    if there and not force:
        raise InputError(
            f"{folder}: {few(there)} would be overwritten; add --force, or choose another "
            "folder with --output"
        )
