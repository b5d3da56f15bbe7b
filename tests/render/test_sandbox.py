"""What a template may take: hostile templates under a limit of memory."""

# ruff: noqa: E501 (a template of the table is one line)

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.render.budget import MAX_OUTPUT
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates

if TYPE_CHECKING:
    from pathlib import Path

_BIG: Final = "{% set big = 'x'.center(10000) | list | join('....................') %}"
# Each doubles a value, or the work on it, many times.
_DOUBLED: Final = "{{% set n = namespace(x={start}) %}}{{% for i in range(60) %}}{{% set n.x = {more} %}}{{% endfor %}}{{{{ {use} }}}}"
_NESTED: Final = (
    "{%% set ns = namespace(a=(1,), b=(1,)) %%}{%% for i in range(99) %%}"
    "{%% set ns.a = (ns.a, ns.a) %%}{%% set ns.b = (ns.b, ns.b) %%}{%% endfor %%}{{ %s }}"
)
"""Two equal tuples that contain far more than the memory that they take."""
HOSTILE: Final = {
    "a key to look for": _NESTED % "{}.get(ns.a)",
    "a value to look for": _NESTED % "[ns.b].index(ns.a)",
    "values to count": _NESTED % "[ns.b].count(ns.a)",
    "a key of a new dictionary": _NESTED % "dict([[ns.a, 1]])",
    "the name of an attribute": _NESTED % "'x' | attr(ns.a)",
    "zfill": '{{ "1".zfill(1999999999) }}',
    "center": '{{ "1".center(1999999999) }}',
    "ljust": '{{ "1".ljust(width=1999999999) }}',
    "rjust": '{{ "1".rjust(1999999999) }}',
    "expandtabs": '{{ "\\t".expandtabs(1999999999) }}',
    "expandtabs of many": '{{ ("\\t".center(9000, "\\t")).expandtabs(10000) }}',
    "bytes": '{{ "1".encode().zfill(1999999999).decode() }}',
    "to_bytes": "{{ (1).to_bytes(1999999999, 'big') }}",
    "center filter": '{{ "1" | center(1999999999) }}',
    "center filter by name": '{{ "1" | center(width=1999999999) }}',
    "map center": '{{ ["1"] | map("center", 1999999999) | join }}',
    "batch": "{{ [1] | batch(1999999999, 'x') | list | length }}",
    "slice": "{{ [1] | slice(1999999999) | list | length }}",
    "indent": "{{ 'a\\nb' | indent(1999999999) }}",
    "indent of many": "{% filter indent(10000) %}{% for i in range(1000) %}a\n{% endfor %}{% endfilter %}",
    "tojson": "{{ [1] | tojson(indent=1999999999) }}",
    "wordwrap": "{{ 'a b' | wordwrap(10 * 10000000) }}",
    "percent": '{{ "%1999999999d" % 1 }}',
    "percent precision": '{{ "%.1999999999f" % 1 }}',
    "percent star": '{{ "%*d" % (1999999999, 1) }}',
    "percent name": '{{ "%(a)1999999999d" % {"a": 1} }}',
    "format filter": '{{ "%1999999999d" | format(1) }}',
    "format": '{{ "{:1999999999}".format(1) }}',
    "format nested": '{{ "{:{}}".format(1, 1999999999) }}',
    "format precision": '{{ "{:.1999999999f}".format(1.0) }}',
    "format map": '{{ "{a:>1999999999}".format_map({"a": 1}) }}',
    "format width of text": '{{ "{:1999999999}".format("a") }}',
    "power": "{{ 9 ** 9999999 }}",
    "product": "{{ 9223372036854775807 * 2 }}",
    "sum": "{{ 9223372036854775807 + 1 }}",
    "difference": "{{ 0 - 9223372036854775807 - 2 }}",
    "literal": "{{ 99999999999999999999999999 }}",
    "digits": "{{ '99999999999999999999' | int }}",
    "squares": "{% set n = namespace(x=9) %}{% for i in range(99999) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "range": "{{ range(1999999999) | list }}",
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "loops with a test": "{% for a in range(99999) %}{% for b in range(99999) if b < 0 %}{% endfor %}{% endfor %}",
    "loops in filters": "{% for a in range(99999) %}{% set x = range(99999) | list %}{% endfor %}",
    "searches": "{% set l = range(99999) | list %}{% for a in l %}{% if 'x' in l %}{% endif %}{% endfor %}",
    "slices": "{% set l = range(99999) | list %}{% for a in l %}{% set x = l[:] %}{% endfor %}",
    "tests": "{% set l = range(99999) | list %}{% for a in l %}{% if 'x' is in l %}{% endif %}{% endfor %}",
    "recursive loops": "{% for a in [[1]] recursive %}{{ loop([a, a]) }}{% endfor %}",
    "calls": "{% macro a(n) %}{% if n %}{{ a(n - 1) }}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(60) }}",
    "blocks": "{% block a %}{% for i in range(9) %}{{ self.b() }}{% endfor %}{% endblock %}"
    "{% block b %}{% for i in range(99999) %}{{ self.c() }}{% endfor %}{% endblock %}{% block c %}{% for i in range(99) %}{% endfor %}{% endblock %}",
    "concatenation": _DOUBLED.format(start="'xx'", more="n.x ~ n.x", use="n.x"),
    "plus": _DOUBLED.format(start="'xx'", more="n.x + n.x", use="n.x"),
    "lists": _DOUBLED.format(start="[1, 2]", more="n.x + n.x", use="1"),
    "list sum": _DOUBLED.format(start="[1, 2]", more="[n.x, n.x] | sum(start=[])", use="1"),
    "nested": _DOUBLED.format(start="[1, 2]", more="[n.x, n.x]", use="n.x | string"),
    "nested json": _DOUBLED.format(start="[1, 2]", more="[n.x, n.x]", use="n.x | tojson"),
    "nested comparison": "{% set n = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% endfor %}{{ 1 if n.x == n.y }}",
    "nested include": _DOUBLED.format(start="(1, 2)", more="(n.x, n.x)", use="1")
    + "{% include [n.x] %}",
    "nested import": _DOUBLED.format(start="(1, 2)", more="(n.x, n.x)", use="1")
    + "{% import n.x as y %}",
    "nested parent": _DOUBLED.format(start="(1, 2)", more="(n.x, n.x)", use="1")
    + "{% extends n.x %}",
    "nested key": _DOUBLED.format(start="(1, 2)", more="(n.x, n.x)", use="{n.x: 1}[n.x]"),
    "joins": _DOUBLED.format(start="'xx'", more="[n.x, n.x] | join", use="n.x"),
    "join method": _DOUBLED.format(start="'xx'", more="n.x.join([n.x, n.x])", use="n.x"),
    "replace": _DOUBLED.format(start="'xx'", more="n.x | replace('x', n.x)", use="n.x"),
    "replace method": _DOUBLED.format(start="'xx'", more="n.x.replace('x', n.x)", use="n.x"),
    "translate": _DOUBLED.format(start="'xx'", more="n.x.translate({120: n.x})", use="n.x"),
    "formats": _DOUBLED.format(start="'xx'", more="'%s%s' % (n.x, n.x)", use="n.x"),
    "format methods": _DOUBLED.format(start="'xx'", more="'{0}{0}'.format(n.x)", use="n.x"),
    "blocks of text": "{% set n = namespace(x='xx') %}{% for i in range(60) %}{% set y %}{{ n.x }}{{ n.x }}{% endset %}{% set n.x = y %}{% endfor %}",
    "text of a macro": "{% macro m() %}{% for i in range(99999) %}" + "x" * 9999 + "{% endfor %}{% endmacro %}{{ m() | length }}",
    "output": "{% for i in range(99999) %}" + "x" * 9999 + "{% endfor %}",
    "surrogate": '{{ "\\ud800" }}',
    "surrogate in a text": '{{ "a" ~ "\\udfff" }}',
    "half of a pair": "{{ '%c' % 55357 }}",
    "striptags": _BIG + "{{ (big | replace('x', '<!--')) | striptags }}",
    "recursion": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
}  # fmt: skip
ADDRESSES: Final = [
    *("[1] | map('string')", "[1] | select", "range", "image.upper", "[].count", "dict"),
    *("namespace()", "joiner", "self", "loop", "m", "[[1] | map('string')]", "{'a': [1] | select}"),
]
MAKERS: Final = [
    "{{ (%s) | string }}",
    "{{ (%s) ~ '' }}",
    "{{ '%%s' %% (%s) }}",
    "{{ '%%s' %% [%s] }}",
    "{{ '%%s' | format(%s) }}",
    "{{ '{}'.format(%s) }}",
    "{{ '{!r}'.format(%s) }}",
    "{{ [%s] | join }}",
    "{{ ''.join([(%s) | string]) }}",
    "{{ (%s) | upper }}",
    "{{ (%s) | pprint }}",
    "{{ (%s) | replace('0x', '') }}",
    "{{ (%s) | e }}",
    "{{ (%s) | trim }}",
    "{{ (%s) | indent }}",
    "{{ (%s) | urlencode }}",
    "{{ (%s) | tojson }}",
    "{{ [%s] | map('string') | join }}",
    "{{ 'a' | replace('a', %s) }}",
    "{{ 'a'.replace('a', (%s) | string) }}",
    "{{ 'a' | default('', true) ~ (%s) }}",
]
_PROGRAM: Final = """
import json, pathlib, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from tagmatrix.render.template_folder import TemplateError
from tagmatrix.render.templates import Templates
folder = pathlib.Path(sys.argv[1])
for name, source in json.load(sys.stdin).items():
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 60, -1))
    (folder / "x.j2").write_text("\\n" + source)
    try:
        text = Templates(folder).render("x.j2", image="x")
    except TemplateError as error:
        print(json.dumps([name, "refused", str(error)]), flush=True)
    else:
        print(json.dumps([name, "rendered", text[:200]]), flush=True)
"""


