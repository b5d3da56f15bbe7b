"""Rendered Dockerfiles are read before they are written."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.projects import LINUX

if TYPE_CHECKING:
    from tests.projects import Project

SUM = "ENV SUM={{ release.sha256.source }}\n"
GOOD = "FROM {{ image.base }}\n" + SUM


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("", "there is no FROM"),
        ("# only a comment\n", "there is no FROM"),
        ("{% if image.flavor == 'defualt' %}\n" + GOOD + "{% endif %}\n", "there is no FROM"),
        ("ARG A=1\n", "there is no FROM"),
        ("RUN x\n" + GOOD, "j2:1: RUN is before the first FROM"),
        ("# Copyright\n# escape=`\n" + GOOD, "j2:2: Docker does not see `# escape=`"),
        ("\n# escape=`\n" + GOOD, "j2:2: Docker does not see `# escape=`"),
        ("# syntax=a/b\n\n# escape=`\n" + GOOD, "j2:3: Docker does not see `# escape=`"),
        ("# vim=x\n# escape=`\n" + GOOD, "j2:2: Docker does not see `# escape=`"),
        (GOOD + "#check=skip=all\n", "j2:3: Docker does not see `# check=`"),
        ("FROM alpine:3.23\n" + SUM, "j2:1: the last stage is built from alpine:3.23, but"),
        (
            "ARG B=busybox\nFROM $B:1 AS x\nFROM x\n" + SUM,
            "j2:3: the last stage is built from",
        ),
        ("FROM {{ image.base }}:x\n" + SUM, "j2:1: invalid image name"),
        (
            "FROM --platform=${X:-x} {{ image.base }}\n" + SUM,
            "j2:1: FROM --platform=${X:-x}: invalid",
        ),
        ("FROM $NO\n" + SUM, "j2:1: FROM $NO names no image"),
        (GOOD + "INSTALL x\n", "j2:3: unknown instruction: INSTALL"),
        (GOOD + "ONBUILD INSTALL x\n", "j2:3: unknown instruction: INSTALL"),
        (GOOD + "ONBUILD FROM x\n", "j2:3: ONBUILD needs another instruction than FROM"),
        (GOOD + "ONBUILD\n", "j2:3: ONBUILD needs an instruction"),
        (GOOD + "COPY x\n", "j2:3: COPY needs 2 arguments"),
        (GOOD + "WORKDIR\n", "j2:3: WORKDIR needs an argument"),
        (GOOD + "ARG =x\n", "j2:3: ARG needs a name"),
        (GOOD + "COPY --from=no:$X / /\n", "j2:3: --from=no:$X: variables do not work here"),
        (GOOD + "COPY --from=1 / /\n", "j2:3: --from=1: there is no stage 1"),
        (GOOD + "COPY --from=biuld / /\n", "j2:3: from=biuld: no stage above has this name"),
        (GOOD + "RUN --mount=from=0,target=/x y\n", "j2:3: from=0: no stage above has this name"),
        (
            "FROM later\nFROM {{ image.base }} AS later\n" + SUM,
            "j2:1: FROM later: this stage begins",
        ),
        (
            "ARG B=later\nFROM $B\nFROM {{ image.base }} AS Later\n" + SUM,
            "j2:2: FROM later: this stage begins in line",
        ),
        (
            "FROM a:1\nCOPY --from=later /a /a\nFROM {{ image.base }} AS later\n" + SUM,
            "j2:2: --from=later: this stage begins in line",
        ),
        (
            GOOD + "ARG X\nENV A=${X:?}\n",
            "j2:4: ENV ${X:?}: X has no value: it needs one; give ARG X",
        ),
        (GOOD + "RUN echo $((1 << n))\n", "in arithmetic, write << without blanks"),
        (GOOD + "RUN <<EOF\nx\n", "j2:3: the here-document EOF has no end"),
        (GOOD + "COPY << EOF /a\nx\nEOF\n", "j2:3: COPY takes << for a file"),
        (
            GOOD + "RUN --mount=type=bind,source=no.sh,target=/x x\n",
            "j2:3: RUN --mount of no.sh: the folder will not have it",
        ),
        (GOOD + 'COPY ["a", 1]\n', "j2:3: COPY: a JSON array has only texts here"),
        ("FROM {{ image.base }}\nCMD x\n", "j2:2: no instruction has the sha256 of `source`"),
        ("FROM {{ image.base }}\n# {{ release.sha256.source }}\nCMD x\n", "no instruction has the"),
    ],
)
def test_errors(project: Project, template: str, message: str) -> None:
    """Each error is reported with the template and its line, and no file is written."""
    project.write(LINUX, template)
    before = project.snapshot()
    done = project.generate()
    assert (done.code, project.snapshot()) == (2, before)
    assert f"error: {LINUX.removesuffix('j2')}" in done.err
    assert message in done.err


@pytest.mark.slow
@pytest.mark.parametrize(
    "template",
    [
        GOOD,
        "ARG B={{ image.base }}\nFROM $B AS x\nFROM x\n" + SUM,
        "FROM docker.io/library/{{ image.base }}@sha256:{{ '0' * 1 }}" + "0" * 63 + "\n" + SUM,
        "# syntax=docker/dockerfile:1\n# check=skip=all\n# escape=`\n" + GOOD + "RUN dir C:\\\n",
        GOOD + "RUN <<EOF\n# escape=`\nFROM no\nEOF\n",
        "# syntax=docker/dockerfile:1\n" + GOOD + "COPY --parents . /a/\n",
        GOOD + "RUN x \\\n# escape=`\n  y\n",
        GOOD + "RUN\techo '\u00a0\u00e9\u200d' \U0001f600\r\n",
        "FROM {{ image.base }}\nRUN <<EOF\necho {{ release.sha256.source }}\nEOF\n",
        "FROM {{ image.base }} AS a-amd64\nFROM {{ image.base }} AS a-arm64\n"
        "FROM {{ image.base }} AS a-riscv64\nFROM {{ image.base }} AS a-mips64le\n"
        "FROM a-$TARGETARCH\n" + SUM,
    ],
)
def test_correct_dockerfiles(project: Project, template: str) -> None:
    """What Docker accepts with the right base is written."""
    text = template.replace("{{ '0' * 1 }}", "0")
    project.write(LINUX, text)
    done = project.generate().ok()
    assert "warning" not in done.err


def test_base_on_one_architecture(project: Project) -> None:
    """The base has to be right on each architecture of the image."""
    text = "FROM {{ image.base }} AS a-amd64\nFROM busybox:1 AS a-arm64\n"
    text += "FROM {{ image.base }} AS a-riscv64\nFROM a-$TARGETARCH\n" + SUM
    project.write(LINUX, text)
    assert "built from busybox:1, but versions.yaml says" in project.generate().err


def test_all_errors_at_once(project: Project) -> None:
    """Errors of several lines and templates come in one run, each once for all images."""
    project.write(LINUX, "FROM busybox\nINSTALL x\nINSTALL y\n" + SUM)
    project.write("templates/windows.Dockerfile.j2", "FROM {{ image.base }}\nOOPS\n")
    lines = project.generate().err.splitlines()
    for number in (2, 3):
        place = f"linux.Dockerfile.j2:{number}: unknown instruction: INSTALL"
        assert sum(place in line for line in lines) == 1
    assert sum("unknown instruction: OOPS" in line for line in lines) == 1
    assert sum("no instruction has the sha256 of `windows`" in line for line in lines) == 1
    assert any("built from busybox:latest" in line for line in lines)
    assert all(line.startswith("error: templates/") for line in lines)


@pytest.mark.parametrize(
    "refused",
    ["ENV A", "LABEL a=b c", "COPY [1, 2]", "LABEL a=b \\\n# comment\n\n c", "ONBUILD ENV A"],
)
def test_errors_after_syntax_errors(project: Project, refused: str) -> None:
    """What BuildKit's parser refuses hides no other error, and makes no new one."""
    text = f"INSTALL x\n{refused}\nWORKDIR\nVOLUME [1]\nOOPS\nRUN <<EOF\nNOPE\n"
    project.write(LINUX, "FROM {{ image.base }}\n" + text)
    lines = project.generate().err.splitlines()
    known = "a JSON array" if refused.startswith("COPY") else "has no value"
    parts = ("INSTALL", known, "WORKDIR needs", "VOLUME: a JSON array", "OOPS", "has no end")
    assert all(any(part in line for line in lines) for part in parts)
    assert len(lines) == len(parts), lines


