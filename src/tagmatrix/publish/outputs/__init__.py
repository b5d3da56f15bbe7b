"""The list of outputs: the files that `generate` makes of all images together.

To add an output, add a module with an `OUTPUT` here, and a line in `OUTPUTS`.
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
"""All outputs, in the order of writing: the manifest is last."""


def paths(config: Config) -> tuple[str, ...]:
    """Return the paths of the outputs that name commits, in the order of writing."""
    return tuple(output.path(config) for output in OUTPUTS if output.names_commits)


def render(inputs: Inputs, present: Mapping[str, bytes]) -> dict[str, Rendered]:
    """Return the outputs that name commits, by path, in the order of writing.

    Args:
        inputs: what the outputs are made of, commits included.
        present: the present content of the files, by path.

    Raises ManifestError, render.TemplateError.
    """
    found = {}
    for output in OUTPUTS:
        path = output.path(inputs.config)
        if output.names_commits and (one := output.render(inputs, present.get(path))):
            found[path] = one
    return found
