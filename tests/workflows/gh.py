"""A replacement for `gh`: the real one needs GitHub. It keeps its state in a file.

It knows the commands and flags in FLAGS, from gh's manual, and refuses all others. GH_STATE is
the file; GH_REMOTE is the repository with the branches of pull requests.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FLAGS: dict[str, tuple[str, ...]] = {
    "pr list": ("--repo", "--head", "--base", "--author", "--state", "--limit", "--json"),
    "pr create": ("--repo", "--base", "--head", "--title", "--body-file"),
    "pr edit": ("--repo", "--title", "--body-file"),
    "issue list": ("--state", "--label", "--limit", "--json"),
    "issue create": ("--title", "--body-file", "--label"),
    "issue edit": ("--title", "--body-file"),
    "issue close": ("--comment",),
    "label create": ("--description", "--force"),
    "workflow run": ("--ref",),
    "run list": ("--workflow", "--commit", "--limit", "--json"),
    "auth git-credential": (),
}
SWITCHES = ("--force",)
NUMBERED = (
    *("pr edit", "issue edit", "issue close", "label create", "workflow run"),
    "auth git-credential",
)
PULL_REQUEST = {
    *("number", "state", "headRefName", "headRefOid", "baseRefName", "title", "body"),
    "isCrossRepository",
}
ISSUE = {"number", "state", "title", "body"}


def main(args: list[str]) -> int:
    """Do the same as gh; return 1 if gh would refuse."""
    state = Path(os.environ["GH_STATE"])
    kept = json.loads(state.read_text()) if state.exists() else {"calls": [], "pr": [], "issue": []}
    kept["calls"].append(args)
    try:
        print(_answer(kept, " ".join(args[:2]), args[2:]), end="")
    except ValueError as error:
        print(f"gh: {error}", file=sys.stderr)
        return 1
    else:
        return 0
    finally:
        state.write_text(json.dumps(kept))


def _answer(kept: dict[str, Any], command: str, rest: list[str]) -> str:
    if not os.environ.get("GH_TOKEN"):
        raise ValueError("to use GitHub CLI in a GitHub Actions workflow, set GH_TOKEN")
    if command not in FLAGS:
        raise ValueError(f"unknown command {command}")
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False, add_help=False)
    for flag in FLAGS[command]:
        parser.add_argument(flag, action="store_true" if flag in SWITCHES else "store")
    if command in NUMBERED:
        parser.add_argument("which")
    try:
        given, unknown = parser.parse_known_args(rest)
    except argparse.ArgumentError as error:
        raise ValueError(str(error)) from None
    if unknown:
        raise ValueError(f"unknown flag: {unknown}")
    kind, verb = command.split()
    if kind in ("pr", "issue"):
        return str(getattr(_Store(kept, kind), verb)(given))
    return _other(kept, kind, given)


def _other(kept: dict[str, Any], kind: str, given: argparse.Namespace) -> str:
    if kind == "workflow":
        run = {"workflow": given.which, "ref": given.ref, "headSha": _tip(given.ref)}
        kept.setdefault("runs", []).append(run)
        return ""
    if kind == "run":
        return _runs(kept, given)
    if kind == "label":
        kept.setdefault("labels", []).append(given.which)
        return ""
    return f"username=x\npassword={os.environ['GH_TOKEN']}\n"


def _runs(kept: dict[str, Any], given: argparse.Namespace) -> str:
    if given.json != "databaseId":
        raise ValueError(f"Unknown JSON field in {given.json}")
    wanted = (given.workflow, given.commit)
    runs = enumerate(kept.get("runs", []))
    return json.dumps(
        [{"databaseId": n} for n, run in runs if (run["workflow"], run["headSha"]) == wanted]
    )


class _Store:
    """The pull requests or the issues."""

    def __init__(self, kept: dict[str, Any], kind: str) -> None:
        self.found: list[dict[str, Any]] = kept[kind]
        self.labels: list[str] = kept.get("labels", [])
        self.kind = kind
        self.fields = PULL_REQUEST if kind == "pr" else ISSUE

    def list(self, given: argparse.Namespace) -> str:
        fields = given.json.split(",")
        if not set(fields) <= self.fields:
            raise ValueError(f"Unknown JSON field in {given.json}")
        state = (given.state or "open").upper()
        chosen = [each for each in reversed(self.found) if state in ("ALL", each["state"])]
        if self.kind == "pr" and given.head:
            if ":" in given.head:
                raise ValueError("--head of a list is a branch, without an owner")
            chosen = [each for each in chosen if each["headRefName"] == given.head]
        if self.kind == "pr" and given.base:
            chosen = [each for each in chosen if each["baseRefName"] == given.base]
        if self.kind == "issue" and given.label:
            chosen = [each for each in chosen if given.label in each.get("labels", [])]
        chosen = chosen[: int(given.limit or 30)]
        for each in chosen:
            if self.kind == "pr":
                each.setdefault("isCrossRepository", False)
            if self.kind == "pr" and each["state"] == "OPEN" and not each["isCrossRepository"]:
                each["headRefOid"] = _tip(each["headRefName"]) or each["headRefOid"]
        return json.dumps([{field: each[field] for field in fields} for each in chosen])

    def create(self, given: argparse.Namespace) -> str:
        entry = {
            "number": len(self.found) + 1,
            "state": "OPEN",
            "title": given.title,
            "body": Path(given.body_file).read_text(),
        }
        if not given.title:
            raise ValueError("must provide `--title` and `--body` when not running interactively")
        if self.kind == "pr":
            owner, _, branch = given.head.rpartition(":")
            same = (branch, "OPEN", bool(owner))
            if any(
                (each["headRefName"], each["state"], each.get("isCrossRepository", False)) == same
                for each in self.found
            ):
                raise ValueError(f"a pull request for branch {branch} already exists")
            tip = _tip(branch)
            if not owner and (tip is None or _tip(given.base) is None):
                raise ValueError(f"Head sha can't be blank: {given.head} into {given.base}")
            entry |= {"headRefName": branch, "headRefOid": tip, "baseRefName": given.base}
            entry |= {"owner": owner, "repo": given.repo, "isCrossRepository": bool(owner)}
        elif given.label:
            if given.label not in self.labels:
                raise ValueError(f"could not add label: '{given.label}' not found")
            entry["labels"] = [given.label]
        self.found.append(entry)
        return f"https://github.com/example/sample/{self.kind}/{entry['number']}\n"

    def edit(self, given: argparse.Namespace) -> str:
        entry = self._one(given)
        if given.title:
            entry["title"] = given.title
        if given.body_file:
            entry["body"] = Path(given.body_file).read_text()
        return ""

    def close(self, given: argparse.Namespace) -> str:
        self._one(given)["state"] = "CLOSED"
        return ""

    def _one(self, given: argparse.Namespace) -> dict[str, Any]:
        for each in self.found:
            if str(each["number"]) == given.which:
                return each
        raise ValueError(f"could not resolve to a {self.kind} with the number of {given.which}")


def _tip(branch: str) -> str | None:
    remote = os.environ["GH_REMOTE"]
    done = subprocess.run(
        ["git", "--git-dir", remote, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
