"""The line of a template that each line of a rendered text comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.matrix.load import load
from tagmatrix.render.context_files import ContextFiles
from tagmatrix.render.dockerfiles import build_contexts
from tagmatrix.render.template_lines import TemplateLines
from tagmatrix.render.templates import Templates
from tests.fixtures import HERE
from tests.projects import LINUX

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
PARTS = {
    "b.j2": "COPY {{ y }} /\nRUN same\n",
    "macros.j2": "unseen\n{% macro m(a) %}\nRUN {{ a }}\n{% endmacro %}\n{% set n = 'n' %}\n",
    "base.j2": "top\n{% block one %}\nbase one\n{% endblock %}\n{% block two %}\nbase two\n"
    "{% endblock %}\nend\n",
    "child.j2": "{% extends 'base.j2' %}\n{% block one %}\n{{ super() }}own\n{% endblock %}\n",
    "b2.j2": "1\n2\n",
    "n": "no line end",
}


RECURSIVE = "{% for i in [[[]]] recursive %}\nA\n{{ loop(i) }}{% endfor %}\nB\n"
SELF = "{% extends 'child.j2' %}\n{% block two %}\nA\n{{ self.one() }}\nB\n{% endblock %}\n"
CALL = "{% macro m() %}\nA\n{{ caller() }}{% endmacro %}\n{% call m() %}\nB\n{% endcall %}\nC\n"
ALONE = "A\n{% include 'b2.j2' ignore missing without context %}\nB\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM {{ x }}\n{% include 'b.j2' %}\nRUN same\n", "a:1 b:1 b:2 a:3"),
        ("FROM {{ x }}\nFROM {{ x }}\n", "a:1 a:2"),
        ("{% if x %}\nRUN a\n{% else %}\nRUN a\n{% endif %}\n", "a:2"),
        ("{% if not x %}\nRUN a\n{% else %}\nRUN a\n{% endif %}\nRUN a\n", "a:4 a:6"),
        ("{% for i in [1, 2] %}\nRUN a\nRUN b\n{% endfor %}\n", "a:2 a:3 a:2 a:3"),
        ("{% include x ~ '.j2' %}\nRUN same\n", "b:1 b:2 a:2"),
        ("A {% include 'n' %}\n\nRUN same\n{% include 'n' %}", "a:1 a:3 n:1"),
        ("A\n{#\ncomment\n#}\nB {# a\nb #} C\nD\n", "a:1 a:5 a:7"),
        ("{% raw %}\nA {{ x }}\n{% endraw %}\nB\n", "- a:2 a:4"),
        ("A\n\n{%- if x -%}\n\n  B\n{% endif %}\nC\n", "a:1 a:7"),
        ("A\n{{-\n x }}\n\nB\n", "a:1 - a:5"),
        ("A\n\n{{\n x\n | upper\n}}\nB\n", "a:1 - a:4 a:7"),
        ("{% set t %}\nA\nB\n{% endset %}\n{{ t }}C\n", "a:5 a:5 a:5"),
        ("{% filter upper %}\na\nb\n{% endfilter %}\nC\n", "a:1 a:1 a:5"),
        ("{% macro m() %}\nA\nB\n{% endmacro %}\n\nC {{ m() }}D\n", "- a:6 a:6 a:6"),
        ("{% from 'macros.j2' import m, n %}\n{{ n }}\n{{ m(1) }}\nA\n", "a:2 a:3 - a:4"),
        ("{% import 'macros.j2' as p %}\nA\n{{ p.m(1) }}", "a:2 a:3"),
        ("A\n{% include 'n' without context %}\n\nB\n" * 2, "a:1 - a:4 a:5 - a:8"),
        ("  {{ '' }}\n {{ x }}\n\t\n", "- a:2 -"),
        ("A\r\nB\r\n\r\n{{ 'x\\ny' }}\r\n", "a:1 a:2 - a:4 a:4"),
        ("{{ 1 }}{% if x %}2{% endif %}\n\n{{ x }}\n", "a:1 a:3"),
        (CALL, "a:4 a:4 a:7"),
        (ALONE, "a:1 - - a:3"),
        (RECURSIVE, "a:1 a:1 a:4"),
        (SELF, "base:1 child:3 child:3 a:3 a:4 a:4 - a:5 base:8"),
    ],
)
def test_places(tmp_path: Path, text: str, expected: str) -> None:
    """Each line has the place where the template makes it, or that of the whole expression."""
    (tmp_path / "templates").mkdir()
    for name, content in {**PARTS, "a.j2": text}.items():
        (tmp_path / "templates" / name).write_bytes(content.encode())
    templates = Templates(tmp_path / "templates")
    values: dict[str, Any] = {"x": "b", "y": "y"}
    places = TemplateLines(templates).of("a.j2", values)
    lines = templates.render("a.j2", **values).removesuffix("\n").split("\n")
    assert len(places.lines) == len(lines)
    short = [re.sub(r"templates/(\w+)(?:\.j2)?", r"\1", place) for place in places.lines]
    assert " ".join("-" if place == "a" else place for place in short) == expected
    assert {places(0), places(len(lines) + 1)} == {"templates/a.j2"}


@pytest.mark.parametrize("fixture", ["database", "runtime", "postgres", "node"])
def test_each_line_fits_its_place(fixture: str) -> None:
    """The text of a template's line is in all lines that come from it."""
    root = HERE / fixture
    _, matrix = load(root)
    templates = Templates(root / "templates")
    lines = TemplateLines(templates)
    known = 0
    for made in build_contexts(templates, ContextFiles(root / "templates", templates), matrix.own):
        text = made.dockerfile.decode()
        name = f"{made.image.template}.Dockerfile.j2"
        places = lines.of_dockerfile(name, made.values(), text)
        for number, line in enumerate(text.splitlines(), 1):
            file, _, at = places(number).partition(":")
            if at:
                known += 1
                source = (root / file).read_text().splitlines()[int(at) - 1]
                first = _TAG.split(source.strip())[0]
                assert line.strip().startswith(first), (source, line)
            else:
                assert not line.strip() or line.startswith("# ")
    assert known


