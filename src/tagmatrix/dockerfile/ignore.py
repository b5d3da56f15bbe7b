"""The rules of a .dockerignore file.

https://docs.docker.com/build/concepts/context/#dockerignore-files; BuildKit's own reader is
github.com/moby/patternmatcher.
"""

from __future__ import annotations

import contextlib
import posixpath
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.problems import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

IGNORE_FILE: Final = ".dockerignore"


def ignore_files(dockerfile: str) -> tuple[str, str]:
    """Return the files with the rules of a Dockerfile; the first one that exists is used.

    >>> ignore_files("Dockerfile")
    ('Dockerfile.dockerignore', '.dockerignore')
    """
    return f"{dockerfile}{IGNORE_FILE}", IGNORE_FILE


WILDCARDS: Final = frozenset("*?[\\")
_END: Final = r"(?:\\.|[^]\\-])"
_CLASS: Final = rf"\[(\^?)((?:{_END}(?:-{_END})?)+)\]"
_PATTERN: Final = re.compile(rf"(?:[^\[\\]|\\.|{_CLASS})*", re.DOTALL)
"""A pattern of Go: https://pkg.go.dev/path/filepath#Match."""


class IgnoreRule(NamedTuple):
    """A rule; the last one that matches a path decides whether the path is kept."""

    pattern: re.Pattern[str]
    keeps: bool


def ignore_rules(text: str) -> tuple[IgnoreRule, ...]:
    """Return the rules of a file. Rules that no reader understands are left out."""
    found = []
    for line in text.removeprefix("\ufeff").split("\n"):
        if line.startswith("#") or not (rule := line.strip()):
            continue
        keeps = rule.startswith("!")
        # Other than in COPY, `..` leads out of the build context, where nothing is.
        rule = posixpath.normpath(rule.removeprefix("!").strip()).lstrip("/")
        try:
            found.append(IgnoreRule(re.compile(glob(rule, deep=True)), keeps))
        except re.error:
            continue
    return tuple(found)


def ignore_errors(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that Docker refuses, each with the reason."""
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.startswith("#") and (problem := rule_error(line)):
            yield number, f"{shown(line.strip())}: {problem}"


def rule_error(rule: str) -> str:
    r"""Return why Docker refuses a rule; "" for a valid one.

    >>> rule_error("!"), rule_error("a[")[:15], rule_error("!*.[^ch]")
    ('write a path after !', 'invalid pattern', '')
    """
    rule = rule.strip()
    if rule.startswith("!") and not rule[1:].strip().strip("/"):
        return "write a path after !"
    return pattern_error(rule)


def pattern_error(pattern: str) -> str:
    """Return what is wrong with a pattern; "" for a valid one."""
    if _PATTERN.fullmatch(pattern):
        with contextlib.suppress(re.error):  # a range such as [b-a]
            re.compile(glob(pattern))
            return ""
    return "invalid pattern: close each [ with ] after it, and write \\[ for the character"


def is_ignored(path: str, rules: tuple[IgnoreRule, ...]) -> bool:
    r"""Return whether a file is not in the build context.

    >>> rules = ignore_rules("conf\n!conf/keep\n**/*.md")
    >>> [is_ignored(path, rules) for path in ("conf/a", "conf/keep", "x/y/z.md", "x/conf")]
    [True, False, True, False]
    """
    ignored = False
    for rule in rules:
        if ignored is rule.keeps and any(map(rule.pattern.fullmatch, ancestry(path))):
            ignored = not rule.keeps
    return ignored


def ancestry(path: str) -> Iterator[str]:
    """Yield a path and the folders above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def normal_path(path: str) -> str:
    """Return a path from the top of the build context, which nothing leaves; "" for the top.

    >>> normal_path("./a//b/"), normal_path("/../x/../y"), normal_path(".")
    ('a/b', 'y', '')
    """
    return posixpath.normpath(f"/{path}").lstrip("/")


def glob(pattern: str, *, deep: bool = False) -> str:
    """Return the regular expression of a pattern; with `deep`, `**` is any number of folders.

    The rules are those of Go: https://pkg.go.dev/path/filepath#Match. Raises re.error.
    """
    found = ""
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if deep and pattern.startswith("**", at):
            at += 3 if pattern.startswith("**/", at) else 2
            found += ".*" if at >= len(pattern) else "(?:.*/)?"
            continue
        if char == "*":
            found += "[^/]*"
        elif char == "?":
            found += "[^/]"
        elif char == "[":
            text, at = _class(pattern, at)
            found += text
            continue
        elif char == "\\" and at + 1 < len(pattern):
            at += 1
            found += re.escape(pattern[at])
        else:
            found += re.escape(char)
        at += 1
    return found


def _class(pattern: str, at: int) -> tuple[str, int]:
    """Return the characters in brackets for Python, and where they end. Raises re.error."""
    match = re.compile(_CLASS, re.DOTALL).match(pattern, at)
    if match is None:
        raise re.error(f"no class of characters in {pattern}")
    parts = re.findall(rf"({_END})(?:-({_END}))?", match[2], re.DOTALL)
    ranges = ["-".join(re.escape(end[-1]) for end in ends if end) for ends in parts]
    return f"[{match[1]}{''.join(ranges)}]", match.end()
