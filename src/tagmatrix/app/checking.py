"""Whether an application's Dockerfile is still what its files and the manifest say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tagmatrix.app import file_writing, flow, present, rendering
from tagmatrix.app.decisions import base
from tagmatrix.app.report import Message, SourceLine, clean
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.app.application_options import ApplicationOptions
    from tagmatrix.app.file_writing import WantedFile
    from tagmatrix.app.flow import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """The result of a check: its findings, and the files that differ.

    Attributes:
        base: the base of the Dockerfile; empty if it is a person's, and not known.
        supported_until: the last day of its support; None if an end is not known.
        newer: the base that `renewed` would take; empty if it is the same.
        kept: the files that are a person's, and are not compared.
    """

    base: str
    supported_until: dt.date | None
    newer: str
    prepared: Prepared
    findings: tuple[Message, ...]
    different: tuple[WantedFile, ...]
    kept: tuple[str, ...]


def check(folder: Path, as_of: dt.date, architectures: Sequence[str]) -> CheckedFiles:
    """Return what is wrong with the files of a folder.

    A newer tag is not a finding. A person's Dockerfile has its own way to build the application:
    only its base is checked.

    Raises:
        InputError: there is no Dockerfile, or the application has problems.
        UpstreamError: the manifest's address can't be reached.
    """
    there = present.read(folder)
    prepared = flow.prepare(folder, there.options, as_of, there)
    report, catalogue = prepared.report, prepared.catalogue
    kept = prepared.kept
    image = catalogue.owner(kept.tag) if kept else None
    if kept is None:
        what = "its base is unknown"
        if there.base:
            reason = f"is not an image of {catalogue.origin}" if there.base.tag else "has no tag"
            what = f"{there.base} {reason}"
        report.warn(f"{what}, so tagmatrix can't check it", there.source)
    if image is not None:
        for name in architectures:
            if name not in image.architectures:
                report.find(f"{there.base} has no architecture {clean(name)}")
    findings = [
        message if message.source else Message(text=message.text, source=there.source)
        for message in report.findings
    ]
    files = dict(prepared.files)
    if kept and image is None:  # the tag is a finding already
        files[rendering.DOCKERFILE] = present.with_base(
            files[rendering.DOCKERFILE].decode(), str(kept)
        ).encode()
    wanted = file_writing.compare(folder, files, force=False)
    # A person's Dockerfile may do without the other files.
    actions = {"create", "update"} if there.generated else {"update"}
    different = tuple(file for file in wanted if file.action in actions)
    findings += [
        Message(text="is not what the application's files say now", source=SourceLine(file.path))
        for file in different
    ]
    return CheckedFiles(
        base=str(there.base or ""),
        supported_until=prepared.supported_until if image else None,
        newer=_newer(prepared, there.options) if there.generated else _newer_for_person(prepared),
        prepared=prepared,
        findings=tuple(findings),
        different=different,
        kept=tuple(file.path for file in wanted if file.action == "keep"),
    )


def renewed(folder: Path, as_of: dt.date, digest: str) -> tuple[Prepared, WantedFile]:
    """Return the Dockerfile with the newest base that the application accepts.

    A digest stays if the tag does, unless another is given. Raises as `check`, and InputError if
    it is a person's Dockerfile.
    """
    there = present.read(folder)
    if not there.generated:
        raise InputError(
            f"{there.source}: the file has no header of tagmatrix, so it is a person's: change the "
            "base by hand, or let tagmatrix app write --force replace the file"
        )
    wanted = replace(there.options, digest=digest)
    prepared = flow.prepare(folder, wanted, as_of, there, renew=True)
    new = present.with_base(there.text, str(prepared.plan.base))
    action: file_writing.Action = "same" if new == there.text else "update"
    path = rendering.DOCKERFILE
    return prepared, file_writing.WantedFile(path=path, action=action, old=there.text, new=new)


def _newer(prepared: Prepared, options: ApplicationOptions) -> str:
    """Return the base that `renewed` would take; empty if it is the same, or none fits."""
    tag = options.tag or _newest_tag(prepared, options.variant or base.FLAVOR)
    catalogue, kept = prepared.catalogue, prepared.kept
    name = f"{catalogue.name}:{tag}" if catalogue.owner(tag) else ""
    return name if kept is None or name != f"{kept.name}:{kept.tag}" else ""


def _newer_for_person(prepared: Prepared) -> str:
    """Return the newest base that fits; empty if it has the image of the Dockerfile's tag.

    That tag may be another one of the same image.
    """
    catalogue, kept = prepared.catalogue, prepared.kept
    image = catalogue.owner(kept.tag) if kept else None
    if image is None:
        return ""
    tag = _newest_tag(prepared, image.flavor)
    return f"{catalogue.name}:{tag}" if tag and tag not in image.tags else ""


def _newest_tag(prepared: Prepared, flavor: str) -> str:
    """Return the newest tag of a flavor that the application accepts; empty if there is none."""
    accepted = base.fitting(prepared.catalogue.final(flavor), prepared.plan.base.ranges)
    return base.newest(accepted).tag if accepted else ""
