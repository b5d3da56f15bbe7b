"""`library/README.md`: the image's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.publish.outputs.interface import Output, Rendered
from tagmatrix.render.page.page import page

if TYPE_CHECKING:
    from tagmatrix.publish.outputs.inputs import Inputs


def render(inputs: Inputs, _present: bytes | None) -> Rendered:
    """Return the page, with its size and its tier. Raises TemplateError."""
    found = page(
        inputs.templates, inputs.config, inputs.matrix, inputs.commits, prefix=inputs.prefix
    )
    return Rendered(
        content=found.content,
        note=f"page: {found.text()}",
        warning=found.warning(),
        facts={
            "bytes": len(found.content),
            "budget": found.budget,
            "tier": {"number": found.tier.number, "what": found.tier.value},
        },
    )


OUTPUT: Final = Output(render=render, renewed="the page of {manifest}", facts="page")