def outcomes(folder: Path, sources: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Render templates in a process with 1 GiB of memory, each in a minute of CPU time at most.

    Return the outcome of each.
    """
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(found)) == (0, len(sources)), (found[-1:], done.stderr[-500:])
    return {name: (outcome, text) for name, outcome, text in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return an empty folder of templates."""
    place = tmp_path / "templates"
    place.mkdir()
    return place


@pytest.mark.slow
def test_hostile_templates(folder: Path) -> None:
    """Each is refused with its template and line, within 1 GiB."""
    found = outcomes(folder, HOSTILE)
    assert {
        name: each
        for name, each in found.items()
        if each[0] != "refused" or not each[1].startswith("templates/x.j2:")
    } == {}


def text_of(folder: Path, source: str) -> str:
    """Return the text of a template with this source."""
    (folder / "x.j2").write_text(source)
    return Templates(folder).render("x.j2", image="x")


@pytest.mark.parametrize(
    "name",
    [
        *("zfill", "format", "surrogate", "output", "digits"),
        pytest.param("nested", marks=pytest.mark.slow),  # it takes up all the memory it may have
    ],
)
def test_limits(folder: Path, name: str) -> None:
    """A template beyond a limit is refused with its template and line."""
    with pytest.raises(TemplateError, match=r"^templates/x\.j2:2: "):
        text_of(folder, "\n" + HOSTILE[name])


@pytest.mark.slow
@pytest.mark.parametrize("maker", MAKERS)
def test_no_address_gets_out(folder: Path, maker: str) -> None:
    """No filter, format or operator makes a text of an object, however deep it is in a list."""
    for value in ADDRESSES:
        source = "{% macro m() %}{% endmacro %}{% for i in [1] %}" + maker % value + "{% endfor %}"
        try:
            text = text_of(folder, source)
        except TemplateError:
            continue
        assert " at 0x" not in text.lower(), value
        assert "object" not in text.lower(), value


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'a'.center(5) }}|{{ '7'.zfill(3) }}|{{ 'a' | center(3) }}", "  a  |007| a "),
        ("{{ '%5.1f' % 1.25 }}|{{ '%s-%s' | format('a', 1) }}|{{ '{:>3}'.format('a') }}",
         "  1.2|a-1|  a"),
        ("{{ 'a' ~ 1 ~ 'b' }}{{ 'a' + 'b' }}{{ ([1] + [2]) | length }}", "a1bab2"),
        ("{{ [1, 2] | join(', ') }}{{ [{'a': 1}] | join(attribute='a') }}{{ '-'.join(['a', 'b']) }}",
         "1, 21a-b"),
        ("{{ [3, 1, 2] | sort | first }}{{ [1, 2] | sum }}{{ (1, 2) | string }}", "13(1, 2)"),
        ("{{ 'a\nb' | indent(2) }}{{ 'aXa' | replace('X', 'b') }}", "a\n  baba"),
        ("{% for i in range(3) if i %}{{ loop.index }}/{{ loop.length }} {% endfor %}", "1/2 2/2 "),
        ("{% for i in [[1]] recursive %}{{ loop(i) if i is iterable else i }}{% endfor %}", "1"),
        ("{{ 'abc'[1:] }}{{ 'yes' if 'b' in 'abc' and 1 < 2 < 3 else 'no' }}", "bcyes"),
        ("{{ {'a': 1} | tojson }}{{ 9223372036854775807 }}", '{"a": 1}9223372036854775807'),
        ("{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(1) }}{% set y %}{{ m(2) }}{% endset %}{{ y }}",
         "<1><2>"),
    ],
)  # fmt: skip
def test_usual_templates(folder: Path, source: str, text: str) -> None:
    """What templates usually do works as in Jinja2."""
    assert text_of(folder, source) == text


