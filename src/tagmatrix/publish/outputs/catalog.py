"""`library/NAME.json`: the manifest for programs, and the facts behind its tags.

Each entry and each image has its own line: the file stays small, and its diffs are readable.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from tagmatrix.config.shapes import thawed
from tagmatrix.header import COMMAND
from tagmatrix.layout import DOCKERFILE, directory
from tagmatrix.manifest.jsonform import SCHEMA, entry_to_json
from tagmatrix.matrix import reasons
from tagmatrix.problems import format_path
from tagmatrix.publish.outputs.interface import Output, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tagmatrix.config.model import Release, Suite
    from tagmatrix.matrix.expand import Image, MissingImage
    from tagmatrix.matrix.tags import Alias, Spelling, Tag
    from tagmatrix.publish.outputs.inputs import Inputs

Reasons: TypeAlias = "dict[str, dict[str, object]]"


def render(inputs: Inputs, _present: bytes | None) -> Rendered:
    """Return the file. Raises ManifestError."""
    content = io.BytesIO()
    content.writelines(piece.encode() for piece in _pieces(inputs))
    return Rendered(content=content.getvalue())


def _pieces(inputs: Inputs) -> Iterator[str]:
    """Yield the text, line by line: the values of all images together need much memory."""
    config, matrix, manifest = inputs.config, inputs.matrix, inputs.manifest
    cycles = matrix.cycles
    aliases = {cycle: _aliases_of_release(images) for cycle, images in cycles.items()}
    facts = {
        "generated_by": COMMAND,
        "schema": SCHEMA,
        "image": config.image,
        "description": config.page.description,
        "global": entry_to_json(manifest.global_),
    }
    images = (_image(image, aliases[image.cycle], inputs.prefix) for image in matrix.images)
    releases = (
        (cycle, _release(images[0].release, aliases[cycle])) for cycle, images in cycles.items()
    )
    suites = (
        (name, _suite(config.suites[name]))
        for name in dict.fromkeys(image.suite for image in matrix.images)
        if name in config.suites
    )
    tables: dict[str, tuple[str, Iterable[str]]] = {
        "entries": ("[]", (_json(entry_to_json(entry)) for entry in manifest.entries)),
        "images": ("[]", map(_json, images)),
        "releases": ("{}", (f"{_json(name)}: {_json(each)}" for name, each in releases)),
        "suites": ("{}", (f"{_json(name)}: {_json(each)}" for name, each in suites)),
        "rules": ("[]", (_json(rule.to_json()) for rule in reasons.rules(config))),
        "left_out": ("[]", (_json(_left_out(cell)) for cell in matrix.left_out)),
    }
    yield "{\n"
    yield ",\n".join(f"  {_json(name)}: {_json(fact)}" for name, fact in facts.items())
    for name, (brackets, lines) in tables.items():
        yield f",\n  {_json(name)}: "
        yield from _table(brackets, lines)
    yield "\n}\n"


def _table(brackets: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a list or an object with a line for each of its items."""
    begin = f"{brackets[0]}\n"
    before = begin
    for line in lines:
        yield f"{before}    {line}"
        before = ",\n"
    yield brackets if before == begin else f"\n  {brackets[1]}"


def _release(release: Release, aliases: Reasons) -> dict[str, Any]:
    return {
        "version": release.version or None,
        "final": release.is_final,
        "end_of_life": release.end_of_life and str(release.end_of_life),
        "deprecated": release.deprecated,
        "held_back": dict(release.held_back),
        "settings": {name: thawed(value) for name, value in release.settings.items()},
        "aliases": aliases,
    }


def _suite(suite: Suite) -> dict[str, Any]:
    return {
        "end_of_life": suite.end_of_life and str(suite.end_of_life),
        "deprecated": suite.deprecated,
    }


def _left_out(cell: MissingImage) -> dict[str, str]:
    return {
        "cycle": cell.cycle,
        "variant": cell.variant,
        "why": cell.why,
        "link": cell.link,
        "rule": format_path(cell.path),
    }


def _image(image: Image, of_release: Reasons, prefix: str) -> dict[str, Any]:
    """Return an image; with its aliases only if they differ from those of its release."""
    tags = image.all_tags
    own = _reasons({tag.alias.text: tag.alias for tag in tags})
    value: dict[str, Any] = {
        "directory": directory(prefix, image.directory),
        **({"file": image.dockerfile} if image.dockerfile != DOCKERFILE else {}),
        **({"ref": image.ref} if image.ref else {}),
        "cycle": image.cycle,
        "version": image.version or None,
        "variant": image.name,
        "flavor": image.flavor,
        "suite": image.suite,
        **({"axes": dict(image.axes)} if image.axes else {}),
        "base": image.base,
        "architectures": list(image.architectures),
        "platforms": list(image.platforms),
        "excluded": [
            {"architecture": item.architecture, "why": item.why, "link": item.link}
            for item in image.excluded
        ],
        "rules": reasons.of_image(image),
        "spellings": _reasons({tag.spelling.text: tag.spelling for tag in tags}),
    }
    if versions := {name: each.version for name, each in image.components.items() if each}:
        value["components"] = versions
    if own != of_release:
        value["aliases"] = own
    value["tags"] = _tags(image.tags)
    value["shared_tags"] = _tags(image.shared_tags)
    return value


def _aliases_of_release(images: Iterable[Image]) -> Reasons:
    """Return the aliases of the images that have the release's own version: most of them."""
    aliases: dict[str, Alias] = {}
    for image in images:
        if image.version == image.release.version:
            for tag in image.all_tags:
                aliases.setdefault(tag.alias.text, tag.alias)
    return _reasons(aliases)


def _tags(tags: Iterable[Tag]) -> dict[str, dict[str, object]]:
    """Return each tag with its alias and its spelling."""
    return {
        name: {"alias": alias.text, "spelling": spelling.text, "moving": bool(alias.moves)}
        for name, alias, spelling in tags
    }


def _reasons(named: Mapping[str, Alias | Spelling]) -> Reasons:
    return {name: {"why": one.why, "moves": one.moves} for name, one in named.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


OUTPUT: Final = Output(render=render, renewed="the JSON of {manifest}")
