"""Every value of versions.yaml and of a manifest, hostile: none gets out of its place."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.errors import InputError
from tagmatrix.explain.provenance import Provenance
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.matrix import load
from tagmatrix.site import all_files, current_image, file_paths, index_file, moves, writing
from tagmatrix.site.manifest_history import ManifestRevision
from tagmatrix.site.page_data import Site
from tagmatrix.site.page_templates import PageTemplates
from tests.config.test_text import scalars, text
from tests.site.test_hostile import ATTACKS, check
from tests.site.world import HEAD, entry

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.site.page_data import SiteFamily
    from tests.projects import Project

ADDRESS: Final = "https://example.org/'><script>alert(1)</script>&x=\"{{7*7}}]]>"
WORDS: Final = (
    "".join(attack for attack in ATTACKS if not attack.startswith(("javascript", "BEGIN"))),
    *("javascript:alert(1)", ADDRESS, "BEGIN:VEVENT;X,Y\\", "=1+1|' /c calc'!A0,\"x\"", "`<b>`"),
)
DAYS: Final = [dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (1, 2, 3)]


def revisions(*manifests: str) -> tuple[ManifestRevision, ...]:
    """Return the revisions of a manifest."""
    return tuple(
        ManifestRevision(
            commit=f"{number:040x}", when=DAYS[number], manifest=parse_manifest(manifest)
        )
        for number, manifest in enumerate(manifests)
    )


def checked(
    family: SiteFamily, past: tuple[ManifestRevision, ...], folder: Path, url: str = ""
) -> None:
    """Write the site of a family, and check every file; also as one of several images."""
    site = Site(
        family=family,
        revisions=past,
        steps=moves.history(past).steps,
        url=url,
        as_of=dt.date(2026, 6, 1),
    )
    writing.write(
        folder,
        all_files.of_images({file_paths.folder(family.name): site}, PageTemplates(folder)),
        lambda: None,
    )
    assert json.loads((folder / index_file.PATH).read_bytes())["images"][0]["image"] == family.name
    check(folder)


def read(data: str) -> tuple[Config, Matrix] | None:
    """Return what versions.yaml says; None if it is refused."""
    try:
        return load.parse(data.encode("utf-8", "surrogatepass"))
    except InputError:
        return None


def attacked(data: str, word: str) -> tuple[str, int]:
    """Return a versions.yaml with a word for all values that accept it, and their number."""
    count = 0
    for start, end in reversed(scalars(data)):
        old = data[start:end].strip("\"'")
        for new in (word, f"{old}{word}"):
            changed = data[:start] + json.dumps(new) + data[end:]
            if read(changed):
                data = changed
                count += 1
                break
    return data, count


def whole() -> str:
    """Return a versions.yaml with texts that pages show: acceptances, deprecations, what waits."""
    return (
        text()
        .replace('"3.24": {', '"3.24": {deprecated: Use trixie., ')
        .replace('version: "2.0.9"\n', 'version: "2.0.9"\n    deprecated: Use 2.1.\n')
        .replace('version: "2.0.9"\n', 'version: "2.0.9"\n    held_back: {windows: It is late.}\n')
        .replace("    artifacts: [source]\n", "    artifacts: [source, windows]\n")
        + 'accept: [{tag: "*", vanishes: true, why: It is known., link: "https://e.org/why"}]\n'
    )


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS)
def test_versions_yaml(project: Project, word: str) -> None:
    """Each key and value of versions.yaml that accepts the word, all at once."""
    data, count = attacked(whole(), word)
    assert count > 8
    found = read(data)
    assert found
    config, matrix = found
    past = revisions(HEAD + entry("1.2"), project.read("library/sample"))
    provenance = Provenance(project.root, config, matrix)
    family = current_image.of_matrix(config, matrix, provenance, past[-1], moves.history(past))
    checked(family, past, project.root.parent / "site")


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS)
def test_a_manifest(tmp_path: Path, word: str) -> None:
    """Each value of each field that accepts the word, and the manifest's name."""
    more = (
        "Builder: classic\nGitFetch: refs/heads/x\nFile: Dockerfile\nConstraints: y\n"
        "amd64-GitCommit: abc\n"
    )
    old = HEAD + entry("1.2.3-x, 1.2-x, latest", shared="all", folder="f") + more
    kept = 0
    for number, line in enumerate(old.splitlines()):
        field, colon, value = line.partition(": ")
        for new in (word, f"{value}{word}", f"{value}{word.replace(' ', '_')}"):
            lines = old.splitlines()
            lines[number] = f"{field}{colon}{new}"
            try:
                past = revisions(old, "\n".join(lines).replace("1.2.3", "1.2.4") + "\n")
            except ManifestError:
                continue
            kept += bool(colon)
            family = current_image.of_manifest(
                word.replace("/", "_"), past[-1], moves.history(past)
            )
            checked(family, past, tmp_path / f"{number}-{kept}", f"https://e.org/{word[:2]}&'")
            break
    assert kept > 2


@pytest.mark.slow
def test_the_subject_of_a_commit(project: Project) -> None:
    """The subject of the commit that changed an image is on the pages of its tags."""
    project.bump("2.0.9", "2.0.10")
    project.generate().ok()
    project.repo.commit(WORDS[0])
    project.generate("--commit").ok()
    folder = project.root.parent / "site"
    project.run("site", "--output", str(folder)).ok()
    check(folder)
    assert "&lt;script&gt;alert(1)" in (folder / "tags/2.0-slim.html").read_text()