@pytest.mark.parametrize(
    "refused",
    [
        "ENV A",
        "VOLUME [1]",
        "ONBUILD ENV A",
        "LABEL a=b \\\n# escape=`\n c",
        "ENV {{ release.sha256.source }}",
    ],
)
def test_other_errors_beside_a_syntax_error(project: Project, refused: str) -> None:
    """Stages, files, checksums and dead directives are checked beside a refused instruction."""
    lines = (
        "FROM busybox:1 AS a",
        "COPY --from=5 /a /a",
        "COPY nosuch.sh /a",
        "# syntax=docker/dockerfile:1",
    )
    project.write(LINUX, "\n".join([*lines[:2], refused, *lines[2:], ""]))
    found = project.generate().err.splitlines()
    parts = ["built from busybox:1", "no stage 5", "COPY of nosuch.sh", "`# syntax=`"]
    parts.append("JSON" if refused.startswith("VOLUME") else "has no value")
    if "sha256" not in refused:
        parts.append("no instruction has the sha256 of `source`")
    assert all(any(part in line for line in found) for part in parts), found
    parts.append("of `windows`")
    assert all(any(part in line for part in parts) for line in found), found


@pytest.mark.parametrize("refused", ["RUN <<EOF", "RUN <<A <<B\nA", "# escape=x"])
def test_an_unread_rest(project: Project, refused: str) -> None:
    """What an error leaves unread is not reported as missing."""
    first = refused.startswith("#")
    text = "FROM {{ image.base }}\n"
    project.write(LINUX, f"{refused}\n{text}" if first else f"{text}{refused}\n")
    (line,) = project.generate().err.splitlines()
    assert "has no end" in line or "invalid" in line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lines", "warning"),
    [
        ("COPY --from=busybox:latest /a /a\n", "j2:3: busybox:latest changes without notice"),
        ("COPY --from=quay.io/a/b:1 /a /a\n", "j2:3: quay.io/a/b:1 is not an official image"),
        ("ARG X\nCOPY $X /\n", "j2:4: COPY of $X depends on a variable"),
        (
            "ARG X\nRUN --mount=source=a$X,target=/a x\n",
            "j2:4: RUN --mount of a$X depends on a variable",
        ),
        ("ENV A=${X:?}\n", "j2:3: ENV ${X:?}: nothing above sets X, and the base image may not"),
        ("COPY --parents . /a/\n", "j2:3: COPY --parents needs 1.20 of the Dockerfile syntax"),
        ("CMD x \\\n", "j2:3: the last line ends with \\"),
        ("RUN mkdir\xa0-p /a\n", "j2:3: U+00A0 looks like a blank, but a shell takes it"),
        ("RUN a; \\\n# \xa0\n\tb 'c\xa0d' \\\n\te\u3000f\n", "j2:6: U+3000 looks like a blank"),
        ("ONBUILD RUN a\u202fb\n", "j2:3: U+202F looks like a blank"),
        ("HEALTHCHECK CMD \\\n\ta\u2003b\n", "j2:4: U+2003 looks like a blank"),
    ],
)
def test_warnings(project: Project, lines: str, warning: str) -> None:
    """What is only doubtful is a warning."""
    project.write(LINUX, GOOD + lines)
    done = project.generate().ok()
    assert warning in done.err


