"""The closed list of lines in the examples of the image's page, which users copy."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Final

from tests.dockerfiles.rules.family.variants import newest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.family import Family

FENCED: Final = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
APPLICATION: Final = (
    ("RUN useradd --create-home app", "the application needs a user"),
    ("USER app", "the application does not need root"),
    ('CMD ["python", "-m", "app"]', "without a shell between, signals reach Python"),
)
ENVIRONMENT: Final = ("ENV PATH=/venv/bin:$PATH", "python is that of the virtual environment")
REQUIREMENTS: Final = ("COPY requirements.txt .", "only a change of this file installs again")

LINES: Final = (
    ("FROM python:{latest}-slim", "the smallest image on Debian is enough to run"),
    ("WORKDIR /app", "the application has a folder"),
    REQUIREMENTS,
    ("RUN pip install --no-cache-dir -r requirements.txt", "pip's cache would stay in the image"),
    ("COPY . .", "what changes most often comes after what takes long"),
    *APPLICATION,
    ("docker build -t my-app .", "the image gets a name"),
    ("docker run --rm --init my-app", "the container goes, and stops at once"),
    ("FROM python:{latest}-{default} AS build", "the first stage has compilers"),
    ("RUN python -m venv /venv", "one folder has all that is installed"),
    ENVIRONMENT,
    REQUIREMENTS,
    (
        "RUN --mount=type=cache,target=/root/.cache/pip pip install -r requirements.txt",
        "pip's cache stays out of the image",
    ),
    ("FROM python:{latest}-slim-{default}", "both stages have one suite"),
    ("COPY --from=build /venv /venv", "the second stage has what the first one built"),
    ENVIRONMENT,
    ("WORKDIR /app", "the application has a folder"),
    ("COPY . .", "what changes most often comes after what takes long"),
    *APPLICATION,
    (
        'docker run --rm -it -v "$PWD":/app:ro -w /app python:{latest}-slim python script.py',
        "a script runs without an image of its own, and changes no file",
    ),
)
"""Each line with its reason; {latest} and {default} are the newest final cycle and its suite."""


def examples(family: Family) -> Iterator[tuple[str, str]]:
    """The examples have the lines that an application needs, in their order, and no others."""
    blocks = "".join(match[1] for match in FENCED.finditer(family.page))
    found = [line for line in blocks.splitlines() if line]
    newest = newest_of(family)
    wanted = [line.format_map(newest) for line, _ in LINES]
    matcher = difflib.SequenceMatcher(None, found, wanted, autojunk=False)
    for kind, left, right, wanted_left, wanted_right in matcher.get_opcodes():
        if kind == "equal":
            continue
        for line in found[left:right]:
            yield "page", f"`{line}` is not a line of an example, or not at this place"
        for line, why in LINES[wanted_left:wanted_right]:
            yield "page", f"`{line}` is missing: {why}"


RULES: Final = (examples,)
