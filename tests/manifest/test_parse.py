"""Parse whole manifests: the rules of the format."""

from __future__ import annotations

import copy
import pickle

import pytest

from tagmatrix.manifest import Entry, Maintainer, ManifestError, dumps, parse, resolve, to_json

from .samples import A40, B40, ENTRY, HEAD, OTHER, manifest


def refuse(text: str | bytes) -> ManifestError:
    """Return the error that parsing a text raises."""
    with pytest.raises(ManifestError) as caught:
        parse(text)
    return caught.value


def test_entry_is_complete() -> None:
    """An entry holds its own values, those of the first paragraph and the defaults."""
    assert parse(manifest(ENTRY)).entries == (
        Entry(
            maintainers=(Maintainer(name="A B", email="a@b.c", handle="ab"),),
            tags=("1",),
            git_repo="https://x/y.git",
            git_commit=A40,
        ),
    )


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("Tags: 1,\n# c\n      2,\n  # indented c\n\t3\n", ("1", "2", "3")),
        ("Tags: 1,\n\u00a0# c\n 2\n", ("1", "2")),
        ("Tags: 1\nTags: 2\n", ("2",)),
        ("Tags: 1,\n 2\nTags: 3\n", ("3",)),
        ("Tags:1\n \n", ("1",)),
        ("Tags : 1\r\n", ("1",)),
        ("\u00a0Tags: 1\n", ("1",)),
        ("Tags:\n 1,\n .\n 2\n", ("1", "2")),
        ("tags: 0\nTags: 1\n", ("1",)),
        (": x\nValues: x\nX-Thing: y\nTags: 1\n", ("1",)),
        (" ignored\nTags: 1\n", ("1",)),
    ],
)
def test_fields_are_read(line: str, tags: tuple[str, ...]) -> None:
    """Comments, folding, duplicates and white space mean the same as in the reference."""
    assert parse(manifest(f"{line}GitCommit: {A40}")).entries[0].tags == tags


def test_crlf_and_missing_final_newline_change_nothing() -> None:
    """CR LF line ends and a missing final newline change nothing."""
    text = manifest(ENTRY, OTHER)
    assert parse(text.replace("\n", "\r\n")) == parse(text) == parse(text[:-1])


def test_what_is_replaced_and_what_is_added() -> None:
    """Maintainers and constraints are added; the other lists are replaced."""
    entry = parse(
        manifest(
            ENTRY + "Maintainers: C (@c)\nConstraints: d\nSharedTags: t, t\n"
            "Architectures: s390x, amd64, amd64\n",
            head="Constraints: c\nSharedTags: s\nArchitectures: arm64v8\n",
        )
    ).entries[0]
    assert [str(maintainer) for maintainer in entry.maintainers] == [
        "A B <a@b.c> (@ab)",
        "C (@c)",
    ]
    assert entry.constraints == ("c", "d")
    assert entry.shared_tags == ("t",)
    assert entry.architectures == ("amd64", "s390x")


def test_arch_values_fall_back() -> None:
    """A field for one architecture applies only to it, and not if it is empty."""
    entry = parse(
        manifest(
            ENTRY + "Builder: classic\narm64v8-GitRepo: r\narm64v8-GitFetch: f\n"
            "arm64v8-GitCommit: c\narm64v8-Directory:\narm64v8-File: F\narm64v8-Builder: b\n"
            "arm64v8-Constraints: no\n",
            head="arm64v8-Directory: d/\ni386-Directory: ./e//f/\n",
        )
    ).entries[0]
    for arch, expected in {
        "arm64v8": ("r", "f", "c", ".", "F", "b"),
        "amd64": ("https://x/y.git", "refs/heads/master", A40, ".", "Dockerfile", "classic"),
    }.items():
        found = resolve(entry, arch)
        assert (
            found.git_repo,
            found.git_fetch,
            found.git_commit,
            found.directory,
            found.file,
            found.builder,
        ) == expected
    assert resolve(entry, "i386").directory == "e/f"
    assert "arm64v8-Constraints" not in entry.arch_values


def test_same_builds_merge() -> None:
    """Entries with the same build are merged even if apart; their folders are cleaned."""
    entries = parse(
        manifest(
            ENTRY + "SharedTags: s\nDirectory: a/b\nConstraints:\n",
            OTHER,
            f"Tags: 3\nSharedTags: t, s\nGitCommit: {A40}\nDirectory: ./a//b/\ni386-File:\n",
        )
    ).entries
    assert [(entry.tags, entry.shared_tags) for entry in entries] == [
        (("1", "3"), ("s", "t")),
        (("2",), ()),
    ]


