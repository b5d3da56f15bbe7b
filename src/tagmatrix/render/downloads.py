"""Checksums that a Dockerfile must have: without them nothing would verify its downloads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from tagmatrix.config.artifacts import best, each_sum
from tagmatrix.dockerfile.docker_rules import DockerfileFinding
from tagmatrix.dockerfile.doubts import NOT_SPLIT
from tagmatrix.manifest.architecture_names import ARCHITECTURES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.parse import Dockerfile
    from tagmatrix.matrix.expand import Image

Checksums: TypeAlias = "tuple[tuple[str, tuple[tuple[str, str], ...]], ...]"
"""The artifacts that a Dockerfile has to verify, each with its checksums by algorithm."""

_HEX: Final = re.compile("[0-9a-f]{40,}")
_WITHOUT_DOWNLOADS: Final = frozenset(
    {"CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "STOPSIGNAL", "USER"}
    | {"VOLUME", "WORKDIR"}
)
"""The instructions that download nothing, and give nothing to those that do."""


def checksums_of(image: Image) -> Checksums:
    """Return the checksums that the Dockerfile of an image must have: its artifacts' first."""
    found = [(f"release.{name}", best(image.sums, name)) for name in image.needs]
    for name, component in image.components.items():
        files = dict.fromkeys(each for _, each, _ in each_sum(component.sums)) if component else ()
        for file in files:
            part = file.rpartition("/")[2]
            if part not in ARCHITECTURES or part in image.architectures:
                what = f"components.{name}.{file}".removesuffix(".")
                found.append((what, best(component.sums if component else {}, file)))
    return tuple([(name, tuple(sums.items())) for name, sums in found])


def missing(
    dockerfile: Dockerfile, checksums: Checksums, *, windows: bool = False
) -> Iterator[DockerfileFinding]:
    """Yield the artifacts whose checksums no instruction has: nothing would verify the download.

    A checksum has to be a whole word of hexadecimal digits, outside of comments.
    """
    texts = [*_texts(dockerfile)]
    for name, sums in checksums:
        if not any(_has(text, digest, windows=windows) for _, digest in sums for text in texts):
            last = dockerfile.instructions[-1].end if dockerfile.instructions else 1
            algorithm = sums[0][0]
            text = (
                f"no instruction has the {algorithm} of `{name.removeprefix('release.')}`, which "
                f"the variant needs: use {{{{ {_expression(name, algorithm)} }}}}"
            )
            yield DockerfileFinding(last, text)


class _Text(NamedTuple):
    """What may verify a download, in lower case."""

    content: str
    is_script: bool


def _texts(dockerfile: Dockerfile) -> Iterator[_Text]:
    for each in dockerfile.instructions:
        own = each.inner or each
        if own.keyword not in _WITHOUT_DOWNLOADS:
            yield _Text(each.text.lower(), own.keyword == "RUN" and not own.json)
            for heredoc in each.heredocs:
                yield _Text(heredoc.content.lower(), is_script=True)
    for refused in dockerfile.refused:
        yield _Text(refused.text.lower(), is_script=False)


def _has(text: _Text, digest: str, *, windows: bool) -> bool:
    """Return whether a text has a checksum as a whole word, outside of comments."""
    content = text.content
    if digest not in content:
        return False
    if text.is_script:
        content = "\n".join([_code(line, windows=windows) for line in content.split("\n")])
    return digest in _HEX.findall(content)


def _code(line: str, *, windows: bool) -> str:
    """Return a line of a shell script without its comment.

    >>> _code("echo '#1' # a", windows=False), _code("a 'b # c", windows=False)
    ("echo '#1' ", "a 'b # c")
    """
    if "#" not in line:
        return line
    if line.lstrip().startswith("#"):
        return ""
    # The quotes of shells on Windows have other rules.
    for match in () if windows else NOT_SPLIT.finditer(line):
        if match[0] in {"'", '"'}:
            return line  # the quotes end in another line
        if match[0].startswith("#"):
            return line[: match.start()]
    return line


def _expression(name: str, algorithm: str) -> str:
    """Return the value of a checksum in templates.

    >>> _expression("release.source", "sha256"), _expression("components.yarn", "sha512")
    ('release.sha256.source', 'components.yarn.sha512')
    >>> _expression("components.gosu.linux/windows-amd64", "sha256")
    "components.gosu.sha256.linux['windows-amd64']"
    """
    words = name.split(".")
    at = 1 if words[0] == "release" else 2
    words.insert(at, algorithm)
    file, _, architecture = words[-1].partition("/")
    return ".".join([*words[:-1], file]) + (f"['{architecture}']" if architecture else "")
