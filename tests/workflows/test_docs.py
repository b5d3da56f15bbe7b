"""Run the examples of docs/scheduled-job.md exactly as they are written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import yamls
from tests.projects import is_published
from tests.repos import TestRepo, environment
from tests.web.site import FILE
from tests.workflows import files
from tests.workflows.actions import lend_environment
from tests.workflows.test_schema import check
from tests.workflows.test_shellcheck import shellcheck
from tests.workflows.test_update import BRANCH, C, release

if TYPE_CHECKING:
    from tests.web.site import Site
    from tests.workflows.conftest import Forge


DOCUMENT = files.ROOT / "docs" / "scheduled-job.md"
BLOCK = re.compile(r"<!-- test: (.*?) -->\n```\w+\n(.*?)```\n", re.DOTALL)
BLOCKS = dict(BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")))


def shell(forge: Forge, script: str, folder: Path, **variables: str) -> tuple[int, str]:
    """Run a script with a bash that stops at the first failure; return exit code and output."""
    path = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(**{**forge.runner.env, "PATH": path, **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()


def console(name: str) -> str:
    """Return the commands of a console block."""
    lines = BLOCKS[name].splitlines()
    assert all(line.startswith("$ ") for line in lines)
    return "\n".join(line.removeprefix("$ ") for line in lines)


def test_all_blocks() -> None:
    """Every block of the page is marked, so that a test here runs it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("\n```") == 2 * len(BLOCKS)
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in BLOCKS if f'"{name}"' not in tested] == []


@pytest.mark.slow
def test_by_hand(forge: Forge, site: Site) -> None:
    """A bare repository, a run, a merge, the manifest."""
    release(site, "2.1.4")
    code, said = shell(forge, console("try"), forge.clone.root)
    assert code == 0, said
    assert "Update 2.1 to 2.1.4" in said
    assert "## Checksums" in said
    code, said = shell(forge, console("merge"), forge.clone.root)
    assert code == 0, said
    clone = forge.clone.root.parent / "publishing"
    is_published(forge.clone.at(clone, TestRepo(clone)))


@dataclass(frozen=True)
class Cron:
    """A clone for the job, with update.sh beside it."""

    forge: Forge
    folder: Path

    def run(self, *args: str) -> str:
        """Run update.sh as cron does, half an hour later; return the text that cron would mail."""
        for body in Path(self.forge.runner.env["XDG_CACHE_HOME"]).rglob("*.body"):
            at = body.stat().st_mtime - 1800
            os.utime(body, (at, at))
        code, said = shell(self.forge, " ".join(["./update.sh", *args]), self.folder)
        assert code == 0, said
        return said


@pytest.fixture
def cron(forge: Forge, tmp_path: Path) -> Cron:
    """Return a folder that is set up as the recipe says."""
    folder = tmp_path / "srv"
    folder.mkdir()
    TestRepo(folder).git("clone", "--quiet", forge.remote.as_uri(), "clone")
    script = folder / "update.sh"
    script.write_text(BLOCKS["update.sh"])
    script.chmod(0o755)
    return Cron(forge, folder)


def test_cron_script() -> None:
    """The script has no problem, and the crontabs call existing files."""
    assert shellcheck(BLOCKS["update.sh"]) == ""
    lines = [*BLOCKS["crontab"].splitlines(), *BLOCKS["crontab publish"].splitlines()]
    runs = [line for line in lines if not re.match(r"[A-Z]+=", line)]
    assert len(runs) == 3
    for line in runs:
        assert re.match(r"([\d,]+|\*) ([\d,]+|\*) \* \* \*  ", line)
        assert "%" not in line  # cron reads it as a line break


@pytest.mark.slow
def test_cron(cron: Cron, site: Site) -> None:
    """Cron mails new updates once, and nothing if there are none."""
    assert cron.run() == ""
    release(site, "2.1.4")
    assert "2.1.4" in cron.run()
    assert cron.forge.git("log", "--format=%s", f"main..{BRANCH}") == "Update 2.1 to 2.1.4"
    assert cron.run() == ""
    assert cron.run("--daily") == ""


