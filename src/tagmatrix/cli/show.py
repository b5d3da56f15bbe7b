"""Say what a tag is: its images, since when, what moves it, and why it is there.

Or why there is no such tag, and which ones are near. `python:3-slim` and `3-slim`
are the same. Exits with 2 if one of the tags does not exist, or not for --arch.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tagmatrix.cli import show_rules
from tagmatrix.cli.output import colour, complain, say, say_json
from tagmatrix.cli.table import width, wrapped
from tagmatrix.errors import InputError
from tagmatrix.explain.missing_tag import Absences, Absent
from tagmatrix.explain.owners import by_tag, dockerfile
from tagmatrix.explain.provenance import Published
from tagmatrix.layout import TOP
from tagmatrix.matrix import reasons
from tagmatrix.matrix.architectures import named
from tagmatrix.matrix.load import load
from tagmatrix.util import forges
from tagmatrix.util.wording import either

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.explain.owners import Owned
    from tagmatrix.explain.provenance import Commit, Since, Today
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.tags import Tag

INDENT = 17


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("tags", metavar="TAG", nargs="+", help="a tag, with or without the image")
    parser.add_argument(
        "--arch",
        metavar="ARCH",
        help="only the image for it: official-images' word (arm64v8) or another (arm64)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(root: Path, args: argparse.Namespace) -> int:
    """Show them; returns the exit code."""
    config, matrix = load(root)
    architecture = named(args.arch) if args.arch else ""
    owned = by_tag(matrix)
    absences = Absences(config, matrix)
    found: list[_Shown] = []
    absent: list[Absent] = []
    published = Published(root, config, matrix)
    for name in dict.fromkeys(_name(config, given) for given in args.tags):
        if name not in owned:
            absent.append(absences.explain(name))
            continue
        owners = [
            pair
            for pair in owned[name].owners
            if not architecture or architecture in pair[0].architectures
        ]
        if owners:
            found.append(_Shown(config, matrix, published, owned[name], owners))
        else:
            absent.append(_not_built(config, owned[name], architecture))
    ids = [published.commit(image) for shown in found for image in shown.images]
    commits = published.commits(filter(None, ids))
    if args.format == "json":
        say_json(
            {
                "image": config.image,
                "tags": [shown.to_json(commits) for shown in found],
                "missing": [_absent_to_json(item, published) for item in absent],
            }
        )
        return InputError.exit_code if absent else 0
    limit = width()
    if found:
        say("\n\n".join("\n".join(shown.lines(commits, limit)) for shown in found))
    for item in absent:
        what = "is not built for that" if item.exists else _no_more(published.today(item.tag))
        near = f"; near: {', '.join(item.nearest)}" if item.nearest else ""
        complain(f"{config.image}:{item.tag} {what}: {item.why}{near}")
    return InputError.exit_code if absent else 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """A tag, with those of its images that were asked for."""

    config: Config
    matrix: Matrix
    published: Published
    tag: Owned
    owners: Sequence[tuple[Image, Tag]]

    @property
    def images(self) -> list[Image]:
        return [image for image, _ in self.owners]

    def _today(self) -> Today | None:
        return self.published.today(self.tag.name, self.tag)

    def _since(self) -> Since | None:
        return self.published.since(self.tag.name, self.tag.images)

    def lines(self, commits: Mapping[str, Commit], limit: int | None) -> Iterator[str]:
        """Yield the answer for a person."""
        today = self._today()
        is_now = "is" if today and today.same else "will be"
        yield f"{self.config.image}:{self.tag.name} {is_now} {self.config.image} {self.tag.version}"
        if not today or not today.same:
            yield from _line("published", _otherwise(today), limit)
        if self.tag.moving:
            moves = colour("moving", "yellow", sys.stdout)
            yield from _line("moves", f"{moves}: with {either(self.tag.moves)}", limit)
        else:
            fixed = colour("fixed", "green", sys.stdout)
            version = self.tag.version
            text = f"{fixed}: it stays {version}, though its image may be built again"
            if self.tag.moves:
                text += f"; with {either(self.tag.moves)} it will name another image of {version}"
            yield from _line("moves", text, limit)
        since = self._since()
        if since:
            before = ", or before" if since.at_least else ""
            folders = "the same folder" if len(self.tag.owners) == 1 else "the same folders"
            where = f"commit {since.commit.id} of {TOP}/{self.config.image}"
            text = f"{folders} since {since.commit.day}{before}, {where}"
            yield from _line("names", text, limit)
        for image, tag in self.owners:
            yield ""
            yield from self._image(image, tag, commits, limit)
        rules = [*show_rules.lines(self.config, self.matrix, self._narrowed())]
        if rules:
            yield ""
        for label, text in rules:
            yield from _line(label, text, limit)

    def _narrowed(self) -> Owned:
        """Return the tag with the images that were asked for."""
        return replace(self.tag, owners=tuple(self.owners))

    def _image(
        self, image: Image, tag: Tag, commits: Mapping[str, Commit], limit: int | None
    ) -> Iterator[str]:
        yield from _line("Dockerfile", dockerfile(image), limit)
        commit = self.published.commit(image)
        yield from _line("changed", _commit(commits.get(commit)), limit)
        if link := self._link(image, commit):
            yield from _line("read it at", link, limit)
        yield from _line("base", image.base, limit)
        yield from _line("built for", ", ".join(image.architectures), limit)
        for item in image.excluded:
            yield from _line("not built for", show_rules.excluded(self.config, item), limit)
        yield from _line("because", show_rules.because(self.config, tag), limit)
        for label, tags in (("also", image.tags), ("also, shared", image.shared_tags)):
            others = [other.name for other in tags if other.name != self.tag.name]
            if others:
                yield from _line(label, ", ".join(others), limit)

    def _link(self, image: Image, commit: str) -> str:
        if not commit:
            return ""
        path = f"{self.published.directory(image)}/Dockerfile"
        return forges.file_link(self.config.repository, commit, path)

    def to_json(self, commits: Mapping[str, Commit]) -> dict[str, Any]:
        """Return the answer for a program."""
        since, today = self._since(), self._today()
        return {
            **self.tag.to_json(),
            "published": today and today.to_json(),
            "moves": list(self.tag.moves),
            **show_rules.to_json(self.config, self.matrix, self._narrowed()),
            "since": since and {**since.commit.to_json(), "at_least": since.at_least},
            "images": [self._image_to_json(image, tag, commits) for image, tag in self.owners],
        }

    def _image_to_json(
        self, image: Image, tag: Tag, commits: Mapping[str, Commit]
    ) -> dict[str, Any]:
        commit = self.published.commit(image)
        known = commits.get(commit)
        return {
            "cycle": image.cycle,
            "variant": image.name,
            "flavor": image.flavor,
            "suite": image.suite,
            "dockerfile": dockerfile(image),
            "commit": known.to_json() if known else None,
            "link": self._link(image, commit) or None,
            "base": image.base,
            "architectures": list(image.architectures),
            "excluded": [
                {"architecture": item.architecture, "why": item.why, "link": item.link}
                for item in image.excluded
            ],
            "rules": reasons.of_image(image),
            "settings": show_rules.settings_to_json(self.config, image),
            "why": {
                "alias": show_rules.word_to_json(self.config, tag.alias),
                "spelling": show_rules.word_to_json(self.config, tag.spelling),
            },
            "tags": [other.name for other in image.tags],
            "shared_tags": [other.name for other in image.shared_tags],
        }


def _otherwise(today: Today | None) -> str:
    """Say what a tag is today, where that is not what versions.yaml makes of it."""
    if today is None:
        return "not yet: the manifest does not have this tag (tagmatrix generate)"
    return f"today as {today.name}; versions.yaml will move it"


def _no_more(today: Today | None) -> str:
    """Say that a tag does not exist, or only until the manifest is generated again."""
    if today is None:
        return "does not exist"
    return f"is published today as {today.name}, but versions.yaml does not make it any more"


def _commit(commit: Commit | None) -> str:
    if commit is None:
        return "not published yet: the manifest does not have this folder (tagmatrix generate)"
    day = f"{commit.day}, " if commit.day else ""
    return f"{day}commit {commit.id}{f': {commit.subject}' if commit.subject else ''}"


def _name(config: Config, given: str) -> str:
    """Return a tag without the image's name: that of Docker Hub, or of any registry."""
    image, colon, tag = given.rpartition(":")
    if not colon:
        return given
    if image.rpartition("/")[2] != config.image:
        raise InputError(f"{given}: these are the tags of {config.image}, not of {image}")
    return tag


def _not_built(config: Config, tag: Owned, architecture: str) -> Absent:
    """Say why a tag is not there for an architecture."""
    reasons = dict.fromkeys(
        show_rules.excluded(config, item)
        for image in tag.images
        for item in image.excluded
        if item.architecture == architecture
    )
    why = " ".join(reasons) or f"its base is not published for {architecture}"
    built = ", ".join(tag.architectures)
    return Absent(tag.name, f"{why}; it is built for {built}", (), exists=True)


def _absent_to_json(item: Absent, published: Published) -> dict[str, Any]:
    today = published.today(item.tag)
    return {
        "tag": item.tag,
        "exists": item.exists,
        "why": item.why,
        "nearest": list(item.nearest),
        "published": today and today.to_json(),
    }


def _line(label: str, text: str, limit: int | None) -> list[str]:
    return wrapped(f"  {label}", text, indent=INDENT, limit=limit)
