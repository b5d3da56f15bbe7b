"""Begin a family of images: write versions.yaml, templates, and the files around them.

`tagmatrix generate` works with these files at once. Change `repository` and `maintainers` in
versions.yaml, and edit the templates. With --from, versions.yaml describes the images of a
manifest; `tagmatrix import` writes the same without the other files.

No file that is there is changed. If the disk was full, or the run was killed, the same command
writes what is missing; versions.yaml is written last.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import replace as replace_fields
from typing import TYPE_CHECKING, Final

from tagmatrix import config, starters
from tagmatrix.cli import option_types
from tagmatrix.cli.foreign_files import refuse_folder
from tagmatrix.cli.library import arguments
from tagmatrix.cli.output import note, say, say_waiting, summary, warn
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.git.locating import locate
from tagmatrix.git.repository import Repository
from tagmatrix.git.repository_settings import branch_name, has_origin, origin_address
from tagmatrix.matrix import load
from tagmatrix.util.files import exclusive, input_errors, read_bounded, replace, sweep
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.imports.importing import Imported
    from tagmatrix.manifest.raw import RawManifest

MAINTAINER: Final = "Your Name <you@example.com> (@you)"
BRANCH: Final = "main"
_NAME: Final = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*", re.ASCII)
_BRANCH: Final = re.compile(r"\w[\w./-]*", re.ASCII)
"""A name that needs no quotes in a shell."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="the image's name (default: that of the manifest or of the folder)",
    )
    kinds = " ".join(f"{name}: {text}." for name, text in starters.KINDS.items())
    begin = parser.add_mutually_exclusive_group()
    begin.add_argument(
        "--like",
        choices=starters.KINDS,
        default="simple",
        help=f"what to begin with (default: simple). {kinds}",
    )
    begin.add_argument(
        "--from",
        dest="manifest",
        metavar="MANIFEST",
        help="begin with the images of a manifest: a name in the library, a path, an address or "
        "REV:path",
    )
    arguments.add_library(parser)
    parser.add_argument(
        "--ci",
        choices=starters.CI,
        default="github",
        help="the host that runs the checks (default: github)",
    )
    option_types.add_dry_run(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Write the files, and return the exit code."""
    refuse_folder("DIR", root.resolve())
    source = arguments.finder(root, args).find(args.manifest) if args.manifest else None
    name = args.name
    if name is None:
        name = source.name if source else root.resolve().name
    if not _NAME.fullmatch(name):
        raise InputError(
            f"invalid image name {name!r}: it must have lowercase letters and digits, with single "
            "separators (. _ -) between them; name one: tagmatrix init NAME"
        )
    family, repository = _family(root, name)
    imported = _import(name, source) if source else None
    if imported and repository is None and _BRANCH.fullmatch(imported.family.values["branch"]):
        family = replace_fields(family, branch=imported.family.values["branch"])
    own = _contents(imported) if imported else starters.kind(family, args.like)
    files = own | starters.common(family)
    if (root / starters.IGNORED).exists():
        _ask_to_ignore(root, files.pop(starters.IGNORED).decode().splitlines()[1:])
    if repository and repository.prefix:
        warn(
            f"this folder is {repository.prefix} in its repository: the files for CI and the hook "
            "belong at the repository's top, so init leaves them out"
        )
    else:
        files |= starters.for_ci(family, args.ci)
    missing = _missing(root, files)
    if not args.dry_run:
        _write(root, missing, {(root / path).parent for path in files})
    verb = "would write" if args.dry_run else "wrote"
    say("\n".join(f"{verb} {path}" for path in sorted(missing)))
    if imported:
        from tagmatrix.imports import import_report  # noqa: PLC0415 (as in _import)

        say(import_report.text(imported, with_checkout=False))
    if args.dry_run:
        summary("nothing was written")
        return DifferenceError.exit_code
    for line in _next(family, repository, imported):
        summary(line)
    return DifferenceError.exit_code if imported and imported.missed else 0


def _ask_to_ignore(root: Path, lines: Sequence[str]) -> None:
    """Say which lines the file .gitignore lacks. Raises InputError."""
    with input_errors(starters.IGNORED):
        there = (root / starters.IGNORED).read_text(encoding="utf-8", errors="replace")
    if missing := [line for line in lines if line not in there.splitlines()]:
        note(f"{starters.IGNORED} is already there; add to it: {' '.join(missing)}")


def _write(root: Path, files: Mapping[str, bytes], folders: Iterable[Path]) -> None:
    """Write the files, versions.yaml last, in folders without leftovers. Raises InputError."""
    with exclusive(root, say_waiting):
        for folder in folders:
            sweep(folder)
        for path in sorted(files, key=lambda path: path == config.FILE):
            with input_errors(path):
                replace(root / path, files[path])


def _import(name: str, source: RawManifest) -> Imported:
    """Return what `tagmatrix import` makes of a manifest."""
    from tagmatrix.imports.importing import import_manifest  # noqa: PLC0415 (slow: it renders templates)

    return import_manifest(name, source.manifest())


def _contents(imported: Imported) -> dict[str, bytes]:
    from tagmatrix.cli.import_ import contents  # noqa: PLC0415 (only for --from)

    return {path: file.content for path, file in contents(imported).items()}


def _family(root: Path, name: str) -> tuple[starters.NewFamily, Repository | None]:
    """Return the family, as the git repository describes it, and the repository if there is one."""
    found = locate(root)
    repository = found if isinstance(found, Repository) else None
    address = origin_address(repository) if repository else ""
    return starters.NewFamily(
        image=name,
        repository=address or f"https://github.com/example/{name}.git",
        branch=(branch_name(repository) if repository else "") or BRANCH,
        maintainer=MAINTAINER,
    ), repository


def _missing(root: Path, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files to write, without those that a run which did not end has written.

    Raises InputError for any other file that is there: init changes no file.
    """
    ended = (root / config.FILE).exists()
    there = [path for path in sorted(files) if (root / path).exists()]
    others = [path for path in there if ended or _is_other(root, path, files)]
    if others:
        raise InputError(
            f"{few(others)} already {'exists' if len(others) == 1 else 'exist'}: init changes no "
            "file; begin in an empty folder: tagmatrix -C DIR init"
        )
    return {path: content for path, content in files.items() if path not in there}


def _is_other(root: Path, path: str, files: Mapping[str, bytes]) -> bool:
    """Return whether there is a file at a path that differs from the one that init writes."""
    try:
        return read_bounded(root / path, len(files[path])) != files[path]
    except FileNotFoundError:
        return False
    except OSError:  # a folder, or a file in the place of a folder
        return (root / path).exists()


def _origin(imported: Imported) -> str:
    """Return the address of the repository, if images are on other branches or tags of it."""
    _, matrix = load.parse(imported.text)
    elsewhere = any(image.ref for image in matrix.images)
    return str(imported.family.values["repository"]) if elsewhere else ""


def _next(
    family: starters.NewFamily, repository: Repository | None, imported: Imported | None
) -> Iterable[str]:
    """Return what to do next, with the commands."""
    edit = "the templates, and `base`, " if imported else ""
    yield f"next: change {edit}`repository` and `maintainers` in {config.FILE}, then run"
    if repository is None:
        yield f"  git init --initial-branch {family.branch}"
    if imported and (origin := _origin(imported)):
        if repository is None or not has_origin(repository):
            yield f"  git remote add origin {shlex.quote(origin)}"
        yield "  git fetch --tags origin"
    yield "  git add --all && git commit --message 'Begin the family'"
    yield "  tagmatrix generate --commit"