@pytest.mark.slow
def test_cron_degraded(cron: Cron, site: Site) -> None:
    """Cron mails a failure to fetch once a day."""
    site.faults[f"{FILE}?release=1000"] = site.status(403)
    assert cron.run() == ""
    assert "403" in cron.run("--daily")
    release(site, "2.0.10")
    said = cron.run()
    assert "2.0.10" in said
    assert said.startswith("## Upstream queries that failed")
    assert cron.run() == ""


@pytest.mark.slow
def test_cron_keeps_the_tool_new(cron: Cron) -> None:
    """In this repository the tool's clone follows the main branch; a failure is mailed."""
    lend_environment(cron.folder / "clone")
    before = "rm -f body.md\n"
    assert BLOCKS["update.sh"].count(before) == 1
    script = BLOCKS["update.sh"].replace(before, BLOCKS["update.sh here"] + before)
    assert shellcheck(script) == ""
    (cron.folder / "update.sh").write_text(script)
    cron.forge.clone.write("NOTES", "x")
    newest = cron.forge.push("Something else")
    assert cron.run() == ""
    assert TestRepo(cron.folder / "clone").head() == newest
    cron.forge.git("branch", "-m", "main", "trunk")
    assert "no such ref was fetched" in cron.run("--daily")


@pytest.mark.slow
def test_cron_refused(cron: Cron, site: Site) -> None:
    """Cron mails a refusal when it occurs and once a day, and again if it occurs again."""
    kept = list(site.upstream.files[1000])
    site.upstream.files[1000].clear()
    site.upstream.add_file(1000, "Python-2.1.3.tar.xz", C, sigstore=C)
    site.upstream.add_file(1000, "python-2.1.3-amd64.exe", "2" * 64)
    replaced = list(site.upstream.files[1000])
    assert C in cron.run()
    assert cron.run() == ""
    assert C in cron.run("--daily")
    site.upstream.files[1000] = kept
    assert cron.run("--daily") == ""
    site.upstream.files[1000] = replaced
    assert cron.run() == ""
    assert C in cron.run("--daily")
    assert cron.run() == ""


@pytest.mark.slow
def test_cron_publish(forge: Forge, tmp_path: Path) -> None:
    """The line that publishes prints nothing on success, and the error otherwise."""
    line = BLOCKS["crontab publish"].partition("* * * *  ")[2]
    clone = tmp_path / "publishing"
    TestRepo(tmp_path).git("clone", "--quiet", forge.remote.as_uri(), "publishing")
    line = line.replace("/srv/images", str(tmp_path))
    forge.clone.bump("2.1.3", "2.1.4")
    forge.clone.generate("--commit", "--only", "dockerfiles").ok()
    forge.push("Merged")
    assert shell(forge, line, tmp_path) == (0, "")
    forge.pull()
    is_published(forge.clone)
    (clone / "NOTES").write_text("mine")
    assert "publish from a clean clone" in shell(forge, line, tmp_path)[1]


JOB = "https://gitlab.example/-/jobs/7"
GITLAB: dict[str, Any] = yamls.load(BLOCKS[".gitlab-ci.yml"])


def gitlab(forge: Forge, name: str, folder: Path, **variables: str) -> tuple[int, str]:
    """Run a job of the recipe for GitLab: expand its variables, and run its lines in one shell."""
    job = GITLAB[name]
    known = {
        "CI_SERVER_URL": forge.remote.parents[1].as_uri(),
        "CI_PROJECT_PATH": "example/sample",
        "CI_DEFAULT_BRANCH": "main",
        "CI_JOB_URL": JOB,
        "UPDATE_TOKEN": "token-of-the-bot",
        **variables,
    }
    given = {
        name: re.sub(
            r"\$(\$|\w+)",
            lambda found: "$" if found[1] == "$" else known.get(found[1], ""),
            str(text),
        )
        for name, text in {**GITLAB["variables"], **job.get("variables", {})}.items()
    }
    clone = folder / name
    repository = TestRepo(folder)
    assert given["GIT_DEPTH"] == "0"
    repository.git("clone", "--quiet", forge.remote.as_uri(), name)
    TestRepo(clone).git("checkout", "--quiet", "--detach")
    known["PIP_NO_INDEX"] = "1"  # tagmatrix is installed, so pip needs no network
    lines = [*GITLAB["default"]["before_script"], *job["script"]]
    return shell(forge, "\n".join(lines), clone, **known, **given)


