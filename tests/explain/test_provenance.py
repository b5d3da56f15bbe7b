"""What is published of a tag, by the committed manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.explain.owners import by_tag
from tagmatrix.explain.provenance import Provenance
from tagmatrix.matrix import load
from tests.projects import VERSIONS
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = """\
Maintainers: A U Thor <author@example.org> (@author)
GitRepo: https://github.com/example/sample.git
GitFetch: refs/heads/main
GitCommit: 0123456789012345678901234567890123456789

Tags: {version}
Directory: library/2.1/slim-trixie
"""


def test_a_word_before_the_version(tmp_path: Path) -> None:
    """The published version of a tag such as cli-2.1.3 is without the word of its flavor."""
    repo = make_repo(tmp_path)
    text = VERSIONS.replace(
        "    base: debian:{suite}-slim\n", "    base: debian:{suite}-slim\n    alias: cli-{alias}\n"
    )
    repo.write("versions.yaml", text)
    config, matrix = load.parse(text)
    tag = "cli-2.1-slim-trixie"
    owned = by_tag(matrix)[tag]
    for version, same in (("2.1.3", True), ("2.1.2", False)):
        tags = f"cli-{version}-slim-trixie, {tag}"
        repo.write("library/sample", ENTRY.format(version=tags))
        repo.commit(version)
        found = Provenance(tmp_path, config, matrix).in_manifest(tag, owned)
        assert found
        assert (found.version, found.same) == (version, same)
