"""Read the text of versions.yaml: YAML, then each value, then all together."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tagmatrix.config import checks
from tagmatrix.config.format import VERSIONS
from tagmatrix.config.format.checksums import with_reason
from tagmatrix.config.model import AxisSource, Config, PageFacts, Regenerate, Release
from tagmatrix.config.publishing import Publish
from tagmatrix.config.shapes import INVALID, Invalid, Reading, TooManyProblemsError
from tagmatrix.config.yaml import tree
from tagmatrix.config.yaml.nodes import Mapping, Scalar
from tagmatrix.layout import DOCKERFILE, TOP, Layout
from tagmatrix.problems import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagmatrix.config.yaml.nodes import Node
    from tagmatrix.problems import Problem
    from tagmatrix.versions import Style


def parse(data: bytes | str, file: str) -> Config:
    """Return the content of versions.yaml; see `config.parse`."""
    problems: list[Problem] = []
    root = tree.read(data.encode() if isinstance(data, str) else data, file, problems)
    reading = Reading([problem.path for problem in problems], _style(root))
    values: Any = INVALID
    with suppress(TooManyProblemsError):
        values = VERSIONS.read(root, (), reading)
    problems += reading.problems
    if isinstance(values, Invalid):
        raise ConfigError(file, problems)
    config = _build(values, file, reading)
    problems += checks.problems(config, reading, whole=not problems)
    if problems:
        raise ConfigError(file, problems)
    return config


def _style(root: Node) -> Style:
    """Return the style of the file's versions: all versions in it are read in this style."""
    loose = isinstance(root, Mapping) and any(
        key.text == "version_style" and isinstance(value, Scalar) and value.text == "loose"
        for key, value in root.items
    )
    return "loose" if loose else "pep440"


def _layout(values: dict[str, Any], releases: Iterable[Release]) -> Layout:
    """Return where generated files are."""
    listed = [*(values["variants"] or ()), *(v for one in releases for v in one.variants or ())]
    owners = [*values["flavors"].values(), *listed]
    folders = []
    for owner in owners:
        flavor = values["flavors"].get(getattr(owner, "flavor", None))
        usual = flavor.folder if flavor else "{name}"
        folder = usual if owner.folder is None else owner.folder
        folders.append(folder.replace("{name}", owner.name))
    return Layout(
        pattern=values["layout"],
        manifest=values.pop("manifest") or f"{TOP}/{values['image']}",
        cycles=tuple(one.folder for one in releases),
        folders=tuple(dict.fromkeys(folders)),
        dockerfiles=tuple(dict.fromkeys(owner.dockerfile or DOCKERFILE for owner in owners)),
    )


def _build(values: dict[str, Any], file: str, reading: Reading) -> Config:
    managers = values["release_managers"]
    releases = []
    for cycle, read in values.pop("releases").items():
        manager = managers.get(read["release_manager"])
        release = with_reason(read) | {"folder": read["folder"] or cycle}
        releases.append(
            Release(
                cycle=cycle,
                openpgp_key=manager and manager.openpgp_key,
                style=values["version_style"],
                **release,
            )
        )
    axes = values["axes"]
    sources = {name: each for name, each in axes.items() if isinstance(each, AxisSource)}
    values["axis_sources"] = sources
    values["axes"] = axes | {name: each.values for name, each in sources.items()}
    values["page"] = values["page"] or PageFacts()
    values["regenerate"] = values["regenerate"] or Regenerate()
    values["layout"] = _layout(values, releases)
    values["publish"] = values["publish"] or Publish()
    return Config(
        **values, releases=tuple(releases), file=file, places=reading.places, keys=reading.keys
    )
