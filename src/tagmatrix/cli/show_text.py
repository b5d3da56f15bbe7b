"""The text of `show`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tagmatrix.cli.output import colour
from tagmatrix.cli.table import wrapped
from tagmatrix.explain.config_rules import rules
from tagmatrix.explain.tag_facts import because, excluded, lacking, sourced
from tagmatrix.matrix import reasons
from tagmatrix.util.wording import either

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config import Config
    from tagmatrix.explain.config_rules import ConfigRule
    from tagmatrix.explain.provenance import ManifestTag, TagCommit
    from tagmatrix.explain.tag_facts import TagFacts
    from tagmatrix.matrix.expand import Image
    from tagmatrix.matrix.tags import Tag

_INDENT = 17


def lines(facts: TagFacts, commits: Mapping[str, TagCommit], limit: int | None) -> Iterator[str]:
    """Yield the lines about a tag, wrapped at the limit."""
    config, tag, known = facts.config, facts.tag, facts.in_manifest()
    is_now = "is" if known and known.same else "will be"
    version = tag.version or "without a version"
    yield f"{config.image}:{tag.name} {is_now} {config.image} {version}"
    if not known or not known.same:
        yield from _line("published", _differs(known), limit)
    yield from _line("moves", _moves(facts), limit)
    if since := facts.since():
        before = ", or before" if since.at_least else ""
        folders = "the same folder" if len(tag.owners) == 1 else "the same folders"
        where = f"commit {since.commit.id} of {facts.provenance.path}"
        yield from _line("names", f"{folders} since {since.commit.day}{before}, {where}", limit)
    for image, own in facts.owners:
        yield ""
        commit = commits.get(facts.provenance.commit(image))
        for label, text in _image(facts, image, own, commit):
            yield from _line(label, text, limit)
    found = [*rules(facts)]
    if found:
        yield ""
    for rule in found:
        yield from _line(rule.kind, _rule(config, rule), limit)


def _moves(facts: TagFacts) -> str:
    tag = facts.tag
    if tag.moving:
        return f"{colour('moving', 'yellow', sys.stdout)}: with {either(tag.moves)}"
    fixed = colour("fixed", "green", sys.stdout)
    text = f"{fixed}: it keeps version {tag.version}, but its image may be rebuilt"
    if tag.moves:
        text += f"; with {either(tag.moves)} it will name another image of {tag.version}"
    return text


def _image(
    facts: TagFacts, image: Image, tag: Tag, commit: TagCommit | None
) -> Iterator[tuple[str, str]]:
    """Yield labels and texts about an image."""
    there = f" at {image.ref}" if image.ref else ""
    yield "Dockerfile", f"{image.dockerfile_path}{there}"
    yield "changed", _commit(commit)
    if link := facts.link(image):
        yield "read it at", link
    yield "base", image.base
    if image.axes:
        yield "axes", ", ".join(f"{axis} {value}" for axis, value in image.axes)
    if parts := [f"{name} {each.version}" for name, each in image.components.items() if each]:
        yield "with", ", ".join(parts)
    yield "built for", ", ".join(image.architectures)
    for item in image.excluded:
        yield "not built for", excluded(facts.config, item)
    if lacks := lacking(facts.matrix, image):
        where = reasons.where(facts.config, ("suites", image.suite, "architectures"))
        yield "base lacks", f"{', '.join(lacks)}: {image.base} has no image for them ({where})"
    yield "because", because(facts.config, tag)
    for label, tags in (("also", image.tags), ("also, shared", image.shared_tags)):
        others = [other.name for other in tags if other.name != tag.name]
        if others:
            yield label, ", ".join(others)


def _rule(config: Config, rule: ConfigRule) -> str:
    if not rule.path:
        return rule.text
    return f"{rule.text}: {sourced(config, rule.why, rule.link, rule.path)}"


def _differs(known: ManifestTag | None) -> str:
    """Return the published state of a tag that differs from versions.yaml."""
    if known is None:
        return "not yet: the manifest does not have this tag (tagmatrix generate --commit)"
    return f"today as {known.name}; versions.yaml will move it"


def _commit(commit: TagCommit | None) -> str:
    if commit is None:
        what = "the manifest does not have this folder (tagmatrix generate --commit)"
        return f"not published yet: {what}"
    day = f"{commit.day}, " if commit.day else ""
    return f"{day}commit {commit.id}{f': {commit.subject}' if commit.subject else ''}"


def _line(label: str, text: str, limit: int | None) -> list[str]:
    return wrapped(f"  {label}", text, indent=_INDENT, limit=limit)
