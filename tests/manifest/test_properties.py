"""Properties of all manifests; no input does harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tracemalloc
from itertools import count

import pytest
from hypothesis import given, strategies as st
from msgspec.structs import replace

from tagmatrix.manifest import (
    ARCHITECTURES,
    Entry,
    Maintainer,
    Manifest,
    ManifestError,
    build,
    dumps,
    from_json,
    parse,
    to_json,
)
from tagmatrix.manifest.validate import MAX_INHERITED
from tagmatrix.manifest.values import clean_directory

from . import mutations
from .samples import A40, ENTRY, HEAD, OTHER, manifest

WORDS = st.text("abé-_.@\udce9\x1c ", min_size=1).map(str.strip).filter(bool)
NAMES = st.text("AB é", min_size=1).map(str.strip).filter(bool)
HANDLES = st.text("ab@-", min_size=1)
TAGS = st.from_regex(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,5}", fullmatch=True)
DIRECTORIES = st.text("ab./", min_size=1).map(clean_directory)
COMMITS = st.text("0123456789abcdef", min_size=62, max_size=62)
MAINTAINERS = st.lists(
    st.builds(Maintainer, name=NAMES, email=HANDLES | st.just(""), handle=HANDLES),
    min_size=1,
    max_size=2,
).map(tuple)
ARCH_VALUES = st.dictionaries(
    st.sampled_from(["amd64-GitFetch", "i386-File", "x-Builder", "-GitRepo"]), WORDS, max_size=3
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Return a manifest that the format can express."""
    words = draw(st.lists(TAGS, unique=True, max_size=12))
    number = count()

    def take(most: int) -> tuple[str, ...]:
        taken = words[: draw(st.integers(0, most))]
        del words[: len(taken)]
        return tuple(taken)

    global_ = Entry(
        maintainers=draw(MAINTAINERS),
        shared_tags=take(1),
        architectures=tuple(
            sorted(draw(st.sets(st.sampled_from(sorted(ARCHITECTURES)), min_size=1)))
        ),
        git_repo=draw(WORDS),
        directory=draw(DIRECTORIES),
        arch_values=draw(ARCH_VALUES),
    )
    entries = []
    while tags := take(3):
        shared = take(2) or global_.shared_tags
        values = dict(global_.arch_values) | draw(ARCH_VALUES)
        entries.append(
            replace(
                global_,
                tags=tags,
                shared_tags=shared,
                git_fetch=draw(st.sampled_from(["refs/heads/master", "refs/tags/v1"])),
                git_commit=f"{next(number):02x}{draw(COMMITS)}"[:64],
                directory=draw(DIRECTORIES),
                file=draw(WORDS),
                builder=draw(WORDS | st.just("")),
                constraints=tuple(draw(st.lists(WORDS, max_size=2))),
                arch_values=values,
            )
        )
    return Manifest(global_=global_, entries=tuple(entries))


@given(manifests())
def test_text_round_trip(made: Manifest) -> None:
    """Parsing a manifest's text or bytes, or building it again, gives the same manifest."""
    text = dumps(made)
    assert parse(text) == made
    assert parse(text.encode("utf-8", "surrogateescape")) == made
    assert dumps(parse(text)) == text
    assert build(made.global_, made.entries) == made


@given(manifests())
def test_json_round_trip(made: Manifest) -> None:
    """A manifest's JSON gives the same manifest again, except bytes that are not UTF-8."""
    value = json.loads(json.dumps(to_json(made)))
    again = from_json(value)
    assert to_json(again) == value
    if "\udce9" not in dumps(made):
        assert again == made


PIECES = [
    "\n", "\n\n", " ", "\t", "\r", ":", ",", "#", "\v", "\u00a0", "\x00", "\x1c", "(@", ")", "<",
    "Tags: ", "SharedTags:", "Maintainers: ", "Architectures: ", "GitCommit:", "Directory: ../",
    "i386-Directory: //", "1", "2", "é", "@",
]  # fmt: skip
SEED = manifest(ENTRY + "SharedTags: s\n", OTHER, head="i386-Directory: a/\n")


