"""Whether an application's Dockerfile is still what its files and the manifest say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix import header, references
from tagmatrix.app import flow, options, rendering, writing
from tagmatrix.app.decide import base
from tagmatrix.app.report import Message, Source, clean
from tagmatrix.errors import InputError
from tagmatrix.util.files import read_bounded

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.app.flow import Prepared
    from tagmatrix.app.options import Options
    from tagmatrix.app.writing import WantedFile
    from tagmatrix.references import Reference

_FROM: Final = re.compile(r"^FROM (\S+) AS base$", re.MULTILINE)
_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The Dockerfile of an application, as it is."""

    text: str
    options: Options
    base: Reference
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """The result of a check: its findings, and the files that differ."""

    prepared: Prepared
    findings: tuple[Message, ...]
    different: tuple[WantedFile, ...]


def present(folder: Path) -> Present:
    """Return the Dockerfile of a folder. Raises InputError unless tagmatrix wrote it."""
    try:
        data = read_bounded(folder / rendering.DOCKERFILE, _MAX_BYTES).replace(b"\r\n", b"\n")
    except OSError as error:
        raise InputError(
            f"{rendering.DOCKERFILE}: {error.strerror}: run tagmatrix app write"
        ) from None
    if not header.is_generated(data, header.APP):
        raise InputError(
            f"{rendering.DOCKERFILE}: has no header of tagmatrix, so it is a person's: "
            "tagmatrix app write --force replaces it"
        )
    text = data.decode(errors="replace")
    match = _FROM.search(text)
    line = text.count("\n", 0, match.start()) + 1 if match else 1
    source = Source(rendering.DOCKERFILE, line)
    if match is None:
        raise InputError(f"{source}: has no line `FROM … AS base`: run tagmatrix app write")
    try:
        reference = references.parse(match[1])
    except ValueError as error:
        raise InputError(f"{source}: {error}") from None
    return Present(text=text, options=options.recorded(text), base=reference, source=source)


def check(folder: Path, as_of: dt.date, architectures: Sequence[str]) -> CheckedFiles:
    """Return what is wrong with the files of a folder.

    A newer tag is no finding: `update` renews the FROM line.

    Raises:
        InputError: tagmatrix did not write the Dockerfile, or the application has problems.
        UpstreamError: the manifest's address can't be reached.
    """
    there = present(folder)
    prepared = flow.prepare(folder, there.options, as_of, there.base)
    report, catalogue = prepared.report, prepared.catalogue
    image = catalogue.owner(there.base.tag)
    if image is not None:
        for text in base.ended(catalogue, image, as_of):
            report.find(f"{there.base}: {text}")
        for name in architectures:
            if name not in image.architectures:
                report.find(f"{there.base} has no architecture {clean(name)}")
    findings = [
        message if message.source else Message(text=message.text, source=there.source)
        for message in report.findings
    ]
    files = dict(prepared.files)
    if image is None:  # the tag is a finding already
        files[rendering.DOCKERFILE] = with_base(
            files[rendering.DOCKERFILE].decode(), str(there.base)
        ).encode()
    wanted = writing.compare(folder, files, force=False)
    different = tuple(file for file in wanted if file.action in {"create", "update"})
    findings += [
        Message(text="is not what the application's files say now", source=Source(file.path))
        for file in different
    ]
    return CheckedFiles(prepared=prepared, findings=tuple(findings), different=different)


def with_base(text: str, name: str) -> str:
    """Return the text of a Dockerfile with another base, and no other change."""
    return _FROM.sub(lambda _: f"FROM {name} AS base", text, count=1)


def renewed(folder: Path, as_of: dt.date, digest: str) -> tuple[Prepared, WantedFile]:
    """Return the Dockerfile with the newest base that the application accepts.

    A digest stays if the tag does, unless another is given. Raises as `check`.
    """
    there = present(folder)
    prepared = flow.prepare(folder, there.options, as_of)
    chosen = prepared.plan.base
    same = (chosen.name, chosen.tag) == (there.base.name, there.base.tag)
    new_digest = digest or (there.base.digest if same else "")
    if there.base.digest and not new_digest:
        prepared.report.warn(
            f"the digest of {there.base.tag} does not belong to {chosen.tag}: give the new one "
            "with --digest",
            there.source,
        )
    name = f"{chosen.name}:{chosen.tag}" + (f"@{new_digest}" if new_digest else "")
    new = with_base(there.text, name)
    action: writing.Action = "same" if new == there.text else "update"
    path = rendering.DOCKERFILE
    return prepared, writing.WantedFile(path=path, action=action, old=there.text, new=new)
