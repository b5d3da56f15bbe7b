"""Add a release cycle with the layout of the newest one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from tagmatrix.config.artifacts import EACH, each_sum, nested
from tagmatrix.config.format import CYCLE
from tagmatrix.config.model import ContextFile, Suffix
from tagmatrix.editing import Put
from tagmatrix.errors import InputError
from tagmatrix.matrix.needs import needs
from tagmatrix.problems import shown
from tagmatrix.update.policy import needs_promotion
from tagmatrix.update.steps.checksums import check_complete, check_names, check_version
from tagmatrix.update.steps.state import StepPlan
from tagmatrix.util.nearest import closest
from tagmatrix.versions import cycle_numbers, parse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tagmatrix.config import Config, Release
    from tagmatrix.config.model import Component, VariantChoice
    from tagmatrix.editing import Edit, Value
    from tagmatrix.update.steps.checksums import VersionChecksums
    from tagmatrix.versions import Style


@dataclass(frozen=True, slots=True)
class NewCycle:
    """The values of a new cycle; None leaves a value out."""

    cycle: str
    version: str
    release_manager: str | None = None
    end_of_life: dt.date | None = None


def add(config: Config, new: NewCycle, checksums: VersionChecksums) -> StepPlan:
    """Return edits that add a cycle at its place, newest first.

    Its variants, default suites and artifacts are those of the newest cycle.
    Raises InputError.
    """
    if not CYCLE.fits(new.cycle):
        raise InputError(f'invalid release cycle "{shown(new.cycle)}": write one such as 3.16-rc')
    if any(release.cycle == new.cycle for release in config.releases):
        raise InputError(
            f"there is a cycle {new.cycle} already; to change its version: "
            f"tagmatrix bump {new.cycle} {new.version}"
        )
    numbers = cycle_numbers(new.cycle)
    for other in config.releases:
        if numbers and cycle_numbers(other.cycle) == numbers:
            raise InputError(
                f"{new.cycle} has the same numbers as {other.cycle}: bump {other.cycle}, or make "
                f"it final with tagmatrix promote {other.cycle}"
            )
    check_version(new.cycle, new.version, config.version_style)
    if needs_promotion(new.cycle, new.version, config.version_style):
        name = ".".join(map(str, numbers))
        raise InputError(
            f"{new.version} is final, and {new.cycle} is for pre-releases: tagmatrix add {name} "
            f"{new.version}"
        )
    tag = not _is_another_version(new, config.version_style)
    model = replace(like(config, new.cycle), version=new.version, cycle_tag=tag)
    needed = needs(config, model)
    check_names(model, needed.possible, checksums)
    check_complete(model, needed, checksums, listed=False)
    manager, notes = _manager(config, new)
    return StepPlan((*manager, put(config, model, new, checksums)), tuple(notes))


def _is_another_version(new: NewCycle, style: Style) -> bool:
    """Return whether the name of a cycle reads as another version, which is not its tag then.

    In PEP 440, 1.28-rc is 1.28rc0, so it is not the tag of 1.28rc1; 3.15-rc beside 3.15.0rc1 is.
    """
    name, own = parse(new.cycle, style), parse(new.version, style)
    early = name is not None and not name.is_final
    return bool(early and name and own and name.is_full(own) and not name.names(own))


def put(config: Config, model: Release, new: NewCycle, checksums: VersionChecksums) -> Edit:
    """Return the edit that writes a new cycle at its place."""
    numbers = cycle_numbers(new.cycle)
    at = place_among([cycle_numbers(release.cycle) for release in config.releases], numbers)
    before = config.releases[at].cycle if at < len(config.releases) else None
    return Put(("releases", new.cycle), _block(model, new, checksums), before=before)


def like(config: Config, cycle: str) -> Release:
    """Return a copy of the newest release for a new cycle; the version of the copy is unused."""
    newest = max(config.releases, key=lambda release: cycle_numbers(release.cycle))
    files = [*(name for _, name, _ in each_sum(newest.sums)), *newest.held_back]
    variants = newest.variants
    if variants is not None:
        variants = tuple(
            replace(
                choice,
                version=None,
                aliases=None,
                also_versions=None,
                sha256=None,
                sha512=None,
                sha1=None,
                sha1_why="",
            )
            for choice in variants
        )
    return replace(
        newest,
        cycle=cycle,
        folder=cycle,
        sha256={name: "" for name in files if "/" in name},
        sha512={},
        sha1={},
        held_back={},
        aliases=(),
        also_versions=(),
        cycle_tag=True,
        deprecated=None,
        settings={},
        upstream=None,
        variants=variants,
    )


def place_among(numbers: Iterable[tuple[int, ...]], new: tuple[int, ...]) -> int:
    """Return the index of a new cycle among others, newest first; without a number it is 0.

    >>> place_among([(3, 10), (3, 9)], (3, 15)), place_among([(3, 10), (3, 9)], (3, 9, 1))
    (0, 1)
    """
    for index, there in enumerate(numbers):
        if not new or (there and there < new):
            return index
    return len([*numbers])


def _block(model: Release, new: NewCycle, checksums: VersionChecksums) -> dict[str, Value]:
    """Return the block of the new cycle, in the usual order of keys."""
    variants = None if model.variants is None else [_variant(each) for each in model.variants]
    block: dict[str, Value] = {
        "version": new.version,
        "cycle_tag": None if model.cycle_tag else False,
        **{algorithm: nested(sums) for algorithm, sums in checksums.sums.items()},
        **_sha1_with_why(model, checksums),
        "artifacts": model.artifacts if model.artifacts is None else list(model.artifacts),
        "held_back": dict.fromkeys(checksums.late, f"{new.version} not published"),
        "release_manager": new.release_manager,
        "end_of_life": new.end_of_life,
        "default_suites": dict(model.default_suites),
        "axes": _written(model.axes),
        "default_axes": dict(model.default_axes),
        "variants": variants,
        "components": {name: _own_component(each) for name, each in model.components.items()},
    }
    return {key: value for key, value in block.items() if value not in (None, {})}


def _sha1_with_why(model: Release, checksums: VersionChecksums) -> dict[str, Value]:
    """Return the SHA-1 with the reason why there is nothing better, if the cycle has one."""
    given = bool(model.sha1_why and checksums.sha1)
    return {"sha1": {**nested(checksums.sha1), "why": model.sha1_why}} if given else {}


def _own_component(component: Component | None) -> Value:
    if component is None:
        return False
    sums = {name: digests.get("", nested(digests)) for name, digests in component.sums.items()}
    why = {"why": component.why} if component.why else {}
    return {"version": component.version, **sums, **why} if sums else component.version


def _variant(choice: VariantChoice) -> Value:
    more = {
        key: _written(value)
        for key in choice.__struct_fields__
        if key not in {"name", "sha1_why"} and (value := getattr(choice, key)) not in (None, {})
    }
    if choice.needs:
        more["needs"] = [
            {"name": need.removesuffix(EACH), "by": "architecture"} if need.endswith(EACH) else need
            for need in choice.needs
        ]
    return {"name": choice.name, **more} if more else choice.name


def _written(value: Any) -> Value:  # noqa: ANN401 (any value of a variant)
    """Return a value as versions.yaml has it, in its shortest form."""
    if isinstance(value, tuple):
        return [_written(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _written(item) for key, item in value.items()}
    if isinstance(value, Suffix | ContextFile):
        first = "suffix" if isinstance(value, Suffix) else "file"
        keys = {key: getattr(value, key) for key in value.__struct_fields__}
        given = {key: _written(item) for key, item in keys.items() if item not in (None, (), False)}
        return given[first] if given.keys() == {first} else given
    return cast("Value", value)


def _manager(config: Config, new: NewCycle) -> tuple[list[Edit], list[str]]:
    """Return the edits that define a new release manager, and notes."""
    name = new.release_manager
    if name is None:
        if not config.release_managers:
            return [], []
        note = f"{new.cycle} has no release_manager; set one with --release-manager, or by hand"
        return [], [note]
    if name in config.release_managers:
        return [], []
    if close := closest(name, config.release_managers):
        raise InputError(f'there is no release manager "{name}"; did you mean {close}?')
    note = f"{name} is a new entry in release_managers, without an OpenPGP key"
    return [Put(("release_managers", name), {})], [note]
