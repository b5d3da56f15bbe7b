"""What `show` says of the rules behind a tag: each with its reason, its link and its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.matrix import reasons
from tagmatrix.problems import format_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config import Config
    from tagmatrix.explain.owners import Owned
    from tagmatrix.matrix.architectures import Excluded
    from tagmatrix.matrix.expand import Image, LeftOut, Matrix
    from tagmatrix.matrix.tags import Alias, Spelling, Tag
    from tagmatrix.problems import ValuePath


def lines(config: Config, matrix: Matrix, tag: Owned) -> Iterator[tuple[str, str]]:
    """Yield labels and texts for a person; a setting is told once, however many images it is of."""
    for name, text in reasons.deprecations(config, tag.images).items():
        yield "deprecated", f"{name}: {text}"
    if ends := reasons.ends(config, tag.images):
        yield "supported", ", ".join(f"{name} until {end}" for name, end in ends.items())
    for cell in _left_out(matrix, tag):
        yield "without", f"{cell.variant}: {_sourced(config, cell.why, cell.link, cell.path)}"
    for path, images in _settings(tag.images).items():
        value = reasons.value_text(images[0].settings[f"{path[-1]}"])
        names = [image.name for image in images]
        only = f" ({', '.join(names)})" if len(images) < len(tag.images) else ""
        why, link = "this release says so itself", ""
        if path[0] == "settings":
            rule = config.settings[f"{path[-1]}"]
            why, link = rule.why, rule.link
        text = f"{path[-1]}{f' = {value}' if value else ''}{only}"
        yield "setting", f"{text}: {_sourced(config, why, link, path)}"
    for path in _accepted(config, tag):
        let = config.accept[int(path[-1])]
        because = _sourced(config, let.why, let.link, path)
        yield "accepted", f"may {reasons.effect_text(let)}: {because}"


def to_json(config: Config, matrix: Matrix, tag: Owned) -> dict[str, Any]:
    """Return the same for a program; rules have the names that `library/NAME.json` gives them."""
    return {
        "deprecated": reasons.deprecations(config, tag.images),
        "end_of_life": reasons.ends(config, tag.images),
        "without": [
            {
                "variant": cell.variant,
                "why": cell.why,
                "link": cell.link,
                **_place(config, cell.path),
            }
            for cell in _left_out(matrix, tag)
        ],
        "accepted": [
            {
                "effect": reasons.effect_text(config.accept[int(path[-1])]),
                "why": config.accept[int(path[-1])].why,
                "link": config.accept[int(path[-1])].link,
                **_place(config, path),
            }
            for path in _accepted(config, tag)
        ],
    }


def because(config: Config, tag: Tag) -> str:
    """Say which two words a tag is made of, and why they are there, by which line."""
    alias = f"alias `{tag.alias.text}` because {reasons.why(config, tag.alias)}"
    why = reasons.why(config, tag.spelling)
    if not tag.spelling.text:
        return f"{alias}; no suffix because {why}"
    return f"{alias}; spelling `{tag.spelling.text}` because {why}"


def word_to_json(config: Config, word: Alias | Spelling) -> dict[str, str]:
    """Return one of these words for a program."""
    place = reasons.where(config, word.path) if word.path else ""
    return {"text": word.text, "why": word.why, "place": place}


def excluded(config: Config, item: Excluded) -> str:
    """Say why an architecture is not built."""
    because = _sourced(config, item.why, item.link, ("exclude", item.rule))
    return f"{item.architecture}: {because}"


def settings_to_json(config: Config, image: Image) -> list[dict[str, Any]]:
    """Return the settings of an image that have a reason, or that its release has itself."""
    found = []
    for path in _settings([image]):
        name = f"{path[-1]}"
        rule = config.settings[name] if path[0] == "settings" else None
        found.append(
            {
                "setting": name,
                "value": image.settings[name],
                "why": rule.why if rule else "",
                "link": rule.link if rule else "",
                **_place(config, path),
            }
        )
    return found


def _settings(images: Sequence[Image]) -> dict[ValuePath, list[Image]]:
    """Return the images of each setting, by the path of what gives it its value."""
    found: dict[ValuePath, list[Image]] = {}
    for image in images:
        for name in image.reasons:
            found.setdefault(("settings", name), []).append(image)
        for name in image.release.settings:
            path: ValuePath = ("releases", image.cycle, "settings", name)
            found.setdefault(path, []).append(image)
    return found


def _left_out(matrix: Matrix, tag: Owned) -> list[LeftOut]:
    """Return the cells that would share a tag, if they were built."""
    cycle, spellings = (
        tag.images[0].cycle,
        {word.spelling.text for _, word in tag.owners if word.spelling.shared},
    )
    return [
        cell
        for cell in matrix.left_out
        if cell.cycle == cycle and not spellings.isdisjoint(cell.spellings)
    ]


def _accepted(config: Config, tag: Owned) -> list[ValuePath]:
    if not config.accept:
        return []
    from tagmatrix.guard.acceptance import matches  # noqa: PLC0415 (only where there is something)

    return [
        ("accept", number)
        for number, rule in enumerate(config.accept)
        if any(matches(pattern, tag.name) for pattern in rule.tags)
    ]


def _place(config: Config, path: ValuePath) -> dict[str, str]:
    return {"rule": format_path(path), "place": reasons.where(config, path)}


def _sourced(config: Config, why: str, link: str, path: ValuePath) -> str:
    """Return a reason with its link and its line."""
    return f"{why.rstrip('.')} ({f'{link}; ' if link else ''}{reasons.where(config, path)})"
