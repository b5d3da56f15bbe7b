"""The files beside a Dockerfile: copies of files in templates/files/, or rendered from there."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tagmatrix.config.format.name_shapes import PATH_PATTERN
from tagmatrix.config.model import ContextFile
from tagmatrix.config.shapes import Either, Field, ListOf, Record, Text

_PLACEHOLDERS: Final = "it may contain {suite}, {cycle}, {version}, {name}"
_SOURCE: Final = Text(
    "a path below templates/files/, such as docker-entrypoint.sh (no `..`, not absolute; "
    f"{_PLACEHOLDERS})",
    PATH_PATTERN,
)
_RECORD: Final = Record(
    {
        "file": Field(_SOURCE, "The file below templates/files/ that is copied as it is."),
        "template": Field(_SOURCE, "The template below templates/files/ that is rendered."),
        "to": Field(
            Text(
                "a path in the image's folder, such as conf/my.cnf (no `..`, not absolute; "
                f"{_PLACEHOLDERS})",
                PATH_PATTERN,
            ),
            "Its path in the image's folder. If absent: the path of its source, without `.j2` if "
            "it is a template.",
        ),
    },
    ContextFile,
    "a file",
    more={"oneOf": [{"required": ["file"]}, {"required": ["template"]}]},
)

CONTEXT_FILES: Final = ListOf(
    Either(
        "a path below templates/files/, or a mapping with its keys",
        {
            "scalar": replace(_SOURCE, build=lambda path: ContextFile(file=path)),
            "mapping": _RECORD,
        },
    ),
    "files",
)
