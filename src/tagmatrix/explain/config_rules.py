"""The rules of versions.yaml that hold for a tag: ends, deprecations, settings, acceptances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.explain.tag_facts import settings
from tagmatrix.matrix import reasons
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config import Config
    from tagmatrix.explain.tag_facts import SettingFacts, TagFacts
    from tagmatrix.matrix.expand import Image
    from tagmatrix.problems import ValuePath


class ConfigRule(Struct, frozen=True, kw_only=True):
    """A rule: its kind, what it says, and for most of them why, with a link and its path."""

    kind: str
    text: str
    why: str = ""
    link: str = ""
    path: ValuePath = ()


def rules(facts: TagFacts) -> Iterator[ConfigRule]:
    """Yield the rules; each setting once, for any number of images."""
    config, images = facts.config, facts.images
    for name, text in reasons.deprecations(config, images).items():
        yield ConfigRule(kind="deprecated", text=f"{name}: {text}")
    supported = [f"{name} until {end}" for name, end in reasons.ends(config, images).items()]
    if unknown := reasons.without_end(config, images):
        names = join_names(unknown)
        supported.append(f"the end of {names} is not known (no `end_of_life` in {config.file})")
    yield ConfigRule(kind="supported", text="; ".join(supported))
    for cell in facts.left_out():
        yield ConfigRule(
            kind="without", text=cell.variant, why=cell.why, link=cell.link, path=cell.path
        )
    for each in settings(config, images):
        yield _setting(config, each, images)
    for path in facts.accepted:
        let = config.accept[int(path[-1])]
        text = f"may {reasons.effect_text(let)}"
        yield ConfigRule(kind="accepted", text=text, why=let.why, link=let.link, path=path)


def _setting(config: Config, facts: SettingFacts, images: Sequence[Image]) -> ConfigRule:
    """Return the rule of a setting: its value, the images that have it, and why."""
    value = reasons.value_text(facts.value)
    own = [image.name for image in facts.images]
    only = f" ({', '.join(own)})" if len(own) < len(images) else ""
    rule = facts.rule(config)
    why, link = (rule.why, rule.link) if rule else ("set by this release", "")
    text = f"{facts.name}{f' = {value}' if value else ''}{only}"
    return ConfigRule(kind="setting", text=text, why=why, link=link, path=facts.path)
