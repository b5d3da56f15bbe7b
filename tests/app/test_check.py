"""`tagmatrix app check` and `update`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.app.conftest import App

DAY = ("--as-of", "2026-07-01")
OLD, NEW = "2.0-slim-trixie", "2.1-slim-trixie"


def entry(version: str, *architectures: str) -> dict[str, object]:
    """Return an entry of a manifest."""
    cycle = version.rpartition(".")[0]
    return {
        "Tags": [f"{version}-slim-trixie", f"{cycle}-slim-trixie", f"{cycle}-slim"],
        "Architectures": list(architectures),
        "GitRepo": "https://example.com/python.git",
        "GitFetch": "refs/heads/main",
        "GitCommit": "0" * 40,
        "Directory": cycle,
    }


def manifest(app: App, *entries: dict[str, object], **ends: str) -> None:
    """Write a manifest with ends of life of cycles, and one of trixie."""
    releases = {name.replace("_", "."): {"end_of_life": day} for name, day in ends.items()}
    people = [{"Name": "E", "Handle": "e"}]
    value = {
        "global": {"Maintainers": people},
        "entries": entries,
        "releases": releases,
        "suites": {"trixie": {"end_of_life": "2030-06-30"}},
    }
    app.add("images/python", json.dumps(value))


@pytest.fixture
def made(app: App) -> App:
    """Return an application with a Dockerfile that is built from Python 2.0."""
    manifest(app, entry("2.0.1", "amd64", "arm64v8"))
    assert app.run("write", "--manifest", "images/python", "--with", "compose", *DAY)[0] == 0
    return app


def test_up_to_date(made: App) -> None:
    """Without a change the check is clean; a newer cycle is not a finding."""
    code, out, err = made.run("check", "--arch", "arm64", *DAY)
    assert (code, out, "image list" in err) == (0, "the files are up to date\n", False)
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64", "arm64v8"))
    assert made.run("check", *DAY)[0] == 0


def test_newer(made: App) -> None:
    """A check names the base that `update` takes, and nothing if `update` changes nothing."""
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"))
    code, out, _ = made.run("check", *DAY)
    last = f"tagmatrix app update takes python:{NEW}"
    assert (code, out.splitlines()) == (0, ["the files are up to date", last])
    assert json.loads(made.run("check", "--format", "json", *DAY)[1])["newer"] == f"python:{NEW}"
    assert made.run("update", *DAY)[0] == 0
    assert json.loads(made.run("check", "--format", "json", *DAY)[1])["newer"] is None
    assert made.run("update", "--dry-run", *DAY)[0] == 0


def test_ended(made: App) -> None:
    """The end of the base's cycle is a finding, from the day after its last day."""
    manifest(made, entry("2.0.1", "amd64"), **{"2_0": "2026-06-30"})
    code, out, err = made.run("check", "--as-of", "2026-06-30")
    assert (code, out.splitlines()[1]) == (0, f"python:{OLD}: supported until 2026-06-30")
    assert "release cycle 2.0 ends on 2026-06-30, within a year" in err
    code, out, err = made.run("check", *DAY)
    assert (code, out.splitlines()[0].partition(": ")[0]) == (3, "Dockerfile:6")
    assert "release cycle 2.0 ended on 2026-06-30: " in out
    assert "images/python has no slim image that is supported: renew it\n" in out
    assert "supported until" not in out
    assert "ended" not in err
    value = json.loads(made.run("check", "--format", "json", *DAY)[1])
    assert (value["supported_until"], value["warnings"]) == ("2026-06-30", [])


