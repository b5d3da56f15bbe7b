"""A program as a source: what it prints, and what it must not do."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.format.upstream import read_preset
from tagmatrix.upstream.release_order import ListedVersions
from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import make_source
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tagmatrix.web.client import Client
from tests import schemas
from tests.web.fixtures import IMPATIENT

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.upstream.sources import Source

A, B = "a" * 64, "B" * 128
OUTPUT = {
    "schema": 1,
    "releases": [
        {"version": "1.2.9", "date": "2026-06-01", "sha256": {"linux/amd64": A}},
        {"version": "1.2.10", "sha512": {"linux/amd64": B, "source": "short"}},
        {"version": "1.3.0"},
    ],
    "ends": {"1.2": "2027-02", "1.3": "soon"},
}


def source(folder: Path, script: str, *, allowed: bool = True, offline: bool = False) -> Source:
    """Return a source whose program is a script of the shell."""
    program = folder / "versions.sh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    upstream = read_preset(b"command: [./versions.sh, one]\n", "a")
    options = SourceOptions(
        as_of=dt.date(2026, 6, 24), style="loose", commands=folder if allowed else None
    )
    return make_source(Client(limits=IMPATIENT, offline=offline), upstream, options)


def prints(folder: Path, value: object) -> Source:
    """Return a source whose program prints a value as JSON."""
    (folder / "out.json").write_text(json.dumps(value))
    return source(folder, "cat out.json")


def test_what_a_program_prints(tmp_path: Path) -> None:
    """Releases, checksums and ends come from the output, which its schema describes."""
    assert not schemas.problem("upstream-command.schema.json", OUTPUT)
    found = prints(tmp_path, OUTPUT)
    answer = found.published("1.2")
    assert isinstance(answer, Found), answer
    assert [each.version for each in answer.value] == ["1.2.10", "1.2.9"]
    assert answer.value[1].day == dt.date(2026, 6, 1)
    assert found.listed_versions() == Found(ListedVersions(("1.2.9", "1.2.10", "1.3.0")))
    newest, older = answer.value
    assert found.checksum("1.2.9", "linux/amd64", older) == Found(A)
    assert found.checksum("1.2.10", "linux/amd64", newest) == Found(B.lower())
    late = found.checksum("1.2.9", "linux/arm64v8", older)
    assert isinstance(late, NotPublished)
    assert late.named == ("linux/amd64",)  # an update reports it when it is overdue
    assert isinstance(found.checksum("1.2.10", "source", newest), FetchFailed)
    bare = found.checksum("1.3.0", "source", None)
    assert isinstance(bare, FetchFailed)
    assert bare.absent  # it may be too early
    assert isinstance(found.checksum("1.2.8", "source", None), NotPublished)
    phase = found.phase("1.2")
    assert isinstance(phase, Found)
    assert phase.value.end_of_life == dt.date(2027, 2, 28)
    assert isinstance(found.phase("1.3"), FetchFailed)
    assert isinstance(found.phase("1.4"), NotPublished)


def test_an_empty_checksum(tmp_path: Path) -> None:
    """An empty checksum is a failure that names entry and key, unless there is another one."""
    entry = {"version": "1.2.9", "sha256": {"source": "", "b": ""}, "sha512": {"b": B}}
    found = prints(tmp_path, {"schema": 1, "releases": [entry]})
    assert found.checksum("1.2.9", "source", None) == FetchFailed(
        "./versions.sh one: `sha256` of source of 1.2.9 is empty"
    )
    assert found.checksum("1.2.9", "b", None) == Found(B.lower())


def test_two_entries_that_contradict_each_other(tmp_path: Path) -> None:
    """Two entries of a version with other checksums are an alarm; the same twice are not."""
    entries = [{"version": "1.2.9", "sha256": {"source": one}} for one in (A, A, B)]
    (tmp_path / "same").mkdir()
    same = prints(tmp_path / "same", {"schema": 1, "releases": entries[:2]})
    assert same.checksum("1.2.9", "source", None) == Found(A)
    answer = prints(tmp_path, {"schema": 1, "releases": entries}).checksum("1.2.9", "source", None)
    assert isinstance(answer, FetchFailed)
    assert (answer.alarm, "two different entries for 1.2.9" in answer.reason) == (True, True)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo '<html>'", "not the JSON of its schema"),
        ("echo '{}'", "not the JSON of its schema"),
        ("""echo '{"schema": 2, "releases": []}'""", "not the JSON of its schema"),
        ("""echo '{"schema": 1, "releases": [], "more": 1}'""", "not the JSON of its schema"),
        ("""echo '{"schema": 1, "releases": [{"version": 1.2}]}'""", "not the JSON of its schema"),
        ("""echo '{"schema": 1, "releases": []}'""", "the list is empty"),
        ("head -c 100000 /dev/zero", "not the JSON of its schema"),
        ("printf '[%.0s' $(seq 100000)", "not the JSON of its schema"),
        ("echo no network >&2; exit 3", "one: it ended with exit code 3: no network"),
        ("echo all; echo no network; exit 3", "one: it ended with exit code 3: no network"),
        ("exit 4", "./versions.sh one: it ended with exit code 4, and it printed nothing"),
        ("kill -9 $$", "./versions.sh one: signal 9 ended it, and it printed nothing"),
        ("echo", "./versions.sh one: it printed nothing"),
        ("cat /dev/zero", "printed more than"),
        ("cat /dev/zero >&2", "printed more than"),
        pytest.param("sleep 60 & sleep 60", "no result within", marks=pytest.mark.slow),
        ("sleep 60 & exit 5", "exit code 5"),
    ],
)
def test_a_program_that_fails(tmp_path: Path, script: str, why: str) -> None:
    """No failure of the program becomes a fact, and it ends within the limit."""
    begun = time.monotonic()
    answer = source(tmp_path, script).published("1.2")
    assert isinstance(answer, FetchFailed), answer
    assert why in answer.reason
    assert time.monotonic() - begun < 10


def test_it_runs_once_and_only_if_allowed(tmp_path: Path) -> None:
    """Without --allow-commands, and with --offline, nothing runs."""
    script = "echo x >>runs; cat out.json"
    (tmp_path / "out.json").write_text(json.dumps(OUTPUT))
    for found, why in (
        (source(tmp_path, script, allowed=False), "runs only with --allow-commands"),
        (source(tmp_path, script, offline=True), "--offline allows no command"),
    ):
        answer = found.published("1.2")
        assert isinstance(answer, FetchFailed)
        assert why in answer.reason
    assert not (tmp_path / "runs").exists()
    found = source(tmp_path, script)
    for cycle in ("1.2", "1.3"):
        assert isinstance(found.published(cycle), Found)
    assert (tmp_path / "runs").read_text() == "x\n"
    (tmp_path / "versions.sh").unlink()
    upstream = read_preset(b"command: [./versions.sh]\n", "a")
    options = SourceOptions(as_of=dt.date(2026, 6, 24), commands=tmp_path)
    gone = make_source(Client(limits=IMPATIENT), upstream, options).published("1.2")
    assert isinstance(gone, FetchFailed)
    assert "can't be started: No such file" in gone.reason


def test_the_environment_is_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program sees no variable of the user, such as a token, and a new home."""
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    found = source(tmp_path, "env >seen; ls -A $HOME >home; cat out.json")
    (tmp_path / "out.json").write_text(json.dumps(OUTPUT))
    assert isinstance(found.published("1.2"), Found)
    names = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "TMPDIR", "LC_ALL", "PWD", "OLDPWD", "SHLVL", "_"}
    assert (tmp_path / "home").read_text() == ""
