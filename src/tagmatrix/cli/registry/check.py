"""Compare the tags of a repository with versions.yaml; the exit code is 3 for differences.

With --extra, it also reports the tags of the repository that no image has, as `extra`. The
temporary tags of builds (build-ID), stamped tags and tags that list referrers are not reported.

The table has one line for the tags of an image with the same difference; JSON has each tag.
Architectures that `publish.required` does not name may be missing.

The command reads tags and their indexes. It does not ask whether each image of an index is still
there; `registry publish` does, and pushes again what the registry lost.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tagmatrix import git
from tagmatrix.cli import request_options
from tagmatrix.cli.output import complain, note, say_json, warn
from tagmatrix.cli.registry import arguments
from tagmatrix.cli.table import say_table
from tagmatrix.errors import DifferenceError, InputError, UpstreamError
from tagmatrix.git.content import includes
from tagmatrix.matrix.load import load
from tagmatrix.registry.check import OK, UNREADABLE, check
from tagmatrix.registry.extras import EXTRA, KEPT, without_owner
from tagmatrix.registry.targets import targets
from tagmatrix.registry.wanted import commits, wanted
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import counted, few
from tagmatrix.util.workers import in_background
from tagmatrix.web.answers import Found, NotPublished

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.registry.check import Checked
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.targets import Target
    from tagmatrix.registry.wanted import Wanted

STATES: Final = {
    OK: "the tag is as versions.yaml says",
    "missing": "the registry does not have the tag",
    "empty": "its index has no image",
    "lacks ARCH": "it has no image for an architecture of `publish.required`",
    "extra ARCH": "it has an image for another architecture, or two for one",
    "other": "it is another image: another variant, base or version",
    "behind": "it was built from an older commit, or has an older version",
    "split": "the tags of its image have different digests",
    UNREADABLE: "the registry did not answer with an image; the exit code is 4",
    EXTRA: "no image has the tag (--extra)",
    KEPT: "a fixed tag of an image that versions.yaml no longer has (--extra); not a difference",
}
_FINE: Final = (OK, KEPT)
_TITLES: Final = ("REPOSITORY", "TAGS", "STATE", "DETAIL")
_MOST_TAGS: Final = 3
_COLOURS: Final = {OK: "green", "missing": "red", "other": "red", "unreadable": "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    rows = "\n".join(f"  {name:<12}{text}" for name, text in STATES.items())
    parser.epilog = f"states:\n{rows}"
    parser.add_argument("tags", metavar="TAG", nargs="*", help="check these tags only")
    arguments.add_registry(parser)
    parser.add_argument(
        "--extra", action="store_true", help="also report the tags that no image has"
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Check the tags, and return the exit code."""
    config, matrix = load(root)
    places = targets(config, args.registry)
    with in_background(lambda: commits(root, matrix)) as history:
        import tagmatrix.web.fetch  # noqa: PLC0415, F401 (slow, and meanwhile git works)

        newest = history()
    if not newest:
        warn(
            "git does not say which commits are the newest, so images that are behind are not found"
        )
    registry = arguments.connect(args, config)
    found: list[Checked] = []
    failed = False
    known: set[str] = set()
    for target in places:
        every = wanted(matrix, newest, target.has, config.publish.required)
        known |= every.keys()
        found += _check(registry, target, every, args.tags, _history(root))
        if args.extra:
            extra = _extra(registry, target, every, config)
            found += extra or []
            failed |= extra is None
    _check_names(args.tags, known)
    failed |= any(state.word == UNREADABLE for one in found for state in one.states)
    _print(found, args.format)
    if failed:
        return UpstreamError.exit_code
    bad = any(state.word not in _FINE for one in found for state in one.states)
    return DifferenceError.exit_code if bad else 0


def _check(
    registry: Registry,
    target: Target,
    every: dict[str, Wanted],
    tags: list[str],
    newer: Callable[[str, str], bool],
) -> list[Checked]:
    chosen = [each for name, each in every.items() if not tags or name in tags]
    progress = request_options.progress(f"asking {target.repository.host}")
    return check(registry, target.repository, chosen, newer, progress)


def _extra(
    registry: Registry,
    target: Target,
    every: dict[str, Wanted],
    config: Config,
) -> list[Checked] | None:
    """Return the tags without an owner; None if the registry does not list its tags."""
    listed = registry.tags(target.repository)
    if isinstance(listed, Found):
        owned, stamp = every.values(), config.publish.stamp
        return without_owner(registry, target.repository, listed.value, owned, stamp)
    if isinstance(listed, NotPublished):  # an empty repository is not there
        return []
    complain(listed.reason)
    return None


def _history(root: Path) -> Callable[[str, str], bool]:
    """Return a function that says whether a revision includes a commit."""
    repository = git.locate(root)
    if isinstance(repository, git.NoRepository):
        return lambda _revision, _commit: True
    return lambda revision, commit: includes(repository, revision, commit)


def _check_names(tags: list[str], known: set[str]) -> None:
    wrong = [f"there is no tag {tag}{nearest(tag, known)}" for tag in tags if tag not in known]
    if wrong:
        raise InputError("\n".join(wrong))


def _rows(found: list[Checked]) -> list[tuple[str, ...]]:
    """Return a row for each difference of an image: with all its tags and architectures."""
    tags: dict[tuple[str, object, str, str], list[str]] = {}
    for one in found:
        causes: dict[tuple[str, str], list[str]] = {}
        for state in one.states:
            if state.word not in _FINE:
                causes.setdefault((state.word, state.detail), []).append(state.architecture)
        for (word, detail), architectures in causes.items():
            text = " ".join(filter(None, (word, ", ".join(filter(None, architectures)))))
            row = (str(one.repository), one.group or one.tag, text, detail)
            tags.setdefault(row, []).append(one.tag)
    return [
        (repository, few(names, _MOST_TAGS), text, detail)
        for (repository, _, text, detail), names in tags.items()
    ]


def _print(found: list[Checked], form: str) -> None:
    if form == "json":
        say_json({"tags": [each.to_json() for each in found]})
        return
    if rows := _rows(found):
        say_table(_TITLES, rows, _COLOURS)
    words = Counter(word for one in found for word in {state.word: None for state in one.states})
    counts = ", ".join(f"{number} {word}" for word, number in words.items())
    note(f"{counted(len(found), 'tag')} checked: {counts or 'none'}")