@pytest.mark.parametrize(
    ("more", "other"),
    [
        ("", f"Tags: 2\nGitCommit: {A40}\nBuilder: b\n"),
        ("Constraints: a, b\n", f"Tags: 2\nGitCommit: {A40}\nConstraints: b, a\n"),
        ("i386-File: f\n", f"Tags: 2\nGitCommit: {A40}\ni386-File: g\n"),
    ],
)
def test_other_builds_stay_apart(more: str, other: str) -> None:
    """Entries with different builds are not merged."""
    assert len(parse(manifest(ENTRY + more, other)).entries) == 2


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "Maintainers", "empty"),
        ("\n# c\n\n x\n", 1, "Maintainers", "empty"),
        ("GitRepo: z\n", 1, "Maintainers", "missing"),
        ("\ufeff" + HEAD, 1, "Maintainers", "byte order mark"),
        ("Maintainers: A B\n", 1, "Maintainers", "invalid maintainer 'A B'"),
        ("Maintainers: A (@a),\n B\n", 2, "Maintainers", "invalid maintainer 'B'"),
        ("Maintainers: A (@a),\n", 1, "Maintainers", "empty item"),
        (manifest(head="Tags: 1\n"), 3, "Tags", "not allowed"),
        (manifest(head="Architectures: amd64,\n"), 3, "Architectures", "empty item"),
        (
            manifest(ENTRY + "Architectures: i386,\n x86\n"),
            7,
            "Architectures",
            "'x86': choose from amd64, arm32v5, ",
        ),
        (manifest(f"GitCommit: {A40}\n"), 4, "Tags", "missing"),
        (manifest(ENTRY + "GitRepo:\n"), 6, "GitRepo", "missing"),
        (manifest(ENTRY + "GitFetch: refs/heads/*\n"), 6, "GitFetch", "'refs/heads/\\*'"),
        (manifest(ENTRY, head="GitFetch: main\n"), 3, "GitFetch", "'main'"),
        (manifest("Tags: 1\n"), 4, "GitCommit", "missing"),
        (manifest("Tags: 1\nGitCommit: A\n"), 5, "GitCommit", "invalid commit 'A'"),
        (manifest(f"Tags: 1\nGitCommit:\n {A40}\n"), 5, "GitCommit", r"invalid commit 'a+\\n'"),
        (manifest("Tags: 1\nGitCommit: " + "a" * 65), 5, "GitCommit", "65|characters|digits"),
        (
            manifest(f"Tags: .1\nGitCommit: {A40}\n"),
            4,
            "Tags",
            (
                "invalid tag '.1': a tag has at most 128 letters, digits, '_', '.' and '-', "
                "and does not begin with '.' or '-'$"
            ),
        ),
        (manifest(f"Tags: {'x' * 129}\nGitCommit: {A40}\n"), 4, "Tags", "129 characters"),
        (manifest(f"Tags: 1,\nGitCommit: {A40}\n"), 4, "Tags", "empty item"),
        (manifest(f"Tags: é\nGitCommit: {A40}\n"), 4, "Tags", "'é'"),
        (manifest(ENTRY + "SharedTags:\n"), 6, "SharedTags", "empty item"),
        (manifest(ENTRY, head="SharedTags: a b\n"), 3, "SharedTags", "'a b'"),
        (manifest(f"Tags: 1, 1\nGitCommit: {A40}\n"), 4, "Tags", "already a tag of this entry"),
        (manifest(ENTRY, f"Tags: 1\nGitCommit: {B40}\n"), 7, "Tags", "tag of the entry on line 4"),
        (
            manifest(ENTRY + "SharedTags: 2\n", OTHER),
            8,
            "Tags",
            "shared tag of the entry on line 4",
        ),
        (manifest(ENTRY, OTHER + "SharedTags: 1\n"), 9, "SharedTags", "already a tag"),
        (manifest(ENTRY + "SharedTags: 1\n"), 6, "SharedTags", "tag of this entry"),
        (manifest(ENTRY + "garbage\n"), 6, None, "'garbage' has no ':'"),
        (manifest(ENTRY + "\v\n" + OTHER), 6, None, "white space"),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n", 1, None, "OpenPGP"),
        ("Maintainers: \ud800 (@a)\n", 1, None, "half a character"),
    ],
)
def test_refusal_names_line_and_field(text: str, line: int, field: str | None, words: str) -> None:
    """An error has the line, the field and the cause."""
    error = refuse(text)
    assert (error.line, error.field) == (line, field)
    with pytest.raises(ManifestError, match=words):
        raise error


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"latest: git://x/y@{A40} 1.0/\n1.0: git://x/y@v1\n", 1),
        ("# maintainer: A B <a@b.c> (@ab)\n\n1.0: https://x/y.git@v1\t1.0\n", 3),
    ],
)
def test_one_line_format_is_refused(text: str, line: int) -> None:
    """A file in the format of before 2016 is rejected, and the message names the format."""
    error = refuse(text)
    assert (error.line, error.field) == (line, "Maintainers")
    assert "one-line format of before 2016" in error.problem


