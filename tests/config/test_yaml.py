"""YAML as a tree: what is refused, and the messages."""

from __future__ import annotations

from typing import Final

import pytest
import yaml
from hypothesis import given, strategies as st

from tagmatrix.config.yaml import tree
from tagmatrix.config.yaml.nodes import Mapping, Scalar, Sequence
from tagmatrix.problems import ConfigError, Place
from tests.config.samples import GOOD, edit, refusal

CASES: Final = {
    "a key that occurs twice": (
        [("branch: main", "branch: main\nbranch: other")],
        ("versions.yaml:4:1: branch: duplicate key, first in line 3; keep one of the two"),
    ),
    "a tab instead of spaces": (
        [("  default: trixie", "\tdefault: trixie")],
        "versions.yaml:7:1: a tab is here; indent with spaces, not tabs",
    ),
    "a tab that would continue a value": (
        [("branch: main", "branch: main\n\tx: y")],
        (
            "versions.yaml:4:1: this is not YAML: found a tab character that violates "
            "indentation (while scanning a plain scalar that begins in line 3); indent "
            "with spaces, not tabs"
        ),
    ),
    "a merge key": (
        [("branch: main", "branch: main\n<<: {a: b}")],
        "versions.yaml:4:1: merge keys (<<) are not supported; write the keys out",
    ),
    "a YAML tag": (
        [("branch: main", "branch: !!python/object main")],
        (
            "versions.yaml:3:9: branch: the YAML tag tag:yaml.org,2002:python/object "
            "is not supported; write the plain value"
        ),
    ),
    "a colon in a text": (
        [("image: sample", "image: sample: x")],
        (
            "versions.yaml:1:14: this is not YAML: mapping values are not allowed in "
            "this context; quote a text that holds `: `, or check the indentation"
        ),
    ),
    "an open bracket": (
        [("needs: [installer]", "needs: [installer")],
        (
            "versions.yaml:35:16: this is not YAML: did not find expected ',' or ']' "
            "(while parsing a flow sequence that begins in line 34); close the "
            "bracket, or put a comma before this"
        ),
    ),
    "an open quote": (
        [('"3.13":', '"3.13:')],
        (
            "versions.yaml:65:15: this is not YAML: could not find expected ':' (while "
            "scanning a simple key that begins in line 64); write `key: value`"
        ),
    ),
    "a line that is too far right": (
        [('  "3.13":', '   "3.13":')],
        (
            "versions.yaml:64:4: this is not YAML: did not find expected key (while "
            "parsing a block mapping that begins in line 56); check the indentation "
            "here and in the line above"
        ),
    ),
    "a text that begins with a sign of YAML": (
        [("branch: main", "branch: @main")],
        "versions.yaml:3:9: a text cannot begin with @; write it in quotes",
    ),
}


@pytest.mark.parametrize(("changes", "message"), CASES.values(), ids=CASES)
def test_syntax(changes: list[tuple[str, str]], message: str) -> None:
    """The message for invalid or unsupported YAML has its place and what to do."""
    assert refusal(edit(*changes)) == message


