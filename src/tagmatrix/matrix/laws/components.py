"""Law of components: each one that an image has, has a version."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.config.model import Key
from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding


def versioned(_: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each component of an image has a version."""
    lacking: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for image in matrix.images:
        for name, component in image.components.items():
            if component is not None and not component.version:
                lacking[image.cycle, name].append(name_of(image))
    for (cycle, name), images in lacking.items():
        need = "needs" if len(images) == 1 else "need"
        yield (
            ("releases", cycle),
            (
                f"the version of the component {name} is missing, and {few(images)} {need} it: add "
                f"`components: {{{name}: {{version: ...}}}}`, or limit the component with `when`"
            ),
        )


def idle(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Warn of a component that no image has: it is outdated or a mistake."""
    used = {name for image in matrix.images for name, each in image.components.items() if each}
    for name in config.components:
        if name not in used and matrix.images:
            message = f"no image has the component {name}; fix its condition, or remove it"
            yield ("components", Key(name)), message