def test_output_is_bounded_in_bytes(folder: Path) -> None:
    """A file has 1 MiB at most, counted in bytes."""
    half = MAX_OUTPUT // 2
    for sign, count in (("x", MAX_OUTPUT), ("\u00e9", half)):
        turns, body = count // 4096, sign * 4096
        loop = f"{{% for i in range({turns}) %}}{body}{{% endfor %}}"
        assert len(text_of(folder, loop).encode()) == MAX_OUTPUT
        with pytest.raises(
            TemplateError, match=r"^templates/x\.j2:1: .* more than 1,048,576 bytes"
        ):
            text_of(folder, loop + sign)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("a\n${#a[@]}\n", 2),
        ("a\n\n  if [ ${#x} -gt 1 ]; then\n{# a comment #}\n", 3),
        ('{{ "a" }}${#PATH}', 1),
        ("{% if true %}\n${#a[*]} {# x #}{% endif %}", 2),
    ],
)
def test_bash_lengths(folder: Path, source: str, line: int) -> None:
    """The length of a Bash variable would begin a comment: the message says how to write it."""
    with pytest.raises(
        TemplateError, match=rf"^templates/x\.j2:{line}: .*Bash's \${{#name}}, write"
    ):
        text_of(folder, source)


def test_bash_lengths_as_the_message_says(folder: Path) -> None:
    """Both ways to write it give the text; a comment may contain it."""
    assert text_of(folder, '{{ "${#" }}a[@]}') == "${#a[@]}"
    assert text_of(folder, "{% raw %}${#a[@]}{% endraw %}") == "${#a[@]}"
    assert text_of(folder, "{# in Bash: ${#a[@]} #}x") == "x"