WHOLE: Final[dict[str, tuple[str | bytes, str]]] = {
    "nothing": (
        "",
        (
            "versions.yaml:1:1: the file is empty; write at least `image:`, `flavors:`, `suites:`, "
            "`releases:`"
        ),
    ),
    "a comment": (
        "# later\n",
        (
            "versions.yaml:1:1: the file is empty; write at least `image:`, `flavors:`, `suites:`, "
            "`releases:`"
        ),
    ),
    "an empty document": (
        "---\n",
        (
            "versions.yaml:1:1: the file is empty; write at least `image:`, `flavors:`, `suites:`, "
            "`releases:`"
        ),
    ),
    "a text": (
        "hello\n",
        "versions.yaml:1:1: the file must be a mapping: lines of `key: value`",
    ),
    "a list": (
        "- a\n",
        "versions.yaml:1:1: the file must be a mapping: lines of `key: value`",
    ),
    "two documents": (
        "a: b\n---\na: b\n",
        "versions.yaml:2:1: a second document begins here; keep one",
    ),
    "Latin-1": (
        edit(("Ada Lovelace", "Adä Lovelace")).encode("latin-1"),
        "versions.yaml:5:7: byte 0xe4 is not UTF-8; save the file as UTF-8",
    ),
    "Latin-1 after a letter of two bytes": (
        "# é".encode() + b"\xe9\n",
        "versions.yaml:1:4: byte 0xe9 is not UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (
        GOOD.encode("utf-16"),
        "versions.yaml:1:1: the file is UTF-16 or UTF-32; save it as UTF-8",
    ),
    "UTF-16 without its mark": (
        GOOD.encode("utf-16-le"),
        "versions.yaml:1:1: the file is UTF-16 or UTF-32; save it as UTF-8",
    ),
    "UTF-32": (
        GOOD.encode("utf-32"),
        "versions.yaml:1:1: the file is UTF-16 or UTF-32; save it as UTF-8",
    ),
    "UTF-32 without its mark": (
        GOOD.encode("utf-32-be"),
        "versions.yaml:1:1: the file is UTF-16 or UTF-32; save it as UTF-8",
    ),
    "an escape of no character": (
        'image: "\\ud800"\n',
        "versions.yaml:1:11: U+D800 is not a character; write the character itself, or remove this",
    ),
    "half of a pair, in JSON": (
        '{"image": "a\\udE00", "flavors": {"a": {"name": "{suite}-slim"}}}\n',
        "versions.yaml:1:15: U+DE00 is not a character; write the character itself, or remove this",
    ),
    "a quote that nothing closes": (
        "image: a\nbranch: 'main\nbuilder: b\n",
        "versions.yaml:4:1: the quote that opens in line 2 is not closed; close it there",
    ),
    "a quote that the next one closes": (
        'image: "a\nbranch: b\nbuilder: "c"\n',
        "versions.yaml:3:11: the quote that opens in line 1 is closed only here; close it there",
    ),
    "another version of YAML": (
        "%YAML 9.9\n---\nimage: a\n",
        (
            "versions.yaml:1:1: this version of YAML is not supported; remove the line that "
            "begins with %YAML"
        ),
    ),
    "a comparison that YAML takes for a folded text": (
        "when:\n  cycles: >=1.2\n  suites: [a]\n",
        (
            "versions.yaml:2:11: YAML reads > as the beginning of a folded text; write it in "
            'quotes: ">=1.2"'
        ),
    ),
    "a byte order mark": (
        b"\xef\xbb\xbf" + GOOD.encode(),
        "versions.yaml:1:1: the file begins with a byte order mark; save it as UTF-8 without BOM",
    ),
    "a control character": (
        "image: a\nbranch: \x1b[31m\n",
        "versions.yaml:2:9: the character U+001B is not printable; remove it",
    ),
    "lines of an old Mac": (
        "image: a\rbranch: b\n",
        (
            "versions.yaml:1:9: a carriage return (U+000D) alone ends no line; end lines with a "
            "line feed"
        ),
    ),
    "a key that a comment hides": (
        "image: a\n# b\u2028branch: c\n",
        "versions.yaml:2:4: the character U+2028 is not printable; remove it",
    ),
    "a line break in a quoted text": (
        'image: "a\x85b"\n',
        "versions.yaml:1:10: the character U+0085 is not printable; remove it",
    ),
    "a comment in another order": (
        "image: a # \u202eb\n",
        "versions.yaml:1:12: the character U+202E is not printable; remove it",
    ),
    "a soft hyphen": (
        "image: a\r\nbranch: b\xadc\r\n",
        "versions.yaml:2:10: the character U+00AD is not printable; remove it",
    ),
    "many tags": (
        "".join(f"%TAG !a{n}! b\n" for n in range(100_000)),
        (
            "versions.yaml:101:1: too many lines begin with %TAG; remove them, because tags are "
            "not supported"
        ),
    ),
    "a large file": (
        b"#" * 5_000_000,
        (
            "versions.yaml:1:1: the file has 5,000,000 bytes, and the limit is 4,194,304; check "
            "that it is the right file"
        ),
    ),
    "many levels": (
        "a: " + "[" * 100_000,
        "versions.yaml:1:35: more than 32 levels deep; close the brackets",
    ),
    "a list as a key": (
        "? [a]\n: b\n",
        (
            "versions.yaml:1:3: a key must be a text, not a list or a mapping; quote it if it is a "
            "text"
        ),
    ),
    "an alias of a list as a key": (
        "a: &a [b]\n*a : c\n",
        (
            "versions.yaml:2:1: a key must be a text, not a list or a mapping; quote it if it is a "
            "text"
        ),
    ),
    "an anchor in itself": (
        "a: &a [*a]\n",
        "versions.yaml:1:8: there is no &a before this *a; write the value out",
    ),
    "an alias without an anchor": (
        "a: *b\n",
        "versions.yaml:1:4: there is no &b before this *b; write the value out",
    ),
    "two keys that occur twice": (
        GOOD + "page: {title: x, title: y}\nimage: other\n",
        (
            "versions.yaml:68:18: page.title: duplicate key, first in line 68; keep one of "
            "the two\n"
            "versions.yaml:69:1: image: duplicate key, first in line 1; keep one of the two"
        ),
    ),
}


