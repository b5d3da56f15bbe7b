"""What COPY, ADD and mounts take from the build context."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.copies import Copied, copied, missing_sources, takes
from tagmatrix.dockerfile.parse import parse

FILES = ("Dockerfile", "run.sh", "conf/a.conf", "conf/deep/b.conf", "docs/x.md")


@pytest.mark.parametrize(
    "instruction",
    [
        "COPY run.sh /",
        "COPY ./run.sh /run",
        "COPY /run.sh /",
        "COPY ../run.sh /",
        "COPY . /",
        "COPY conf /",
        "COPY conf/ docs/x.md /",
        "COPY conf/deep/.. /",
        "COPY *.sh /",
        "COPY conf/*/b.conf /",
        "COPY r?n.sh [a-d]ocs /",
        "COPY run.sh missing* /",
        "COPY --parents **/b.conf /",
        "COPY --parents ./conf/./**/b.conf docs/./x.md *.none /",
        "COPY --link --parents=true **/*.sh /",
        'COPY ["run.sh", "/"]',
        "COPY --chown=1:1 --link run.sh /",
        "COPY --from=other missing /",
        "ADD https://example.org/missing git@example.org:a.git me@host:a.git#v1 /",
        "COPY $X ${Y}/missing /",
        "COPY <<EOF /\nmissing\nEOF",
        'COPY <<A <<"B" run.sh /\nA\nB',
        "ONBUILD COPY missing /",
        "COPY 'run.sh' \"conf\"/a.conf /",
        "COPY r\\un.sh /",
        'COPY ["\\"run.sh\\"", "/"]',
        "copy run.sh \\\n  conf \\\n  /",
        "RUN --mount=type=bind,source=run.sh,target=/run.sh /run.sh",
        "RUN --mount=source=conf,target=/c --mount=Type=bind,SRC=./docs/x.md,dst=/x x",
        "RUN --mount=target=/all --mount=source=/,target=/b --mount=src=..,dst=/c x",
        "RUN --mount=from=other,source=missing,target=/x x",
        "RUN --mount=type=cache,source=missing,target=/x --mount=type=secret,source=missing x",
        "RUN --mount=type=TMPFS,source=missing,target=/x --mount=type=ssh x",
        "RUN --mount=source=$X,target=/x x",
        'RUN --mount=type=bind,"source=run.sh",target=/x x',
        "RUN x --mount=source=missing,target=/x",
    ],
)
def test_present(instruction: str) -> None:
    """Files, folders and patterns of the context are there; other sources do not count."""
    found = copied(parse(f"FROM a\n{instruction}\n"))
    assert [*missing_sources(found, FILES, "")] == []


@pytest.mark.parametrize(
    ("instruction", "missing"),
    [
        ("COPY missing /", ["missing"]),
        ("COPY run.sh missing other /", ["missing", "other"]),
        ("COPY *.py /", ["*.py"]),
        ("COPY conf/*.sh /", ["conf/*.sh"]),
        ("COPY [ /", ["["]),
        ('ADD ["missing", "$X", "/"]', ["missing"]),
        ("COPY RUN.SH /", ["RUN.SH"]),
        ("COPY run.sh/x /", ["run.sh/x"]),
        ("COPY conf/a /", ["conf/a"]),
        ("COPY --parents conf/a missing/./**/*.sh /", ["conf/a", "missing"]),
        ("COPY --parents missing/./a.sh /", ["missing/./a.sh"]),
        ("COPY --parents=false **/b.conf /", ["**/b.conf"]),
        ("ADD HTTPS://a/b user@missing /", ["HTTPS://a/b", "user@missing"]),
        ("COPY me@host:a.git /", ["me@host:a.git"]),
        ("RUN --mount=type=bind,source=missing,target=/x x", ["missing"]),
        ("RUN --mount=src=missing,dst=/x --mount=source=other,target=/y x", ["missing", "other"]),
        ("RUN --mount=source=run.sh,src=missing,target=/x x", ["missing"]),
        ("COPY --from= missing /", ["missing"]),
        ('COPY --from="" missing /', ["missing"]),
        ("RUN --mount=type=BIND,SOURCE=missing,from=,target=/x x", ["missing"]),
        ("RUN --mount=source=*.sh,target=/x x", ["\\*.sh"]),
    ],
)
def test_absent(instruction: str, missing: list[str]) -> None:
    """Each source that is not there is found, with the line of its instruction."""
    found = [*missing_sources(copied(parse(f"FROM a\n{instruction}\n")), FILES, "")]
    assert [each.text.partition(" of ")[2].partition(": ")[0] for each in found] == missing
    assert {each.line for each in found} == {2}


@pytest.mark.parametrize("source", [r".\run.sh", r"conf\deep\b.conf", "conf/deep"])
def test_windows(source: str) -> None:
    """With another escape, a backslash is a slash for Windows, and a character elsewhere."""
    dockerfile = parse(f"# escape=`\nFROM a\nCOPY {source} C:\\\n")
    assert [*missing_sources(copied(dockerfile, windows=True), FILES, "")] == []
    missing = [*missing_sources(copied(dockerfile), FILES, "")]
    assert len(missing) == ("\\" in source)


@pytest.mark.parametrize(
    ("ignore", "instruction", "missing"),
    [
        ("conf", "COPY conf /", ["conf"]),
        ("conf/*", "COPY conf /", ["conf"]),
        ("conf\n!conf/deep/b.conf", "COPY conf /", []),
        ("*.sh", "COPY run.sh /", ["run.sh"]),
        ("*", "COPY . /", []),
        ("docs", "COPY run.sh conf /", []),
        ("conf", "RUN --mount=source=conf/a.conf,target=/a x", ["conf/a.conf"]),
    ],
)
def test_ignored(ignore: str, instruction: str, missing: list[str]) -> None:
    """What .dockerignore leaves out is not there, and a folder is not, if nothing in it is."""
    found = [*missing_sources(copied(parse(f"FROM a\n{instruction}\n")), FILES, ignore)]
    assert [each.text.partition(": ")[0].partition(" of ")[2] for each in found] == missing
    assert all(".dockerignore leaves it out" in each.text for each in found)


@pytest.mark.parametrize(
    ("source", "path", "taken"),
    [
        ("conf", "conf/a", True),
        ("./conf/", "conf", True),
        ("conf/a/b", "conf/a", True),
        ("conf/b", "conf/a", False),
        ("conf/*/b", "conf/a/b/c", True),
        (".", "conf", True),
        ("*.md", "a.md", False),
    ],
)
def test_takes(source: str, path: str, taken: bool) -> None:  # noqa: FBT001 (a column)
    """An instruction takes what is in a folder that it names, but nothing that is ignored."""
    assert takes([Copied("COPY", (source,), 1)], path, "*.md\n") == taken


def test_refused_patterns() -> None:
    """A pattern that Docker refuses is an error beside other sources, and in .dockerignore."""
    copies = copied(parse("FROM a\nRUN x\nCOPY run.sh c[onf /a/\n"))
    texts = [f"{each.line} {each.text}" for each in missing_sources(copies, FILES, "*.md\n!\n")]
    reason = "invalid pattern: close each [ with ] after it, and write \\[ for the character"
    first = "3 line 2 of the folder's .dockerignore is !: write a path after !"
    assert texts == [first, f"3 COPY of c[onf: {reason}"]
