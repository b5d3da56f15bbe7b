"""Law of owners: one image owns each tag, except shared tags on different platforms."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.manifest.architecture_names import is_windows
from tagmatrix.matrix.laws.findings import LawFindings, name_of
from tagmatrix.matrix.tags import LATEST
from tagmatrix.problems import format_path, shown
from tagmatrix.versions import cycle_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Image, Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.matrix.tags import Alias, Tag


def one_owner(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that no tag has two owners, except shared tags on different platforms."""
    clashes = _Clashes()
    shared: defaultdict[str, list[tuple[Image, Tag]]] = defaultdict(list)
    for image in matrix.images:
        for tag in image.shared_tags:
            for other, same in shared[tag.name]:
                if message := _unlike(other, image):
                    clashes.add(message, (other, same), (image, tag))
            shared[tag.name].append((image, tag))
    simple: dict[str, tuple[Image, Tag]] = {}
    for image in matrix.images:
        for tag in image.tags:
            owner = simple.setdefault(tag.name, (image, tag))
            if owner[0] is not image:
                both = f"{name_of(owner[0])} and {name_of(image)}; leave {{it}} to one of the two"
                clashes.add(f"tag{{s}} {{tags}} {{has}} two owners: {both}", owner, (image, tag))
            for sharing in shared.get(tag.name, ())[:1]:
                message = (
                    f"{{tags}} {{is_tag}} of {name_of(image)} and shared by {name_of(sharing[0])}; "
                    "move {it} to `tags` or to `shared_tags` in both"
                )
                clashes.add(message, sharing, (image, tag))
    yield from clashes.tags
    yield from clashes.aliases(config)


def _unlike(other: Image, image: Image) -> str:
    """Return why two images cannot share a tag; empty if they can."""
    if platforms := _same_platform(image, other):
        both = f"{name_of(other)} and {name_of(image)}; leave {{it}} to one of the two"
        return f"shared tag{{s}} {{tags}} {{has}} two owners on {platforms}: {both}"
    if image.version != other.version:
        versions = f"{other.version} ({name_of(other)}) and {image.version} ({name_of(image)})"
        return (
            f"shared tag{{s}} {{tags}} would be {versions}; give {{it}} to images of one "
            "version only"
        )
    return ""


class _Clashes:
    """Tags with two owners; an alias of two releases is reported once, not for each tag."""

    def __init__(self) -> None:
        self.tags = LawFindings()
        self._twice: dict[tuple[str, str, str], tuple[Alias, Alias]] = {}

    def add(self, message: str, first: tuple[Image, Tag], second: tuple[Image, Tag]) -> None:
        """Add a tag that two images have, and the message about it."""
        (other, same), (image, tag) = first, second
        if other.cycle != image.cycle and same.alias.text == tag.alias.text:
            key = (other.cycle, image.cycle, tag.alias.text)
            self._twice.setdefault(key, (same.alias, tag.alias))
        else:
            self.tags.add(image, message, tag.name, own=other.cycle != image.cycle)

    def aliases(self, config: Config) -> Iterator[Finding]:
        """Yield the aliases that two releases have, each at the list that should not contain it."""
        for (other, cycle, _), (first, second) in self._twice.items():
            if _is_listed(first) and not _is_listed(second):
                yield first.path, _belongs(config, first, owner=cycle, cycle=other, why=second)
            else:
                yield second.path, _belongs(config, second, owner=other, cycle=cycle, why=first)


def _is_listed(alias: Alias) -> bool:
    """Return whether an alias is in a list `aliases`, from which a user can remove it."""
    return "aliases" in alias.path


def _belongs(config: Config, alias: Alias, *, owner: str, cycle: str, why: Alias) -> str:
    """Return the message for an alias that has an owner already: why, and what to do."""
    text = alias.text
    remedy = _remedy(alias, cycle)
    message = f"`{shown(text)}` belongs to {owner} already ({why.why})"
    if _is_listed(why):
        return f"{message}, at {format_path(why.path)}; remove it from one of the two"
    if text in config.hold:
        return f"{message}; {remedy}, or change `hold`"
    numbers = cycle_numbers(cycle)
    if _is_derived(alias, cycle):
        return f'{message}; set `hold: {{"{text}": "{owner}"}}`'
    if _is_derived(why, owner) and numbers and text in {LATEST, str(numbers[0])}:
        return f'{message}; {remedy}, or set `hold: {{"{text}": "{cycle}"}}`'
    return f"{message}; {remedy}"


def _is_derived(alias: Alias, cycle: str) -> bool:
    """Return whether a cycle has an alias only because it is the newest."""
    return alias.path == ("releases", cycle) and alias.text != cycle


def _remedy(alias: Alias, cycle: str) -> str:
    """Return how a release gives up an alias: its cycle and its version are not in a list."""
    if alias.path == ("releases", cycle) and alias.text == cycle:
        return "set `cycle_tag: false` here"
    if alias.path == ("releases", cycle, "version"):
        return "correct one of the two versions"
    return "remove it here"


def _same_platform(left: Image, right: Image) -> str:
    """Return the platforms that two images share; Windows builds differ by suite."""
    both = [name for name in left.architectures if name in right.architectures]
    if left.suite != right.suite:
        both = [name for name in both if not is_windows(name)]
    return ", ".join(both)