@pytest.fixture
def server(forge: Forge, tmp_path: Path) -> Path:
    """Let the remote accept push options, as GitLab does; return the file that stores them."""
    kept = tmp_path / "options"
    forge.git("config", "receive.advertisePushOptions", "true")
    (forge.remote.parent / "sample.git").symlink_to(forge.remote)
    hook = forge.remote / "hooks" / "post-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/bash\nfor ((i = 0; i < GIT_PUSH_OPTION_COUNT; i++)); do\n"
        f'\tname="GIT_PUSH_OPTION_$i"\n\techo "${{!name}}" >>"{kept}"\ndone\n'
    )
    hook.chmod(0o755)
    return kept


@pytest.mark.slow
def test_gitlab_schema(tmp_path: Path) -> None:
    """The recipe passes GitLab's schema, and a mistake in it does not."""
    file = tmp_path / ".gitlab-ci.yml"
    file.write_text(BLOCKS[".gitlab-ci.yml"])
    code, said = check("vendor.gitlab-ci", file)
    assert code == 0, said
    file.write_text(BLOCKS[".gitlab-ci.yml"].replace("exit_codes: 4", "exit_codes: four"))
    assert check("vendor.gitlab-ci", file)[0] == 1


@pytest.mark.slow
def test_gitlab(forge: Forge, site: Site, server: Path, tmp_path: Path) -> None:
    """A release is pushed with options that make a merge request; when merged, it is published."""
    release(site, "2.1.4")
    code, said = gitlab(forge, "update", tmp_path)
    assert code == 0, said
    assert server.read_text().splitlines() == [
        "merge_request.create",
        "merge_request.target=main",
        "merge_request.remove_source_branch",
        f"merge_request.description=The update is described in the artifacts of {JOB}",
    ]
    assert forge.git("log", "--format=%an %s", f"main..{BRANCH}") == "tagmatrix Update 2.1 to 2.1.4"
    assert "## Checksums" in (tmp_path / "update" / "body.md").read_text()
    forge.clone.repo.git("fetch", "--quiet", "origin")
    forge.clone.repo.git("merge", "--quiet", "--no-edit", "--no-ff", f"origin/{BRANCH}")
    forge.clone.repo.git("push", "--quiet", "origin", "HEAD:refs/heads/main")
    code, said = gitlab(forge, "publish", tmp_path)
    assert code == 0, said
    forge.pull()
    is_published(forge.clone)
    # no token: a private repository can be read only through origin
    (forge.remote.parent / "sample.git").unlink()
    code, said = gitlab(forge, "check", tmp_path)
    assert code == 0, said


def test_recipes_for_other_families() -> None:
    """The recipes need nothing of this repository but the script that publishes."""
    for name in ("crontab", "update.sh", "crontab publish", ".gitlab-ci.yml"):
        text = BLOCKS[name].replace(".github/scripts/publish.sh", "")
        assert re.findall(r"\bmake\b|\.venv|\.github|\.ready", text) == []


def test_gitlab_token(forge: Forge, tmp_path: Path) -> None:
    """The token reaches git as a password, and the helper's text does not contain it."""
    job = GITLAB["update"]["variables"]
    text = job["GIT_CONFIG_VALUE_0"].replace("$$", "$")
    assert job["GIT_CONFIG_KEY_0"] == "credential.helper"
    asked = "printf 'protocol=https\\nhost=gitlab.example\\n\\n' | git credential fill"
    known = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": text,
        "UPDATE_TOKEN": "a-token",
    }
    code, said = shell(forge, asked, tmp_path, **known)
    assert code == 0, said
    assert "username=tagmatrix\npassword=a-token\n" in said
    assert "a-token" not in text
