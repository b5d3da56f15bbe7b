"""The results of steps, jobs and runs of a workflow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Step:
    """The result of a step."""

    name: str
    code: int
    output: str


@dataclass
class Job:
    """The result of a job."""

    steps: list[Step]
    outputs: dict[str, str]
    summary: str
    workspace: Path

    @property
    def failed(self) -> list[Step]:
        """Return the steps that failed."""
        return [step for step in self.steps if step.code != 0]

    def ok(self) -> Job:
        """Return the job; assert that it succeeded."""
        assert not self.failed, "\n".join(f"{step.name}: {step.output}" for step in self.steps)
        return self

    def step(self, name: str) -> Step:
        """Return the step with a name."""
        return next(step for step in self.steps if step.name == name)


@dataclass
class Run:
    """The result of a run: its jobs by name, None if a job was skipped."""

    jobs: dict[str, Job | None]

    @property
    def done(self) -> list[Job]:
        """Return the jobs that were not skipped."""
        return [job for job in self.jobs.values() if job is not None]

    @property
    def steps(self) -> list[Step]:
        """Return the steps of all jobs."""
        return [step for job in self.done for step in job.steps]

    @property
    def failed(self) -> list[Step]:
        """Return the steps that failed."""
        return [step for job in self.done for step in job.failed]

    @property
    def summary(self) -> str:
        """Return the summaries of all jobs."""
        return "".join(job.summary for job in self.done)

    @property
    def ran(self) -> set[str]:
        """Return the names of the jobs that were not skipped."""
        return {name for name, job in self.jobs.items() if job is not None}

    def ok(self) -> Run:
        """Return the run; assert that it succeeded."""
        for job in self.done:
            job.ok()
        return self

    def step(self, name: str) -> Step:
        """Return the step with a name."""
        return next(step for step in self.steps if step.name == name)
