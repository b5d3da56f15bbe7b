"""A plan as a JSON file: a line for each build, job and join."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec.json
from msgspec import to_builtins
from msgspec.structs import replace

from tagmatrix.config.publishing import BREAKING, BREAKS
from tagmatrix.errors import InputError
from tagmatrix.plan.records import Plan
from tagmatrix.plan.safe_names import is_name
from tagmatrix.platforms import PLATFORMS
from tagmatrix.registry.joins import check, check_repository
from tagmatrix.util import json_records
from tagmatrix.util.printable import unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.config.publishing import ImageTest
    from tagmatrix.plan.records import Build

_is_secret: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*=[A-Za-z_][A-Za-z0-9_]*").fullmatch
_is_address: Final = re.compile(r"[a-z][a-z0-9+.-]*://.+").fullmatch
_breaks: Final = re.compile(BREAKING, re.DOTALL).fullmatch
_PLATFORMS: Final = frozenset(PLATFORMS.values())
_ID_LENGTH: Final = 16
_TABLES: Final = ("builds", "jobs", "joins", "left_out")


def to_text(plan: Plan) -> str:
    """Return the JSON of a plan, with its id."""
    body = "".join(_body(plan))
    name = plan.id or _id(body)
    return f'{{\n  "schema": {json_records.SCHEMA},\n  "id": {_json(name)}{body}\n}}\n'


def sealed(plan: Plan) -> Plan:
    """Return a plan with its id: a hash of everything else."""
    return plan if plan.id else replace(plan, id=_id("".join(_body(plan))))


def _id(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:_ID_LENGTH]


def _body(plan: Plan) -> Iterator[str]:
    """Yield the JSON of a plan without its id, with a line for each item of its tables."""
    for name, value in to_builtins(plan, enc_hook=dict).items():
        if name == "id":
            continue
        yield f",\n  {_json(name)}: "
        if name in _TABLES and value:
            yield "[\n"
            yield ",\n".join([f"    {_line(item)}" for item in value])
            yield "\n  ]"
        else:
            yield _json(value)


def _line(item: object) -> str:
    """Return the JSON of an item, by msgspec: it is faster, but refuses halves of characters."""
    try:
        return msgspec.json.format(msgspec.json.encode(item), indent=0).decode()
    except UnicodeEncodeError:
        return _json(item)


def read(data: bytes, name: str) -> Plan:
    """Read a plan; `name` is the file's name in messages. Raises InputError."""
    plan = json_records.load(Plan, data, name)
    check(plan.joins, name)
    for build in plan.builds:
        _check_build(build, name)
    _check_unique("build", [build.id for build in plan.builds], name)
    _check_unique("job", [job.id for job in plan.jobs], name)
    known = {build.id: build for build in plan.builds}
    for build in plan.builds:
        _check_parents(build, known, name)
    for job in plan.jobs:
        if not is_name(job.id):
            raise InputError(f"{name}: invalid id {job.id!r} of a job")
        _check_stage(job.stage, f"{name}: job {job.id}")
        for each in job.builds:
            if each not in known:
                raise InputError(f"{name}: job {job.id} has an unknown build {each!r}")
            if plan.push and known[each].stage != job.stage:
                raise InputError(f"{name}: job {job.id}: {each!r} has another stage; plan again")
        if not job.label.isprintable() or not set(job.emulates) <= _PLATFORMS:
            raise InputError(f"{name}: job {job.id}: invalid label or platform")
    in_jobs = [each for job in plan.jobs for each in job.builds]
    _check_unique("build", in_jobs, f"{name}: jobs")
    if missing := known.keys() - {*in_jobs}:
        raise InputError(f"{name}: jobs: no job has the build {min(missing)!r}; plan again")
    return plan


def _check_build(build: Build, name: str) -> None:
    """Check what becomes the name of a file, or a word of a command. Raises InputError."""
    if not is_name(build.id):
        raise InputError(f"{name}: invalid id {build.id!r} of a build")
    _check_stage(build.stage, f"{name}: {build.id}")
    if not _is_context(build.folder) or not _is_inside(build.file):
        raise InputError(
            f"{name}: {build.id}: invalid folder {build.folder!r} or file {build.file!r}: expected "
            "paths below the top of the repository, or a folder's address"
        )
    if build.platform not in _PLATFORMS:
        raise InputError(f"{name}: {build.id}: unknown platform {build.platform!r}")
    if build.repository is not None:
        check_repository(build.repository, f"{name}: {build.id}")
    _check_unique("secret", [secret.id for secret in build.secrets], f"{name}: {build.id}")
    for secret in build.secrets:
        if not _is_secret(f"{secret.id}={secret.env}"):
            raise InputError(f"{name}: {build.id}: invalid secret {secret.id!r}, {secret.env!r}")

    if build.test is not None:
        _check_test(build.test, f"{name}: {build.id}: test")


def _check_test(test: ImageTest, where: str) -> None:
    if test.wait < 1:
        raise InputError(f"{where}: invalid wait {test.wait}: expected 1 second or more")
    if not test.command:
        raise InputError(f"{where}: it has no command; plan again")
    for option in test.options:
        if _breaks(option):
            raise InputError(f"{where}: the option {option!r} {BREAKS}")


def _check_parents(build: Build, known: Mapping[str, Build], name: str) -> None:
    """Check that no build waits for itself, or for an unknown build. Raises InputError."""
    for parent in build.parents:
        own = known.get(parent.build)
        if own is None and parent.digest is None:
            raise InputError(f"{name}: {build.id}: unknown parent {parent.build!r}")
        if own is not None and own.stage >= build.stage:
            raise InputError(
                f"{name}: {build.id}: its parent {own.id!r} has stage {own.stage}: expected a "
                f"stage below its own, {build.stage}; plan again"
            )


def _check_unique(what: str, ids: Sequence[str], where: str) -> None:
    """Check that no id comes twice. Raises InputError."""
    if len({*ids}) < len(ids):
        twice = next(each for each, times in Counter(ids).items() if times > 1)
        raise InputError(f"{where}: it has the {what} {twice!r} twice")


def _check_stage(stage: int, where: str) -> None:
    if stage < 1:
        raise InputError(f"{where}: invalid stage {stage}: expected a number of 1 or more")


def _is_context(folder: str) -> bool:
    """Return whether a build context is a folder of the repository, or an address of git."""
    if "://" in folder:
        return bool(_is_address(folder)) and not unprintable(folder)
    return "#" not in folder and _is_inside(folder)


def _is_inside(path: str) -> bool:
    """Return whether a path stays in its folder, and is not an option of a command."""
    return (
        bool(path)
        and not path.startswith(("/", "-"))
        and not unprintable(path)
        and path[1:2] != ":"  # a drive of Windows
        and "\\" not in path
        and ".." not in path.split("/")
    )


_json = json.JSONEncoder(ensure_ascii=False).encode
