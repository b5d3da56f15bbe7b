"""The files that `generate` makes of all images together, in one list.

A new one is a module here that has an `OUTPUT`, and a line in `OUTPUTS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.publish.outputs import catalog, manifest_file, page_file, readme_block

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Output, Rendered

OUTPUTS: tuple[Output, ...] = (
    readme_block.OUTPUT,
    catalog.OUTPUT,
    page_file.OUTPUT,
    manifest_file.OUTPUT,
)
"""All outputs, in the order in which they are written: the manifest is last."""


def paths(config: Config) -> tuple[str, ...]:
    """Return the paths of the outputs that name commits, in the order of writing."""
    return tuple(output.path(config) for output in OUTPUTS if output.names_commits)


def render(inputs: Inputs, present: Mapping[str, bytes]) -> dict[str, Rendered]:
    """Return the outputs that name commits, by path, in the order of writing.

    Args:
        inputs: what they are made of, commits included.
        present: the files as they are, by path.

    Raises ManifestError, render.TemplateError.
    """
    found = {}
    for output in OUTPUTS:
        path = output.path(inputs.config)
        if output.names_commits and (one := output.render(inputs, present.get(path))):
            found[path] = one
    return found
