"""Which class of machines runs a build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.config.publishing import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT: Final[Mapping[str, Runner]] = {
    "amd64": Runner(label="ubuntu-24.04", architectures=("amd64", "i386")),
    "arm64": Runner(
        label="ubuntu-24.04-arm",
        architectures=("arm64v8",),
        emulates=("arm32v5", "arm32v6", "arm32v7"),
    ),
    "emulated": Runner(label="ubuntu-24.04", emulates=("mips64le", "ppc64le", "riscv64", "s390x")),
    **{
        f"windows-{build}": Runner(
            label=label,
            architectures=("windows-amd64",),
            constraints=(f"windowsservercore-{build}", f"nanoserver-{build}"),
        )
        for build, label in (("ltsc2025", "windows-2025"), ("ltsc2022", "windows-2022"))
    },
}
"""GitHub's runners; https://docs.github.com/en/actions/reference/runners/github-hosted-runners"""


class MachineClass(NamedTuple):
    """A class of machines for a build, and whether it emulates the architecture."""

    name: str
    emulated: bool


class Runners:
    """The classes of machines; the first that builds natively, else the first that emulates."""

    def __init__(self, runners: Mapping[str, Runner]) -> None:
        self.classes = runners or DEFAULT
        self._known: dict[tuple[str, tuple[str, ...]], MachineClass | None] = {}

    def find(self, architecture: str, constraints: tuple[str, ...]) -> MachineClass | None:
        """Return the class for an architecture and for constraints; None if there is none."""
        key = (architecture, constraints)
        if key not in self._known:
            self._known[key] = self._find(architecture, {*constraints})
        return self._known[key]

    def _find(self, architecture: str, constraints: set[str]) -> MachineClass | None:
        fitting = {
            name: runner
            for name, runner in self.classes.items()
            if not runner.constraints or constraints & {*runner.constraints}
        }
        for name, runner in fitting.items():
            if architecture in runner.architectures:
                return MachineClass(name, emulated=False)
        for name, runner in fitting.items():
            if architecture in runner.emulates:
                return MachineClass(name, emulated=True)
        return None
