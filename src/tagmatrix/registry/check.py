"""Compare a repository with what it should hold: each tag, and the tags that have no owner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.registry.facts import facts
from tagmatrix.registry.referrers import is_fallback_tag
from tagmatrix.util import workers
from tagmatrix.versions import parse
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from tagmatrix.registry.client import Registry
    from tagmatrix.registry.documents import Descriptor
    from tagmatrix.registry.facts import Facts, Part
    from tagmatrix.registry.names import Repository
    from tagmatrix.registry.wanted import Wanted
    from tagmatrix.web.answers import Answer

    Progress = Callable[[int, int], None] | None

OK: Final = "ok"
UNREADABLE: Final = "unreadable"
_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class TagState:
    """One thing that is to be said of a tag: `lacks` has an architecture, others a detail."""

    word: str
    architecture: str = ""
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.word} {self.architecture}" if self.architecture else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A tag of a repository, and its states; `ok` is alone."""

    repository: Repository
    tag: str
    digest: str
    states: tuple[TagState, ...]

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
    repository: Repository,
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
    heads = workers.at_once(
        [partial(registry.head, repository, each.tag) for each in listed], AT_ONCE, progress
    )
    found = dict(zip([each.tag for each in listed], heads, strict=True))
    known = _facts(registry, repository, heads)
    odd = _split(listed, found)
    return [
        _checked(repository, each, found[each.tag], known, odd.get(each.tag), includes)
        for each in listed
    ]


def without_owner(
    repository: Repository,
    tags: Iterable[str],
    owned: Collection[str],
    is_stamped: Callable[[str], bool] | None = None,
) -> list[Checked]:
    """Return the tags of a repository that no image owns.

    Tags that list referrers, and stamped tags (`is_stamped`), belong to images too.
    """
    return [
        Checked(repository=repository, tag=tag, digest="", states=(TagState("extra"),))
        for tag in tags
        if tag not in owned
        and not is_fallback_tag(tag)
        and not (is_stamped is not None and is_stamped(tag))
    ]


def _facts(
    registry: Registry, repository: Repository, heads: Iterable[Answer[Descriptor]]
) -> dict[str, Answer[Facts]]:
    """Return the facts of each digest, requested once."""
    digests = list(dict.fromkeys(head.value.digest for head in heads if isinstance(head, Found)))
    answers = workers.at_once(
        [partial(facts, registry, repository, digest) for digest in digests], AT_ONCE
    )
    return dict(zip(digests, answers, strict=True))


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


def _checked(
    repository: Repository,
    want: Wanted,
    head: Answer[Descriptor],
    known: Mapping[str, Answer[Facts]],
    odd: str | None,
    includes: Callable[[str, str], bool],
) -> Checked:
    digest = head.value.digest if isinstance(head, Found) else ""
    states: list[TagState]
    if isinstance(head, NotPublished):
        states = [TagState("missing")]
    elif isinstance(head, FetchFailed):
        states = [TagState(UNREADABLE, detail=head.reason)]
    else:
        states = [*_states(want, known[digest], includes)]
        states += [TagState("split", detail=odd)] if odd is not None else []
    return Checked(
        repository=repository, tag=want.tag, digest=digest, states=tuple(states or [TagState(OK)])
    )


def _states(
    want: Wanted, answer: Answer[Facts], includes: Callable[[str, str], bool]
) -> Iterator[TagState]:
    """Yield what is wrong with the index of a tag."""
    if not isinstance(answer, Found):
        reason = answer.reason if isinstance(answer, FetchFailed) else answer.what
        yield TagState(UNREADABLE, detail=reason)
        return
    parts = answer.value.parts
    if not parts:
        yield TagState("empty", detail="the index has no image")
        return
    has = Counter(part.architecture for part in parts)
    for name, count in want.architectures.items():
        if has[name] < count:
            missing = f"{has[name]} of {count} Windows builds" if has[name] else ""
            yield TagState("lacks", name, missing)
    for name, count in has.items():
        expected = want.architectures.get(name, 0)
        if count > expected:
            yield TagState("extra", name, f"{count} images" if expected else "")
    for part in parts:
        if why := _behind(part, want, includes):
            yield TagState("behind", detail=why)
            return


def _behind(part: Part, want: Wanted, includes: Callable[[str, str], bool]) -> str:
    """Return why an image is older than it should be; empty if it is not, or if it is unknown."""
    newest = want.revisions.get(part.architecture)
    if newest is None:
        return ""
    if part.version and want.version and _is_other(part.version, want.version):
        return f"{part.architecture} has {part.version}, not {want.version}"
    if not part.revision or not newest or part.revision in newest:
        return ""
    if any(includes(part.revision, commit) for commit in newest):
        return ""
    commit = min(newest)
    return f"{part.architecture} was built from {part.revision[:_SHOWN]}, not {commit[:_SHOWN]}"


def _is_other(version: str, wanted: str) -> bool:
    """Return whether a version is neither the wanted one nor a newer one."""
    have, want = parse(version, "loose"), parse(wanted, "loose")
    order = have.compare(want) if have and want else None
    return version != wanted and (order is None or order < 0)
