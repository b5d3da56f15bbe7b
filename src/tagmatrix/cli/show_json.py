"""The JSON of `show`; rules have the same names as in `library/NAME.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.config.shapes import thawed
from tagmatrix.explain.tag_facts import lacking, settings
from tagmatrix.matrix import reasons
from tagmatrix.problems import format_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.explain.missing_tag import MissingTag
    from tagmatrix.explain.provenance import ManifestTag, TagCommit
    from tagmatrix.explain.tag_facts import SettingFacts, TagFacts
    from tagmatrix.matrix.expand import Image
    from tagmatrix.matrix.tags import Alias, Spelling, Tag
    from tagmatrix.problems import ValuePath


def tag(facts: TagFacts, commits: Mapping[str, TagCommit]) -> dict[str, Any]:
    """Return an existing tag as JSON."""
    config, since, known = facts.config, facts.since(), facts.in_manifest()
    return {
        **facts.tag.to_json(),
        "published": known and known.to_json(),
        "moves": list(facts.tag.moves),
        "deprecated": reasons.deprecations(config, facts.images),
        "end_of_life": reasons.ends(config, facts.images),
        "without": [
            {
                "variant": cell.variant,
                "why": cell.why,
                "link": cell.link,
                **_place(config, cell.path),
            }
            for cell in facts.left_out()
        ],
        "accepted": [_acceptance(config, path) for path in facts.accepted],
        "since": since and {**since.commit.to_json(), "at_least": since.at_least},
        "images": [
            _image(facts, image, own, commits.get(facts.provenance.commit(image)))
            for image, own in facts.owners
        ],
    }


def missing(item: MissingTag, known: ManifestTag | None) -> dict[str, Any]:
    """Return a missing tag as JSON; `known` is the tag in the manifest."""
    return {
        "tag": item.tag,
        "exists": item.exists,
        "why": item.why,
        "nearest": list(item.nearest),
        "published": known and known.to_json(),
    }


def _image(facts: TagFacts, image: Image, own: Tag, commit: TagCommit | None) -> dict[str, Any]:
    config = facts.config
    return {
        "cycle": image.cycle,
        "variant": image.name,
        "flavor": image.flavor,
        "suite": image.suite,
        **({"axes": dict(image.axes)} if image.axes else {}),
        "dockerfile": image.dockerfile_path,
        **({"ref": image.ref} if image.ref else {}),
        "commit": commit and commit.to_json(),
        "link": facts.link(image) or None,
        "base": image.base,
        "architectures": list(image.architectures),
        "excluded": [
            {"architecture": item.architecture, "why": item.why, "link": item.link}
            for item in image.excluded
        ],
        "base_lacks": lacking(facts.matrix, image),
        "rules": reasons.of_image(image),
        **_components(image),
        "settings": [_setting(config, facts) for facts in settings(config, [image])],
        "why": {"alias": _reason(config, own.alias), "spelling": _reason(config, own.spelling)},
        "tags": [other.name for other in image.tags],
        "shared_tags": [other.name for other in image.shared_tags],
    }


def _components(image: Image) -> dict[str, Any]:
    found = {
        name: {"version": each.version, "why": each.why, "link": each.link}
        for name, each in image.components.items()
        if each
    }
    return {"components": found} if found else {}


def _setting(config: Config, facts: SettingFacts) -> dict[str, Any]:
    setting, rule = config.settings[facts.name], facts.rule(config)
    return {
        "setting": facts.name,
        "value": thawed(facts.value),
        **({"by": setting.by} if setting.by else {}),
        **({"multiline": True} if setting.multiline else {}),
        "why": rule.why if rule else "",
        "link": rule.link if rule else "",
        **_place(config, facts.path),
    }


def _acceptance(config: Config, path: ValuePath) -> dict[str, Any]:
    let = config.accept[int(path[-1])]
    return {
        "effect": reasons.effect_text(let),
        "why": let.why,
        "link": let.link,
        **_place(config, path),
    }


def _reason(config: Config, one: Alias | Spelling) -> dict[str, str]:
    place = reasons.where(config, one.path) if one.path else ""
    return {"text": one.text, "why": one.why, "place": place}


def _place(config: Config, path: ValuePath) -> dict[str, str]:
    return {"rule": format_path(path), "place": reasons.where(config, path)}
