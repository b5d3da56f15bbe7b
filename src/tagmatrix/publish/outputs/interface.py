"""The interface of an output: a file that `generate` makes of all images together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.publish.outputs.inputs import Inputs


class Rendered(NamedTuple):
    """The content of an output, and what a run reports of it.

    Attributes:
        content: the whole file.
        note: a line for the user; empty if there is none.
        warning: what is odd about it; empty if nothing is.
        facts: its facts in the JSON of a run.
    """

    content: bytes
    note: str = ""
    warning: str = ""
    facts: Mapping[str, Any] | None = None


class Output(Struct, frozen=True, kw_only=True):
    """A file that `generate` makes of all images together.

    Attributes:
        render: returns its content. The argument is the file's present content, or None
            if the file does not exist; the result is None if the file is not wanted.
        names_commits: whether its content depends on commits. Such outputs are one
            unit: `generate` writes all of them or none. It writes
            the others with the Dockerfiles.
        whole: whether the whole file is generated. Otherwise users make the file,
            a marked block of it is generated, and users commit their changes elsewhere
            in it.
        renewed: its name in a commit message if no tag moves; `{manifest}` is the
            manifest's path.
        facts: the key of its facts in the JSON of a run; empty if it has none.
        pattern: its path in `layout.OUTPUTS`, from the image's folder. It is in no folder of an
            image.
    """

    render: Callable[[Inputs, bytes | None], Rendered | None]
    renewed: str
    names_commits: bool = True
    whole: bool = True
    facts: str = ""
    pattern: str = ""

    def path(self, config: Config) -> str:
        """Return its path from the image's folder."""
        return self.pattern.format(manifest=config.layout.manifest)
