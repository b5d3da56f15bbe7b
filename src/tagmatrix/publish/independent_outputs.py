"""The outputs that name no commits: `generate` writes them with the Dockerfiles."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tagmatrix.publish import file_changes, outputs

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.publish.file_changes import FileChange
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Output, Rendered


def plan(
    target: Path, inputs: Inputs, *, elsewhere: bool
) -> tuple[list[FileChange], dict[str, Rendered]]:
    """Return the changes of the outputs that name no commits, and these outputs by path.

    Args:
        target: the folder to compare with.
        inputs: what the outputs are made of.
        elsewhere: whether the folder is not the image's own: then the files that users
            make are left out.

    Raises InputError, render.TemplateError.
    """
    rendered: dict[str, Rendered] = {}

    def content(output: Output, present: bytes | None) -> bytes | None:
        found = output.render(inputs, present)
        if found is None:
            return None
        rendered[output.path(inputs.config)] = found
        return found.content

    changes = (
        file_changes.in_place(
            target, output.path(inputs.config), functools.partial(content, output)
        )
        for output in outputs.OUTPUTS
        if not output.names_commits and (output.whole or not elsewhere)
    )
    return [change for change in changes if change is not None], rendered
