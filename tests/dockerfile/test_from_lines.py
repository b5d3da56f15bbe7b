"""Read the bases of Dockerfiles."""

from __future__ import annotations

import tracemalloc

import pytest

from tagmatrix.dockerfile.from_lines import Bases, BasesReader, read_bases
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import parse
from tagmatrix.dockerfile.stages import stages
from tests.dockerfile.corpus import CASES

PINNED = "docker.elastic.co/x/y:1@sha256:" + "ab" * 32
GO_AND_DEBIAN = ("golang:1.25", "debian:trixie")

FILES = {
    "not-a-heredoc/Dockerfile.conflict-marks": GO_AND_DEBIAN,
    "not-a-heredoc/Dockerfile.cpp": ("gcc:14", "debian:trixie"),
    "not-a-heredoc/Dockerfile.exec-form": GO_AND_DEBIAN,
    "not-a-heredoc/Dockerfile.here-string": GO_AND_DEBIAN,
    "not-a-heredoc/Dockerfile.placeholder": GO_AND_DEBIAN,
    "not-a-heredoc/Dockerfile.shift": GO_AND_DEBIAN,
    "odd-heredocs/Dockerfile.digit": ("debian:trixie",),
    "odd-heredocs/Dockerfile.dot": GO_AND_DEBIAN,
    "odd-heredocs/Dockerfile.hyphen": ("debian:trixie",),
    "odd-heredocs/Dockerfile.onbuild": ("debian:trixie",),
    "odd-heredocs/Dockerfile.space": GO_AND_DEBIAN,
    "stage-by-architecture/Dockerfile.stage": ("debian:trixie",),
    "stage-by-architecture/Dockerfile.forward": ("debian:trixie", "golang:1.25"),
    "variables-in-from/Dockerfile.dash": ("debian:trixie",),
    "variables-in-from/Dockerfile.must": ("debian:trixie",),
    "variables-in-from/Dockerfile.no-default": ("debian:trixie",),
    "variables-in-from/Dockerfile.replace": ("debian:trixie-slim",),
    "variables-in-from/Dockerfile.strip": ("debian:trixie",),
}


def test_every_file_is_here() -> None:
    """No file is forgotten."""
    paths = [path for path in CASES.rglob("*") if path.is_file()]
    assert FILES.keys() == {path.relative_to(CASES).as_posix() for path in paths}


@pytest.mark.parametrize("name", FILES)
def test_odd_dockerfiles(name: str) -> None:
    """What other readers got wrong is read as Docker reads it."""
    found = read_bases((CASES / name).read_text(), "amd64")
    assert found.all == FILES[name]
    assert found.last == ("debian:trixie-slim" if "replace" in name else "debian:trixie")
    assert bool(found.problems) == ("forward" in name)


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
        ("FROM a:1 AS x\nFROM b:1\nRUN --mount=FROM=X,target=/y x\n", ["a:1", "b:1"]),
        ("FROM a:1\nRUN --mount=from=0,target=/y x\n", ["a:1", "0:latest"]),
        ("FROM a:1\nRUN echo \\\nFROM b:1\n", ["a:1"]),
        ("FROM a:1\nRUN echo \\\n# FROM c:1\n\n  FROM b:1\nFROM d:1\n", ["a:1", "d:1"]),
        ("FROM \\\n  a:1\n", ["a:1"]),
        ("# escape=`\nFROM a:1\nRUN dir C:\\\nFROM b:1\n", ["a:1", "b:1"]),
        ("# escape=`\nFROM a:1\nRUN x `\nFROM b:1\n", ["a:1"]),
        ("# escape=\nFROM a:1\nFROM b:1\n", ["a:1", "b:1"]),
        ("# vim=x\n# escape=`\nFROM a:1\nRUN dir C:\\\nFROM b:1\n", ["a:1"]),
        ("\n# escape=`\nFROM a:1\nRUN dir C:\\\nFROM b:1\n", ["a:1"]),
        ("# check=skip=all\n# escape=`\nFROM a:1\nRUN dir C:\\\nFROM b:1\n", ["a:1", "b:1"]),
        ("FROM a:1\nRUN <<EOT\nFROM b:1\nEOT\nFROM c:1\n", ["a:1", "c:1"]),
        ("FROM a:1\nCOPY <<-'EOT' /x\nFROM b:1\n\tEOT\nFROM c:1\n", ["a:1", "c:1"]),
        ("FROM a:1\nRUN it's <<EOT\nFROM b:1\n", ["a:1", "b:1"]),
        ("FROM a:1\nRUN x=${V%%.*} <<EOT\nFROM b:1\nEOT\n", ["a:1"]),
        *(
            (f"FROM a:1\nRUN x={quote}${{V:{word}}}{quote} cat >x <<EOT\nFROM b:1\nEOT\n", ["a:1"])
            for word in ("0:4", "0", " -1", "=x", ":1", "~x", "$n:1")
            for quote in ("", '"')
        ),
        ("FROM a:1\nRUN x\u2028FROM b:1\x0bFROM c:1\x85FROM d:1\n", ["a:1"]),
        ("FROM --platform=linux/amd64 a:1\n", ["a:1"]),
        ('FROM "a:1"\n', ["a:1"]),
        ("ARG V=1\nFROM a:$V\n", ["a:1"]),
        ("ARG V=1\nARG V\nFROM a:$V\n", ["a:1"]),
        ("ARG V=1 W=${V}2\nFROM a:${W}\n", ["a:12"]),
        ("ARG V\nFROM a:${V:-3}\n", ["a:3"]),
        ("ARG V=x\nFROM a:1${V:+-y}\n", ["a:1-y"]),
        ('ARG V="1"\nFROM a:$V\n', ["a:1"]),
        ("ARG V=a.b.c\nFROM x:${V#*.}-${V##*.}-${V%.*}-${V%%.*}\n", ["x:b.c-c-a.b-a"]),
        ("ARG V=a.b.c\nFROM x:${V/./_}-${V//./_}\n", ["x:a_b.c-a_b_c"]),
        ("ARG TARGETARCH=x\nFROM a:$TARGETARCH\n", ["a:x"]),
        ("FROM a:${TARGETOS}-${TARGETARCH}${TARGETVARIANT}\n", ["a:linux-amd64"]),
        ("FROM docker.io/library/a:1\nFROM library/b\n", ["a:1", "b:latest"]),
        (f"FROM {PINNED}\n", [PINNED]),
        ("FROM a:1 AS Build\nFROM build\nCOPY --from=BUILD / /\n", ["a:1"]),
        ("FROM localhost:5000/x\n", ["localhost:5000/x:latest"]),
        ("\ufeffFROM a:1\r\nRUN x\r\n", ["a:1"]),
    ],
)
def test_images_are_found(text: str, images: list[str]) -> None:
    """All external images are found, in order."""
    found = read_bases(text, "amd64")
    assert (list(found.all), found.problems) == (images, ())


