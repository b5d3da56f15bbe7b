"""Check the key `publish`: its repositories, runners and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.config.checks.defined import unknown
from tagmatrix.config.model import Key
from tagmatrix.references import parse as parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config


def runners(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each runner builds an architecture, natively or by emulation."""
    for name, runner in config.publish.runners.items():
        path = ("publish", "runners", name)
        if not runner.architectures and not runner.emulates:
            yield (
                path,
                "this runner builds nothing; list its `architectures`, or what it `emulates`",
            )
        for number, architecture in enumerate(runner.emulates):
            if architecture in runner.architectures:
                yield (
                    (*path, "emulates", number),
                    f"it builds {architecture} natively; keep it in one of the two lists",
                )


def repositories(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each repository has one spelling: two would be two owners of its tags."""
    seen: dict[str, tuple[int, str]] = {}
    for number, each in enumerate(config.publish.registries):
        first, name = seen.setdefault(
            parse_reference(each.repository).repository, (number, each.repository)
        )
        if name != each.repository:
            yield (
                ("publish", "registries", number),
                (
                    f"{each.repository} is the same repository as {name} of registries[{first}]; "
                    "write it in one way"
                ),
            )


_OWN: Final = ("created", "source", "revision", "version", "base.name", "base.digest")
"""The labels of OCI that tagmatrix sets: those of a plan's builds."""
OWN_LABELS: Final = tuple(f"org.opencontainers.image.{name}" for name in _OWN)


def labels(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that no label replaces one that tagmatrix sets."""
    for name in config.publish.labels:
        if name in OWN_LABELS:
            path = ("publish", "labels", Key(name))
            yield path, f"tagmatrix sets {name} for each image; remove it, or take another name"


def weights(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that each weight is that of a flavor."""
    for name in config.publish.weights:
        if name not in names.flavors:
            yield ("publish", "weights", Key(name)), unknown("flavor", name, names.flavors)
