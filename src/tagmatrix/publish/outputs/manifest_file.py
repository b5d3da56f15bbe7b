"""`library/NAME`: the file of the manifest for official-images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.publish.outputs.interface import Output, Rendered
from tagmatrix.publish.outputs.new_manifest import text

if TYPE_CHECKING:
    from tagmatrix.publish.outputs.inputs import Inputs


def render(inputs: Inputs, present: bytes | None) -> Rendered:
    """Return the content of the file. Raises ManifestError."""
    return Rendered(content=text(inputs.manifest, present))


OUTPUT: Final = Output(render=render, renewed="{manifest}")
