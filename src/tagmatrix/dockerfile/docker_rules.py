"""What Docker refuses although the text is well-formed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.directives import KNOWN, directive_of
from tagmatrix.dockerfile.instructions import KEYWORDS
from tagmatrix.dockerfile.mount_rules import mount_errors
from tagmatrix.dockerfile.mounts import mounts
from tagmatrix.dockerfile.outline import NO_STAGE
from tagmatrix.dockerfile.parse import DEFAULT_ESCAPE
from tagmatrix.dockerfile.remote_sources import checksum_error, is_address
from tagmatrix.dockerfile.strict import argument_errors, option_errors
from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.parse import Dockerfile

_FEWEST: Final = {
    **dict.fromkeys(("ARG", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "SHELL", "VOLUME"), 1),
    **dict.fromkeys(("MAINTAINER", "STOPSIGNAL", "USER", "WORKDIR"), 1),
    **dict.fromkeys(("ADD", "COPY"), 2),
}
"""How many arguments an instruction needs."""

_CANDIDATE: Final = re.compile(
    rf"^[^\S\n]*#[^\S\n]*(?:{'|'.join(KNOWN)})[^\S\n]*=[^\n]*", re.MULTILINE | re.IGNORECASE
)
_MUST_HAVE: Final = re.compile(r"\$\{\w+:?\?")
_EXPANDED: Final = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "LABEL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"}
)
"""The instructions in which Docker replaces variables."""
_EXPANDED_OPTIONS: Final = ("checksum", "chmod", "chown")
_NOT_IN_ONBUILD: Final = frozenset({"FROM", "MAINTAINER", "ONBUILD"})


class DockerfileFinding(NamedTuple):
    """Something that is wrong or doubtful in a line of a Dockerfile."""

    line: int
    text: str


def errors(dockerfile: Dockerfile, text: str) -> Iterator[DockerfileFinding]:
    """Yield what Docker refuses: instructions, their order, directives that it does not see."""
    yield from _dead_directives(dockerfile, text)
    started = False
    for instruction in dockerfile.instructions:
        keyword, line = instruction.keyword, instruction.line
        if keyword == "FROM":
            started = True
        elif keyword in KEYWORDS - {"ARG"} and not started:
            yield DockerfileFinding(
                line, f"{keyword} is before the first FROM: only ARG may be there"
            )
        yield from instruction_errors(instruction)
        yield from _expansion_errors(instruction, dockerfile.escape)
    if not started:
        yield DockerfileFinding(1, NO_STAGE)


def instruction_errors(instruction: Instruction) -> Iterator[DockerfileFinding]:
    """Yield what Docker refuses of an instruction, whatever is before it."""
    keyword, line = instruction.keyword, instruction.line
    if keyword not in KEYWORDS:
        what = shown(keyword) or "nothing before the end of a continued line"
        yield DockerfileFinding(line, f"unknown instruction: {what}")
        return
    found = (*option_errors(instruction), *mount_errors(instruction), *argument_errors(instruction))
    for what in found:
        yield DockerfileFinding(line, what)
    if keyword == "ONBUILD":
        inner = instruction.inner
        if inner is None or inner.keyword in _NOT_IN_ONBUILD:
            what = f"another instruction than {inner.keyword}" if inner else "an instruction"
            yield DockerfileFinding(line, f"ONBUILD needs {what} after it")
        else:
            yield from instruction_errors(inner)
        return
    fewest = _FEWEST.get(keyword, 0)
    if len(instruction.arguments) < fewest:
        many = "an argument" if fewest == 1 else f"{fewest} arguments"
        yield DockerfileFinding(line, f"{keyword} needs {many}")
    if instruction.heredocs and any(word.endswith("<<") for word in _sources(instruction)):
        yield DockerfileFinding(line, f"{keyword} takes << for a file: write <<EOF without a blank")
    checksum = instruction.option("checksum") if keyword == "ADD" else ""
    if checksum and (problem := checksum_error(checksum, _sources(instruction))):
        yield DockerfileFinding(line, problem)
    if keyword == "ARG" and any(word.startswith("=") for word in instruction.arguments):
        yield DockerfileFinding(line, "ARG needs a name before =")


def _expansion_errors(instruction: Instruction, escape: str) -> Iterator[DockerfileFinding]:
    """Yield the texts whose quotes or variables Docker can't read, whatever their values."""
    for what, text, is_content in expanded_texts(instruction):
        if any(character in text for character in "$'\""):
            from tagmatrix.dockerfile.word_expansion import check  # noqa: PLC0415 (few Dockerfiles need it)

            try:
                check(text, DEFAULT_ESCAPE if is_content else escape, plain_quotes=is_content)
            except ValueError as error:
                yield DockerfileFinding(instruction.line, f"{what}: {error}")


def expanded_texts(instruction: Instruction) -> Iterator[tuple[str, str, bool]]:
    """Yield the texts in which Docker replaces variables, and whether each is a here-document."""
    keyword = instruction.keyword
    words = [value for mount in mounts(instruction) for value in mount.values]
    if keyword in _EXPANDED:
        words += [word for word in instruction.arguments if not _opens_heredoc(word, instruction)]
        words += [instruction.option(name) or "" for name in _EXPANDED_OPTIONS]
        for heredoc in instruction.heredocs:
            if heredoc.expand:
                yield f"the here-document {shown(heredoc.name)}", heredoc.content, True
    yield from ((f"{keyword} {shown(word)}", word, False) for word in words)


def must_have_values(text: str) -> bool:
    """Return whether a Dockerfile may have a variable that must have a value."""
    return _MUST_HAVE.search(text) is not None


def _dead_directives(dockerfile: Dockerfile, text: str) -> Iterator[DockerfileFinding]:
    """Yield comments that would be parser directives if they were at the very top."""
    alive = {directive.line for directive in dockerfile.directives}
    inside = [(each.line, each.end) for each in dockerfile.instructions]
    inside += [(each.line, each.end) for each in dockerfile.refused]
    for match in _CANDIDATE.finditer(text):
        number = text.count("\n", 0, match.start()) + 1
        if number in alive or any(first <= number <= last for first, last in inside):
            continue
        if directive := directive_of(match[0].strip(), number):
            yield DockerfileFinding(
                number,
                f"Docker does not see `# {directive.name}=`: parser directives must be at the very "
                "top, before blank lines, comments and unknown directives",
            )


def _sources(instruction: Instruction) -> tuple[str, ...]:
    return instruction.arguments[:-1] if instruction.keyword in {"ADD", "COPY"} else ()


def copied_paths(instruction: Instruction) -> tuple[str, ...]:
    """Return what COPY or ADD takes from the build context: no here-documents, no addresses.

    Variables are not replaced. An empty `--from=` is the build context, too.
    """
    if instruction.option("from"):
        return ()
    sources = _sources(instruction)
    if instruction.keyword == "ADD":
        sources = tuple([word for word in sources if not is_address(word)])
    return tuple([word for word in sources if not _opens_heredoc(word, instruction)])


def _opens_heredoc(word: str, instruction: Instruction) -> bool:
    if not instruction.heredocs:
        return False
    from tagmatrix.dockerfile.heredocs import opening_of  # noqa: PLC0415 (few Dockerfiles need it)

    try:
        return opening_of(word) is not None
    except ValueError:
        return False
