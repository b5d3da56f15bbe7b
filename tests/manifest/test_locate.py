"""Locate manifests."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tagmatrix.errors import InputError
from tagmatrix.manifest import parse, raw, to_json
from tagmatrix.manifest.library_folder import read_folder
from tagmatrix.manifest.locate import Finder
from tests.repos import make_repo

from .samples import ENTRY, OTHER, manifest

if TYPE_CHECKING:
    from tagmatrix.manifest.raw import RawManifest

TEXT = manifest(ENTRY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a library, and a file of the same name beside it."""
    (tmp_path / "library").mkdir()
    (tmp_path / "library/engine").write_text(TEXT)
    (tmp_path / "engine").write_text(manifest(OTHER))
    return tmp_path


def find(folder: Path, argument: str) -> RawManifest:
    """Return a manifest, looked up from a folder that has a library."""
    return Finder(folder, folder / "library").find(argument)


def test_name_is_looked_up_in_the_library_first(folder: Path) -> None:
    """A word without a slash is a name; with ./ it is a path."""
    assert find(folder, "engine").content == TEXT.encode()
    assert find(folder, "./engine").content == manifest(OTHER).encode()
    assert find(folder, str(folder / "engine")).content == manifest(OTHER).encode()
    (folder / "library/engine").unlink()
    assert find(folder, "engine").content == manifest(OTHER).encode()


def test_name_is_that_of_the_file(folder: Path) -> None:
    """The image's name is the last part of the path, without .json if it is JSON."""
    (folder / "gear.json").write_text(json.dumps(to_json(parse(TEXT))))
    assert find(folder, "library/engine").name == "engine"
    assert find(folder, "gear.json").name == "gear"
    assert find(folder, "gear.json").manifest() == parse(TEXT)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (
            "gear",
            (
                "gear: no such manifest in .*library: give the folder that has it with "
                "--library DIR or TAGMATRIX_LIBRARY, or give a path, an address or REV:path$"
            ),
        ),
        ("./gear", r"\./gear: no such file"),
        ("library", "library: is a folder: give one of its files"),
        ("", ": no such manifest"),
        ("a\0b", "no such manifest"),
        ("HEAD:library/engine", "not in a git repository, so REV:path cannot be used"),
        ("gear:latest", "no manifest gear in .*library, and the folder is not in a git repo"),
        ("engine:latest", "engine:latest: this command takes no tag: write engine$"),
        ("./engine:latest", "this command takes no tag: write ./engine$"),
    ],
)
def test_missing_manifest(folder: Path, argument: str, message: str) -> None:
    """The message names a missing manifest and says what to do."""
    with pytest.raises(InputError, match=message):
        find(folder, argument)


def test_revision(tmp_path: Path) -> None:
    """REV:path is read from git: from the top, or with ./ from the folder."""
    repo = make_repo(tmp_path / "repo")
    repo.write("images/engine/library/engine", TEXT)
    repo.commit()
    repo.write("images/engine/library/engine", manifest(OTHER))
    repo.commit()
    for argument in (
        "HEAD~1:images/engine/library/engine",
        "HEAD~1:library/engine",
        "HEAD~1:./library/engine",
        "main~:../engine/library/engine",
    ):
        if argument.startswith("main"):
            with pytest.raises(InputError, match="is outside the folder"):
                find(repo.path / "images/engine", argument)
            continue
        found = find(repo.path / "images/engine", argument)
        assert (found.name, found.origin, found.content) == ("engine", argument, TEXT.encode())
    with pytest.raises(InputError, match="HEAD has no file library/gear; list its files"):
        find(repo.path, "HEAD:library/gear")
    with pytest.raises(InputError, match="unknown git revision 'nowhere'"):
        find(repo.path, "nowhere:library/engine")
    with pytest.raises(InputError, match=r"no manifest gear in .*, and unknown git revision"):
        find(repo.path, "gear:latest")


def test_tag_of_a_manifest(folder: Path) -> None:
    """The text after the last colon is a tag if a manifest precedes it."""
    where = Finder(folder, folder / "library")
    source = where.find_tag("engine:1.2-slim")
    assert (source.content, source.tag) == (TEXT.encode(), "1.2-slim")
    assert where.find_tag("./engine:latest").tag == "latest"
    assert where.find_tag("engine").tag == ""
    repo = make_repo(folder)
    repo.commit()
    source = where.find_tag("HEAD:engine")
    assert (source.origin, source.tag) == ("HEAD:engine", "")
    assert where.find_tag("HEAD:library/engine:3").tag == "3"


