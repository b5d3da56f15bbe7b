"""Read the bases of Dockerfiles."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from tagmatrix.manifest.dockerfile import Bases, normal_name, read_bases


@pytest.mark.parametrize(
    ("text", "images"),
    [
        ("FROM debian:trixie\n", ["debian:trixie"]),
        ("from debian\n", ["debian:latest"]),
        ("FROM scratch\nADD x /\n", ["scratch"]),
        ("# FROM no\n\n  FROM a:1\n", ["a:1"]),
        ("FROM a:1 AS x\nFROM b:1\nCOPY --from=x / /\n", ["a:1", "b:1"]),
        ("FROM a:1 AS Build\nFROM build\n", ["a:1"]),
        ("FROM a:1\nFROM b:1\nCOPY --from=0 / /\n", ["a:1", "b:1"]),
        ("FROM a:1\nCOPY --chown=x --from=c:1 / /\n", ["a:1", "c:1"]),
        ("FROM a:1\nCOPY x --from=c:1\n", ["a:1"]),
        ("FROM a:1\nRUN --mount=type=bind,from=d:1,target=/x x\n", ["a:1", "d:1"]),
        ("FROM a:1\nRUN echo \\\nFROM b:1\n", ["a:1"]),
        ("FROM a:1\nRUN echo \\\n# FROM c:1\n\n  FROM b:1\nFROM d:1\n", ["a:1", "d:1"]),
        ("FROM \\\n  a:1\n", ["a:1"]),
        ("# escape=`\nFROM a:1\nRUN dir C:\\\nFROM b:1\n", ["a:1", "b:1"]),
        ("# escape=`\nFROM a:1\nRUN x `\nFROM b:1\n", ["a:1"]),
        ("FROM a:1\nRUN <<EOT\nFROM b:1\nEOT\nFROM c:1\n", ["a:1", "c:1"]),
        ("FROM a:1\nCOPY <<-'EOT' /x\nFROM b:1\n\tEOT\nFROM c:1\n", ["a:1", "c:1"]),
        ("FROM a:1\nRUN echo $((1 << 2)) <<< x\nFROM b:1\n", ["a:1", "b:1"]),
        ("FROM --platform=linux/amd64 a:1\n", ["a:1"]),
        ("ARG V=1\nFROM a:$V\n", ["a:1"]),
        ("ARG V=1\nARG W=${V}2\nFROM a:${W}\n", ["a:12"]),
        ("ARG V\nFROM a:${V:-3}\n", ["a:3"]),
        ("ARG V=x\nFROM a:1${V:+-y}\n", ["a:1-y"]),
        ('ARG V="1"\nFROM a:$V\n', ["a:1"]),
        ("FROM a:$V\n", ["a:$V"]),
        ("FROM a:1\nARG V=1\nFROM b:$V\n", ["a:1", "b:$V"]),
        ("FROM docker.io/library/a:1\nFROM library/b\n", ["a:1", "b:latest"]),
        ("FROM docker.elastic.co/x/y:1@sha256:ab\n", ["docker.elastic.co/x/y:1@sha256:ab"]),
        ("FROM localhost:5000/x\n", ["localhost:5000/x:latest"]),
        ("\ufeffFROM a:1\r\nRUN x\r\n", ["a:1"]),
        ("", []),
        ("FROM\n", []),
        ("RUN \\", []),
    ],
)
def test_images_are_found(text: str, images: list[str]) -> None:
    """All external images are found, in order, and the last stage's base."""
    bases = read_bases(text)
    assert list(bases.all) == images


def test_last_stage_counts() -> None:
    """The base is the base of the last stage, followed through the earlier stages."""
    text = "FROM a:1 AS x\nFROM b:1\nFROM x AS y\nFROM y\nCOPY --from=c:1 / /\n"
    assert read_bases(text) == Bases(last="a:1", all=("a:1", "b:1", "c:1"))


def test_digest_is_a_tag_enough() -> None:
    """An image named by its digest gets no tag."""
    assert normal_name("a@sha256:ab") == "a@sha256:ab"


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("FROM --platform=$BUILDPLATFORM a:1\nFROM b:1\n", ("a:1",)),
        ("FROM --platform=linux/amd64 a:1\n", ("a:1",)),
        ("FROM --platform=${TARGETPLATFORM} a:1\n", ()),
        ("FROM --platform=linux/amd64 a:1\nFROM a:1\n", ()),
        ("FROM --platform=linux/amd64 a:1 AS x\nFROM x\nCOPY --from=x / /\n", ("a:1",)),
        ("FROM --platform=linux/amd64 a:1\nCOPY --from=a:1 / /\n", ()),
    ],
)
def test_bases_of_another_platform(text: str, foreign: tuple[str, ...]) -> None:
    """A base with --platform need not be built for the image's own platform."""
    assert read_bases(text).foreign == foreign


HOSTILE = {
    "doubled": "ARG A0=aaaaaaaa\n"
    + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(60))
    + "FROM $A60\n",
    "many": "ARG A0="
    + "a" * 4000
    + "\n"
    + "".join(f"ARG A{n + 1}=$A{n}b\n" for n in range(50_000)),
    "continued": "RUN " + "a \\\n" * 300_000,
    "digits": "FROM a:1\nCOPY --from=" + "9" * 5000 + " / /\n",
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=pytest.mark.slow if name in {"many", "continued"} else ())
        for name, text in HOSTILE.items()
    ],
)
def test_hostile_dockerfiles(text: str) -> None:
    """A hostile Dockerfile takes linear time and little memory."""
    tracemalloc.start()
    try:
        start = time.process_time()
        bases = read_bases(text)
        assert time.process_time() - start < 5
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 << 20
    assert all(len(image) < 5000 for image in bases.all)


def test_escape_is_one_of_two() -> None:
    """An escape directive without a character joins no lines."""
    assert read_bases("# escape=\nFROM a:1\nFROM b:1\n").all == ("a:1", "b:1")
