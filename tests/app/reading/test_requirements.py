"""requirements.txt, as pip reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tagmatrix.app.reading import requirements
from tagmatrix.app.reading.folder import Folder
from tagmatrix.app.report import Report

if TYPE_CHECKING:
    from pathlib import Path

HASH = f"--hash=sha256:{'0' * 64}"


def read(root: Path, **files: str) -> tuple[requirements.Requirements, Report]:
    """Return the requirements of files, and the report."""
    report = Report()
    for name, text in files.items():
        (root / f"{name}.txt").write_text(text, encoding="utf-8")
    found = requirements.read(Folder(root, report))
    assert found is not None
    return found, report


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("flask", ["flask"]),
        ("Flask_Login[x] == 1.0 ; python_version > '3'  # why", ["flask-login"]),
        (f"a==1 \\\n  {HASH} \\\n  {HASH}", ["a"]),
        ("a @ https://example.com/a.zip#sha256=0", ["a"]),
        ("git+https://example.com/a.git@v1#egg=Some_Name", ["some-name"]),
        ("https://example.com/my_pkg-1.0-py3-none-any.whl", ["my-pkg"]),
        ("--pre\n--only-binary=:all:\n--trusted-host example.com\na", ["a"]),
        ("\ufeff# only a comment\r\n\r\na\r\n", ["a"]),
        ("-c other.txt\na", ["a"]),
        ("-rother.txt\na", ["b", "a"]),
        ("--requirement=other.txt\n", ["b"]),
    ],
)
def test_lines(line: str, names: list[str], tmp_path: Path) -> None:
    """A line names a distribution, or includes a file."""
    found, report = read(tmp_path, requirements=line, other="b\n")
    assert report.problems == []
    assert [one.name for one in found.dependencies] == names


@pytest.mark.parametrize(
    ("text", "hashed"),
    [
        (f"a==1 {HASH}\nb==1 {HASH}\n", True),
        (f"a==1 {HASH}\nhttps://x.org/b.whl#sha256=00\n", True),
        ("https://x.org/b.whl#sha256=00\na\n", False),
        ("--require-hashes\n", True),
        ("a==1\n", False),
    ],
)
def test_hashes(text: str, *, hashed: bool, tmp_path: Path) -> None:
    """Pip has to find all hashes if an option gives one."""
    found, report = read(tmp_path, requirements=text)
    assert found.hashed is hashed
    assert report.problems == []


@pytest.mark.parametrize(
    "text",
    [f"a==1 {HASH}\nb==1\n", f"a==1 {HASH}\n.\n", "-e .\n\n--require-hashes"],
)
def test_missing_hashes(text: str, tmp_path: Path) -> None:
    """A requirement without a hash among others that have one is refused, as pip would."""
    _, report = read(tmp_path, requirements=text)
    line = 1 if text.startswith("-e") else 2
    assert str(report.problems[0]).startswith(f"requirements.txt:{line}: has no hash")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "invalid requirement"),
        ("--evil", "unknown option --evil"),
        ("-r missing.txt", "includes missing.txt, which does not exist"),
        ("-r ../other.txt", "outside of the application's folder"),
        ("-r https://example.com/r.txt", "pip would fetch this file"),
        ("./missing", "missing does not exist"),
        ("-e ../lib", "outside of the application's folder"),
        ("a @ https://user:pass@example.com/a.zip", "has credentials"),
        ("--extra-index-url https://x:y@example.com", "has credentials"),
        ("git+https://ghp_0123456789012345678901234567890@example.com/a.git", "has credentials"),
        ("a==1 --hash=sha256:abc", "invalid hash 'sha256:abc'"),
        (f"a==1 {HASH} --hash md5:{'0' * 32}", "invalid hash 'md5:"),
        ("-i https://token:@example.com/simple", "has credentials"),
        ("-i https://token@example.com/simple", "has credentials"),
        ("-i https://${USER}:secret@example.com/simple", "has credentials"),
        ("-i https://${USER}secret@example.com/simple", "has credentials"),
        ("-i https://example.com/simple?private_token=secret", "has credentials"),
        ("a @ git+ssh://me:secret@example.com/a.git", "has credentials"),
        ("-i https://me:se/cret@example.com/simple", "has credentials"),
        ("# -i https://me:secret@example.com/simple", "has credentials"),
    ],
)
def test_problems(text: str, message: str, tmp_path: Path) -> None:
    """What pip or the build would refuse is a problem with its line."""
    _, report = read(tmp_path, requirements=f"# first\n{text}\n")
    assert [str(one).startswith("requirements.txt:2: ") for one in report.problems] == [True]
    assert message in report.problems[0].text


def test_loop(tmp_path: Path) -> None:
    """Files that include each other are refused, as by pip; one that two include is read once."""
    found, report = read(tmp_path, requirements="-r other.txt\na\n", other="-r requirements.txt\nb")
    assert found.files == ["requirements.txt", "other.txt"]
    assert str(report.problems[0]).startswith("other.txt:1: includes requirements.txt, which")
    found, report = read(tmp_path, requirements="-r a.txt\n-r b.txt\n", a="-r b.txt", b="c==1")
    assert (len(found.dependencies), report.problems) == (1, [])


def test_variables_are_not_credentials(tmp_path: Path) -> None:
    """Pip fills in variables from the environment: their names are not secret."""
    text = "--index-url https://${USER}:${TOKEN}@example.com/simple\n"
    _, report = read(tmp_path, requirements=text)
    assert (len(report.warnings), report.problems) == (1, [])


def test_harmless_users(tmp_path: Path) -> None:
    """A user for SSH, and the users that servers document, are not credentials."""
    text = """\