@given(
    st.lists(
        st.tuples(st.integers(0, len(SEED)), st.integers(0, 12), st.sampled_from(PIECES)),
        min_size=1,
        max_size=5,
    )
)
def test_mutations_do_no_harm(edits: list[tuple[int, int, str]]) -> None:
    """A mutated manifest is parsed or rejected; JSON gives the same result."""
    text = SEED
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    harmless(text)
    harmless(text.encode())


@pytest.mark.slow
def test_many_mutations_do_no_harm() -> None:
    """Thousands of mutated manifests are parsed or rejected; `mutations` can try more."""
    result = mutations.run(3000, list(mutations.SEEDS))
    assert result.outcomes["read"] > 100
    assert result.outcomes["refused"] > 1000


@given(st.binary(max_size=200) | st.text(max_size=100))
def test_noise_does_no_harm(noise: str | bytes) -> None:
    """Any input is parsed or rejected."""
    harmless(noise)
    harmless((HEAD + "\n" + ENTRY).encode() + (noise if isinstance(noise, bytes) else b""))


def harmless(text: str | bytes) -> None:
    """Check the parsed manifest, or that the error has a line."""
    try:
        read = parse(text)
    except ManifestError as error:
        assert error.line is not None  # noqa: PT017 - both ways are fine
    else:
        dumps(read).encode("utf-8", "surrogateescape")
        if dumps(read).isascii():
            assert from_json(to_json(read)) == read


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Maintainers: A" + " " * 200_000 + "x\n",
        HEAD + "X:" + "\n x" * 100_000,
        HEAD + "X: 1\n" * 100_000,
        "#\n" * 200_000,
        "\n" * 200_000,
        manifest(*(f"Tags: {number}\nGitCommit: {A40}\n" for number in range(10_000))),
        manifest(ENTRY + "SharedTags: " + "s, " * 100_000 + "s\n"),
        "Maintainers: A (@a)\nConstraints: " + "c," * 50_000 + "\nGitRepo: r\n"
        + "".join(f"\nTags: {n}\nConstraints: d\nGitCommit: {A40}\n" for n in range(5_000)),
        "\n".join(f"{number}: x@a" for number in range(10_000)),
        manifest(f"Tags: 1\nDirectory: {'../x/' * 50_000}\nGitCommit: {A40}\n"),
        "Maintainers: " + "A <" * 50_000,
    ],
    ids=[
        "spaces", "folded", "repeated", "comments", "blank", "merged", "shared", "inherited",
        "old", "folders", "brackets",
    ],
)  # fmt: skip
def test_hostile_input_is_quick(text: str) -> None:
    """No input takes more than linear time: quadratic time would reach the time-out."""
    harmless(text)


def test_inheritance_is_bounded() -> None:
    """A file whose entries would inherit too much is rejected early."""
    for long in (
        "Constraints: " + "c," * (MAX_INHERITED // 50),
        "Constraints: " + "c" * (MAX_INHERITED // 4) + ",b",
        "Builder: " + "c" * (MAX_INHERITED // 4),
        "amd64-File: " + "c" * (MAX_INHERITED // 4),
        "Maintainers: " + "A" * (MAX_INHERITED // 4) + " (@a)",
    ):
        head = f"Maintainers: A (@a)\nGitRepo: r\n{long}"
        text = head + "".join(f"\n\nTags: {n}\nGitCommit: {n:040}\n" for n in range(5))
        with pytest.raises(ManifestError, match="inherit more than 16,000,000 characters"):
            parse(text)


def test_inherited_constraints_take_memory_once() -> None:
    """Entries share the memory of long inherited constraints."""
    head = "Maintainers: A (@a)\nGitRepo: r\nConstraints: " + "c" * 30_000 + ",b"
    text = head + "".join(f"\n\nTags: {n}\nGitCommit: {n:040}\n" for n in range(500))
    tracemalloc.start()
    try:
        manifest = parse(text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(manifest.entries) == 500
    assert peak < 4 << 20


def test_imports_stay_light() -> None:
    """Parsing a manifest imports no slow modules."""
    program = (
        "import sys; from tagmatrix.manifest import dumps, parse; "
        "dumps(parse('Maintainers: A (@a)')); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    # coverage, if it is measured, imports some of them
    env = {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8", env=env
    )
    heavy = {
        "yaml",
        "jinja2",
        "git",
        "requests",
        "rich",
        "packaging",
        "json",
        "email",
        "subprocess",
    }
    assert not heavy & set(run.stdout.split())