@pytest.mark.parametrize(("data", "message"), WHOLE.values(), ids=WHOLE)
def test_whole_files(data: str | bytes, message: str) -> None:
    """A file that cannot be read as one mapping is refused, with its place and a way out."""
    assert refusal(data) == message


def bomb(levels: int) -> str:
    """Return a text in which each level repeats the one above nine times."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels):
        repeated = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{repeated}]")
    return "\n".join(lines)


def test_bomb() -> None:
    """Aliases that would grow into millions of values are refused at once."""
    message = refusal(bomb(20))
    assert message == (
        "versions.yaml:6:10: more than 100,000 values, or too long ones, with aliases (*name) "
        "expanded; list fewer"
    )


def test_deep_bomb() -> None:
    """Aliases that would nest deeply are refused too, because tree walks recurse."""
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 50))]
    message = "more than 32 levels deep; close the brackets"
    assert refusal("\n".join(lines)).endswith(message)


def test_aliases() -> None:
    """An alias means what its anchor means, at the place of the alias."""
    root = tree.read(b"a: &x {k: [1]}\nb: *x\n", "f")
    first, second = (value for _, value in root.items)
    assert first == second


def test_kinds() -> None:
    """A scalar keeps its text, and what YAML would make of it."""
    text = b"[3.10, 3, yes, ~, 2024-01-02, text, '3', !!str 3, =, <<, 0x1F, 1_0, 1:30, .inf]"
    (_, value), *_ = tree.read(b"a: " + text, "f").items
    assert isinstance(value, Sequence)
    assert [(node.text, node.kind) for node in value.items if isinstance(node, Scalar)] == [
        ("3.10", "float"),
        ("3", "int"),
        ("yes", "bool"),
        ("~", "null"),
        ("2024-01-02", "timestamp"),
        ("text", "str"),
        ("3", "str"),
        ("3", "str"),
        ("=", "str"),
        ("<<", "str"),
        ("0x1F", "int"),
        ("1_0", "int"),
        ("1:30", "int"),
        (".inf", "float"),
    ]


def test_places() -> None:
    """Places count lines and characters from 1, whatever the characters are."""
    root = tree.read("é: x\nü: [ö, y]\n".encode(), "f")
    (_, (key, value)) = root.items
    assert key.place == Place(2, 1)
    assert isinstance(value, Sequence)
    assert [node.place for node in value.items] == [Place(2, 5), Place(2, 8)]


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Any text is a tree or a clean refusal whose lines all name the file."""
    try:
        root = tree.read(text.encode("utf-8", "surrogatepass"), "f")
    except ConfigError as error:
        lines = str(error).split("\n")
    else:
        assert isinstance(root, Mapping)
        return
    assert len(lines) > 0
    assert all(line.startswith("f:") and line.isprintable() for line in lines)


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml the same is read, and places are the same."""
    fast = tree.read(GOOD.encode(), "f")
    monkeypatch.setattr(tree, "_Loader", yaml.SafeLoader)
    assert tree.read(GOOD.encode(), "f") == fast
    tabbed = edit(("  default: trixie", "\tdefault: trixie"))
    assert refusal(tabbed) == "versions.yaml:7:1: a tab is here; indent with spaces, not tabs"
    assert refusal("a: [b\nc: d\n") == (
        "versions.yaml:2:2: this is not YAML: expected ',' or ']', but got ':' (while parsing a "
        "flow sequence that begins in line 1); close the bracket, or put a comma before this"
    )
