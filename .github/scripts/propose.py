#!/usr/bin/env python3
"""Say what `tagmatrix regenerate` brought, to those who have to know, through `gh`.

Usage: propose.py FOLDER, the one that regenerate.sh filled. In the environment:

BASE        the branch that a pull request is for (default: main)
EXIT        how the command ended
GH_TOKEN    who speaks; read by gh alone
CHECKS      a workflow to start for the branch's last commit, where a push starts none by itself
STRICT      `true`: what a person has to know also makes this fail

One pull request holds what is new. What a person has to decide (a refusal, a job that
stopped) stands in one issue, which is closed when it is over.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

DONE, STOPPED, DEGRADED, REFUSED = 0, 2, 4, 5
ISSUE = "The scheduled update needs a decision"
LABEL = "scheduled-update"
"""Tells our issue from one that is only called alike: strangers can't give labels."""
MOST = "1000"
"""So many are listed: strangers may open many from branches that are called alike."""
LONGEST = 60_000
"""GitHub takes 65,536 characters."""
WORDS = {
    DONE: "Done.",
    STOPPED: "The update stopped: a person has to look.",
    DEGRADED: "Not everything could be fetched; what is whole is on the branch.",
    REFUSED: "An update was refused: a person has to decide.",
}


def gh(*args: str) -> str:
    """Run gh; its messages go to the log, its output is returned."""
    done = subprocess.run(["gh", *args], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def listed(*args: str) -> list[dict[str, Any]]:
    """Return what gh lists as JSON."""
    found: list[dict[str, Any]] = json.loads(gh(*args))
    return found


def bounded(file: Path) -> Path:
    """Cut a text to what GitHub takes; return the file."""
    text = file.read_text(encoding="utf-8")
    if len(text) > LONGEST:
        file.write_text(
            f"{text[:LONGEST]}\n\n… the rest stands in the job's log.\n", encoding="utf-8"
        )
    return file


def is_text_of(text: str, file: Path) -> bool:
    """Tell whether a text at GitHub is that of a file, but for line ends."""
    return text.split() == bounded(file).read_text(encoding="utf-8").split()


def proposed(branch: str, base: str) -> list[dict[str, Any]]:
    """Return the pull requests of the branch, without those of forks with a branch called alike."""
    fields = "number,state,headRefOid,baseRefName,isCrossRepository,title,body"
    known = listed(
        *("pr", "list", "--head", branch, "--base", base, "--state", "all"),
        *("--limit", MOST, "--json", fields),
    )
    return [each for each in known if not each["isCrossRepository"] and each["baseRefName"] == base]


def propose(result: dict[str, Any], body: Path, checks: str) -> str:
    """Open or renew the pull request of the branch; return what was done."""
    branch, head, title = result.get("branch"), result.get("head"), result.get("title")
    if not (branch and head and title and body.is_file()):
        return ""
    base = os.environ.get("BASE") or "main"
    known = proposed(branch, base)
    said = ("--title", title, "--body-file", str(bounded(body)))
    opened = [each for each in known if each["state"] == "OPEN"]
    if opened:
        number = str(opened[0]["number"])
        same = opened[0]["title"] == title and is_text_of(opened[0]["body"], body)
        if not same:
            gh("pr", "edit", number, *said)
        words = f"Pull request #{number} {'has it already' if same else 'is renewed'}."
    elif any(each["headRefOid"] == head for each in known):
        return "A person closed the pull request with just this content; it stays closed."
    else:
        address = gh("pr", "create", "--base", base, "--head", branch, *said)
        words = f"Opened {address.strip()}."
    if checks:
        check(checks, branch, head)
    return words


def check(workflow: str, branch: str, head: str) -> None:
    """Start a workflow for the branch's last commit, unless it has run for it.

    Not only after a push: a run may have died between its push and this.
    """
    filters = ("--workflow", workflow, "--commit", head, "--limit", "1")
    if not listed("run", "list", *filters, "--json", "databaseId"):
        gh("workflow", "run", workflow, "--ref", branch)


def decide(code: int, told: Path) -> str:
    """Open, renew or close the issue about what a person has to decide; return what was done."""
    fields = ("--json", "number,title,body")
    found = listed("issue", "list", "--state", "open", "--label", LABEL, *fields)
    mine = [each for each in found if each["title"] == ISSUE]
    number = str(mine[0]["number"]) if mine else ""
    if code in (STOPPED, REFUSED):
        if not mine:
            meaning = "Opened and closed by the scheduled update"
            gh("label", "create", LABEL, "--description", meaning, "--force")
            text = ("--title", ISSUE, "--body-file", str(bounded(told)))
            address = gh("issue", "create", *text, "--label", LABEL)
            return f"Opened {address.strip()}."
        if not is_text_of(mine[0]["body"], told):
            gh("issue", "edit", number, "--body-file", str(bounded(told)))
            return f"Issue #{number} is renewed."
        return f"Issue #{number} says so already."
    if mine and code == DONE:
        gh("issue", "close", number, "--comment", "It is over: the last update went through.")
        return f"Closed issue #{number}."
    return ""


def tell(folder: Path, code: int) -> Path:
    """Write what people are told: the body of the pull request, else the log; return the file."""
    file, body = folder / "told.md", folder / "body.md"
    text = body.read_text(encoding="utf-8") if body.is_file() else ""
    if not text.strip() and code != DONE:
        # Indented: whatever stands in it, nothing in it is markup.
        lines = (folder / "log.txt").read_text(encoding="utf-8").splitlines()
        text = "\n".join(f"    {line}" for line in lines) + "\n"
    file.write_text(f"{WORDS[code]}\n\n{text}", encoding="utf-8")
    return file


def main() -> int:
    """Tell everyone; return the exit code of the step."""
    folder, code = Path(sys.argv[1]), int(os.environ["EXIT"])
    text = (folder / "result.json").read_text(encoding="utf-8")
    result: dict[str, Any] = json.loads(text) if text.strip() else {}
    told = tell(folder, code)
    done = [propose(result, folder / "body.md", os.environ.get("CHECKS", "")), decide(code, told)]
    words = "\n\n".join(filter(None, done))
    print(words or "Nothing new.")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{told.read_text(encoding='utf-8')}\n{words}\n")
    if code == DONE:
        return 0
    strict = os.environ.get("STRICT") == "true"
    kind = "error" if strict else "warning"
    print(
        f"::{kind}::{WORDS[code]}" if "GITHUB_ACTIONS" in os.environ else f"{kind}: {WORDS[code]}"
    )
    return code if strict else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:  # gh has said why
        sys.exit(f"error: {' '.join(error.cmd[:3])} failed")