@pytest.mark.parametrize(
    ("text", "images", "problem"),
    [
        ("FROM a\nRUN <<EOF\nFROM b\n", [], "line 2: the here-document EOF has no end"),
        ("FROM a\nRUN echo $((1 << 2))\nFROM b\n", [], "line 2: the here-document 2)) has no end"),
        ("FROM a:$V\n", [], "line 1: invalid image name 'a:': the tag"),
        ("FROM $V\n", [], "line 1: FROM $V names no image"),
        ("ARG V=a:1x\nFROM ${V:%x}\n", [], "line 2: FROM ${V:%x}: unknown operator ':%'"),
        ("ARG V=xa:1\nFROM ${V:##x}\n", [], "line 2: FROM ${V:##x}: unknown operator ':#'"),
        ("FROM --platform=$P debian\n", [], "line 1: FROM --platform=$P is empty"),
        ('ARG P\nFROM --platform="$P" debian\n', [], "line 2: FROM --platform=$P is empty"),
        ("FROM --platform=${P debian\n", [], "line 1: FROM --platform=${P: missing } after"),
        ("FROM a:1\nARG V=1\nFROM b:$V\n", ["a:1"], "line 3: invalid image name 'b:': the tag"),
        ("FROM a:${V:?which}\n", [], "line 1: FROM a:${V:?which}: V has no value: which"),
        ("FROM a:1 AS a\nFROM A\n", ["a:1"], "line 2: invalid image name 'A': the path"),
        (
            "FROM a:1\nFROM b@sha256:ab\n",
            ["a:1"],
            "line 2: invalid image name 'b@sha256:ab': the digest",
        ),
        (f"FROM {PINNED}C\n", [], "line 1: invalid image name 'docker.elastic.co/x"),
        ("", [], "line 1: there is no FROM"),
        ("# a\n\nARG A=1\n", [], "line 1: there is no FROM"),
        ("FROM\n", [], "line 1: FROM needs the name of an image"),
        ("FROM a:1 b\n", [], "line 1: FROM needs the name of an image"),
        ("FROM a:1 AS 1\n", [], "line 1: invalid name '1' of a stage"),
        ("FROM a:1\nCOPY --from=1 / /\nFROM a:1\n", ["a:1"], "line 2: --from=1: there is no"),
        ("FROM a:1 AS x\nCOPY --from=x / /\n", ["a:1"], "line 2: --from=x: this stage begins in"),
        ("ARG V=1\nFROM a:1\nCOPY --from=b:$V / /\n", ["a:1"], "line 3: --from=b:$V: variables"),
        ("ARG A='\nFROM a:1\n", [], "line 1: ARG A: there is no ' that closes it"),
        ("# escape=x\nFROM a:1\n", [], "line 1: invalid escape character"),
        ("ARG A=" + "${B:-" * 200 + "\nFROM a\n", [], "line 1: ARG A: variables are nested"),
    ],
)
def test_unknown_bases(text: str, images: list[str], problem: str) -> None:
    """Where a base is unknown there is a reason, and no guess."""
    found = read_bases(text, "amd64")
    assert list(found.all) == images
    assert found.problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("origin", "image", "word"),
    [
        ("scratch", "scratch", ""),
        ("debian:trixie", "debian:trixie", ""),
        ("me/debian", "me/debian:latest", ""),
        ("biuld", "biuld:latest", "biuld"),
    ],
)
def test_words_after_from(origin: str, image: str, word: str) -> None:
    """A word alone may be the name of a stage that is misspelt; other names are images."""
    text = f"FROM a:1 AS build\nFROM b:1\nCOPY --from=build a /\nCOPY --from={origin} a /\n"
    *_, last = stages(outline(parse(text)), "amd64")
    build, other = last.sources
    assert (build.stage, build.image, build.word) == (0, "", "")
    assert (other.stage, other.image, other.word) == (None, image, word)


