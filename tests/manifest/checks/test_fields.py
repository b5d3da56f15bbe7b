"""Check single fields."""

from __future__ import annotations

import json

import pytest

from tagmatrix.manifest import parse, to_json
from tagmatrix.manifest.checks import RULES, Finding, LintedManifest, check_document
from tagmatrix.manifest.raw import RawManifest
from tests.manifest.samples import A40, ENTRY, HEAD, OTHER, manifest


def read(text: str) -> LintedManifest:
    """Return the document of a manifest."""
    return LintedManifest.read(RawManifest(name="x", origin="library/x", content=text.encode()))


def check(text: str) -> list[tuple[str, int | None, str]]:
    """Return rule, line and subject of each finding; check that its rule is known."""
    findings = check_document(read(text))
    assert {finding.rule for finding in findings} <= RULES.keys()
    return [(finding.rule, finding.line, finding.subject) for finding in findings]


def test_no_findings() -> None:
    """A plain manifest has no findings; nor has an unusual field that is intended."""
    assert check(manifest(ENTRY, OTHER)) == []
    text = manifest(
        ENTRY + "Architectures: amd64, i386\ni386-Directory: x\ni386-GitFetch: refs/heads/x\n",
        head="X-Comment: whatever\ni386-File: F\n",
    )
    assert check(text) == []


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        ("Architecture", "Architectures"),
        ("tags", "Tags"),
        ("Sharedtags", "SharedTags"),
        ("GitBranch", ""),
        ("Comment", ""),
        ("Tags" * 5000, ""),
        ("amd64-directory", "amd64-Directory"),
        ("amd64-Dir", ""),
        ("amd64-GitComit", "amd64-GitCommit"),
        ("Maintainer", "Maintainers"),
        ("Constraint", "Constraints"),
        ("Shared-Tags", "SharedTags"),
        ("Shared-Tag", "SharedTags"),
        ("Git-Repo", "GitRepo"),
        ("Git_Commit", "GitCommit"),
        ("Git-Fetch", "GitFetch"),
        ("amd64_Directory", "amd64-Directory"),
        ("arm64v8Directory", "arm64v8-Directory"),
        ("X-Tags", ""),
        ("X-Maintainer", ""),
        ("foo-Tags", ""),
    ],
)
def test_near_names(field: str, meant: str) -> None:
    """A misspelt field is reported with the right name."""
    findings = check_document(read(manifest(ENTRY + f"{field}: x\n")))
    assert [(finding.line, finding.subject) for finding in findings] == (
        [(6, field)] if meant else []
    )
    if meant:
        assert findings[0].problem.endswith(f"write {meant}")


@pytest.mark.parametrize("field", ["Tags", "Constraints", "Architectures", "sharedtags"])
def test_fields_that_no_architecture_has(field: str) -> None:
    """A field that is the same for all architectures cannot be set for one."""
    (finding,) = check_document(read(manifest(ENTRY + f"arm64v8-{field}: x\n")))
    assert (finding.rule, finding.line) == ("unknown-field", 6)
    meant = {"sharedtags": "SharedTags"}.get(field, field)
    assert finding.problem == (
        f"is not a field and is ignored: {meant} is the same for all architectures of an entry; "
        "make a separate entry for that architecture"
    )


@pytest.mark.parametrize(
    ("architecture", "advice"),
    [
        ("arm64", "write arm64v8-Directory"),
        ("aarch64", "write arm64v8-Directory"),
        ("armv7", "write arm32v7-Directory"),
        ("windows", "write windows-amd64-Directory"),
        ("\u00fd", "remove it"),
        ("sparc", "remove it"),
    ],
)
def test_near_architectures(architecture: str, advice: str) -> None:
    """An architecture is suggested only for a similar name."""
    (finding,) = check_document(read(manifest(ENTRY + f"{architecture}-Directory: x\n")))
    assert finding.problem.endswith(advice)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("File: a\nFile: b\n", [("duplicate-field", 7, "File")]),
        ("Directory:\n", [("empty-field", 6, "Directory")]),
        ("amd64-Builder: \n", [("empty-field", 6, "amd64-Builder")]),
        ("Directory: a\n  b\n", [("folded-field", 6, "Directory")]),
        ("Constraints: a,\n  b\n", []),
        ("s390x-File: x\n", [("arch-field", 6, "s390x-File")]),
        ("arm64-File: x\n", [("arch-field", 6, "arm64-File")]),
        ("-File: x\n", [("arch-field", 6, "-File")]),
        ("amd64-GitCommit: v1.0\n", [("arch-value", 6, "amd64-GitCommit")]),
        ("amd64-GitFetch: main\n", [("arch-value", 6, "amd64-GitFetch")]),
        ("amd64-GitCommit: abc\n", [("arch-value", 6, "amd64-GitCommit")]),
        ("Directory: ../x\n", [("outside", 6, "Directory")]),
        ("Directory: a/../..\n", [("outside", 6, "Directory")]),
        ("Directory: /\n", [("outside", 6, "Directory")]),
        ("amd64-Directory: ..\n", [("outside", 6, "amd64-Directory")]),
        ("File: ../Dockerfile\n", [("outside", 6, "File")]),
        ("Directory: a\nFile: ../Dockerfile\n", []),
    ],
)
def test_findings_in_an_entry(lines: str, expected: list[tuple[str, int, str]]) -> None:
    """Each problem of a single field is found, with its line."""
    assert check(manifest(ENTRY + lines)) == expected


def test_findings_in_the_first_paragraph() -> None:
    """Defaults count as used if any entry is built for the architecture."""
    head = "i386-File: x\ns390x-File: x\nFile:\n"
    text = manifest(ENTRY + "Architectures: i386\n", head=head)
    assert check(text) == [("arch-field", 4, "s390x-File"), ("empty-field", 5, "File")]
    assert check_document(read(text))[0].problem == (
        "no entry is built for it, so this is ignored: remove it, or add s390x"
    )


def test_inherited_value_is_reported_with_the_entry() -> None:
    """A value that comes from the first paragraph is reported with the entry that has it."""
    assert check(manifest(ENTRY, head="Directory: ..\n")) == [("outside", 5, "Directory")]


def test_merged_entries_are_checked_separately() -> None:
    """Paragraphs of one build keep their own lines."""
    text = manifest(ENTRY + "Architecture: i386\n", OTHER, f"Tags: 3\nGitCommit: {A40}\nFIle: x\n")
    assert len(parse(text).entries) == 2
    assert [finding[:2] for finding in check(text)] == [("unknown-field", 6), ("unknown-field", 13)]


def test_json_has_paths() -> None:
    """The values of JSON are checked; a finding has the path."""
    text = manifest(ENTRY + "Directory: ..\ni386-GitCommit: v1\n", head="i386-File: x\n")
    findings = check(json.dumps(to_json(parse(text))))
    assert findings == [
        ("arch-field", None, "global.i386-File"),
        ("arch-field", None, "entries[0].i386-GitCommit"),
        ("arch-value", None, "entries[0].i386-GitCommit"),
        ("outside", None, "entries[0].Directory"),
    ]


def test_words_of_a_finding() -> None:
    """A finding has its place, field, problem, advice and rule."""
    (finding,) = check_document(read(manifest(ENTRY + "Architecture: i386\n")))
    assert isinstance(finding, Finding)
    assert str(finding) == (
        "library/x:6: Architecture: is not a field and is ignored: "
        "write Architectures [unknown-field]"
    )
    assert HEAD in manifest(ENTRY)
