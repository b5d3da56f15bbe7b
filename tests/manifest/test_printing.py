"""Print manifests."""

from __future__ import annotations

from tagmatrix.manifest import Entry, Maintainer, Manifest, dumps, parse

from .samples import A40, ENTRY, HEAD, OTHER, manifest


def test_fields_are_in_order() -> None:
    """The order of fields is fixed; fields for architectures are in byte order."""
    text = (
        "Maintainers: A (@a)\nGitRepo: r\n\nTags: 1, 2\nSharedTags: s\nArchitectures: amd64, i386\n"
        f"GitRepo: q\nGitFetch: refs/tags/v1\nGitCommit: {A40}\nDirectory: d\nFile: f\nBuilder: b\n"
        "X-File: 0\namd64-File: 1\ni386-Directory: 2\né-File: 3\nConstraints: c, d\n"
    )
    shuffled = "\n".join(reversed(text.split("\n\n")[1].split("\n")))
    assert dumps(parse(f"Maintainers: A (@a)\nGitRepo: r\n\n{shuffled}\n")) == text
    names = Entry(arch_values={"\udc80-File": "1", "é-File": "2"})
    assert dumps(Manifest(global_=names)) == "\udc80-File: 1\né-File: 2\n"


def test_defaults_are_left_out() -> None:
    """An entry leaves out values of the first paragraph and the format's defaults."""
    text = manifest(
        ENTRY + "Directory: .\nFile: f\nBuilder: b\ni386-File: g\nSharedTags: s\n",
        OTHER + "File: Dockerfile\n",
        head="File: f\nBuilder: b\nArchitectures: amd64\ni386-File: g\nSharedTags: s\n",
    )
    assert dumps(parse(text)) == (
        "Maintainers: A B <a@b.c> (@ab)\nSharedTags: s\nGitRepo: https://x/y.git\nFile: f\n"
        f"Builder: b\ni386-File: g\n\n{ENTRY}\n{OTHER}File: Dockerfile\n"
    )


def test_what_the_format_cannot_say_is_printed_as_the_reference_does() -> None:
    """Added constraints are printed completely; an empty override is not printed."""
    text = manifest(
        ENTRY + "Constraints: d\nBuilder:\ni386-File:\n",
        head="Builder: b\ni386-File: f\nConstraints: c\n",
    )
    head = HEAD.replace("\n", "\n", 1) + "Builder: b\ni386-File: f\nConstraints: c\n"
    assert dumps(parse(text)) == f"{head}\n{ENTRY}Constraints: c, d\n"


def test_comment_is_above() -> None:
    """The comment's lines are above the manifest and do not change it."""
    read = parse(manifest(ENTRY))
    text = dumps(read, comment="Made by hand.\n\n  Do not edit.\n")
    assert text == f"# Made by hand.\n#\n#   Do not edit.\n\n{HEAD}\n{ENTRY}"
    assert parse(text) == read


def test_maintainers_are_printed_as_written() -> None:
    """A missing address is left out."""
    assert str(Maintainer(name="A", handle="a")) == "A (@a)"
    assert str(Maintainer(name="A", email="e", handle="a")) == "A <e> (@a)"