def test_stages_of_an_architecture() -> None:
    """A stage that only other architectures need is left out; one that no one needs is not."""
    text = (
        "FROM a:1 AS for-amd64\nFROM b:1 AS for-arm64\nFROM c:1 AS never\n"
        "FROM for-${TARGETARCH} AS last\n"
    )
    assert read_bases(text, "amd64") == Bases(last="a:1", all=("a:1", "c:1"))
    assert read_bases(text, "arm64v8") == Bases(last="b:1", all=("b:1", "c:1"))
    reader = BasesReader(text)
    assert [reader.bases(one).last for one in ("amd64", "arm64v8")] == ["a:1", "b:1"]
    assert read_bases("FROM a:$TARGETVARIANT\n", "arm32v6").last == "a:v6"
    assert read_bases("FROM a:$TARGETOS\n", "windows-amd64").last == "a:windows"


def test_last_stage_counts() -> None:
    """The base is the base of the last stage, followed through the earlier stages."""
    text = "FROM a:1 AS x\nFROM b:1\nFROM x AS y\nFROM y\nCOPY --from=c:1 / /\n"
    assert read_bases(text, "amd64") == Bases(last="a:1", all=("a:1", "b:1", "c:1"))


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("FROM --platform=$BUILDPLATFORM a:1\nFROM b:1\n", ("a:1",)),
        ("ARG P=$BUILDPLATFORM\nFROM --platform=$P a:1\n", ("a:1",)),
        ("FROM --platform=linux/amd64 a:1\n", ("a:1",)),
        ("FROM --platform=${TARGETPLATFORM} a:1\n", ()),
        ("FROM --platform=linux/$TARGETARCH a:1\n", ()),
        ("FROM --platform=linux/amd64 a:1\nFROM a:1\n", ()),
        ("FROM --platform=linux/amd64 a:1 AS x\nFROM x\nCOPY --from=x / /\n", ("a:1",)),
        ("FROM --platform=linux/amd64 a:1\nCOPY --from=a:1 / /\n", ()),
    ],
)
def test_bases_of_another_platform(text: str, foreign: tuple[str, ...]) -> None:
    """A base with --platform need not be built for the image's own platform."""
    assert read_bases(text, "s390x").foreign == foreign


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
    "pattern": "ARG A="
    + "a" * 4000
    + "\n"
    + "ARG B=${A//*a*a*a*a*a*a*a*b/x}\n" * 100
    + "FROM x:${A%%*a*a*a*a*a*a*a*b}\n",
    "onbuild": "FROM a:1\n" + "ONBUILD " * 100_000,
    "json": "FROM a:1\nRUN " + "[" * 200_000,
    "heredocs": "FROM a:1\nRUN " + "<<a " * 5_000 + "\n" + "a\n" * 5_000,
}

SLOW = frozenset({"many", "continued", "pattern"})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=pytest.mark.slow if name in SLOW else ())
        for name, text in HOSTILE.items()
    ],
)
def test_hostile_dockerfiles(text: str) -> None:
    """A hostile Dockerfile takes little memory, and no time near the time-out."""
    tracemalloc.start()
    try:
        bases = read_bases(text, "amd64")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 << 20
    assert all(len(image) < 5000 for image in bases.all)
