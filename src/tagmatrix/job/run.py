"""A run of the job: query upstream, decide, commit, and move the branch."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msgspec import structs

from tagmatrix import config as configuration, git
from tagmatrix.errors import InputError
from tagmatrix.git import baseline
from tagmatrix.job import commit_series, options
from tagmatrix.job.branch_edits import earlier_steps
from tagmatrix.job.clone import Clone
from tagmatrix.job.result import Note, RunResult
from tagmatrix.job.revisions import SUITE, begin, split
from tagmatrix.job.seals import examine
from tagmatrix.job.work_tree import refuse_changes
from tagmatrix.job.workspace import workspace
from tagmatrix.update import axes, proposal, together
from tagmatrix.update.components import followed
from tagmatrix.update.fixed_refs import fixed_refs
from tagmatrix.web.addresses import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.job.branch import BranchStore, Heads
    from tagmatrix.job.options import Order
    from tagmatrix.job.revisions import Begun, CycleRevision
    from tagmatrix.job.seals import BranchState
    from tagmatrix.job.workspace import Workspace
    from tagmatrix.publish.generation import Generation
    from tagmatrix.update.apply import EditGroup
    from tagmatrix.update.outcome import CycleOutcome
    from tagmatrix.update.upstream_query import Query

TRIES: Final = 8
"""How many times a run tries, if other runs or users move the branch meanwhile."""
_PAUSE: Final = 0.4


def run(root: Path, order: Order, query: Query, say: Callable[[str], None]) -> RunResult:
    """Update the branch to what upstream publishes.

    Args:
        root: the image's folder, in a work tree without changes.
        order: the options of the run.
        query: the upstream query.
        say: writes a line to the log.

    Raises:
        InputError: why nothing was done: the work tree has changes, users have commits
            on the branch, git or a hook refused.
        GuardError: the base itself has a breaking change that it does not accept.
    """
    clone = Clone(git.require(root))
    refuse_changes(clone, root)
    for person in (order.author, order.committer):
        commit_series.person("AUTHOR", person)
    given, local = order, options.local(root, order)
    order = options.named(clone, given, local)
    with workspace(clone) as space:
        store = options.store(clone, space, order, local)
        for attempt in range(1, TRIES + 1):
            try:
                heads = store.read()
                # The options in the base's versions.yaml apply; the local file helps to find it.
                there = options.on(clone, heads.base)
                if there is not None and options.named(clone, given, there) != order:
                    order = options.named(clone, given, there)
                    store = options.store(clone, space, order, local)
                    heads = store.read()
                done = _Attempt(clone, space, store, order, query, say).result(heads)
            except InputError as error:
                # the work tree is temporary: remove its path from the message
                error.args = (str(error).replace(f"{space.tree}/", ""),)
                raise
            if done is not None:
                return done
            say(f"{order.branch} was moved by another run or user meanwhile; trying again")
            time.sleep(random.uniform(0, _PAUSE * attempt))  # noqa: S311 (no secret)
    raise InputError(
        f"other runs or users moved {order.branch} {TRIES} times during this run; no changes are "
        f"lost: run this again. The last message from git: {store.last_error}"
    )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One attempt: it reads everything again, except the answers from upstream."""

    clone: Clone
    space: Workspace
    store: BranchStore
    order: Order
    query: Query
    say: Callable[[str], None]

    def result(self, heads: Heads) -> RunResult | None:
        """Return the result; None if another run moved the branch meanwhile."""
        self.say(_heads_text(self.order, self.store, heads))
        state = examine(self.clone, heads.branch, heads.base) if heads.branch else None
        self._show(heads.base)
        before = commit_series.state(self.space.root)
        text, config = proposal.load((self.space.root / configuration.FILE).read_bytes())
        committed, _ = baseline.find(
            self.space.root, config.layout, versions_file=configuration.FILE
        )
        begun = begin(text, self._earlier(config, state), committed)
        cycles = together.hold(begun.config, self.query.everything(begun.config))
        suites = self.query.suites(begun.config)
        planned = split(begun, cycles, suites, committed)
        made, after = commit_series.write(self.space.root, before, planned.revisions)
        result = RunResult(
            branch=self.order.branch,
            base=heads.base,
            base_name=self.store.base_name,
            head=heads.branch,
            before=before,
            after=after,
            made=tuple(made),
            claims=dict(self.query.claims),
            waits=tuple(Note(each.cycle, line) for each in cycles for line in each.waits),
            failed=tuple(
                Note(", ".join(names), line)
                for line, names in proposal.failures_of(cycles, suites).items()
            ),
            refused=tuple(self._refused(config, begun, cycles, planned.refused)),
            warnings=tuple(
                dict.fromkeys(
                    [Note("", line) for line in after.warnings]
                    + [
                        Note("", line)
                        for line in fixed_refs(before.matrix, after.matrix, after.config)
                    ]
                    + [Note(each.suite, line) for each in suites for line in each.warnings]
                )
            ),
        )
        if not made:
            return result
        if state is not None and state.persons:
            raise InputError(_persons(self.order, state, self.clone.repository))
        if state is not None and state.fork == heads.base and self._equals_work_tree(state):
            ids = self.clone.read("rev-list", "--reverse", f"{state.fork}..{state.commit}").split()
            if len(ids) == len(made):
                made = [replace(each, commit=id_) for each, id_ in zip(made, ids, strict=True)]
            return replace(result, made=tuple(made))
        if self.order.dry_run:
            return replace(result, to_commit=True)
        return self._commit(result, before, heads, planned.revisions)

    def _commit(
        self,
        result: RunResult,
        before: Generation,
        heads: Heads,
        revisions: Sequence[CycleRevision],
    ) -> RunResult | None:
        """Make the commits and move the branch; return None if it was moved meanwhile."""
        people = before.config.regenerate
        recorder = commit_series.Recorder(
            self.clone,
            self.space,
            author=self.order.author or people.author,
            committer=self.order.committer or people.committer,
        )
        self._show(heads.base)
        made, after = commit_series.write(self.space.root, before, revisions, recorder)
        head = made[-1].commit
        if not self.store.move(heads.branch, head):
            return None
        return replace(
            result,
            head=head,
            moved=True,
            pushed=bool(self.order.remote),
            made=tuple(made),
            after=after,
        )

    def _show(self, base: str) -> None:
        if git.show(self.clone.repository, base, configuration.FILE) is None:
            raise InputError(
                f"{self.store.base_name} has no {configuration.FILE}; name the commit that the "
                "branch starts from: --base REF"
            )
        self.space.show(base)
        if (self.space.root / configuration.FILE).is_symlink():
            raise InputError(f"{configuration.FILE} is a symbolic link, but must be a file")

    def _equals_work_tree(self, state: BranchState) -> bool:
        """Return whether the branch has the same files; versions.yaml may differ in layout."""
        there = self.clone.read("rev-parse", f"{state.commit}^{{tree}}").strip()
        here = self.space.tree_of().strip()
        if here == there:
            return True
        paths = self.clone.read("diff-tree", "-r", "-z", "--name-only", here, there).split("\0")
        file = self.space.root / configuration.FILE
        if [each for each in paths if each] != [str(file.relative_to(self.space.tree))]:
            return False
        text = git.show(self.clone.repository, state.commit, configuration.FILE)
        configs = (configuration.parse(each) for each in (file.read_bytes(), text or b""))
        here_means, there_means = (structs.replace(each, places={}, keys={}) for each in configs)
        return here_means == there_means

    def _earlier(self, config: Config, state: BranchState | None) -> list[EditGroup]:
        """Return the edits of earlier runs; none if users have commits on the branch."""
        if state is None or state.persons or state.fork == state.commit:
            return []
        texts = [
            git.show(self.clone.repository, commit, configuration.FILE)
            for commit in (state.fork, state.commit)
        ]
        try:
            fork, branch = (configuration.parse(text or b"") for text in texts)
        except InputError as error:
            self.say(f"cannot read {self.order.branch}, so it starts again from the base: {error}")
            return []
        return earlier_steps(config, fork, branch)

    def _refused(
        self,
        config: Config,
        begun: Begun,
        cycles: Iterable[CycleOutcome],
        refused: dict[str, str],
    ) -> Iterable[Note]:
        versions = {one.cycle: one.version for one in config.releases}
        versions |= {name: one.version for name, (_, one) in followed(config).items()}
        versions |= {f"{axes.PREFIX}{name}": ", ".join(one) for name, one in config.axes.items()}
        for each in cycles:
            ours = versions.get(each.cycle, "")  # none of a new cycle
            on_branch = ""
            if each.cycle in begun.earlier and ours != each.ours:
                on_branch = (
                    f" ({self.order.branch} has {each.ours}, {self.store.base_name} has {ours}: "
                    f"if upstream withdrew {each.ours}, delete the branch)"
                )
            yield from (Note(each.cycle, f"{line}{on_branch}") for line in each.alarms)
        for name, why in refused.items():
            yield Note(name.removeprefix(SUITE), why)


def _heads_text(order: Order, store: BranchStore, heads: Heads) -> str:
    at = f"is at {heads.branch[:12]}" if heads.branch else "does not exist"
    where = f" on {harmless(order.remote)}" if order.remote else ""
    return f"{store.base_name} is at {heads.base[:12]}; {order.branch}{where} {at}"


def _persons(order: Order, state: BranchState, repository: git.Repository) -> str:
    lines = [
        (
            f"{order.branch} has commits that this job did not make, so the job does not change "
            "it: merge or delete the branch, then run this again"
        ),
        *(f"  {commit}" for commit in state.persons),
    ]
    if repository.shallow:
        lines.append(
            "(the clone is shallow, so these may be commits of the main branch: git fetch "
            "--unshallow, or fetch-depth: 0)"
        )
    return "\n".join(lines)
