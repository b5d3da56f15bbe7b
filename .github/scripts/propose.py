#!/usr/bin/env python3
"""Open or update the pull request and the issue for a run of `tagmatrix regenerate`, using `gh`.

Usage: propose.py FOLDER, the folder that regenerate.sh filled. Environment variables:

BASE        the base branch of the pull request (default: main)
BRANCH      the branch of the pull request (default: the one that the command names)
EXIT        the exit code of the command
GH_TOKEN    the token for GitHub; only gh reads it
CHECKS      a workflow to start for the branch's last commit, if a push does not start it
STRICT      `true`: fail also if an update needs a decision or facts are missing

One pull request has the new commits. If an update needs a decision (the guard refused
it, or the job stopped), one issue describes it. The next successful run closes the issue.
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
"""Identifies this issue: anyone can open an issue with its title, but not with a label."""
MOST = "1000"
"""The limit of lists: anyone may open many pull requests from branches with this name."""
LONGEST = 60_000
"""GitHub accepts 65,536 characters."""
WORDS = {
    DONE: "Done.",
    STOPPED: "The update stopped: a maintainer must fix the cause.",
    DEGRADED: "Some upstream data could not be fetched; the branch has all other updates.",
    REFUSED: "The guard refused an update: it needs a decision.",
}


def gh(*args: str) -> str:
    """Run gh and return its output; its messages go to the log."""
    done = subprocess.run(["gh", *args], stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout


def listed(*args: str) -> list[dict[str, Any]]:
    """Return the list that gh prints as JSON."""
    found: list[dict[str, Any]] = json.loads(gh(*args))
    return found


def bounded(file: Path) -> Path:
    """Cut a text to a length that GitHub accepts; return the file."""
    text = file.read_text(encoding="utf-8")
    if len(text) > LONGEST:
        file.write_text(f"{text[:LONGEST]}\n\n… the rest is in the job's log.\n", encoding="utf-8")
    return file


def is_text_of(text: str, file: Path) -> bool:
    """Return whether a text at GitHub equals a file's text, apart from white space."""
    return text.split() == bounded(file).read_text(encoding="utf-8").split()


def proposed(branch: str, base: str) -> list[dict[str, Any]]:
    """Return the pull requests of the branch, without those of forks with the same branch name."""
    fields = "number,state,headRefOid,baseRefName,isCrossRepository,title,body"
    known = listed(
        *("pr", "list", "--head", branch, "--base", base, "--state", "all"),
        *("--limit", MOST, "--json", fields),
    )
    return [each for each in known if not each["isCrossRepository"] and each["baseRefName"] == base]


def propose(result: dict[str, Any], body: Path, checks: str) -> str:
    """Open or update the pull request of the branch; return a sentence about it."""
    branch = os.environ.get("BRANCH") or result.get("branch")
    head, title = result.get("head"), result.get("title")
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
        words = f"Pull request #{number} {'is up to date' if same else 'is updated'}."
    elif any(each["headRefOid"] == head for each in known):
        return "The pull request with this content was closed before; it stays closed."
    else:
        address = gh("pr", "create", "--base", base, "--head", branch, *said)
        words = f"Opened {address.strip()}."
    if checks:
        check(checks, branch, head)
    return words


def check(workflow: str, branch: str, head: str) -> None:
    """Start a workflow for the branch's last commit, unless the commit already has a run.

    Not only after a push: an earlier job may have ended between its push and this step.
    """
    filters = ("--workflow", workflow, "--commit", head, "--limit", "1")
    if not listed("run", "list", *filters, "--json", "databaseId"):
        gh("workflow", "run", workflow, "--ref", branch)


def decide(code: int, report: Path) -> str:
    """Open, update or close the issue about a needed decision; return a sentence about it."""
    fields = ("--json", "number,title,body")
    found = listed("issue", "list", "--state", "open", "--label", LABEL, *fields)
    mine = [each for each in found if each["title"] == ISSUE]
    number = str(mine[0]["number"]) if mine else ""
    if code in (STOPPED, REFUSED):
        if not mine:
            meaning = "The scheduled update opens and closes this issue"
            gh("label", "create", LABEL, "--description", meaning, "--force")
            text = ("--title", ISSUE, "--body-file", str(bounded(report)))
            address = gh("issue", "create", *text, "--label", LABEL)
            return f"Opened {address.strip()}."
        if not is_text_of(mine[0]["body"], report):
            gh("issue", "edit", number, "--body-file", str(bounded(report)))
            return f"Issue #{number} is updated."
        return f"Issue #{number} is up to date."
    if mine and code == DONE:
        gh("issue", "close", number, "--comment", "Resolved: the last update succeeded.")
        return f"Closed issue #{number}."
    return ""


def write_report(folder: Path, code: int) -> Path:
    """Write the report: the text of the pull request, or else the log; return the file."""
    file, body = folder / "report.md", folder / "body.md"
    text = body.read_text(encoding="utf-8") if body.is_file() else ""
    if not text.strip() and code != DONE:
        # Indented as a code block, so that nothing in the log is Markdown.
        lines = (folder / "log.txt").read_text(encoding="utf-8").splitlines()
        text = "\n".join(f"    {line}" for line in lines) + "\n"
    file.write_text(f"{WORDS[code]}\n\n{text}", encoding="utf-8")
    return file


def main() -> int:
    """Update the pull request, the issue and the run's summary; return the step's exit code."""
    folder, code = Path(sys.argv[1]), int(os.environ["EXIT"])
    text = (folder / "result.json").read_text(encoding="utf-8")
    result: dict[str, Any] = json.loads(text) if text.strip() else {}
    report = write_report(folder, code)
    done = [propose(result, folder / "body.md", os.environ.get("CHECKS", "")), decide(code, report)]
    words = "\n\n".join(filter(None, done))
    print(words or "Nothing new.")
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(f"{report.read_text(encoding='utf-8')}\n{words}\n")
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
    except subprocess.CalledProcessError as error:  # gh has printed the reason
        sys.exit(f"error: {' '.join(error.cmd[:3])} failed")