a @ git+ssh://git@example.com/a.git@v1
b @ git+https://git@example.com:443/b.git@v1
c @ https://example.com/c-1.zip?keyword=a&page=2#egg=c
-i https://oauth2accesstoken@example.com/simple
"""
    _, report = read(tmp_path, requirements=text)
    assert (report.warnings, report.problems) == ([], [])


def test_folders_of_wheels(tmp_path: Path) -> None:
    """A local folder of --find-links is beside the file that names it, or else as paths are."""
    (tmp_path / "requirements/wheels").mkdir(parents=True)
    (tmp_path / "more").mkdir()
    (tmp_path / "requirements.txt").write_text("-r requirements/base.txt\n", encoding="utf-8")
    text = "--find-links wheels\n-f ./more\n-f https://example.com/wheels\nflask\n"
    (tmp_path / "requirements/base.txt").write_text(text, encoding="utf-8")
    report = Report()
    found = requirements.read(Folder(tmp_path, report))
    assert found is not None
    assert [path for path, _ in found.folders] == ["requirements/wheels", "more"]
    assert [url for url, _ in found.indexes] == ["https://example.com/wheels"]
    assert report.problems == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("./my lib", "requirements.txt:1: 'my lib': this path can't be used in a Dockerfile"),
        ("-r my base.txt", "requirements.txt:1: 'my base.txt': this path can't be used"),
        ("-f ./none", "requirements.txt:1: none does not exist: add it, or remove this line"),
        ("a" * 5000, "requirements.txt:1: has more than 4000 characters"),
        ("https://example.com/" + "a" * 5000, "requirements.txt:1: has more than 4000"),
        ("a @ https://x/" + "a" * 5000, "requirements.txt:1: has more than 4000 characters"),
    ],
)
def test_refused_lines(line: str, message: str, tmp_path: Path) -> None:
    """What the build can't read or hold is refused with its line."""
    (tmp_path / "my lib").mkdir()
    (tmp_path / "my base.txt").touch()
    (tmp_path / "requirements.txt").write_text(f"{line}\n", encoding="utf-8")
    report = Report()
    requirements.read(Folder(tmp_path, report))
    assert [str(problem)[: len(message)] for problem in report.problems] == [message]


def test_long_blanks(tmp_path: Path) -> None:
    """A line with many blanks takes no longer than another of its length."""
    text = f"flask {' ' * 3000}# comment\n{' ' * 200_000}gunicorn\n"
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    found = requirements.read(Folder(tmp_path, Report()))
    assert found is not None
    assert [one.name for one in found.dependencies] == ["flask", "gunicorn"]
