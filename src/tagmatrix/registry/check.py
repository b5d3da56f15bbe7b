"""Compare a repository with what it should hold, tag by tag."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from tagmatrix.registry.identity import is_older, other_image
from tagmatrix.registry.image_facts import facts
from tagmatrix.registry.parallel import for_each
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_facts import ImageFacts, Part
    from tagmatrix.registry.image_manifests import Descriptor
    from tagmatrix.registry.parallel import Progress
    from tagmatrix.registry.repositories import RegistryRepository
    from tagmatrix.registry.wanted import Wanted
    from tagmatrix.web.answers import Answer

OK: Final = "ok"
UNREADABLE: Final = "unreadable"
_SHOWN: Final = 12


class TagState(Struct, frozen=True):
    """A finding about a tag: `lacks` has an architecture, others a detail."""

    word: str
    architecture: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.word} {self.architecture}" if self.architecture else self.word


class Checked(Struct, frozen=True, kw_only=True):
    """A tag of a repository, and its states; `ok` is alone.

    `group` is what its index should be made of; empty if no image has the tag.
    """

    repository: RegistryRepository
    tag: str
    digest: str
    states: tuple[TagState, ...]
    group: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "repository": str(self.repository),
            "tag": self.tag,
            "digest": self.digest or None,
            "states": [
                {
                    "state": state.word,
                    "architecture": state.architecture or None,
                    "detail": state.detail or None,
                }
                for state in self.states
            ],
        }


def check(
    registry: Registry,
    repository: RegistryRepository,
    tags: Iterable[Wanted],
    includes: Callable[[str, str], bool],
    progress: Progress = None,
) -> list[Checked]:
    """Compare tags with a repository: one HEAD for each tag, one GET for each new digest.

    Args:
        registry: asks.
        repository: the repository.
        tags: what it should hold.
        includes: returns whether a revision has a commit in its history.
        progress: gets the number of tags that are done, and of all.
    """
    listed = list(tags)
    found = for_each(partial(registry.head, repository), [each.tag for each in listed], progress)
    digests = [head.value.digest for head in found.values() if isinstance(head, Found)]
    known = for_each(partial(facts, registry, repository), digests)
    odd = _split(listed, found)
    judged: dict[object, tuple[TagState, ...]] = {}
    done: list[Checked] = []
    for each in listed:
        head = found[each.tag]
        digest = head.value.digest if isinstance(head, Found) else ""
        if digest and (each.group, digest) not in judged:  # most images have several tags
            judged[each.group, digest] = tuple(_states(each, known[digest], includes))
        states = _states_of(head, judged.get((each.group, digest), ()), odd.get(each.tag))
        done.append(
            Checked(
                repository=repository,
                tag=each.tag,
                digest=digest,
                states=states,
                group=each.group,
            )
        )
    return done


def _split(tags: list[Wanted], found: Mapping[str, Answer[Descriptor]]) -> dict[str, str]:
    """Return the tags that have another digest than most tags of their image, with the reason."""
    groups: dict[object, dict[str, str]] = {}
    for each in tags:
        head = found[each.tag]
        if isinstance(head, Found):
            groups.setdefault(each.group, {})[each.tag] = head.value.digest
    odd: dict[str, str] = {}
    for members in groups.values():
        counts = Counter(members.values()).most_common(2)
        if len(counts) == 1:
            continue
        most = counts[0][0] if counts[0][1] > counts[1][1] else ""
        for tag, digest in members.items():
            if digest != most:
                other = next(name for name, one in members.items() if one != digest)
                odd[tag] = f"{other} has {members[other]}"
    return odd


def _states_of(
    head: Answer[Descriptor], judged: tuple[TagState, ...], odd: str | None
) -> tuple[TagState, ...]:
    """Return the states of a tag: those of its index, and those of the tag itself."""
    if isinstance(head, NotPublished):
        return (TagState("missing"),)
    if isinstance(head, FetchFailed):
        return (TagState(UNREADABLE, detail=head.reason),)
    own = (TagState("split", detail=odd),) if odd is not None else ()
    return (*judged, *own) or (TagState(OK),)


def _states(
    want: Wanted, answer: Answer[ImageFacts], includes: Callable[[str, str], bool]
) -> Iterator[TagState]:
    """Yield what is wrong with the index of a tag."""
    if not isinstance(answer, Found):
        yield TagState(UNREADABLE, detail=answer.reason)
        return
    parts = answer.value.parts
    if not parts:
        yield TagState("empty", detail="the index has no image")
        return
    yield from _architectures(want, parts)
    others = [
        f"{part.architecture}: {why}"
        for part in parts
        if (why := other_image(part, want.images.get(part.architecture, ())))
    ]
    behind = [why for part in parts if (why := _behind(part, want, includes))]
    if others:
        yield TagState("other", detail=others[0])
    elif behind:
        yield TagState("behind", detail=behind[0])


def _architectures(want: Wanted, parts: Iterable[Part]) -> Iterator[TagState]:
    """Yield the architectures that a tag lacks, and those that it should not have."""
    has = Counter(part.architecture for part in parts)
    for name, count in want.architectures.items():
        if has[name] < count and name not in want.optional:
            missing = f"{has[name]} of {count} Windows builds" if has[name] else ""
            yield TagState("lacks", name, missing)
    for name, count in has.items():
        expected = want.architectures.get(name, 0)
        if count > expected:
            yield TagState("extra", name, f"{count} images" if expected else "")


def _behind(part: Part, want: Wanted, includes: Callable[[str, str], bool]) -> str:
    """Return why an image is older than it should be; empty if it is not, or if it is unknown."""
    newest = want.revisions.get(part.architecture)
    if newest is None:
        return ""
    images = want.images[part.architecture]
    if is_older(part, images):
        return f"{part.architecture} has {part.version}, not {images[0].version}"
    if not part.revision or not newest or part.revision in newest:
        return ""
    if any(includes(part.revision, commit) for commit in newest):
        return ""
    commit = min(newest)
    return f"{part.architecture} was built from {part.revision[:_SHOWN]}, not {commit[:_SHOWN]}"
