"""Checksums that are certainly of another file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix import config
from tagmatrix.guard.stale_checksums import stale_checksums
from tests.projects import VERSIONS, with_version

if TYPE_CHECKING:
    from tests.projects import Project

REFUSED = 5
ONES = "1" * 64


def problems(text: str, *earlier: str) -> list[str]:
    """Return the problems of a versions.yaml after earlier ones."""
    found = stale_checksums(config.parse(text), [each.encode() for each in earlier])
    return [each.problem for each in found]


def test_a_version_without_its_checksum(project: Project) -> None:
    """A new version with an old checksum is refused; another checksum is fine."""
    project.edit("versions.yaml", '"2.1.3"', '"2.1.4"')
    done = project.generate()
    assert done.code == REFUSED
    assert done.err.startswith(
        'error: versions.yaml:64:15: releases["2.1"].sha256.source: `source` of 2.1.4 has the '
        "SHA-256 of 2.1.3: the version changed, but the checksum did not\n"
        f'error:   to accept it: - {{sha256: "{ONES}", why: "..."}}\n'
        'error: versions.yaml:65:16: releases["2.1"].sha256.windows: '
    )
    project.write("versions.yaml", with_version(VERSIONS, "2.1.3", "2.1.4"))
    project.generate("--commit").ok()


def test_committed_by_hand(project: Project) -> None:
    """A commit of versions.yaml alone does not hide it: the manifest has the old version."""
    project.edit("versions.yaml", '"2.1.3"', '"2.1.4"')
    project.repo.commit("By hand")
    assert project.generate().code == REFUSED


def test_accepted(project: Project) -> None:
    """An acceptance passes until the manifest is committed, and is reported for removal then."""
    project.edit("versions.yaml", '"2.0.9"', '"2.0.10"')
    digest = "3" * 64
    accept = f"accept: [{{sha256: '{digest}', why: The same file.}}]\n\nreleases:\n"
    project.edit("versions.yaml", "releases:\n", accept)
    done = project.generate("--commit").ok()
    assert "remove this" not in done.err
    assert (
        "versions.yaml already had this SHA-256 before; remove this" in project.generate().ok().err
    )


def test_two_files(project: Project) -> None:
    """Two artifacts, or two versions, never have the same checksum."""
    project.edit("versions.yaml", "2" * 64, ONES)
    done = project.generate()
    assert done.code == REFUSED
    assert 'versions.yaml:64:15: releases["2.1"].sha256.source: ' in done.err
    assert "`source` of 2.1.3 and `windows` of 2.1.3 have the same SHA-256" in done.err
    assert problems(VERSIONS.replace("3" * 64, ONES)) == [
        (
            'releases["2.1"].sha256.source: `source` of 2.1.3 and `source` of 2.0.9 have the same '
            "SHA-256"
        )
    ]


def test_what_is_fine() -> None:
    """No change, a step back, and an unreadable earlier state are fine."""
    assert problems(VERSIONS, VERSIONS) == []
    assert problems(VERSIONS, with_version(VERSIONS, "2.1.3", "2.1.4")) == []
    assert problems(VERSIONS, "image: [", "") == []


def test_a_listed_variant() -> None:
    """The checksums of a listed variant are those of its own version."""

    def listed(version: str, digest: str) -> str:
        own = f"{{name: trixie, version: {version}, sha256: {{source: '{digest}'}}}}"
        return VERSIONS.replace('"2.1.3"\n', f'"2.1.3"\n    variants: [{own}]\n')

    assert problems(listed("2.1.2", ONES)) == [
        (
            'releases["2.1"].sha256.source: `source` of 2.1.3 and `source` of 2.1.2 have the same '
            "SHA-256"
        )
    ]
    other = "4" * 64
    assert problems(listed("2.1.2", other)) == []
    assert problems(listed("2.1.2", other), listed("2.1.1", other)) == [
        (
            'releases["2.1"].variants[0].sha256.source: `source` of 2.1.2 has the SHA-256 of '
            "2.1.1: the version changed, but the checksum did not"
        )
    ]


def test_reasons() -> None:
    """The first acceptance of a checksum gives the reason, with its link."""
    text = VERSIONS.replace("2" * 64, ONES)
    rules = [
        f"{{sha256: '{ONES}', why: One., link: 'https://example.org'}}",
        f"{{sha256: '{ONES}', why: Two.}}",
    ]
    accept = f"accept: [{', '.join(rules)}]\n\nreleases:\n"
    (found,) = stale_checksums(config.parse(text.replace("releases:\n", accept)))
    assert found.accepted == "One. (https://example.org)"