@pytest.mark.parametrize(
    "lines",
    [
        """RUN echo 'a\xa0b' "c \\"\xa0d" e # it's\xa0f\n""",
        "RUN a; \\\n\t# b\xa0c\n\td\xa0\n",
        'LABEL a="b\xa0c"\nCMD ["a", "b\xa0c"]\n',
        "RUN <<EOT\na\xa0b\nEOT\n",
        'SHELL ["/usr/bin/pwsh", "-c"]\nRUN a\xa0b\n',
    ],
)
def test_wide_blanks_in_texts(project: Project, lines: str) -> None:
    """Blanks of Unicode get no warning in quotes, comments, documents and other shells."""
    project.write(LINUX, GOOD + lines)
    assert "looks like a blank" not in project.generate().ok().err


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        ("RUN echo \x1b[31m\n", "j2:3: the character U+001B is not printable: remove it"),
        ("RUN echo {{ '\\0' }}\n", "j2:3: the character U+0000 is not printable"),
        ("RUN echo {{ '%c' % 155 }}\n", "j2:3: the character U+009B is not printable"),
        ("# \u202e\n", "j2:3: the character U+202E is not printable"),
        ("RUN a\u2028b\n", "j2:3: the character U+2028 is not printable"),
        ("RUN <<EOT\nx\x7f\nEOT\n", "j2:4: the character U+007F is not printable"),
        ("RUN a\u200b\nINSTALL x\n", "j2:3: the character U+200B is not printable"),
        ("OOPS \x07\n", "j2:3: the character U+0007 is not printable"),
    ],
)
def test_unprintable(project: Project, lines: str, error: str) -> None:
    """What no reader sees is an error, also beside others, and no file is written."""
    project.write(LINUX, GOOD + lines)
    before = {
        path: path.read_bytes() for path in project.root.glob("library/**/*") if path.is_file()
    }
    done = project.generate()
    assert done.code == 2
    assert error in done.err
    assert done.err.isascii()
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize(
    "line", ["RUN\techo x", "# é 語 🙂\u00a0\u200d", "RUN echo x\r", "# «a» ✓"]
)
def test_printable(project: Project, line: str) -> None:
    """Tabs, ends of lines and text of any script are text."""
    project.write(LINUX, GOOD + line + "\n")
    assert "printable" not in project.generate().ok().err


