"""The public functions of tagmatrix, whose names and meaning stay the same.

docs/api.md has examples. Other modules may change with any release. The functions are here and
not in `tagmatrix` itself, where `diff` and `plan` are packages.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix import diff as differences, manifest as manifests
from tagmatrix.manifest import checks
from tagmatrix.manifest.raw import RawManifest
from tagmatrix.matrix import load as loading

__all__ = ["check", "diff", "expand", "generate", "load", "plan", "read"]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tagmatrix.config import Config
    from tagmatrix.diff import Changes
    from tagmatrix.manifest import Manifest
    from tagmatrix.manifest.checks import Finding
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.plan.records import Plan


def load(folder: str | Path) -> Config:
    """Return the content of FOLDER/versions.yaml.

    Raises InputError if the file can't be read, and ConfigError, an InputError, with all of
    its mistakes.
    """
    return loading.load(Path(folder))[0]


def expand(config: Config) -> Matrix:
    """Return the matrix of a configuration: all images with their tags, and why some are left out.

    `images` has the images in order: `cycle`, `version`, `name` (of the variant), `base`,
    `architectures`, `tags` and `shared_tags`.
    """
    from tagmatrix.matrix import expand as expanding  # noqa: PLC0415 (the same name)

    return expanding.expand(config)


def generate(folder: str | Path, *, cycles: Sequence[str] = ()) -> dict[str, bytes]:
    """Return the files that `tagmatrix generate` makes in a folder, by path. Writes nothing.

    The manifest, its JSON and the page are among them if every folder of an image is committed
    with its current content.

    Args:
        folder: the folder with versions.yaml and templates/.
        cycles: only the Dockerfiles of these release cycles.

    Raises InputError; GuardError if the guard refuses the result.
    """
    from tagmatrix.publish.preparation import prepare  # noqa: PLC0415 (imports Jinja2)

    generation = prepare(Path(folder), cycles=tuple(cycles))
    generation.check()
    return generation.wanted | {path: each.content for path, each in generation.rendered.items()}


def plan(folder: str | Path, *, cycles: Sequence[str] = ()) -> Plan:
    """Return what to build for a family, in which order, and which tags that makes.

    `builds` has a build for each image and architecture, parents first; `joins` has the
    indexes that become tags, if `publish` names registries.

    Args:
        folder: the folder with versions.yaml and the generated Dockerfiles.
        cycles: only the images of these release cycles, and their parents.

    Raises InputError.
    """
    from tagmatrix.plan import families, graph, planfile, planning, selection  # noqa: PLC0415 (`read` and others do not need them)

    config, matrix = loading.load(Path(folder))
    family = families.read(Path(folder), config, matrix).family
    options = planning.PlanOptions(choice=selection.Choice(cycles=tuple(cycles)))
    return planfile.sealed(planning.make([family], graph.Graph([family]), options))


def read(source: bytes | str | Path) -> Manifest:
    """Return a manifest of official-images, from its text or from a file.

    A `str` or `bytes` is the text, a `Path` names the file. Raises ManifestError, an
    InputError, with `line` and `field`; OSError if the file can't be read.
    """
    return manifests.parse(source.read_bytes() if isinstance(source, Path) else source)


def diff(old: Manifest, new: Manifest) -> Changes:
    """Return what moves from one manifest of an image to another, the worst first in `groups`."""
    return differences.diff(old, new)


def check(manifest: Manifest, name: str = "manifest") -> list[Finding]:
    """Return what is wrong with a manifest although bashbrew accepts it.

    Each finding has the `rule`, the `line`, the `subject` and the `problem`.
    """
    raw = RawManifest(name=name, origin=name, content=manifests.dumps(manifest).encode())
    return checks.check_document(checks.LintedManifest.read(raw))