@pytest.mark.parametrize(
    ("options", "pin", "remedy"),
    [
        ([], "", "tagmatrix app update takes python:2.1-slim-trixie"),
        (["--tag", OLD], "", "use tagmatrix app write --tag 2.1-slim-trixie"),
        ([], "2.0", "accept Python 2.1 in .python-version:1"),
    ],
)
def test_remedy(app: App, options: list[str], pin: str, remedy: str) -> None:
    """After the end a check says what to do, and it helps."""
    manifest(app, entry("2.0.1", "amd64"))
    if pin:
        app.add(".python-version", f"{pin}\n")
    app.run("write", "--manifest", "images/python", *options, *DAY)
    manifest(app, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"), **{"2_0": "2026-06-30"})
    code, out, _ = app.run("check", *DAY)
    assert (code, out.splitlines()[0].partition(" 2026-06-30: ")[2]) == (3, remedy)
    if pin:
        app.add(".python-version", "2.1\n")
    if "write" in remedy:
        app.run("write", *remedy.split()[4:], *DAY)
    else:
        app.run("update", *DAY)
    assert app.run("check", *DAY)[0] == 0


def test_update_to_an_ended_base(app: App) -> None:
    """A base that has ended is a warning of write and update, with what to do."""
    manifest(app, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"), **{"2_0": "2026-06-30"})
    app.add(".python-version", "2.0\n")
    text = "release cycle 2.0 ended on 2026-06-30: accept Python 2.1 in .python-version:1"
    for words in (["write", "--manifest", "images/python"], ["update"]):
        code, _, err = app.run(*words, *DAY)
        assert (code, text in err) == (0, True), err
    value = json.loads(app.run("update", "--format", "json", *DAY)[1])
    assert [text in one["text"] for one in value["warnings"]].count(True) == 1
    assert value["supported_until"] == "2026-06-30"


def test_unknown_end(app: App) -> None:
    """Without an end of the cycle, write and check say that they can't check it."""
    manifest(app, entry("2.0.1", "amd64"))
    for words in (["write", "--manifest", "images/python"], ["check"], ["update"]):
        code, out, err = app.run(*words, *DAY)
        assert (code, "supported until" in out) == (0, False)
        assert "images/python has no end of release cycle 2.0, so tagmatrix can't check it" in err
    value = json.loads(app.run("check", "--format", "json", *DAY)[1])
    assert value["supported_until"] is None
    assert ["has no end of release cycle" in one["text"] for one in value["warnings"]] == [True]


def test_unknown_end_of_suite(app: App) -> None:
    """Without an end of the suite no command claims that the base is supported until a day."""
    end = "has no end of suite alpine3.24"
    code, out, err = app.run("write", "--variant", "alpine", *DAY)
    assert f"end unknown: tagmatrix's image list {end}; release cycle 3.14 ends on" in out
    assert (code, f"{end}, so tagmatrix can't check it: look it up" in err) == (0, True)
    code, out, err = app.run("check", *DAY)
    assert (code, out, end in err) == (0, "the files are up to date\n", True)
    assert json.loads(app.run("check", "--format", "json", *DAY)[1])["supported_until"] is None


def test_image_list_of_a_checkout(app: App) -> None:
    """Without --manifest, the commands say that the image list is a file of the checkout."""
    words = "library/python.json of tagmatrix's checkout, with changes that are not committed"
    assert words.replace("json of", "json: that of") in app.run("write", *DAY)[1]
    for command in ("check", "update"):
        assert words in app.run(command, *DAY)[2]
        assert words not in app.run(command, "--quiet", *DAY)[2]


def test_lost_architecture(made: App) -> None:
    """An architecture that the base has lost is a finding."""
    manifest(made, entry("2.0.1", "amd64"))
    code, out, _ = made.run("check", "--arch", "amd64", "--arch", "arm64", *DAY)
    assert (code, "has no architecture arm64v8" in out) == (3, True)


def test_gone(made: App) -> None:
    """A tag that the manifest has no more is a finding, and no other line differs."""
    manifest(made, entry("2.1.0", "amd64"))
    code, out, _ = made.run("check", "--format", "json", *DAY)
    value = json.loads(out)
    assert (code, len(value["findings"]), value["different"]) == (3, 1, [])
    assert value["findings"][0]["text"].endswith(
        f"has no tag {OLD} any more: it has no release cycle 2.0"
    )


def test_tag_of_an_ended_cycle(made: App) -> None:
    """A tag of a cycle without images is an error that says when the cycle ended, if known."""
    manifest(made, entry("2.1.0", "amd64"), **{"2_0": "2026-06-30"})
    _, _, err = made.run("write", "--tag", "2.0-slim", *DAY)
    ended = "it has no release cycle 2.0, which ended on 2026-06-30; use 2.1-slim\n"
    assert err.splitlines(keepends=True)[-1].endswith(ended)


def test_application_changed(made: App) -> None:
    """What the application's files say now is a finding, with the difference."""
    made.add("requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\nredis==6.4.0\n")
    code, out, _ = made.run("check", *DAY)
    assert (code, "+  redis:" in out) == (3, True)
    assert "compose.yaml: is not what the application's files say now" in out
    made.add(".python-version", "2.1\n")
    code, out, _ = made.run("check", *DAY)
    assert ".python-version:1: 2.0-slim-trixie is Python 2.0.1, which 2.1 excludes" in out


def test_missing_file(made: App) -> None:
    """A missing file is a finding if tagmatrix wrote it, and none if a user did."""
    (made.folder / "compose.yaml").unlink()
    assert made.run("check", *DAY)[0] == 3
    made.add("compose.yaml", "services: {}\n")
    assert made.run("check", *DAY)[0] == 0


def test_no_dockerfile(app: App) -> None:
    """Without a Dockerfile, check and update are errors."""
    for command in ("check", "update"):
        code, _, err = app.run(command, *DAY)
        assert (code, "run tagmatrix app write" in err) == (2, True)


def by_hand(app: App, text: str = "") -> None:
    """Remove the header of the Dockerfile, and write another FROM line."""
    _, _, _, rest = app.read("Dockerfile").split("\n", 3)
    app.add("Dockerfile", rest.replace(f"python:{OLD}", text or f"python:{OLD}") + "# by hand\n")


def test_file_of_a_person(made: App) -> None:
    """A Dockerfile without the header passes the check of its base; update is an error."""
    by_hand(made)
    assert "is kept" in made.run("write", *DAY)[2]
    code, out, err = made.run("check", *DAY)
    assert (code, out.splitlines()[0]) == (0, "the files are up to date")
    assert "Dockerfile has no header of tagmatrix, so it is a person's: only its base" in err
    value = json.loads(made.run("check", "--format", "json", *DAY)[1])
    assert (value["base"], value["kept"]) == (f"python:{OLD}", ["Dockerfile"])
    code, _, err = made.run("update", *DAY)
    assert (code, err.startswith("error: Dockerfile:3: the file has no header")) == (2, True), err
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"))
    assert made.run("check", *DAY)[1].splitlines()[-1] == f"there is python:{NEW}"
    made.add("requirements.txt", "flask==3.1.2\ngunicorn==23.0.0\nredis==6.4.0\n")
    assert json.loads(made.run("check", "--format", "json", *DAY)[1])["different"] == [
        "compose.yaml"
    ]


def test_base_of_a_person(made: App) -> None:
    """The base of a person's Dockerfile may end or be gone; another image can't be checked."""
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"), **{"2_0": "2026-06-30"})
    by_hand(made, "docker.io/library/python:2.0-slim")
    code, out, _ = made.run("check", *DAY)
    ended = f"python:2.0-slim: release cycle 2.0 ended on 2026-06-30: use python:{NEW}"
    assert (code, out) == (3, f"Dockerfile:3: {ended}\n")
    options = "# Options: --manifest images/python\n"
    made.add("Dockerfile", f"{options}ARG V=1.9\nFROM python:$V\nCOPY . .\n")
    code, out, _ = made.run("check", *DAY)
    assert (code, out.count("\n"), out.startswith("Dockerfile:3: ")) == (3, 1, True)
    assert out.endswith("images/python has no tag 1.9 any more: it has no release cycle 1.9\n")
    (made.folder / ".dockerignore").unlink()  # a person may do without it
    for text, words in (
        ("FROM debian\n", "Dockerfile:2: debian:latest is not an image of "),
        (f"FROM python@sha256:{'1' * 64}\n", "has no tag, so tagmatrix can't check it"),
        ("FROM $X\n", "warning: Dockerfile:2: its base is unknown"),
        ("", "warning: Dockerfile: its base is unknown"),
        ("FRO scratch", "warning: Dockerfile: its base is unknown"),
    ):
        made.add("Dockerfile", options + text)
        code, out, err = made.run("check", *DAY)
        assert (code, out, words in err) == (0, "the files are up to date\n", True), err


def test_force_keeps_the_options(made: App) -> None:
    """--force over a Dockerfile without the header keeps its options and its digest."""
    digest = "sha256:" + "1" * 64
    before = made.read("Dockerfile").replace(OLD, f"{OLD}@{digest}")
    by_hand(made, f"python:{OLD}@{digest}")
    assert made.run("write", "--force", *DAY)[0] == 0
    assert made.read("Dockerfile") == before


def test_options_of_a_person(made: App) -> None:
    """Invalid options of a person's Dockerfile are an error; another comment is none."""
    made.add("Dockerfile", "# Options: --evil x\nFROM python\n")
    code, _, err = made.run("check", *DAY)
    assert (code, "Dockerfile:1: unknown option --evil: correct this line" in err) == (2, True)
    made.add("Dockerfile", "# Options: see 'README\nFROM debian\n")
    assert made.run("check", *DAY)[0] == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM python:2.0-slim-trixie AS base", "FROM python:2.0-slim-trixie"),
        ("FROM python:2.0-slim-trixie AS base", "FROM Python:2.0-slim-trixie AS base"),
        ("# Options: ", "# Options: --evil x "),
        ("# Options: ", "# Options: ' "),
        ("# Options: ", "# Options: --port 99999 "),
        ("# Options: ", "# Options: --manager evil "),
    ],
)
def test_changed_by_hand(made: App, old: str, new: str) -> None:
    """A FROM line or options that were changed by hand are an error with the line."""
    made.add("Dockerfile", made.read("Dockerfile").replace(old, new))
    for command in ("check", "update", "write"):
        code, _, err = made.run(command, *DAY)
        assert (code, err.startswith("error: Dockerfile:")) == (2, True), err
        assert "--fresh" in err
    assert made.run("write", "--fresh", *DAY)[0] == 0