DIGEST = "{{ release.sha256.source }}"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (f"ADD --checksum=sha256:{DIGEST} https://a.org/#b /", True),
        (f"ARG SUM={DIGEST} # no comment", True),
        (f'RUN echo "{DIGEST.replace(" }}", "|upper }}")} *x" | sha256sum -c - # "x"', True),
        (f"RUN echo '# {DIGEST}' $#a", True),
        (f"RUN printf 'a\\n{DIGEST}\\n' > sums", True),
        (f"RUN echo {DIGEST[:-3]}[:9] }}}}\\\n{DIGEST[:-3]}[9:] }}}}", True),
        (f"RUN <<EOF\nx \\# {DIGEST}\nEOF", True),
        (f"RUN <<EOF\necho 'a # {DIGEST}\n'\nEOF", True),
        (f"COPY <<EOF /sums\n{DIGEST}  x\nEOF", True),
        (f"ONBUILD RUN echo {DIGEST}", True),
        (f'RUN ["echo", "#", "{DIGEST}"]', True),
        (f"RUN echo {DIGEST}0", False),
        (f"RUN echo a{DIGEST}", False),
        (f"RUN <<EOF\n  # {DIGEST}\nEOF", False),
        (f"RUN <<EOF\nx; # {DIGEST}\nEOF", False),
        (f"RUN x # {DIGEST}", False),
        (f"RUN x \\\n# {DIGEST}\n  y", False),
        (f"LABEL sum={DIGEST}", False),
        (f"ONBUILD LABEL sum={DIGEST}", False),
        (f"CMD echo {DIGEST}", False),
    ],
)
def test_checksums(project: Project, lines: str, found: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    """A checksum is a whole word of an instruction that may verify a download, no comment."""
    project.write(LINUX, "FROM {{ image.base }}\n" + lines + "\n")
    done = project.generate()
    assert done.code == (0 if found else 2), done
    assert ("no instruction has the sha256 of `source`" in done.err) != found


def test_a_checksum_on_windows(project: Project) -> None:
    """Quotes of PowerShell are not those of a shell on Linux; a comment is one there too."""
    text = "# escape=`\nFROM {{ image.base }}\nRUN "
    digest = "{{ release.sha256.windows }}"
    template = "templates/windows.Dockerfile.j2"
    project.write(template, f'{text}$a = "C:\\"; $b = " # {digest}"\n')
    project.generate().ok()
    project.write(template, f"{text}<<EOF\n# {digest}\nEOF\n")
    assert "no instruction has the sha256 of `windows`" in project.generate().err


INSIDE = """\
FROM {{ image.base }}
ENV SUM={{ release.sha256.source }}
{% if image.flavor == "default" %}
COPY PATH /
{% endif %}
"""


@pytest.mark.parametrize(
    ("path", "code"), [("slim", 0), ("slim/Dockerfile", 0), ("./slim/*", 0), ("slim/x", 2)]
)
def test_an_image_inside(project: Project, path: str, code: int) -> None:
    """The folder of an image inside that of another one is in the build context of both."""
    name = "    name: slim-{suite}\n"
    project.edit("versions.yaml", name, f"{name}    folder: '{{suite}}/slim'\n")
    project.write(LINUX, INSIDE.replace("PATH", path))
    assert project.generate().code == code


def test_a_file_of_a_user_inside(project: Project) -> None:
    """A file in the folder of an inner image is in the build context of the outer one."""
    name = "    name: slim-{suite}\n"
    project.edit("versions.yaml", name, f"{name}    folder: '{{suite}}/slim'\n")
    for cycle, suite in itertools.product(("2.1", "2.0"), ("trixie", "bookworm")):
        project.write(f"library/{cycle}/{suite}/slim/x", "x")
    project.write(LINUX, INSIDE.replace("PATH", "slim/x"))
    project.generate().ok()
