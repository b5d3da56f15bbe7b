"""propose.py: its notifications for every exit code of the command."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.repos import environment
from tests.workflows import files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.workflows.conftest import Forge

BRANCH = "tagmatrix/update"
SCRIPT = files.SCRIPTS / "propose.py"


@dataclass(frozen=True)
class Desk:
    """The folder in which the script finds the command's output."""

    forge: Forge
    folder: Path

    def run(
        self,
        code: int,
        *,
        body: str = "",
        log: str = "",
        strict: bool = False,
        checks: str = "",
        **result: object,
    ) -> tuple[int, str]:
        """Run the script after a command with this result; return its exit code and output."""
        known = {"schema": 1, "branch": BRANCH, "base": "main", "head": None, "title": None}
        text = json.dumps({**known, "pushed": False, **result}) if result else ""
        for name, content in (("result.json", text), ("body.md", body), ("log.txt", log)):
            (self.folder / name).write_text(content)
        tools = ":".join(map(str, self.forge.runner.path))
        variables = {
            **self.forge.runner.env,
            "EXIT": str(code),
            "STRICT": str(strict).lower(),
            "CHECKS": checks,
            "GH_TOKEN": "secret",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "PATH": f"{tools}:{environment()['PATH']}",
        }
        done = subprocess.run(
            [sys.executable, str(SCRIPT), str(self.folder)],
            env=environment(**variables),
            capture_output=True,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    def brings(
        self,
        text: str,
        *,
        code: int = 0,
        pushed: bool = True,
        strict: bool = False,
        checks: str = "",
        result: str = "committed",
    ) -> tuple[int, str]:
        """Push a change to the branch and run the script after it."""
        git = self.forge.clone.repo.git
        if pushed:
            self.forge.clone.write("NOTES", text)
            self.forge.clone.repo.commit(text)
            git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{BRANCH}")
        return self.run(
            code,
            body=f"{text}\n",
            head=self.forge.at(BRANCH),
            title=text,
            pushed=pushed,
            strict=strict,
            checks=checks,
            result=result,
        )


@pytest.fixture
def desk(forge: Forge, tmp_path: Path) -> Desk:
    """Return a folder for the command's output."""
    (tmp_path / "said").mkdir()
    return Desk(forge, tmp_path / "said")


@pytest.mark.slow
def test_nothing_new(desk: Desk) -> None:
    """Without an update there is no notification, and the step succeeds."""
    assert desk.run(0, result="nothing-new") == (0, "Nothing new.\n")
    assert (desk.forge.gh["pr"], desk.forge.gh["issue"]) == ([], [])


@pytest.mark.slow
def test_one_pull_request(desk: Desk) -> None:
    """It is opened once, updated after a push, and not changed by a run with the same result."""
    assert desk.brings("Update 2.1 to 2.1.4")[0] == 0
    code, said = desk.brings("Update 2.1 to 2.1.5")
    assert (code, said) == (0, "Pull request #1 is updated.\n")
    before = desk.forge.gh["pr"]
    code, said = desk.brings("Update 2.1 to 2.1.5", pushed=False)
    assert (code, said) == (0, "Pull request #1 is up to date.\n")
    (proposed,) = desk.forge.gh["pr"]
    assert [proposed] == before
    assert proposed["title"] == "Update 2.1 to 2.1.5"
    assert proposed["body"] == "Update 2.1 to 2.1.5\n"
    assert (proposed["baseRefName"], proposed["headRefName"]) == ("main", BRANCH)


@pytest.mark.slow
def test_text_follows(desk: Desk) -> None:
    """If the text about the same commits changes, it is updated without a push and new checks."""
    desk.brings("Update 2.1 to 2.1.4", code=4, checks="ci.yml")
    desk.run(
        0,
        head=desk.forge.at(BRANCH),
        title="Update 2.1 to 2.1.4",
        body="All was learned.\n",
        checks="ci.yml",
    )
    assert [each["body"] for each in desk.forge.gh["pr"]] == ["All was learned.\n"]
    assert len(desk.forge.gh["runs"]) == 1


@pytest.mark.slow
def test_long(desk: Desk) -> None:
    """A text that is too long for GitHub is cut with a note, and is not written repeatedly."""
    long = "".join(f"- line {number}\n" for number in range(9_000))
    assert "Opened" in desk.run(5, result="refused", body=long)[1]
    (reported,) = desk.forge.gh["issue"]
    assert len(reported["body"]) < 65_536
    assert reported["body"].endswith("… the rest is in the job's log.\n")
    assert "is up to date" in desk.run(5, result="refused", body=long)[1]


@pytest.mark.slow
def test_killed_before_it_was_opened(desk: Desk) -> None:
    """If a run ends after its push, the next run opens the pull request."""
    git = desk.forge.clone.repo.git
    git("push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    assert desk.brings("Update", pushed=False, checks="ci.yml")[0] == 0
    assert [each["state"] for each in desk.forge.gh["pr"]] == ["OPEN"]
    assert desk.forge.started == [("ci.yml", BRANCH)]


@pytest.mark.slow
def test_closed_by_a_person(desk: Desk) -> None:
    """A closed pull request is not opened again with the same content, only with new content."""
    desk.brings("Update")
    state = desk.forge.gh
    state["pr"][0]["state"] = "CLOSED"
    desk.forge.state.write_text(json.dumps(state))
    code, said = desk.brings("Update", pushed=False)
    assert (code, "it stays closed" in said) == (0, True)
    assert [each["state"] for each in desk.forge.gh["pr"]] == ["CLOSED"]
    desk.brings("Something else")
    assert [each["state"] for each in desk.forge.gh["pr"]] == ["CLOSED", "OPEN"]


@pytest.mark.slow
def test_checks(desk: Desk) -> None:
    """If a push starts no checks, the script starts them, once for each push."""
    desk.brings("One", checks="ci.yml")
    desk.brings("Two", checks="ci.yml")
    desk.brings("Two", pushed=False, checks="ci.yml")
    assert desk.forge.started == [("ci.yml", BRANCH)] * 2
    desk.brings("Three")
    assert len(desk.forge.gh["runs"]) == 2


@pytest.mark.slow
def test_degraded(desk: Desk) -> None:
    """Complete updates are proposed; missing facts only give a warning, once a day a failure."""
    code, said = desk.brings("Update", code=4, result="degraded")
    assert (code, "warning: Some upstream data could not be fetched" in said) == (0, True)
    assert len(desk.forge.gh["pr"]) == 1
    assert desk.forge.gh["issue"] == []
    assert desk.brings("Update", code=4, pushed=False, strict=True)[0] == 4


@pytest.mark.slow
def test_refused(desk: Desk) -> None:
    """A refusal opens one issue with its reason; it is updated, and closed when it is resolved."""
    why = "`alpine` would lose s390x\n"
    assert desk.run(5, result="refused", body=why)[0] == 0
    assert "is up to date" in desk.run(5, result="refused", body=why)[1]
    (reported,) = desk.forge.gh["issue"]
    assert reported["body"] == f"The guard refused an update: it needs a decision.\n\n{why}"
    assert desk.forge.gh["pr"] == []
    desk.run(5, result="refused", body="Another reason\n")
    (reported,) = desk.forge.gh["issue"]
    assert "Another reason" in reported["body"]
    desk.run(4, result="degraded")
    assert desk.forge.gh["issue"][0]["state"] == "OPEN"
    assert "Closed issue #1" in desk.run(0, result="nothing-new")[1]
    assert [each["state"] for each in desk.forge.gh["issue"]] == ["CLOSED"]
    assert desk.run(5, result="refused", body=why, strict=True)[0] == 5


@pytest.mark.slow
def test_refused_and_new(desk: Desk) -> None:
    """If one cycle is refused and another is fine, there are a pull request and an issue."""
    desk.brings("Update 2.0 to 2.0.10", code=5, result="refused")
    assert (len(desk.forge.gh["pr"]), len(desk.forge.gh["issue"])) == (1, 1)


@pytest.mark.slow
def test_stopped(desk: Desk) -> None:
    """The issue of a stopped job has its log, and nothing in the log becomes Markdown."""
    log = "error: a person's commits\n```\n# @everyone <img>\n"
    assert desk.run(2, log=log)[0] == 0
    (reported,) = desk.forge.gh["issue"]
    lines = reported["body"].splitlines()
    assert lines[0] == "The update stopped: a maintainer must fix the cause."
    assert lines[2:] == [f"    {line}" for line in log.splitlines()]
    assert (desk.folder / "summary").read_text().startswith(reported["body"])


@pytest.mark.slow
def test_killed_before_the_checks(desk: Desk) -> None:
    """If a run ends before it starts the checks, the next run starts them, once."""
    desk.brings("Update")
    assert desk.forge.started == []
    for _ in range(2):
        desk.brings("Update", pushed=False, checks="ci.yml")
        assert desk.forge.started == [("ci.yml", BRANCH)]


def stranger(desk: Desk, state: str, number: int = 1, **more: object) -> dict[str, object]:
    """Return a pull request from a fork's branch with the same name."""
    return {
        "number": number,
        "state": state,
        "title": "Mine",
        "body": "Mine",
        "headRefName": BRANCH,
        "headRefOid": desk.forge.at(),
        "baseRefName": "main",
        "isCrossRepository": True,
        **more,
    }


@pytest.mark.slow
@pytest.mark.parametrize("state", ["OPEN", "CLOSED"])
def test_a_fork(desk: Desk, state: str) -> None:
    """Pull requests of forks are not changed, prevent no other pull request, and hide none."""
    git = desk.forge.clone.repo.git
    git("push", "--quiet", "origin", f"HEAD:refs/heads/{BRANCH}")
    theirs = [stranger(desk, state, number) for number in range(1, 41)]
    desk.forge.state.write_text(json.dumps({"calls": [], "issue": [], "pr": theirs}))
    assert "Opened" in desk.brings("Update", pushed=False)[1]
    assert desk.forge.gh["pr"][:-1] == theirs
    kept = desk.forge.gh
    kept["pr"] = [{**kept["pr"][-1], "number": 0}, *theirs]  # now the job's is the oldest
    desk.forge.state.write_text(json.dumps(kept))
    assert desk.brings("Update", pushed=False)[1] == "Pull request #0 is up to date.\n"
    assert desk.forge.gh["pr"][1:] == theirs


@pytest.mark.slow
def test_another_base(desk: Desk) -> None:
    """A pull request of the branch with another base belongs to a maintainer."""
    theirs = stranger(desk, "OPEN", baseRefName="next", isCrossRepository=False)
    desk.forge.state.write_text(json.dumps({"calls": [], "issue": [], "pr": [theirs]}))
    desk.brings("Update")
    assert [each["title"] for each in desk.forge.gh["pr"]] == ["Mine"]


@pytest.mark.slow
@pytest.mark.parametrize("words", ["", ", I think"])
def test_stranger_issue(desk: Desk, words: str) -> None:
    """An issue of another user is not changed, even if it has the same title."""
    state = desk.forge.gh
    title = f"The scheduled update needs a decision{words}"
    state["issue"] = [{"number": 1, "state": "OPEN", "title": title, "body": "Hm"}]
    desk.forge.state.write_text(json.dumps(state))
    desk.run(5, result="refused", body="Why\n")
    assert desk.run(0, result="nothing-new")[0] == 0
    assert [each["state"] for each in desk.forge.gh["issue"]] == ["OPEN", "CLOSED"]
    assert desk.forge.gh["issue"][0]["body"] == "Hm"


@pytest.mark.slow
def test_gh_fails(desk: Desk) -> None:
    """If gh fails, the step fails: otherwise a missing notification would go unnoticed."""
    code, said = desk.run(0, result="committed", head="0" * 40, title="x", body="x")
    assert code == 1
    assert said.endswith("error: gh pr create failed\n")
    assert "Traceback" not in said
