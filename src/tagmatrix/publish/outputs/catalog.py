"""`library/NAME.json`: the manifest for programs, and the facts behind its tags.

Each entry and each image has its own line: the file stays small, and its diffs are readable.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tagmatrix.cycles import is_final
from tagmatrix.header import COMMAND
from tagmatrix.layout import TOP, directory
from tagmatrix.manifest import to_json as manifest_to_json
from tagmatrix.matrix import reasons
from tagmatrix.problems import format_path
from tagmatrix.publish.outputs.interface import Output, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.config.model import Suite
    from tagmatrix.matrix.expand import Image, LeftOut
    from tagmatrix.matrix.tags import Alias, Spelling, Tag
    from tagmatrix.publish.outputs.inputs import Inputs

Words = dict[str, "Alias | Spelling"]


def render(inputs: Inputs, _present: bytes | None) -> Rendered:
    """Return the file. Raises ManifestError."""
    config, matrix = inputs.config, inputs.matrix
    value = manifest_to_json(inputs.manifest)
    cycles: dict[str, list[Image]] = {}
    for image in matrix.images:
        cycles.setdefault(image.cycle, []).append(image)
    aliases = {cycle: _aliases_of_release(images) for cycle, images in cycles.items()}
    releases = [
        f"    {_json(cycle)}: {_release(images[0], aliases[cycle])}"
        for cycle, images in cycles.items()
    ]
    pictures = [
        f"    {_image(image, aliases[image.cycle], inputs.prefix)}" for image in matrix.images
    ]
    left_out = [f"    {_json(_left_out(cell))}" for cell in matrix.left_out]
    suites = [
        f"    {_json(name)}: {_suite(config.suites[name])}"
        for name in dict.fromkeys(image.suite for image in matrix.images)
        if name in config.suites
    ]
    rules = [f"    {_json(rule.to_json())}" for rule in reasons.rules(config)]
    text = "\n".join(
        (
            "{",
            f'  "generated_by": {_json(COMMAND)},',
            f'  "schema": {_json(value["schema"])},',
            f'  "image": {_json(config.image)},',
            f'  "description": {_json(config.page.description)},',
            f'  "global": {_json(value["global"])},',
            _block("entries", "[]", (f"    {_json(entry)}" for entry in value["entries"])) + ",",
            _block("images", "[]", pictures) + ",",
            _block("releases", "{}", releases) + ",",
            _block("suites", "{}", suites) + ",",
            _block("rules", "[]", rules) + ",",
            _block("left_out", "[]", left_out),
            "}\n",
        )
    )
    return Rendered(content=text.encode())


def _block(name: str, brackets: str, lines: Iterable[str]) -> str:
    inner = ",\n".join(lines)
    return (
        f'  "{name}": {brackets[0]}\n{inner}\n  {brackets[1]}'
        if inner
        else f'  "{name}": {brackets}'
    )


def _release(image: Image, aliases: Words) -> str:
    release = image.release
    return _json(
        {
            "version": release.version,
            "final": is_final(release.version),
            "end_of_life": release.end_of_life and str(release.end_of_life),
            "deprecated": release.deprecated,
            "held_back": dict(release.held_back),
            "settings": dict(release.settings),
            "aliases": _reasons(aliases),
        }
    )


def _suite(suite: Suite) -> str:
    return _json(
        {
            "end_of_life": suite.end_of_life and str(suite.end_of_life),
            "deprecated": suite.deprecated,
        }
    )


def _left_out(cell: LeftOut) -> dict[str, str]:
    return {
        "cycle": cell.cycle,
        "variant": cell.variant,
        "why": cell.why,
        "link": cell.link,
        "rule": format_path(cell.path),
    }


def _image(image: Image, of_release: Words, prefix: str) -> str:
    """Return an image; with its aliases only if they differ from those of its release."""
    tags = (*image.tags, *image.shared_tags)
    own: Words = {tag.alias.text: tag.alias for tag in tags}
    value = {
        "directory": directory(prefix, image.folder),
        "cycle": image.cycle,
        "version": image.version,
        "variant": image.name,
        "flavor": image.flavor,
        "suite": image.suite,
        "base": image.base,
        "excluded": [
            {"architecture": item.architecture, "why": item.why, "link": item.link}
            for item in image.excluded
        ],
        "rules": reasons.of_image(image),
        "spellings": _reasons({tag.spelling.text: tag.spelling for tag in tags}),
    }
    if own != of_release:
        value["aliases"] = _reasons(own)
    parts = (
        _json(value)[:-1],
        f'"tags": {_tags(image.version, image.tags)}',
        f'"shared_tags": {_tags(image.version, image.shared_tags)}',
    )
    return ", ".join(parts) + "}"


def _aliases_of_release(images: Iterable[Image]) -> Words:
    """Return the aliases of the images that have the release's own version: most of them."""
    aliases: Words = {}
    for image in images:
        if image.version == image.release.version:
            for tag in (*image.tags, *image.shared_tags):
                aliases.setdefault(tag.alias.text, tag.alias)
    return aliases


def _tags(version: str, tags: Iterable[Tag]) -> str:
    """Return each tag with its alias and its spelling; tag names need no escapes in JSON."""
    moving = {True: "true", False: "false"}
    inner = ", ".join(
        [
            f'"{name}": {{"alias": "{alias.text}", "spelling": "{spelling.text}", '
            f'"moving": {moving[alias.text != version]}}}'
            for name, alias, spelling in tags
        ]
    )
    return f"{{{inner}}}"


def _reasons(words: Mapping[str, Alias | Spelling]) -> dict[str, dict[str, object]]:
    return {name: {"why": word.why, "moves": word.moves} for name, word in words.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


OUTPUT: Final = Output(
    pattern=f"{TOP}/{{image}}.json", render=render, renewed="the JSON of {manifest}"
)