def test_update(made: App) -> None:
    """Update renews the FROM line, and only it."""
    manifest(made, entry("2.1.0", "amd64"), entry("2.0.1", "amd64"))
    before = made.read("Dockerfile") + "# by hand\n"
    made.add("Dockerfile", before)
    assert made.run("update", "--dry-run", *DAY)[0] == 3
    assert made.read("Dockerfile") == before
    code, out, _ = made.run("update", *DAY)
    assert (code, f"+FROM python:{NEW} AS base" in out) == (0, True)
    assert made.read("Dockerfile") == before.replace(OLD, NEW)
    assert made.run("update", *DAY)[1] == "unchanged: Dockerfile\n"


def test_update_of_a_digest(made: App) -> None:
    """A digest stays with its tag; a new tag loses it, with a warning, or gets a new one."""
    one, two = ("sha256:" + digit * 64 for digit in "12")
    made.add("Dockerfile", made.read("Dockerfile").replace(OLD, f"{OLD}@{one}"))
    assert made.run("update", *DAY)[1] == "unchanged: Dockerfile\n"
    manifest(made, entry("2.1.0", "amd64"))
    _, out, err = made.run("update", "--dry-run", *DAY)
    assert f"+FROM python:{NEW} AS base" in out
    assert "does not belong to" in err
    assert made.run("update", "--digest", two, *DAY)[0] == 0
    assert f"FROM python:{NEW}@{two} AS base\n" in made.read("Dockerfile")


def test_line_ends_of_windows(app: App) -> None:
    """Files that git gave the line ends of Windows are still tagmatrix's, and up to date."""
    assert app.run("write")[0] == 0
    for name in ("Dockerfile", ".dockerignore"):
        data = (app.folder / name).read_bytes()
        (app.folder / name).write_bytes(data.replace(b"\n", b"\r\n"))
    code, out, err = app.run("check", "--as-of", "2026-07-01")
    assert (code, out.splitlines()[0]) == (0, "the files are up to date"), err
    assert "unchanged: Dockerfile" in app.run("write")[1]