@pytest.mark.parametrize("digits", [*range(39, 42), 1, 7, 63, 64, 65, 128])
def test_length_of_commits(digits: int) -> None:
    """A commit has 40 or 64 hexadecimal digits; the one of an architecture is not checked."""
    text = manifest(f"Tags: 1\nGitCommit: {'a' * digits}")
    if digits in {40, 64}:
        assert parse(text).entries[0].git_commit == "a" * digits
    else:
        assert refuse(text).field == "GitCommit"
    own = manifest(f"Tags: 1\nGitCommit: {A40}\namd64-GitCommit: {'a' * digits}")
    assert parse(own).entries[0].arch_values == {"amd64-GitCommit": "a" * digits}


@pytest.mark.parametrize(
    ("text", "maintainer"),
    [
        ("A B <https://b.c> (@ab)", Maintainer(name="A B", email="https://b.c", handle="ab")),
        ("A   <e>\t(@b)", Maintainer(name="A  ", email="e", handle="b")),
        ("A  (@b)", Maintainer(name="A ", handle="b")),
        ("A @ B (@b@c)", Maintainer(name="A @ B", handle="b@c")),
        ("A<e> (@b)", None),
        ("A <e>(@b)", None),
        ("A <> (@b)", None),
        ("A <e f> (@b)", None),
        ("A (@b", None),
        ("A (@)", None),
        ("A (b)", None),
        ("A(@b)", None),
        ("(@b)", None),
        ("A (@b) (@c)", None),
        ("A <e> <f> (@c)", None),
    ],
)
def test_maintainers(text: str, maintainer: Maintainer | None) -> None:
    """A maintainer has a name, an optional address, and a handle."""
    text = f"Maintainers: {text}\n"
    if maintainer is None:
        assert refuse(text).field == "Maintainers"
    else:
        assert parse(text).global_.maintainers == (maintainer,)


def test_bytes_that_are_not_utf8_survive() -> None:
    """Bytes that are not UTF-8 are printed unchanged, and replaced in JSON."""
    data = manifest(ENTRY).replace("A B", "Ren\u00e9").encode("latin-1")
    read = parse(data)
    assert dumps(read).encode("utf-8", "surrogateescape") == data
    assert parse(dumps(read)) == read
    assert to_json(read)["global"]["Maintainers"][0]["Name"] == "Ren\ufffd"
    assert "\\udce9" in str(refuse(b"Maintainers: \xe9"))


def test_values_are_immutable_and_can_be_copied() -> None:
    """An entry is immutable; it can be hashed, copied and pickled."""
    entry = parse(manifest(ENTRY + "i386-File: f\n")).entries[0]
    with pytest.raises(TypeError):
        entry.arch_values["i386-File"] = "g"  # type: ignore[index]  # wrong on purpose
    with pytest.raises(AttributeError):
        entry.file = "g"  # type: ignore[misc]  # wrong on purpose
    for other in (copy.deepcopy(entry), pickle.loads(pickle.dumps(entry))):  # noqa: S301 - ours
        assert other == entry
        assert hash(other) == hash(entry)
    values = {"i386-File": "f"}
    own = Entry(arch_values=values)
    values.clear()
    assert resolve(own, "i386").file == "f"


def test_byte_order_mark_before_a_comment() -> None:
    """A byte order mark before a comment is an error with its own message."""
    with pytest.raises(ManifestError, match="line 1: begins with a byte order mark"):
        parse("\ufeff# the engine\n" + manifest(ENTRY))