def test_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """- is read once; a second time is an error."""
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(TEXT.encode())))
    where = Finder(tmp_path, tmp_path)
    assert where.find("-").manifest() == parse(TEXT)
    with pytest.raises(InputError) as caught:
        where.find("-")
    assert str(caught.value) == "-: standard input can be read only once: save it to a file"


def test_size_is_bounded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too large for a manifest is not read to its end."""
    monkeypatch.setattr(raw, "MAX_BYTES", 1 << 20)
    (folder / "big").write_bytes(b"\n" * ((1 << 20) + 1))
    with pytest.raises(InputError, match="more than 1 MiB"):
        find(folder, "./big")
    (folder / "full").write_bytes(b"\n" * (1 << 20))
    assert len(find(folder, "./full").content) == 1 << 20


def test_folder_says_what_it_skips(folder: Path) -> None:
    """A folder's manifests are found; a broken one is included, so that parsing reports it."""
    library = folder / "library"
    (library / "README.md").write_text("# Engine\n\nTags and such: many\n")
    (library / "engine.json").write_text("{}")
    (library / ".hidden").write_text(TEXT)
    (library / "3.14").mkdir()
    (library / "old").write_text("latest: git://x/y@v1\n")
    (library / "blank").write_text("Tags\x1f: x\n")
    (library / "broken").write_text("# a comment\nmaintainers: A B (@ab)\n")
    (library / "pipe").symlink_to("/nowhere/at/all")
    found = read_folder(library)
    assert [source.name for source in found.sources] == ["broken", "engine"]
    assert {Path(path).name: reason for path, reason in found.skipped} == {
        ".hidden": "hidden",
        "blank": "not a manifest",
        "3.14": "a folder",
        "README.md": "not a manifest",
        "engine.json": "JSON",
        "old": "not a manifest",
        "pipe": "not a regular file",
    }
    with pytest.raises(InputError, match=r"broken:2: Maintainers: missing"):
        found.sources[0].manifest()


def test_folder_skips_what_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too large is skipped; the others are read."""
    monkeypatch.setattr(raw, "MAX_BYTES", 1 << 20)
    (folder / "library/big").write_bytes(b"\n" * ((1 << 20) + 1))
    (folder / "library/.hidden").write_text(TEXT)
    found = read_folder(folder / "library")
    assert [source.name for source in found.sources] == ["engine"]
    reason = "has more than 1 MiB: is this a manifest?"
    assert found.unread == ((str(folder / "library/big"), reason),)


def test_folders_and_files_together(folder: Path) -> None:
    """Several arguments are read in order; a folder gives all its manifests."""
    where = Finder(folder, folder / "library")
    both = where.find_all(["./engine", "library"])
    assert [Path(source.origin).parent.name for source in both.sources] == [
        folder.name,
        "library",
    ]
    assert not both.single
    assert where.find_all(["engine"]).single


@pytest.mark.parametrize(
    "content",
    [
        "{",
        '{"schema": 1, "global": 3}',
        "{\xff",
        "{" + "[" * 9999,
        '{"schema": ' + "9" * 5000 + "}",
    ],
)
def test_broken_json_is_refused(content: str) -> None:
    """Invalid JSON is rejected with its origin."""
    source = raw.RawManifest(name="x", origin="x.json", content=content.encode("latin-1"))
    with pytest.raises(InputError, match=r"^x\.json"):
        source.manifest()


@pytest.mark.parametrize(
    "argument", ["a" * 256, "HEAD:" + "a" * 300, "x/" + "a" * 5000, "./" + "a" * 256]
)
def test_names_that_are_too_long(folder: Path, argument: str) -> None:
    """A path that is too long for the system does not exist."""
    make_repo(folder).commit()
    where = Finder(folder, folder / "library")
    for find in (where.find, where.find_tag, lambda text: where.find_all([text])):
        with pytest.raises(InputError, match=r"no such|has no file"):
            find(argument)
    with pytest.raises(InputError, match="no such manifest"):
        Finder(folder, folder / argument).find("gear")


def test_closed_standard_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Standard input that is closed or unreadable is an error."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(InputError, match="standard input is closed"):
        Finder(tmp_path, tmp_path).find("-")
    with (tmp_path / "out").open("wb", buffering=0) as unreadable:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=unreadable))
        with pytest.raises(InputError, match="standard input cannot be read"):
            Finder(tmp_path, tmp_path).find("-")
