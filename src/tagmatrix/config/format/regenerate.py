"""The key `regenerate`: branch, author and committer of the scheduled job."""

from __future__ import annotations

from typing import Final

from tagmatrix.config.format.name_shapes import BRANCH
from tagmatrix.config.model import Regenerate
from tagmatrix.config.shapes import Field, Record, Text
from tagmatrix.util.printable import NOT_IN_LINE

PERSON: Final = Text(
    'a name and a mail address, such as "Ada Lovelace <ada@example.org>"',
    rf"[^<>\s{NOT_IN_LINE}](?:[^<>{NOT_IN_LINE}]*[^<>\s{NOT_IN_LINE}])?"
    rf" <[^<>\s@{NOT_IN_LINE}]+@[^<>\s@{NOT_IN_LINE}]+>",
    longest=300,
)

REGENERATE: Final = Record(
    {
        "branch": Field(BRANCH, "The branch of its commits.", default=Regenerate().branch),
        "author": Field(PERSON, "The author of its commits. If absent: git's `user`."),
        "committer": Field(PERSON, "The committer. If absent: git's `user`."),
    },
    Regenerate,
    "the settings of the scheduled job",
    "How `tagmatrix regenerate` commits. Options on the command line override these keys.",
)
