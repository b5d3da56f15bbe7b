"""Texts of versions.yaml: printable, in one line where only one is allowed, and quickly read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
import yaml
from hypothesis import given, strategies as st

from tagmatrix.config import parse
from tagmatrix.config.format import VERSIONS as FORMAT
from tagmatrix.config.shapes import Either, ListOf, MapOf, Reading, Record
from tagmatrix.config.yaml import tree
from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.errors import InputError
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.laws import breaches
from tagmatrix.problems import MAX_PROBLEMS, ConfigError, Place
from tagmatrix.util import nearest
from tagmatrix.util.printable import unprintable
from tests.facts import DATA
from tests.projects import VERSIONS
from tests.rendered import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.config.shapes import Shape
    from tagmatrix.config.yaml.nodes import Node

SIGNS: Final = "\0\a\x1b\r\x0b\x7f\x85\x9b\u061c\u200e\u202e\u2028\u2029\u2066\ufeff"
CASES: Final = [
    pytest.param(
        sign, id=f"U+{ord(sign):04X}", marks=() if sign in "\0\x1b\x9b\u202e" else pytest.mark.slow
    )
    for sign in SIGNS
]
WHOLE: Final = """\
page:
  title: "Sample"
  description: "A sample."
  help: {"Forum": "https://example.org/forum"}
  issues: "https://example.org/issues"
  licenses: {"MIT": "https://example.org/mit"}
regenerate: {branch: "next", author: "Ada <ada@example.org>", committer: "Bot <bot@example.org>"}
upstream:
  name: "python.org"
  api: "https://example.org/api/"
  downloads: "https://example.org/files/"
