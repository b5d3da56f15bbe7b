"""Explain a tag: its images, since when, what moves it, and why it exists.

For a missing tag, explain why it does not exist, and list similar tags. `python:3-slim` and
`3-slim` are the same. The exit code is 2 if a tag does not exist, or not for --arch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli import cache_option, option_types, show_text
from tagmatrix.cli.output import complain, say, say_json, warn
from tagmatrix.cli.table import width
from tagmatrix.errors import InputError
from tagmatrix.explain.owners import by_tag
from tagmatrix.explain.provenance import Provenance
from tagmatrix.explain.tag_facts import TagFacts, excluded
from tagmatrix.manifest.architecture_names import named
from tagmatrix.matrix.load import load

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.explain.missing_tag import MissingTag
    from tagmatrix.explain.owners import Owned
    from tagmatrix.explain.provenance import ManifestTag
    from tagmatrix.problems import ValuePath


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("tags", metavar="TAG", nargs="+", help="a tag, with or without the image")
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        type=named,
        help="only images for this architecture: arm64v8, as in official-images, or arm64",
    )
    option_types.add_format(parser)
    cache_option.add_arguments(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Show the tags, and return the exit code."""
    with cache_option.kept(args):
        config, matrix = load(root)
    owned = by_tag(matrix)
    names = dict.fromkeys(_name(config, text) for text in args.tags)
    provenance = Provenance(root, config, matrix)
    if provenance.warning:
        warn(provenance.warning)
    found: list[TagFacts] = []
    missing: list[MissingTag] = []
    if unknown := [name for name in names if name not in owned]:
        from tagmatrix.explain.missing_tag import MissingTags  # noqa: PLC0415 (only for wrong names)

        missing += map(MissingTags(config, matrix).explain, unknown)
    for name in names:
        if name in unknown:
            continue
        tag = owned[name]
        owners = [
            (image, own) for image, own in tag.owners if args.arch in {None, *image.architectures}
        ]
        if owners:
            facts = TagFacts(
                config=config,
                matrix=matrix,
                provenance=provenance,
                tag=tag,
                owners=owners,
                accepted=_acceptances(config, name),
            )
            found.append(facts)
        else:
            missing.append(_not_built(config, tag, args.arch))
    ids = [provenance.commit(image) for facts in found for image in facts.images]
    commits = provenance.commits(filter(None, ids))
    if args.format == "json":
        from tagmatrix.cli import show_json  # noqa: PLC0415 (the text does without it)

        say_json(
            {
                "image": config.image,
                "tags": [show_json.tag(facts, commits) for facts in found],
                "missing": [
                    show_json.missing(item, provenance.in_manifest(item.tag)) for item in missing
                ],
            }
        )
    else:
        if found:
            limit = width()
            say("\n\n".join("\n".join(show_text.lines(facts, commits, limit)) for facts in found))
        for item in missing:
            complain(_missing(config, item, provenance.in_manifest(item.tag)))
    return InputError.exit_code if missing else 0


def _missing(config: Config, item: MissingTag, known: ManifestTag | None) -> str:
    """Return the message for a missing tag; `known` is the tag in the manifest."""
    what = "does not exist"
    if item.exists:
        what = "is not built for that architecture"
    elif known:
        what = f"is published as {known.name}, but is no longer in versions.yaml"
    near = f"; similar tags: {', '.join(item.nearest)}" if item.nearest else ""
    return f"{config.image}:{item.tag} {what}: {item.why}{near}"


def _name(config: Config, text: str) -> str:
    """Return a tag without the image's name, on Docker Hub or any registry."""
    image, colon, tag = text.rpartition(":")
    if not colon:
        return text
    if image.rpartition("/")[2] != config.image:
        raise InputError(f"{text}: this folder has the tags of {config.image}, not of {image}")
    return tag


def _acceptances(config: Config, tag: str) -> list[ValuePath]:
    if not config.accept:
        return []
    from tagmatrix.guard.acceptance import of_tag  # noqa: PLC0415 (few files have acceptances)

    return of_tag(config, tag)


def _not_built(config: Config, tag: Owned, architecture: str) -> MissingTag:
    """Return why a tag is not built for an architecture."""
    from tagmatrix.explain.missing_tag import MissingTag  # noqa: PLC0415 (as above)

    rules = dict.fromkeys(
        excluded(config, item)
        for image in tag.images
        for item in image.excluded
        if item.architecture == architecture
    )
    why = " ".join(rules) or f"its base has no image for {architecture}"
    built = ", ".join(tag.architectures)
    return MissingTag(tag=tag.name, why=f"{why}; it is built for {built}", exists=True)
