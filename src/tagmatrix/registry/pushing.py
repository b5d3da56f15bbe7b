"""Push planned indexes: images and indexes by digest, then tags; then read each tag again.

An index is complete before a tag names it, so that a tag is old or new, whenever the run is
killed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.errors import UpstreamError
from tagmatrix.registry import copying
from tagmatrix.registry.index_pushes import FAILED, PUSHED, THERE
from tagmatrix.registry.parallel import for_each
from tagmatrix.web.answers import Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Callable

    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.image_manifests import Descriptor
    from tagmatrix.registry.index_pushes import Index, PlannedIndexes, TagPush
    from tagmatrix.registry.members import Patience
    from tagmatrix.registry.parallel import Progress
    from tagmatrix.web.answers import Answer


def push(
    registry: Registry,
    planned: PlannedIndexes,
    report: Callable[[], None],
    patience: Patience,
    progress: Progress = None,
) -> None:
    """Push the indexes by digest, then the tags, and read each tag again.

    `report` is called before the first push and after the tags of each index; `patience` is for
    tags that the registry does not show at once. Raises UpstreamError.
    """
    report()
    waiting = [index for index in planned.indexes if not index.is_there]
    try:
        for done, index in enumerate(waiting, 1):
            _must(_push_index(registry, index))
            if progress:
                progress(done, len(waiting))
        for index in waiting:
            _push_tags(registry, index)
            report()
    finally:
        report()
    _read_again(registry, planned, report, patience)


def _push_index(registry: Registry, index: Index) -> Answer[str]:
    """Push the members of an index to its repository, then the index by its digest."""
    for part in index.parts:
        # The index names the image and its attestations, not the index that the build made.
        with_more = part.document.is_index or part.attestations
        wanted = [part.descriptor, *part.attestations] if with_more else []
        documents = [registry.document(part.source, each.digest) for each in wanted]
        for document in documents or [Found(part.document)]:
            if not isinstance(document, Found):
                return document
            copied = copying.copy(registry, part.source, document.value, index.target)
            if not isinstance(copied, Found):
                return copied
    return registry.put(index.target, index.document.digest, index.document)


def _push_tags(registry: Registry, index: Index) -> None:
    for step in index.steps:
        if step.state == THERE:
            continue
        step.state = FAILED
        _must(registry.put(index.target, step.tag, index.document))
        step.state = PUSHED


def _must(answer: Answer[Any]) -> None:
    """Raise UpstreamError if something could not be pushed."""
    if not isinstance(answer, Found):
        raise UpstreamError(
            f"{answer.reason}\nthe other tags are as they were, or complete; run the same command "
            "again"
        )


def _read_again(
    registry: Registry, planned: PlannedIndexes, report: Callable[[], None], patience: Patience
) -> None:
    """Raise UpstreamError if a tag does not have the digest that it should have now."""
    tags = {
        f"{index.target}:{step.tag}": (index, step)
        for index in planned.indexes
        for step in index.steps
    }
    heads = for_each(lambda name: _now(registry, *tags[name], patience), tags)
    wrong = []
    for name, head in heads.items():
        index, step = tags[name]
        if isinstance(head, Found) and head.value.digest == index.document.digest:
            continue
        step.state = FAILED
        if isinstance(head, Found):
            why = f"has {head.value.digest}, not {index.document.digest}: another run pushed it"
        else:
            why = head.reason
        wrong.append(f"{name}: {why}")
    if wrong:
        report()
        raise UpstreamError("\n".join(wrong))


def _now(registry: Registry, index: Index, step: TagPush, patience: Patience) -> Answer[Descriptor]:
    """Return what a tag has; ask again while it is still as it was before."""
    answer: Answer[Descriptor] = NotPublished("")
    for answer in patience.answers(lambda: registry.head(index.target, step.tag)):
        old = isinstance(answer, Found) and answer.value.digest == step.old != index.document.digest
        if not old and not isinstance(answer, NotPublished):
            break
    return answer
