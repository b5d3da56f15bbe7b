"""Manifest, JSON and page: one unit, true or untouched.

They name commits, so they can be made only when every folder is committed as
it would be rendered, from a history that is whole. Otherwise they stay as they
are, and this module says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tagmatrix import git
from tagmatrix.header import is_generated
from tagmatrix.layout import TOP, directory, prefix_of
from tagmatrix.manifest import ManifestError, parse as parse_manifest
from tagmatrix.publish import catalog, manifest_file
from tagmatrix.render.page import page as readme

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping

    from tagmatrix.config import Config
    from tagmatrix.git.folders import Committed
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.render.page.page import Page
    from tagmatrix.render.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What the three files have to be, or why that can't be known.

    Attributes:
        files: path and content, the manifest last; None where the files have
            to stay as they are.
        waiting: folders, relative to `library/`, that are not committed as
            they would be rendered.
        kept: why the files stay as they are, for a person; empty if they don't.
        page: the page by itself, where there are files.
        behind: whether the files, kept as they are, say something else than
            versions.yaml does (commits ignored); None if that isn't known.
    """

    files: Mapping[str, bytes] | None = None
    waiting: tuple[str, ...] = ()
    kept: str = ""
    page: Page | None = None
    behind: bool | None = None


def paths(config: Config) -> tuple[str, ...]:
    """Return the three files' paths, in the order in which they are written."""
    return (f"{TOP}/{config.image}.json", f"{TOP}/README.md", f"{TOP}/{config.image}")


def publish(
    config: Config,
    matrix: Matrix,
    dockerfiles: Mapping[str, bytes],
    *,
    templates: Templates,
    committed: Committed,
    obsolete: Collection[str],
    present: Mapping[str, bytes],
) -> Publication:
    """Decide what the three files have to be.

    Args:
        config: versions.yaml.
        matrix: all images, in order, and those that are left out.
        dockerfiles: path (`library/…/Dockerfile`) and content of each.
        templates: for the page.
        committed: what git knows of the folders.
        obsolete: paths of generated Dockerfiles that are on disk and not wanted.
        present: the three files as they are, by path; those that are not there
            are absent.

    Raises:
        ManifestError, render.TemplateError.
    """
    repository = committed.repository
    if isinstance(repository, git.Absence):
        kept = f"{repository.value}: commits are not known"
        behind = _behind(config, matrix, templates, present, prefix=None)
        return Publication(kept=kept, behind=behind)
    if repository.head is None:
        _try_out(config, matrix, templates, repository.prefix)
        every = tuple(image.folder for image in matrix.images)
        return Publication(waiting=every, kept="nothing is committed yet")
    if repository.shallow:
        kept = "the clone is shallow: commits are not known (git fetch --unshallow gets them)"
        behind = _behind(config, matrix, templates, present, prefix=repository.prefix)
        return Publication(kept=kept, behind=behind)
    waiting = _waiting(repository, committed.tree, dockerfiles, obsolete)
    if waiting:
        _try_out(config, matrix, templates, repository.prefix)
        return Publication(waiting=waiting, kept="folders wait for a commit")
    commits = {image.folder: committed.commits[f"{TOP}/{image.folder}"] for image in matrix.images}
    files, page = render(
        config,
        matrix,
        commits,
        templates=templates,
        prefix=repository.prefix,
        present=present,
    )
    return Publication(files=files, page=page)


def render(
    config: Config,
    matrix: Matrix,
    commits: Mapping[str, str],
    *,
    templates: Templates,
    prefix: str,
    present: Mapping[str, bytes],
) -> tuple[dict[str, bytes], Page]:
    """Return path and content of the three files, the manifest last, and the page by itself."""
    json_path, page_path, manifest_path = paths(config)
    manifest = manifest_file.manifest(config, matrix.images, commits, prefix=prefix)
    page = readme.page(templates, config, matrix, commits, prefix=prefix)
    files = {
        json_path: catalog.text(config, matrix, manifest, prefix=prefix),
        page_path: page.content,
        manifest_path: manifest_file.text(manifest, present.get(manifest_path)),
    }
    return files, page


def _try_out(config: Config, matrix: Matrix, templates: Templates, prefix: str) -> None:
    """Raise what will be wrong with the three files, before Dockerfiles are written for them."""
    nowhere = dict.fromkeys((image.folder for image in matrix.images), "0" * 40)
    render(config, matrix, nowhere, templates=templates, prefix=prefix, present={})


def _waiting(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    dockerfiles: Mapping[str, bytes],
    obsolete: Collection[str],
) -> tuple[str, ...]:
    """Return the folders whose Dockerfile in HEAD is not the one wanted, or not wanted at all."""
    waiting = []
    modes = {tree[path].mode for path in dockerfiles if path in tree}
    fitting = {"100644"}
    if "100755" in modes and not git.keeps_modes(repository):
        fitting.add("100755")
    for path, content in dockerfiles.items():
        entry = tree.get(path)
        blob = git.blob_id(content, repository.object_format)
        if entry is None or entry.object_id != blob or entry.mode not in fitting:
            waiting.append(path)
    waiting += orphans(repository, tree, dockerfiles, obsolete)
    folders = (path.removeprefix(f"{TOP}/").rpartition("/")[0] for path in waiting)
    return tuple(dict.fromkeys(folders))


def orphans(
    repository: git.Repository,
    tree: Mapping[str, git.TreeEntry],
    wanted: Container[str],
    obsolete: Container[str] = (),
) -> list[str]:
    """Return the generated files in HEAD that are not wanted: deleted, or about to be.

    What a person committed, without our header, is theirs. `obsolete` are
    generated files that are still on disk.
    """
    return [
        path
        for path, entry in tree.items()
        if path.count("/") > 1 and entry.type == "blob" and path not in wanted
        if path in obsolete or _gone(repository, path)
    ]


def _gone(repository: git.Repository, path: str) -> bool:
    """Tell whether a file of HEAD is gone from the disk, and was generated."""
    if (repository.folder / path).exists():
        return False
    return is_generated(git.show(repository, repository.head or "HEAD", path) or b"")


def _behind(
    config: Config,
    matrix: Matrix,
    templates: Templates,
    present: Mapping[str, bytes],
    *,
    prefix: str | None,
) -> bool | None:
    """Tell whether the files would differ if they named the commits that they name now."""
    old = present.get(f"{TOP}/{config.image}")
    if old is None:
        return None
    try:
        commits = {entry.directory: entry.git_commit for entry in parse_manifest(old).entries}
    except ManifestError:
        return True
    if prefix is None:
        prefix = prefix_of(commits, (image.folder for image in matrix.images))
    try:
        by_folder = {
            image.folder: commits[directory(prefix, image.folder)] for image in matrix.images
        }
    except KeyError:
        return True
    wanted, _ = render(
        config, matrix, by_folder, templates=templates, prefix=prefix, present=present
    )
    return wanted != dict(present)
