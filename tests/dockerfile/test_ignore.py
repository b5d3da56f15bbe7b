"""The rules of .dockerignore, with the examples of Docker's reference and of its own tests."""

from __future__ import annotations

import pytest

from tagmatrix.dockerfile.ignore import glob, ignore_errors, ignore_rules, is_ignored


@pytest.mark.parametrize(
    ("text", "ignored", "kept"),
    [
        ("# temp\n*/temp*\n", ["a/temp.txt", "b/temporary/x"], ["temp", "a/b/temp", "# temp"]),
        ("*/*/temp*\ntemp?\n", ["a/b/temporary", "tempa"], ["temp", "a/temp"]),
        ("*.md\n!README.md\n", ["a.md"], ["README.md", "x/a.md"]),
        ("*.md\n!README*.md\nREADME-secret.md\n", ["README-secret.md"], ["README-a.md"]),
        ("**/*.go\n", ["a.go", "x/y/a.go"], ["a.goo"]),
        ("/conf/\n", ["conf/a", "conf/b/c"], ["x/conf"]),
        ("conf\n!conf/keep\n", ["conf/a"], ["conf/keep", "confa"]),
        ("*\n!bin\n", ["a", "x/y"], ["bin/a"]),
        ("**\n", ["a", "x/y"], []),
        ("a/**\n", ["a/b", "a/b/c"], ["b"]),
        ("a/**/z\n", ["a/z", "a/b/c/z"], ["a/b"]),
        ("./a/../b\n  c  \n", ["b", "c"], ["a"]),
        ("../a\na/../../b\n//c//\n.\n/\n", ["c/d"], ["a", "b", "x"]),
        ("\ufeffa\n\n!\n", ["a"], ["b"]),
        ("[a-c].txt\n[^x]y\n", ["b.txt", "zy"], ["d.txt", "xy"]),
        ("a\\*b\n", ["a*b"], ["axb"]),
        ("a\\\n", ["a\\"], ["a"]),
        ("[[a&&b~~||]x\n[\\]^-]y\n", ["[x", "&x", "~x", "|x"], ["cx", "-y", "ay"]),
        ("[\\--/]z\n", [".z"], ["0z"]),
        ("a.c(1)+\n", ["a.c(1)+"], ["abc(1)", "a.c1"]),
        ("#a\n #b\n", ["#b"], ["#a"]),
        ("[\nx\n", ["x"], ["["]),
        ("", [], ["a"]),
    ],
)  # fmt: skip
def test_rules(text: str, ignored: list[str], kept: list[str]) -> None:
    """The last rule that matches a path or a folder above it decides."""
    rules = ignore_rules(text)
    assert [path for path in (*ignored, *kept) if is_ignored(path, rules)] == ignored


def test_two_stars_in_a_source() -> None:
    """In COPY, two stars are not different from one."""
    assert glob("a/**") == "a/[^/]*[^/]*"


@pytest.mark.parametrize(
    ("rule", "is_refused"),
    [
        *(
            (rule, True)
            for rule in ("!", " ! ", "!/", "!//", "[", "a[", "*[", "**/[", "[]", "[]a]")
        ),
        *((rule, True) for rule in ("[a-]", "[-a]", "a[b-a]", "a\\", "\\")),
        *(
            (rule, False)
            for rule in ("!.", "!!", "/", "..", "***", "[!a]", "[^a]", "{a", "(", "a]")
        ),
        *((rule, False) for rule in ("#!", "", "\\[", "[a\\]]", "[a-c^]", "!a", "# [")),
    ],
)
def test_refused_rules(rule: str, is_refused: bool) -> None:  # noqa: FBT001 (a column)
    """What Docker refuses is found with its line."""
    found = [number for number, _ in ignore_errors(f"\ufeff# a\n{rule}\nb\n")]
    assert found == ([2] if is_refused else [])