release_managers: {"Ada Lovelace": {openpgp_key: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}
exclude:
  - architectures: [s390x]
    why: "Too slow."
    link: "https://example.org/why"
"""
_VALUE: Final = re.compile(r'(?<=: )(?:"[^"]*"|[A-Za-z][^\n{\[>|:"]*)$|"[^"]*"', re.MULTILINE)


def text() -> str:
    """Return a versions.yaml with every kind of text."""
    return VERSIONS + "".join(
        part for part in re.split(r"(?m)^(?=\w)", WHOLE) if part.split(":")[0] + ":" not in VERSIONS
    )


MORE: Final = """\
upstream:
  releases:
    json: https://example.org/releases
    where: "!draft"
    take: {version: tag_name, date: published_at}
    strip: v
  artifacts:
    source: {sums: "https://example.org/a-{version}.sha256", url: "https://example.org/a-{version}.tar"}
publish:
  registries:
    - ghcr.io/me/sample
    - {repository: ghcr.io/me/preview, final: false, when: {flavors: [slim]}}
  runners:
    amd64: {label: ubuntu-24.04, architectures: [amd64]}
  required: [amd64]
  labels: {org.example.team: images}
"""
FAMILIES: Final = [
    VERSIONS + MORE,
    *(
        path.read_text(encoding="utf-8")
        for folder in ("fixtures", "images")
        for path in sorted((DATA.parent / folder).glob("*/versions.yaml"))
    ),
]
"""Whole families, with the keys that the sample lacks."""


def scalars(family: str) -> list[tuple[int, int]]:
    """Return the places of the keys and values of a family that are in one line."""
    return [
        (token.start_mark.index, token.end_mark.index)
        for token in yaml.scan(family)
        if isinstance(token, yaml.ScalarToken) and token.style not in {"|", ">"}
    ]


PLACES: Final = [match.span() for match in _VALUE.finditer(text())]


def put(place: tuple[int, int], value: str) -> str:
    """Return versions.yaml with another value, quoted with escapes."""
    start, end = place
    return text()[:start] + json.dumps(value) + text()[end:]


def test_the_sample() -> None:
    """The sample has many places, and is valid."""
    parse(text())
    assert len(PLACES) > 40


@pytest.mark.slow
@pytest.mark.parametrize("sign", CASES)
def test_no_unprintable_character_gets_in(sign: str) -> None:
    """In every place one message names the code point, with line and column."""
    for place in PLACES:
        old = text()[slice(*place)].strip('"')
        with pytest.raises(InputError) as error:
            parse(put(place, old[:1] + sign + old[1:]))
        found = [line for line in str(error.value).splitlines() if f"U+{ord(sign):04X}" in line]
        assert len(found) == 1, str(error.value)
        assert re.match(r"versions\.yaml:\d+:\d+: ", found[0])


@pytest.mark.slow
@given(st.sampled_from(PLACES), st.text(min_size=1, max_size=20))
def test_any_text(place: tuple[int, int], value: str) -> None:
    """A random text is refused with a printable message, or comes out as it is, printable."""
    data = put(place, value)
    try:
        parse(data.encode("utf-8", "surrogatepass"))
    except InputError as error:
        message = str(error).replace("\n", "")
    else:
        message = ""
        assert not unprintable(value, lines=True)
    assert message.isprintable()


@pytest.mark.slow
@given(st.data(), st.text(min_size=1, max_size=20))
def test_any_text_in_any_family(data: st.DataObject, value: str) -> None:
    """The same in each key and value of whole families: axes, components, layout, files, ref.

    What is accepted comes out in manifest, JSON and page as text, and is read again as it was.
    """
    family = data.draw(st.sampled_from(FAMILIES))
    start, end = data.draw(st.sampled_from(scalars(family)))
    changed = family[:start] + json.dumps(value) + family[end:]
    try:
        config = parse(changed.encode("utf-8", "surrogatepass"))
        matrix = expand(config)
    except InputError as error:
        message = str(error).replace("\n", "")
    else:
        message = ""
        assert not unprintable(value, lines=True)
        if not breaches(config, matrix):
            examine(config, matrix)
    assert message.isprintable()


def every_shape(shape: Shape, path: str = "") -> Iterator[tuple[str, Shape]]:
    """Yield each shape of the format, with the path of its keys."""
    yield path, shape
    if isinstance(shape, Record):
        for name, entry in shape.fields.items():
            yield from every_shape(entry.shape, f"{path}.{name}")
    elif isinstance(shape, Either):
        for one in shape.shapes.values():
            yield from every_shape(one, path)
    elif isinstance(shape, ListOf):
        yield from every_shape(shape.item, f"{path}[]")
    elif isinstance(shape, MapOf):
        yield f"{path} (keys)", shape.key
        yield from every_shape(shape.value, f"{path}{{}}")


SHAPES: Final = [*every_shape(FORMAT)]
DIFFERENT: Final = {id(shape): (path, shape) for path, shape in SHAPES}.values()
"""Each shape once: many keys have the same."""


def nodes(value: str) -> Iterator[Node]:
    """Yield nodes with a text: alone, in a list, as the value and as the key of a mapping."""
    place = Place(1, 1)
    scalar, other = (Scalar(text, "str", place, plain=False) for text in (value, "a"))
    yield scalar
    yield Sequence((scalar,), place)
    yield Mapping(((other, scalar),), place)
    yield Mapping(((scalar, other),), place)


def read_everywhere(value: str, *, lines: bool = False) -> None:
    """Give a text to each shape: it is refused in print, or comes out as it is, printable."""
    for path, shape in DIFFERENT:
        for node in nodes(value):
            reading = Reading((), "loose")
            shape.read(node, ("key",), reading)
            assert reading.problems or not unprintable(value, lines=lines), path
            for problem in reading.problems:
                assert problem.text("a").isprintable(), path


def test_the_shapes() -> None:
    """The shapes have all keys of the schema, however deep."""
    known = set(re.findall(r'"properties": \{"(\w+)"', json.dumps(FORMAT.schema())))
    paths = " ".join(path for path, _ in SHAPES)
    assert known <= set(re.findall(r"\w+", paths))
    assert len(SHAPES) > 500


@pytest.mark.parametrize("sign", CASES)
def test_no_shape_accepts_what_is_unprintable(sign: str) -> None:
    """Each key of the format refuses a text with such a character at any place."""
    for value in (f"{sign}a", f"a{sign}b", f"https://example.org/{sign}"):
        read_everywhere(value)


@pytest.mark.slow
@given(st.text(min_size=1, max_size=20))
def test_any_text_in_each_shape(value: str) -> None:
    """Each key of the format refuses a random text in print, or it is printable."""
    read_everywhere(value, lines=True)


def test_the_families() -> None:
    """The families are valid, and have the keys that are in no sample above."""
    keys = {"axes", "components", "layout", "files", "upstream", "publish", "suites"}
    assert keys <= {word for text in FAMILIES for word in re.findall(r"(\w+):", text)}
    for text in FAMILIES:
        parse(text)


@pytest.mark.parametrize("value", ["C.UTF-8\nRUN curl x", "a\tb", "\n", "a\n"])
def test_a_setting_has_one_line(value: str) -> None:
    """A line break in a setting's value is refused, unless the setting allows several lines."""
    line = f"  lang: {{value: {json.dumps(value)}, why: x}}\n"
    data = VERSIONS.replace("settings:\n", f"settings:\n{line}", 1)
    with pytest.raises(ConfigError, match=r"lang\.value: this text contains a .*multiline: true"):
        parse(data)
    allowed = parse(data.replace("why: x", "why: x, multiline: true"))
    assert allowed.settings["lang"].value == value
    items = data.replace(json.dumps(value), json.dumps(["a", value]))
    with pytest.raises(ConfigError, match=r"settings\.lang\.value\[1\]: this text contains"):
        parse(items)


@pytest.mark.parametrize("count", [1000, pytest.param(100_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("lines", ["zz: 1\n", "zz: [!x y]\n"], ids=["keys", "tags"])
def test_problems_are_bounded(lines: str, count: int) -> None:
    """Repeated keys and tags stop at a bound of problems."""
    with pytest.raises(ConfigError) as error:
        parse(VERSIONS + lines * count)
    assert len(error.value.problems) <= MAX_PROBLEMS


@pytest.mark.slow
def test_work_is_bounded() -> None:
    """100,000 keys, anchors or aliases stop at a bound of values."""
    many = range(100_000)
    for lines in (
        "".join(f"key{n}: 1\n" for n in many),
        "zz: [" + ", ".join(f"&a{n} x" for n in many) + "]\n",
        "zz: &a x\nyy: [" + "*a, " * len(many) + "]\n",
        f"zz: &a {'x' * 100_000}\nyy: [" + "*a, " * 1000 + "]\n",
    ):
        with pytest.raises(ConfigError, match=f"more than {tree.MAX_NODES:,} values"):
            parse(VERSIONS + lines)


def test_suggestions_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest name is found with few exact comparisons, however many names are alike."""
    import difflib  # noqa: PLC0415 (as the module imports it)

    counted = 0
    ratio = difflib.SequenceMatcher.ratio

    def counting(matcher: difflib.SequenceMatcher[str]) -> float:
        nonlocal counted
        counted += 1
        return ratio(matcher)

    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", counting)
    names = [f"abcdefgh{n:04}" for n in range(5_000)]
    assert nearest.closest("abcdefgh0007x", names) == "abcdefgh0007"
    assert counted < 20


@pytest.mark.parametrize("sign", "\x1b\x85\u202e\u2028")
def test_every_free_text_is_guarded(sign: str) -> None:
    """The schema refuses unprintable characters in each text that is free."""
    schema = json.dumps(FORMAT.schema())
    texts = [f"{start}{sign}{end}" for start in ("", "https://a", "a") for end in ("", "a")]
    for pattern in re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema):
        assert not any(map(re.compile(json.loads(pattern)).search, texts))
