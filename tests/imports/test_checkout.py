"""Dockerfiles of a checkout become templates, and the files beside them `files`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from tagmatrix.imports import import_report
from tagmatrix.imports.importing import import_manifest
from tagmatrix.manifest import parse
from tagmatrix.matrix import load
from tests.imports.checkouts import digest, make_family
from tests.imports.samples import HEAD, entry, product

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.imports.importing import Imported
    from tests.repos import TestRepo


def imported(repo: TestRepo) -> Imported:
    """Import the family of a repository."""
    text = (repo.path / "library/engine").read_text()
    return import_manifest("engine", parse(text), repo.path)


def flavors(result: Imported) -> dict[str, Any]:
    """Return the flavors that were written."""
    return dict(result.family.values["flavors"])


def test_one_template_for_a_flavor(tmp_path: Path) -> None:
    """Dockerfiles that differ only in what the matrix knows are one template."""
    result = imported(make_family(tmp_path))
    assert not result.missed
    assert flavors(result)["default"]["template"] == "default"
    assert flavors(result)["default"]["base"] == "debian:{suite}-slim"
    assert flavors(result)["plugin"]["base"] == "{image}:{cycle}"
    assert flavors(result)["alpine"]["needs"] == ["source"]
    templates = result.family.templates
    assert templates["alpine.Dockerfile.j2"].content.decode() == (
        "FROM {{ image.base }}\n"
        "ENV ENGINE_MAJOR={{ release.cycle }}\n"
        "RUN fetch engine-{{ release.version }}.tgz && "
        'echo "{{ release.sha256.source }} *engine-{{ release.version }}.tgz" | sha256sum -c\n'
    )
    releases = result.family.values["releases"]
    assert releases["8.4"]["sha256"] == {"source": digest("8.4.2")}


def test_a_template_for_each_release(tmp_path: Path) -> None:
    """Dockerfiles that differ in more have a template each."""
    result = imported(make_family(tmp_path, differing=True))
    assert not result.missed
    assert flavors(result)["alpine"]["template"] == "{cycle}/alpine"
    assert "8.0/alpine.Dockerfile.j2" in result.family.templates


def test_files(tmp_path: Path) -> None:
    """Files that are the same in all folders are there once; they keep their run bits."""
    result = imported(make_family(tmp_path))
    assert flavors(result)["default"]["files"] == [
        {"file": "{cycle}/{name}/conf/my.cnf", "to": "conf/my.cnf"},
        {"file": "docker-entrypoint.sh"},
    ]
    templates = result.family.templates
    assert templates["files/docker-entrypoint.sh"].executable
    assert templates["files/8.0/bookworm/conf/my.cnf"].content == b"port = 8.0\n"


def test_checksums_of_other_products_stay(tmp_path: Path) -> None:
    """A checksum that is the same in all releases belongs to something else."""
    repo = make_family(tmp_path)
    for cycle in ("8.4", "8.0"):
        path = repo.path / cycle / "alpine3.24/Dockerfile"
        path.write_text(f"{path.read_text()}RUN echo {digest('gosu')} | sha256sum -c\n")
    result = imported(repo)
    assert not result.missed
    assert digest("gosu") in result.family.templates["alpine.Dockerfile.j2"].content.decode()


@pytest.mark.parametrize(
    ("of_gosu", "template", "settings"),
    [
        ("ENV GOSU_VERSION {0}\nENV GOSU_SHA256={1}\n", "default", True),
        ("ENV GOSU_VERSION {0}\nRUN echo {1} | sha256sum -c\n", "{cycle}/default", False),
    ],
)
def test_another_product(tmp_path: Path, of_gosu: str, template: str, *, settings: bool) -> None:
    """Its version and its checksum are settings where they are values of variables."""
    entries = []
    versions = {"1.3": "1.17", "1.2": "1.17", "1.1": "1.16"}
    for cycle, gosu in versions.items():
        (tmp_path / cycle).mkdir()
        own = f"ENV VERSION {cycle}.0\nENV SHA256 {digest(cycle)}\n"
        text = f"FROM debian:trixie\n{own}{of_gosu.format(gosu, digest(gosu))}RUN true\n"
        (tmp_path / cycle / "Dockerfile").write_text(text)
        entries.append(entry(product([f"{cycle}.0", cycle], [""]), cycle))
    result = import_manifest("engine", parse(HEAD + "".join(entries)), tmp_path)
    assert not result.missed
    assert flavors(result)["default"]["template"] == template
    releases = result.family.values["releases"]
    assert {cycle: one["sha256"] for cycle, one in releases.items()} == {
        cycle: {"source": digest(cycle)} for cycle in versions
    }
    values = {"gosu_version": "1.16", "gosu_sha256": digest("1.16")} if settings else None
    assert releases["1.1"].get("settings") == values
    assert "settings" not in releases["1.3"]


def with_sums(repo: TestRepo, *architectures: str) -> None:
    """Give the Dockerfiles on Alpine a checksum for each architecture."""
    for cycle in ("8.4", "8.0"):
        sums = "".join(f"  {arch}) sum={digest(cycle + arch)} ;; \\\n" for arch in architectures)
        text = f"FROM alpine:3.24\nRUN case x in \\\n{sums}  esac\n"
        repo.write(f"{cycle}/alpine3.24/Dockerfile", text)


def test_a_checksum_for_each_architecture(tmp_path: Path) -> None:
    """They are one artifact, if they are for just the architectures of the images."""
    repo = make_family(tmp_path)
    text = (repo.path / "library/engine").read_text()
    repo.write("library/engine", text.replace("\nTags", "\nArchitectures: amd64, arm64v8\nTags"))
    with_sums(repo, "x86_64", "arm64")
    result = imported(repo)
    assert not result.missed
    assert flavors(result)["alpine"]["needs"] == [{"name": "linux", "by": "architecture"}]
    sums = result.family.values["releases"]["8.0"]["sha256"]
    assert sums["linux"] == {"amd64": digest("8.0x86_64"), "arm64v8": digest("8.0arm64")}
    template = result.family.templates["alpine.Dockerfile.j2"].content.decode()
    assert "x86_64) sum={{ release.sha256.linux.amd64 }}" in template


def test_checksums_of_more_architectures(tmp_path: Path) -> None:
    """Each of them is an artifact, with the name of its architecture."""
    repo = make_family(tmp_path)
    with_sums(repo, "amd64", "arm64")
    result = imported(repo)
    assert not result.missed
    assert flavors(result)["alpine"]["needs"] == ["amd64", "arm64v8"]
    assert result.family.values["releases"]["8.0"]["sha256"]["arm64v8"] == digest("8.0arm64")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda path: path.unlink(), "the checkout has no 8.0/alpine3.24/Dockerfile"),
        (lambda path: path.write_text("RUN true\n"), "the base image in .* is unknown"),
        (lambda path: path.write_bytes(b"FROM a\n# \xff\n"), "is not UTF-8"),
        (lambda path: path.write_text("FROM alpine:3.24\n" + "#" * 600_000), "is too large"),
        (
            lambda path: path.write_text("FROM alpine:3.24\nCOPY none /\n"),
            "COPY of none: the folder will not have it",
        ),
        (
            lambda path: (path.unlink(), path.symlink_to("/etc/hostname")),
            "is a link, or leads out of the checkout",
        ),
        (
            lambda path: (path.parent / "more").symlink_to("/etc/hostname"),
            "8.0/alpine3.24/more is a link",
        ),
        (lambda path: (path.parent / "a b").write_text(""), "invalid value"),
        (lambda path: os.mkfifo(path.parent / "pipe"), "pipe can't be read"),
        (
            lambda path: [(path.parent / f"{number}.txt").touch() for number in range(201)],
            "has more than 200 files",
        ),
    ],
)
def test_what_can_not_be_a_template(tmp_path: Path, change: Any, why: str) -> None:  # noqa: ANN401 (a function on a path)
    """The entry is missing, and the reason says what is wrong; the others are there."""
    repo = make_family(tmp_path)
    change(repo.path / "8.0/alpine3.24/Dockerfile")
    result = imported(repo)
    assert [missed.entry.directory for missed in result.missed] == ["8.0/alpine3.24"]
    assert re.search(why, result.missed[0].why)


def small(folder: Path, content: bytes, *names: str) -> Imported:
    """Import two images, the second with a Dockerfile and files beside it."""
    contents = {"2.1": b"FROM debian:trixie\n", "2.0": content}
    for cycle, text in contents.items():
        (folder / cycle).mkdir()
        (folder / cycle / "Dockerfile").write_bytes(text)
    for name in names:
        (folder / "2.0" / name).touch()
    entries = [entry(f"{cycle}.1, {cycle}", cycle) for cycle in contents]
    return import_manifest("engine", parse(HEAD + "".join(entries)), folder)


@pytest.mark.parametrize(
    ("content", "names", "why"),
    [
        (
            b"FROM debian:trixie\n",
            ["run-{suite}.sh"],
            "2.0/run-{suite}.sh has braces in its name, which are placeholders",
        ),
        (
            b"FROM debian:trixie\n\n# escape=`\n",
            [],
            "2.0/Dockerfile:3: Docker does not see `# escape=`: parser directives must be at the",
        ),
    ],
)
def test_reasons_name_the_checkout(
    tmp_path: Path, content: bytes, names: list[str], why: str
) -> None:
    """A reason names the file and the line that people have, not the template that is not there."""
    (missed,) = small(tmp_path, content, *names).missed
    assert missed.why.startswith(why)
    assert "default.Dockerfile" not in missed.why


def test_line_ends(tmp_path: Path) -> None:
    """Templates have LF only; the report names the Dockerfiles that have CR and LF."""
    result = small(tmp_path, b"FROM debian:trixie\r\nRUN x\r\n")
    assert not result.missed
    line = "line ends: CR and LF in 2.0/Dockerfile; `generate` writes LF only"
    assert line in import_report.text(result, with_checkout=True)
    assert import_report.to_json(result)["crlf"] == ["2.0/Dockerfile"]


def test_paths_outside(tmp_path: Path) -> None:
    """A folder outside the checkout is not read."""
    repo = make_family(tmp_path / "inside")
    (tmp_path / "Dockerfile").write_text("FROM secret:1\n")
    text = (repo.path / "library/engine").read_text() + entry("9", "../..")
    result = import_manifest("engine", parse(text), repo.path)
    assert result.missed[0].why == "../.. is a link, or leads out of the checkout"
    assert "secret" not in result.text


def test_its_own_result(tmp_path: Path) -> None:
    """Dockerfiles with the header of tagmatrix lose it: it comes from `generate`."""
    repo = make_family(tmp_path)
    path = repo.path / "8.0/alpine3.24/Dockerfile"
    header = (
        '# Generated by "tagmatrix generate" from versions.yaml and templates/.\n'
        "# Do not edit: change those and run it again.\n\n"
    )
    path.write_text(header + path.read_text())
    result = imported(repo)
    assert not result.missed
    assert flavors(result)["alpine"]["template"] == "alpine"


def test_an_image_in_the_root(tmp_path: Path) -> None:
    """The files of the whole repository are not beside its Dockerfile."""
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie\n")
    (tmp_path / "README.md").write_text("About.\n")
    text = HEAD + entry("1.2.3, 1.2, 1, latest")
    result = import_manifest("engine", parse(text), tmp_path)
    assert not result.missed
    assert list(result.family.templates) == ["default.Dockerfile.j2"]


def test_images_of_other_refs(tmp_path: Path) -> None:
    """They are in the file, but have no template: the checkout has the files of one branch."""
    repo = make_family(tmp_path)
    tags = product(["1.9.0", "1.9", "1"], ["trixie", ""])
    more = entry(tags, "1.9/trixie", GitFetch="refs/tags/v1.9.0")
    text = (repo.path / "library/engine").read_text() + more
    result = import_manifest("engine", parse(text), repo.path)
    assert not result.missed
    assert result.family.values["releases"]["1.9"]["ref"] == "refs/tags/v{version}"
    assert not any("1.9" in path for path in result.family.templates)


@pytest.mark.parametrize(
    ("folders", "templates"),
    [
        ({"1.3": ["one"], "1.2": ["two"]}, ["1.2/default", "1.3/default"]),
        (
            {"1.3": ["one"], "1.3/slim": ["two"], "1.2": ["three"], "1.2/slim": ["four"]},
            ["1.2/default", "1.2/slim", "1.3/default", "1.3/slim"],
        ),
        ({"1.3": ["one"], "1.2": ["one"]}, ["default"]),
    ],
)
def test_images_without_a_name(
    tmp_path: Path, folders: dict[str, list[str]], templates: list[str]
) -> None:
    """The template of an image without a name is named by its flavor; so are its files."""
    entries = []
    for folder, commands in folders.items():
        cycle, _, flavor = folder.partition("/")
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        lines = "".join(f"RUN {command}\n" for command in commands)
        text = f"FROM debian:trixie-slim\n{lines}COPY x /\n"
        (tmp_path / folder / "Dockerfile").write_text(text)
        (tmp_path / folder / "x").write_text(f"{folder}\n")
        entries.append(entry(product([f"{cycle}.0", cycle], [flavor]), folder))
    result = import_manifest("engine", parse(HEAD + "".join(entries)), tmp_path)
    assert not result.missed
    written = sorted(result.family.templates)
    assert [path for path in written if path.endswith(".j2")] == [
        f"{name}.Dockerfile.j2" for name in templates
    ]
    assert {
        file.content.decode().strip()
        for path, file in result.family.templates.items()
        if path.startswith("files/")
    } == set(folders)
    load.parse(result.text)
