"""Apply edits to the text of versions.yaml, group by group.

After each group (a cycle, a suite) the file must load, keep the laws and pass the guard. A
group that fails is not applied, and does not affect the other groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tagmatrix import config as configuration
from tagmatrix.diff import Changes
from tagmatrix.editing import Put, edit
from tagmatrix.errors import InputError
from tagmatrix.guard import Verdict, judge
from tagmatrix.guard.acceptance import effect_of
from tagmatrix.guard.tag_patterns import patterns
from tagmatrix.matrix import load
from tagmatrix.update.exclusions import useless_exclusions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.config import Config
    from tagmatrix.diff import Group
    from tagmatrix.editing import Edit
    from tagmatrix.editing.yaml_text import Value
    from tagmatrix.git.baseline import Baseline
    from tagmatrix.guard.setting_versions import Lowered
    from tagmatrix.matrix.expand import Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class EditGroup:
    """Edits that belong together.

    Attributes:
        name: the name of the cycle or the suite.
        edits: the edits.
        why: the reason in the `accept` entries of these edits, if upstream itself ends
            something; empty if the edits must not lose anything.
        tidy: whether to remove exclusions that exclude nothing after these edits.
        others: the other cycles and components that these edits are for.
    """

    name: str
    edits: tuple[Edit, ...]
    why: str = ""
    tidy: bool = False
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all that the edits are for."""
        return self.name, *self.others


class JudgedText(NamedTuple):
    """A text of versions.yaml, loaded; the guard's verdict is None without a committed manifest."""

    config: Config
    matrix: Matrix
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A text with applied edits.

    Attributes:
        text: the new text.
        old: the text without the edits.
        new: the text with them.
        refused: why a step is not applied, by each of its names: the guard refused it, or the
            result would not load or would break a law.
        made: the name of each applied step, and the text after it.
    """

    text: str
    old: JudgedText
    new: JudgedText
    refused: dict[str, str]
    made: tuple[tuple[str, str], ...] = ()


def apply(text: str, steps: Iterable[EditGroup], baseline: Baseline | None) -> Applied:
    """Apply steps, each completely or not at all. Pure.

    Args:
        text: versions.yaml.
        steps: the steps, in order.
        baseline: the committed manifest; None if there is none.

    Raises:
        ConfigError: `text` itself is invalid.
        GuardError: the committed manifest can't be read.
    """
    old = now = _judge(text, baseline)
    refused: dict[str, str] = {}
    made: list[tuple[str, str]] = []
    for step in steps:
        if not step.edits:
            continue
        try:
            candidate = edit(text, step.edits)
            if step.tidy:
                changed = configuration.parse(candidate)
                candidate = edit(candidate, useless_exclusions(now.config, changed))
            after = _judge(candidate, baseline)
            new = _new(now.verdict, after.verdict)
            if step.why and (groups := new.changes.groups):
                candidate = edit(candidate, _acceptances(after, groups, step.why))
                after = _judge(candidate, baseline)
                new = _new(now.verdict, after.verdict)
        except InputError as error:
            refused |= dict.fromkeys(step.names, f"the result would be invalid: {error}")
            continue
        if new.refused:
            refused |= dict.fromkeys(step.names, new.refusal())
            continue
        text, now = candidate, after
        made.append((step.name, text))
    return Applied(text=text, old=old, new=now, refused=refused, made=tuple(made))


def _judge(text: str, baseline: Baseline | None) -> JudgedText:
    """Load a text, check the laws, ask the guard. Raises ConfigError, GuardError."""
    config, matrix = load.parse(text)
    return JudgedText(config, matrix, None if baseline is None else judge(config, matrix, baseline))


def _new(before: Verdict | None, after: Verdict | None) -> Verdict:
    """Return a verdict with what the guard refuses now and did not refuse before."""
    if after is None:
        return Verdict()
    known = set() if before is None else {_key(group) for group in before.changes.refused}
    back = set() if before is None else {key for each in before.lowered for key in _keys(each)}
    stale = () if before is None else before.stale
    groups = [group for group in after.changes.refused if _key(group) not in known]
    return Verdict(
        changes=Changes(tuple(change for group in groups for change in group.changes)),
        tags=after.tags,
        children=after.children,
        lowered=tuple(
            each for each in after.lowered if not each.accepted and not back.issuperset(_keys(each))
        ),
        stale=tuple(each for each in after.stale if not each.accepted and each not in stale),
    )


def _key(group: Group) -> tuple[object, ...]:
    return group.reason.kind, group.tags, group.reason.architectures


def _keys(lowered: Lowered) -> list[tuple[str, ...]]:
    return [
        (lowered.kind, lowered.name, lowered.old, lowered.new, cycle) for cycle in lowered.cycles
    ]


def _acceptances(after: JudgedText, groups: Sequence[Group], why: str) -> list[Edit]:
    """Return edits that accept exactly the changes of groups."""
    number, verdict = len(after.config.accept), after.verdict
    entries: list[dict[str, Value]] = []
    for group in groups:
        effect = effect_of(group.changes[0])
        if effect is None:
            continue
        key, value = effect
        names: list[str] = list(patterns(group.tags, verdict.tags if verdict else ()))
        effect_value: Value = value if isinstance(value, bool) else str(value)
        if key == "loses":
            effect_value = list(group.reason.architectures)
        tag: Value = names[0] if len(names) == 1 else names
        entries.append({"tag": tag, key: effect_value, "why": why})
    if not number:
        return [Put(("accept",), entries, before="release_managers")]
    return [Put(("accept", number + place), entry) for place, entry in enumerate(entries)]
