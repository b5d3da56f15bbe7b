"""The digests that builds left, held against the plan that asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.errors import InputError
from tagmatrix.registry.joins import read_built
from tagmatrix.registry.repositories import repository
from tagmatrix.util.files import input_errors, read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tagmatrix.registry.joins import BuiltImage, Member, PlanJoins
    from tagmatrix.registry.publishing_problems import PublishingProblems

_LARGEST: Final = 1_000_000


def read_folder(folder: Path) -> dict[str, BuiltImage]:
    """Return what builds left in a folder, by the id of the build. Raises InputError."""
    with input_errors(folder):
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    found: dict[str, BuiltImage] = {}
    wrong = []
    for file in files:
        try:
            with input_errors(file):
                data = read_bounded(file, _LARGEST)
            built = read_built(data, str(file))
            if built.build != file.stem:
                wrong.append(f"{file}: build: the file is named after another build")
            found[built.build] = built
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n".join(wrong))
    return found


def compare(
    plan: PlanJoins,
    built: Mapping[str, BuiltImage],
    findings: PublishingProblems,
    *,
    untested: bool,
) -> list[str]:
    """Add the reasons why builds are not those of the plan; return those that it does not have.

    Args:
        plan: the plan.
        built: what the builds left, by their ids.
        findings: gets the refusals.
        untested: whether a build may be published whose test failed or was not run.
    """
    members = {member.build: member for join in plan.joins for member in join.members}
    places = plan.repositories
    for name, image in built.items():
        if image.plan != plan.id:
            findings.refused.append(f"{name}: its digest belongs to another plan ({image.plan})")
            continue
        if (member := members.get(name)) is not None:
            findings.refused += _differences(member, image)
            if repository(image.repository) not in places:
                findings.refused.append(
                    f"{name}: its repository is {image.repository}, which the plan does not have"
                )
            if not untested:
                findings.refused += _test(member, image)
    return sorted(built.keys() - members.keys() - {build.id for build in plan.builds})


def _differences(member: Member, image: BuiltImage) -> Iterator[str]:
    for what, planned, found in (
        ("key", member.key, image.key),
        ("commit", member.commit, image.commit),
        ("platform", member.platform, image.platform),
    ):
        if planned != found:
            yield f"{member.build}: its {what} is {found}, but the plan has {planned}"


def _test(member: Member, image: BuiltImage) -> Iterator[str]:
    if image.test is not None and not image.test.passed:
        yield f"{member.build}: its test failed; to publish it anyway, use --untested"
    elif image.test is None and member.tested:
        yield f"{member.build}: its test was not run; to publish it anyway, use --untested"