REPORTED = """\
# syntax=docker/dockerfile:1
FROM golang AS b
FROM {{ image.base }} AS c
{% if image.flavor == "slim" %}
COPY run.sh /
{% else %}
COPY run.sh /
{% endif %}
ENV SUM={{ release.sha256.source }}
RUNN x
{% include "partials/" ~ image.flavor ~ ".j2" %}
RUNN x
FROM {{ image.base }}
COPY --from=b / /
"""


def test_places_of_a_report(project: Project) -> None:
    """Errors and warnings have each of their places, below a header with directives above it."""
    project.write(LINUX, REPORTED)
    for flavor in ("default", "slim", "alpine"):
        project.write(f"templates/partials/{flavor}.j2", f"OOPS{flavor.upper()}\n")
    found = project.generate().err
    place = "error: templates/linux.Dockerfile.j2"
    for line, text in ((5, "COPY of run.sh"), (7, "COPY of run.sh"), (10, "RUNN"), (12, "RUNN")):
        assert re.search(f"{place}:{line}: .*{text}", found), (line, found)
    for flavor in ("default", "slim", "alpine"):
        assert f"error: templates/partials/{flavor}.j2:1: unknown instruction: OOPS" in found
    project.write(LINUX, re.sub("RUNN.*|COPY run.*|.*include.*", "", REPORTED))
    assert "templates/linux.Dockerfile.j2:2: golang:latest changes" in project.generate().ok().err


def test_a_lone_carriage_return(project: Project) -> None:
    """Jinja2 would make an end of a line of it, which no editor and no line number shows."""
    project.write("templates/partials/release.j2", "# a\nENV A=b\rRUN c\n")
    done = project.generate()
    assert done.code == 2
    assert "templates/partials/release.j2:2: this line has a carriage return inside" in done.err
