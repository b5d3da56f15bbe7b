"""Whether an application's Dockerfile is still what its files and the manifest say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix.app import file_writing, flow, present, rendering
from tagmatrix.app.decisions import base
from tagmatrix.app.report import Message, SourceLine, clean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.app.file_writing import WantedFile
    from tagmatrix.app.flow import Prepared
    from tagmatrix.app.present import Present


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """The result of a check: its findings, and the files that differ.

    Attributes:
        base: the base of the Dockerfile.
        supported_until: the last day of its support; None if an end is not known.
        newer: the base that `renewed` would take; empty if it is the same.
    """

    base: str
    supported_until: dt.date | None
    newer: str
    prepared: Prepared
    findings: tuple[Message, ...]
    different: tuple[WantedFile, ...]


def check(folder: Path, as_of: dt.date, architectures: Sequence[str]) -> CheckedFiles:
    """Return what is wrong with the files of a folder.

    A newer tag is not a finding.

    Raises:
        InputError: tagmatrix did not write the Dockerfile, or the application has problems.
        UpstreamError: the manifest's address can't be reached.
    """
    there = present.read(folder)
    prepared = flow.prepare(folder, there.options, as_of, there)
    report, catalogue = prepared.report, prepared.catalogue
    image = catalogue.owner(there.base.tag)
    if image is not None:
        for name in architectures:
            if name not in image.architectures:
                report.find(f"{there.base} has no architecture {clean(name)}")
    findings = [
        message if message.source else Message(text=message.text, source=there.source)
        for message in report.findings
    ]
    files = dict(prepared.files)
    if image is None:  # the tag is a finding already
        files[rendering.DOCKERFILE] = present.with_base(
            files[rendering.DOCKERFILE].decode(), str(there.base)
        ).encode()
    wanted = file_writing.compare(folder, files, force=False)
    different = tuple(file for file in wanted if file.action in {"create", "update"})
    findings += [
        Message(text="is not what the application's files say now", source=SourceLine(file.path))
        for file in different
    ]
    return CheckedFiles(
        base=str(there.base),
        supported_until=prepared.supported_until if image else None,
        newer=_newer(prepared, there),
        prepared=prepared,
        findings=tuple(findings),
        different=different,
    )


def renewed(folder: Path, as_of: dt.date, digest: str) -> tuple[Prepared, WantedFile]:
    """Return the Dockerfile with the newest base that the application accepts.

    A digest stays if the tag does, unless another is given. Raises as `check`.
    """
    there = present.read(folder)
    wanted = replace(there.options, digest=digest)
    prepared = flow.prepare(folder, wanted, as_of, there, renew=True)
    new = present.with_base(there.text, str(prepared.plan.base))
    action: file_writing.Action = "same" if new == there.text else "update"
    path = rendering.DOCKERFILE
    return prepared, file_writing.WantedFile(path=path, action=action, old=there.text, new=new)


def _newer(prepared: Prepared, there: Present) -> str:
    """Return the base that `renewed` would take; empty if it is the same, or none fits."""
    catalogue, options = prepared.catalogue, there.options
    tag = options.tag
    if not tag:
        images = catalogue.final(options.variant or base.FLAVOR)
        accepted = base.fitting(images, prepared.plan.base.ranges)
        tag = base.newest(accepted).tag if accepted else ""
    name = f"{catalogue.name}:{tag}" if catalogue.owner(tag) else ""
    return name if name != f"{there.base.name}:{there.base.tag}" else ""
