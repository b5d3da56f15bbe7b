"""The list of outputs: the files that `generate` makes of all images together.

To add an output, add a module with an `OUTPUT` here, and a line in `layout.OUTPUTS`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from tagmatrix import layout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.publish.outputs.inputs import Inputs
    from tagmatrix.publish.outputs.interface import Output, Rendered


def _output(module: str, pattern: str) -> Output:
    found = import_module(f"{__name__}.{module}").OUTPUT
    return replace(cast("Output", found), pattern=pattern)


OUTPUTS: tuple[Output, ...] = tuple(_output(*each) for each in layout.OUTPUTS.items())
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
