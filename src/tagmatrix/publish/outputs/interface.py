"""What an output is: a file that `generate` makes of all images together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config import Config
    from tagmatrix.publish.outputs.inputs import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The content of an output, and what a run reports of it.

    Attributes:
        content: the whole file.
        note: a line for a person; empty if there is none.
        warning: what is odd about it; empty if nothing is.
        facts: what a program reads of it in the JSON of a run.
    """

    content: bytes
    note: str = ""
    warning: str = ""
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that `generate` makes of all images together.

    Attributes:
        pattern: its path from the image's folder; `{image}` is the image's name.
        render: returns its content. It gets the file's present content, or None if
            there is no file; it returns None if the file is not wanted.
        names_commits: whether its content depends on commits. Such outputs are one
            unit: all of them are true, or none is touched. The others are written
            with the Dockerfiles.
        whole: whether the whole file is generated. Otherwise a person makes the file,
            a marked part of it is generated, and changes elsewhere in it are the
            person's to commit.
        renewed: what a commit message calls it, if no tag moves; `{manifest}` is the
            manifest's path.
        facts: the key of its facts in the JSON of a run; empty if it has none.
    """

    pattern: str
    render: Callable[[Inputs, bytes | None], Rendered | None]
    renewed: str
    names_commits: bool = True
    whole: bool = True
    facts: str = ""

    def path(self, config: Config) -> str:
        """Return its path from the image's folder."""
        return self.pattern.format(image=config.image)
