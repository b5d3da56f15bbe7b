"""List the tags of a repository, with digests, platforms, sizes and dates.

The newest version comes first; tags that do not begin with a version are at the end.
Without REPOSITORY, the command lists the repositories that versions.yaml names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix import config as configuration
from tagmatrix.cli import request_options
from tagmatrix.cli.output import complain, note, say_json
from tagmatrix.cli.registry import arguments
from tagmatrix.cli.table import say_table
from tagmatrix.errors import UpstreamError
from tagmatrix.registry.listing import listing
from tagmatrix.registry.referrers import is_fallback_tag
from tagmatrix.registry.repositories import repository
from tagmatrix.registry.targets import targets
from tagmatrix.util.wording import counted
from tagmatrix.versions import leading_version
from tagmatrix.web.answers import FetchFailed, Found

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from tagmatrix.registry.listing import Detail
    from tagmatrix.web.answers import Answer

_TITLES: Final = ("TAG", "DIGEST", "PLATFORMS", "SIZE", "CREATED")
_MEGABYTE: Final = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "repositories",
        metavar="REPOSITORY",
        nargs="*",
        help="a repository, such as ghcr.io/me/python",
    )
    arguments.add_format_and_limits(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """List the tags, and return the exit code."""
    config = arguments.config_of(root)
    if args.repositories:
        names = [repository(name) for name in args.repositories]
    else:
        names = [each.repository for each in targets(config or configuration.load(root), None)]
    registry = arguments.connect(args, config)
    found: dict[str, dict[str, Answer[Detail]]] = {}
    failed = False
    for name in names:
        progress = request_options.progress(f"asking {name.host}")
        answer = listing(registry, name, progress)
        if isinstance(answer, FetchFailed):
            complain(answer.reason)
            failed = True
            continue
        tags = answer.value if isinstance(answer, Found) else {}
        found[str(name)] = {tag: tags[tag] for tag in _in_order(tags)}
    for tags in found.values():
        for one in tags.values():
            if isinstance(one, FetchFailed):
                complain(one.reason)
                failed = True
    _print(found, args.format)
    return UpstreamError.exit_code if failed else 0


def _in_order(tags: Iterable[str]) -> list[str]:
    """Return tags by their version, the newest first, then words; otherwise by name."""
    versions = {tag: leading_version(tag, "loose") for tag in sorted(tags)}
    numbered = [
        (version.order, version.precision, tag) for tag, version in versions.items() if version
    ]
    numbered.sort(key=lambda item: item[:2], reverse=True)
    return [*(tag for _, _, tag in numbered), *(tag for tag in versions if not versions[tag])]


def _print(found: dict[str, dict[str, Answer[Detail]]], form: str) -> None:
    if form == "json":
        say_json(
            {
                "repositories": {
                    name: {
                        tag: one.value.to_json() if isinstance(one, Found) else None
                        for tag, one in tags.items()
                    }
                    for name, tags in found.items()
                }
            }
        )
        return
    for name, tags in found.items():
        rows = [_row(tag, one) for tag, one in tags.items() if not is_fallback_tag(tag)]
        more = len(tags) - len(rows)
        besides = (
            f", and {counted(more, 'tag')} that list{'s' * (more == 1)} referrers" if more else ""
        )
        note(f"{name}: {counted(len(rows), 'tag')}{besides}")
        if rows:
            say_table(_TITLES, rows)


def _row(tag: str, one: Answer[Detail]) -> tuple[str, ...]:
    if not isinstance(one, Found):
        return (tag, "?", "?", "?", "?")
    images = one.value.images
    size = sum(image.size for image in images)
    created = max((image.created for image in images), default="")
    platforms = ",".join(
        dict.fromkeys(
            f"{image.platform}:{image.os_version}" if image.os_version else image.platform
            for image in images
        )
    )
    return tag, one.value.digest, platforms or "-", f"{size / _MEGABYTE:.1f} MB", created or "-"
