"""Which files beside Dockerfiles users may run: those whose source in templates/files/ they may.

The disk decides. Where git does not trust the run bits of the disk, because its file system
has none, git's index decides; and the disk for a source that git does not track.
See https://git-scm.com/docs/git-config, core.fileMode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix import git
from tagmatrix.layout import TEMPLATES, inside
from tagmatrix.render.context_files import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tagmatrix.render.context_files import ContextFiles
    from tagmatrix.render.dockerfiles import BuildContext


class RunBits(Struct, frozen=True, kw_only=True):
    """Where run bits come from.

    Attributes:
        on_disk: whether those of the disk are right.
        in_index: otherwise those of git's index, by the path in templates/.
    """

    on_disk: bool = True
    in_index: Mapping[str, bool] = field(default_factory=dict)

    def of(self, made: Iterable[BuildContext]) -> dict[str, bool]:
        """Return the run bits of the files beside Dockerfiles, and of their sources."""
        found: dict[str, bool] = {}
        for each in made:
            for file in each.image.files:
                source = f"{FOLDER}/{file.source}"
                bit = self.in_index.get(source, each.files[file.name].executable)
                found[inside(each.image.directory, file.name)] = bit
                found[f"{TEMPLATES}/{source}"] = bit
        return found

    def warnings(self, sources: ContextFiles) -> list[str]:
        """Return a line for each source that is a script, but that users may not run."""
        how = "chmod +x" if self.on_disk else "git update-index --add --chmod=+x"
        return [
            f"{TEMPLATES}/{path} begins with #!, but it is not executable; to let "
            f"users run it: {how} {TEMPLATES}/{path}"
            for path in sources.scripts_without_run_bit(self.in_index)
        ]


def look_up(repository: git.Repository | git.NoRepository) -> RunBits:
    """Return where run bits come from. Raises GitError."""
    if isinstance(repository, git.NoRepository) or git.keeps_modes(repository):
        return RunBits()
    found = git.run_bits(repository, f"{TEMPLATES}/{FOLDER}")
    return RunBits(
        on_disk=False,
        in_index={path.removeprefix(f"{TEMPLATES}/"): bit for path, bit in found.items()},
    )
