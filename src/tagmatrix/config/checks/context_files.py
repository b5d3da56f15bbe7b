"""Check that each file beside a Dockerfile has one source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, ContextFile
    from tagmatrix.problems import ValuePath


def context_files(config: Config, _: Defined) -> Iterator[Finding]:
    """Check that each file beside a Dockerfile is either copied or rendered."""
    lists: list[tuple[ValuePath, Sequence[ContextFile]]] = [
        (("flavors", name, "files"), flavor.files) for name, flavor in config.flavors.items()
    ]
    lists += [((*path, "files"), choice.files or ()) for path, choice in config.listed_variants()]
    for path, files in lists:
        for number, file in enumerate(files):
            if file.file is not None and file.template is not None:
                message = "this has both `file` and `template`; keep one of them"
                yield (*path, number), message
            elif not file.source:
                message = "`file` or `template` is missing; name a path below templates/files/"
                yield (*path, number), message
