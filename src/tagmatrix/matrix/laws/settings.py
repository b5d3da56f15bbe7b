"""Law of settings: one that depends on the suite has a value for each suite that needs it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tagmatrix.matrix.laws.findings import name_of
from tagmatrix.matrix.setting_values import missing
from tagmatrix.util.wording import few

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.matrix.laws.findings import Finding
    from tagmatrix.problems import ValuePath


def valued(config: Config, matrix: Matrix) -> Iterator[Finding]:
    """Check that each setting with `by` has a value for each image where its condition holds."""
    lacking: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    for image, name, key in missing(config, matrix.images):
        path: ValuePath = ("releases", image.cycle)
        if name in image.release.settings:
            path = (*path, "settings", name)
        lacking[path, name, key].append(name_of(image))
    for (path, name, key), names in lacking.items():
        need = "needs" if len(names) == 1 else "need"
        yield (
            path,
            (
                f"the setting {name} has no value for {key}, and {few(names)} {need} it: add "
                f"`settings: {{{name}: {{{key}: ...}}}}`, or limit the setting with `when`"
            ),
        )
