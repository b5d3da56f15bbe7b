"""The guard from a maintainer's view: what it accepts, what it refuses, and its messages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.projects import MANIFEST, NO_ALPINE, copy
from tests.repos import TestRepo, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

REFUSED = 5
FINAL = """\
releases:
  "2.2-rc":
    version: "2.2.0rc1"
    sha256:
      source: "4444444444444444444444444444444444444444444444444444444444444444"
      windows: "5555555555555555555555555555555555555555555555555555555555555555"
"""
ONLY_SOURCE = "    artifacts: [source]\n    held_back: {source: late}\n"
TRIXIE = "trixie: {flavors: [default, slim], architectures: [amd64, arm64v8, riscv64]}"


def accept(project: Project, line: str) -> None:
    """Add a line below `accept`, with a reason in place of the dots of a message."""
    line = line.replace('"..."', '"It is right."')
    project.edit("versions.yaml", "\nsettings:\n", f"\naccept:\n  - {line}\n\nsettings:\n")


def retire(project: Project) -> None:
    """Delete the older cycle."""
    text = project.read("versions.yaml")
    project.write("versions.yaml", text[: text.index('  "2.0":')])


def moves(project: Project) -> list[str]:
    """Return the moves that a run reports."""
    lines = project.generate("--check").out.splitlines()
    start = lines.index("what moves, compared with the committed manifest:") + 1
    return [line.strip() for line in lines[start:] if line.startswith("  ")]


def test_retire_a_cycle(project: Project) -> None:
    """Deleting a cycle is allowed and reported."""
    retire(project)
    assert moves(project) == [
        (
            "notable: 2.0 is retired: 2.0, 2.0-slim, 2.0-trixie, 2.0-alpine, 2.0-bookworm, "
            "2.0-alpine3.24 and 10 more end"
        )
    ]
    project.generate("--commit").ok()
    assert project.generate("--check").ok().err == ""


def test_drop_an_architecture(project: Project) -> None:
    """Losing an architecture is refused, with tags, effect, cause and the line to accept it."""
    before = project.snapshot(".")
    project.edit("versions.yaml", TRIXIE, TRIXIE.replace(", riscv64", ""))
    kept = project.read("versions.yaml")
    done = project.generate()
    assert (done.code, done.out) == (REFUSED, "")
    assert done.err.splitlines() == [
        (
            "error: latest, 2, 2.1, 2.0, slim, trixie and 18 more are no longer built for riscv64: "
            "trixie is no longer built for this architecture "
            "(versions.yaml lists no riscv64 for debian:trixie; "
            "versions.yaml lists no riscv64 for debian:trixie-slim)"
        ),
        (
            'error:   to accept it: - {tag: ["*trixie", "*slim", "latest", "2", "2.1", "2.0", '
            '"2.1.3", "2.0.9"], loses: [riscv64], why: "..."}'
        ),
        (
            "error: nothing was written; fix versions.yaml or, if the change is intended, add "
            "this line below `accept:` there, with the reason as `why`"
        ),
    ]
    project.write("versions.yaml", kept)
    after = project.snapshot(".")
    changed = {path for path in before if before[path][2] != after[path][2]}
    assert {path for path in changed if not path.startswith(".git/")} == {"versions.yaml"}
    check = project.generate("--check", "--only", "dockerfiles")
    assert check.code == REFUSED
    assert "everything is up to date" not in check.out


def test_accept_works_once(project: Project) -> None:
    """The line of the refusal accepts the change; after that, a warning asks to remove it."""
    project.edit("versions.yaml", TRIXIE, TRIXIE.replace(", riscv64", ""))
    line = project.generate().err.partition("to accept it: - ")[2].partition("\n")[0]
    accept(project, line.replace("...", "No user has one"))
    assert project.generate("--check", "--only", "dockerfiles").ok().err == ""
    assert moves(project) == [
        (
            "breaking: latest, 2, 2.1, 2.0, slim, trixie and 18 more are no longer built for "
            "riscv64 (accepted: No user has one)"
        )
    ]
    done = project.generate("--commit").ok()
    assert done.err == ""
    accepted = (
        "Accepted: latest, 2, 2.1, 2.0, slim, trixie and 18 more are no longer built for riscv64: "
        "No user has one"
    )
    assert project.repo.git("log", "-2", "--format=%b").count(accepted) == 2
    done = project.generate("--check").ok()
    (warning,) = done.err.splitlines()
    assert warning.startswith(
        "warning: versions.yaml:53:5: accept[0]: no tag that matches `*trixie, *slim"
    )
    assert warning.endswith("loses riscv64; remove this")
    assert project.generate().ok().err == done.err


def test_acceptance_holds_until_it_is_committed(project: Project) -> None:
    """HEAD counts: a manifest that is written but not committed changes nothing."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE)
    project.generate("--commit", "--only", "dockerfiles").ok()
    project.generate().ok()
    assert project.status() == [f" M {name}" for name in sorted(_three(project))]
    done = project.generate("--check").ok()
    assert "remove this" not in done.err
    assert "accepted: It is intended." in done.out
    project.repo.commit("Publish")
    assert "remove this" in project.generate("--check").ok().err


def _three(project: Project) -> list[str]:
    return [line[3:] for line in project.status()]


def test_exact_acceptance(project: Project) -> None:
    """An acceptance of another tag, effect or architecture does not match."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE.replace("*alpine", "2*-alpine"))
    done = project.generate()
    assert done.code == REFUSED
    assert done.err.startswith("error: alpine vanishes: the image")
    project.edit("versions.yaml", "vanishes: true", "loses: [amd64]")
    done = project.generate()
    assert "alpine, 2-alpine, 2.1-alpine, 2.0-alpine" in done.err


def test_part_of_an_acceptance_is_left_over(project: Project) -> None:
    """An unused pattern or architecture is reported, but does not stop the run."""
    project.edit("versions.yaml", TRIXIE, TRIXIE.replace(", riscv64", ""))
    accept(project, '{tag: ["*", "9.9"], loses: [riscv64, s390x], why: Gone.}')
    done = project.generate().ok()
    assert done.err.splitlines() == [
        (
            "warning: versions.yaml:53:17: accept[0].tag[1]: no tag that matches `9.9` loses "
            "riscv64, s390x; remove this"
        ),
        (
            "warning: versions.yaml:53:42: accept[0].loses[1]: none of these tags loses "
            "s390x; remove this"
        ),
    ]


def test_half_accepted(project: Project) -> None:
    """If one of two lost architectures is accepted, the other is still refused."""
    project.edit("versions.yaml", TRIXIE, TRIXIE.replace(", arm64v8, riscv64", ""))
    accept(project, '{tag: "*", loses: [riscv64], why: Gone.}')
    done = project.generate()
    assert done.code == REFUSED
    assert "are no longer built for arm64v8: " in done.err
    assert "loses: [arm64v8]" in done.err
    assert "riscv64" not in done.err


def test_promote_in_the_same_folder(project: Project) -> None:
    """A cycle that becomes final and keeps its folder does not vanish."""
    project.edit("versions.yaml", "releases:\n", FINAL)
    project.generate("--commit").ok()
    project.edit("versions.yaml", '"2.2-rc":', '"2.2":\n    folder: 2.2-rc')
    project.bump("2.2.0rc1", "2.2.0")
    assert moves(project)[1].startswith("notable: 2.2 is final, and 2.2-rc, 2.2-rc-slim")


def test_reasons_are_one_line(project: Project) -> None:
    """A reason of several lines is printed in one line."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE)
    project.edit("versions.yaml", "It is intended.", '"It is\n      intended,\n\n      really."')
    assert "(accepted: It is intended, really.)" in project.generate("--check").out


def test_move_the_default_suite(project: Project) -> None:
    """A new default suite is accepted, except for architectures that it lacks."""
    project.edit("versions.yaml", "mips64le]}", "mips64le, riscv64]}")
    project.edit("versions.yaml", "default: trixie", "default: bookworm")
    assert moves(project)[0] == (
        "notable: latest, 2, 2.1, 2.0, slim, 2-slim and 6 more move from trixie to bookworm"
    )
    project.generate("--commit").ok()


def test_permanent_exclusion_is_not_an_acceptance(project: Project) -> None:
    """A tag that moves to a cycle without an architecture loses it, in spite of an old rule."""
    project.edit("versions.yaml", "releases:\n", FINAL)
    rule = "exclude:\n  - {architectures: [riscv64], when: {cycles: '>=2.2'}, why: Too slow.}\n"
    project.edit("versions.yaml", "exclude:\n", rule)
    project.generate("--commit").ok()
    project.edit("versions.yaml", '"2.2-rc"', '"2.2"')
    project.bump("2.2.0rc1", "2.2.0")
    done = project.generate()
    assert done.code == REFUSED
    assert done.err.startswith(
        "error: latest, 2, slim, trixie, 2-slim, 2-trixie and 2 more are no longer built for "
        "riscv64: they move from 2.1 to 2.2, which is not built for this architecture "
        "(riscv64 is excluded: Too slow)\n"
    )


def test_make_a_prerelease_final(project: Project) -> None:
    """The -rc tags end, `2` and `latest` move: reported, and not refused."""
    project.edit("versions.yaml", "releases:\n", FINAL)
    project.generate("--commit").ok()
    project.edit("versions.yaml", '"2.2-rc"', '"2.2"')
    project.bump("2.2.0rc1", "2.2.0")
    assert moves(project) == [
        "notable: latest, 2, slim, trixie, alpine, bookworm and 14 more move from 2.1 to 2.2",
        (
            "notable: 2.2 is final, and 2.2-rc, 2.2-rc-slim, 2.2-rc-trixie, 2.2-rc-alpine, "
            "2.2-rc-bookworm, 2.2-rc-alpine3.24 and 14 more end"
        ),
    ]
    project.generate("--commit").ok()


def test_held_back(project: Project) -> None:
    """Only what is held back is accepted; when it is built, its tags are new."""
    project.bump("2.1.3", "2.1.4")
    project.edit("versions.yaml", '"2.1.4"', '"2.1.4"\n    held_back: {windows: not published yet}')
    lines = moves(project)
    assert [line.partition(": ")[0] for line in lines] == ["breaking", "breaking"]
    assert all(
        line.endswith("(accepted: windows is held back: not published yet)") for line in lines
    )
    assert "windowsservercore, 2-windowsservercore" in lines[0]
    assert "latest, 2 and 2.1 are no longer built for windows-amd64" in lines[1]
    project.edit("versions.yaml", TRIXIE, TRIXIE.replace(", riscv64", ""))
    done = project.generate()
    assert done.code == REFUSED
    assert "riscv64" in done.err
    assert "windows" not in done.err
    project.edit("versions.yaml", TRIXIE.replace(", riscv64", ""), TRIXIE)
    project.generate("--commit").ok()
    project.edit("versions.yaml", "\n    held_back: {windows: not published yet}", "")
    assert any("windowsservercore-ltsc2025 is new: " in line for line in moves(project))
    assert any("are now also built for windows-amd64" in line for line in moves(project))


def test_windows_left_out_without_a_word(project: Project) -> None:
    """A release without its Windows artifact loses tags: that needs an acceptance."""
    project.bump("2.1.3", "2.1.4")
    project.edit("versions.yaml", '"2.1.4"', '"2.1.4"\n    artifacts: [source]')
    done = project.generate()
    assert done.code == REFUSED
    assert "2.1 no longer has windowsservercore" in done.err
    assert "upstream publishes no windows artifact for 2.1.4" in done.err


def test_hold_back_an_alias(project: Project) -> None:
    """Keeping `latest` at an older cycle goes back; the accept line has the version."""
    text = project.read("versions.yaml").replace(
        "releases:\n", 'hold: {latest: "2.0"}\n\nreleases:\n'
    )
    project.write("versions.yaml", text)
    done = project.generate()
    assert done.code == REFUSED
    assert "go back from 2.1.3 to 2.0.9: `latest`: versions.yaml holds it at 2.0" in done.err
    lines = [part.partition("\n")[0] for part in done.err.split("to accept it: - ")[1:]]
    accept(project, "\n  - ".join(lines))
    assert project.generate().ok().err == ""


def test_shallow_clone(project: Project, tmp_path: Path) -> None:
    """The guard also works in a shallow clone, as in the check of a pull request."""
    clone = tmp_path / "clone"
    source = f"file://{project.root}"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth=1", source, str(clone)],
        check=True,
        env=environment(),
    )
    shallow = project.at(clone, TestRepo(clone))
    shallow.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    assert shallow.generate("--check", "--only", "dockerfiles").code == REFUSED
    assert shallow.generate().code == REFUSED
    shallow.repo.git("checkout", "--quiet", ".")
    assert shallow.generate("--check", "--only", "dockerfiles").code == 0


def test_without_git(project: Project, tmp_path: Path) -> None:
    """In a source archive, the guard compares with the manifest on disk."""
    archive = project.at(copy(project.root, tmp_path / "archive"))
    shutil.rmtree(archive.root / ".git")
    archive.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    assert archive.generate().code == REFUSED


def test_some_cycles_only(project: Project) -> None:
    """Neither a choice of cycles nor another output folder bypasses the guard."""
    project.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    assert project.generate("2.0").code == REFUSED
    assert project.generate("--output", str(project.root / "out")).code == REFUSED
    assert not (project.root / "out/library").exists()


def test_commit_is_guarded(project: Project) -> None:
    """If the guard refuses, neither commit is made, and nothing is written."""
    head = project.repo.head()
    project.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    for only in ([], ["--only", "dockerfiles"], ["--only", "manifest"]):
        assert project.generate("--commit", *only).code == REFUSED
    assert project.repo.head() == head
    assert project.status() == [" M versions.yaml"]


def test_acceptance_removed_too_early(project: Project) -> None:
    """Between the two commits, the acceptance is still needed."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE)
    project.generate("--commit", "--only", "dockerfiles").ok()
    project.edit("versions.yaml", NO_ALPINE, "alpine: null\n")
    assert project.generate("--commit", "--only", "manifest").code == REFUSED


def test_unreadable_baseline(project: Project) -> None:
    """An invalid committed manifest is refused, until --base names a valid one."""
    project.write(MANIFEST, project.read(MANIFEST).replace("Tags:", "Tag:"))
    project.repo.commit("Break it")
    for options in ([], ["--commit"], ["--check", "--only", "dockerfiles"]):
        done = project.generate(*options)
        assert (done.code, done.out) == (REFUSED, "")
        assert done.err.startswith("error: cannot read library/sample (as committed), so")
        assert "nothing was written; restore the last valid version" in done.err
    project.generate("--base", "HEAD~1").ok()
    project.repo.commit("Fix it")
    assert project.generate("--check").ok().err == ""


def test_unreadable_without_git(project: Project, tmp_path: Path) -> None:
    """The same applies in a source archive."""
    archive = project.at(copy(project.root, tmp_path / "archive"))
    shutil.rmtree(archive.root / ".git")
    archive.write(MANIFEST, "nonsense")
    done = archive.generate()
    assert done.code == REFUSED
    assert "remove it to start again" in done.err


def test_branch_that_commits_the_manifest(project: Project) -> None:
    """A branch can commit its own manifest; the one of the main branch counts."""
    project.repo.git("branch", "base")
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE)
    project.generate("--commit").ok()
    project.edit("versions.yaml", NO_ALPINE, "alpine: null\n")
    project.repo.commit("Remove the acceptance")
    assert project.generate("--check", "--only", "dockerfiles").ok().err == ""
    done = project.generate("--check", "--only", "dockerfiles", "--base", "base")
    assert done.code == REFUSED
    assert "alpine vanish" in done.err
    project.edit("versions.yaml", "alpine: null\n", NO_ALPINE)
    done = project.generate("--check", "--only", "dockerfiles", "--base", "base").ok()
    assert done.err == ""
    head = project.repo.git("rev-parse", "base")[:12]
    assert f"what moves, compared with the manifest of {head}:\n" in done.out
    assert "remove this" in project.generate("--check", "--only", "dockerfiles").err


def test_branch_that_removes_the_manifest(project: Project) -> None:
    """A missing manifest gives a warning; with --base the guard works all the same."""
    project.repo.git("branch", "base")
    project.repo.git("rm", "--quiet", MANIFEST)
    project.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    project.repo.commit("Remove it")
    done = project.generate("--check", "--only", "dockerfiles")
    assert done.err == (
        "warning: HEAD has library/sample.json, but not library/sample, so the guard cannot "
        "compare; name a commit that has it: tagmatrix generate --base REV\n"
    )
    assert project.generate("--check", "--only", "dockerfiles", "--base", "base").code == REFUSED
    project.repo.git("rm", "--quiet", "library/sample.json")
    project.repo.commit("Remove all")
    done = project.generate("--check", "--only", "dockerfiles")
    removed = project.repo.git("rev-parse", "--short", "HEAD~1").strip()
    assert f"commit {removed} removed {MANIFEST}, so the guard cannot compare" in done.err


def test_renamed_image(project: Project) -> None:
    """After a rename of the image, the guard compares with the manifest of the old name."""
    project.edit("versions.yaml", "image: sample", "image: other")
    assert project.generate("--check", "--only", "dockerfiles").ok().err == (
        "warning: library/other is new: `image` was renamed; tagmatrix compares with "
        "library/sample\n"
    )
    project.edit("versions.yaml", 'alpine: "3.24"\n', "alpine: null\n")
    done = project.generate("--commit")
    assert done.code == REFUSED
    assert "alpine vanish" in done.err
    project.edit("versions.yaml", "alpine: null\n", NO_ALPINE)
    project.generate("--commit").ok()
    project.edit("versions.yaml", NO_ALPINE, "alpine: null\n")
    assert project.generate("--check", "--only", "dockerfiles").ok().err == ""


def test_renamed_image_among_others(project: Project) -> None:
    """If several manifests may be the old one, nothing is compared, with a warning."""
    for name in ("library/third", "library/third.json"):
        project.write(name, project.read(MANIFEST))
    project.repo.commit("Add a third")
    project.edit("versions.yaml", "image: sample", "image: other")
    done = project.generate("--check")
    assert (
        "warning: HEAD has library/sample.json, library/third.json, but not library/other "
        "(was `image` renamed?), so the guard cannot compare"
    ) in done.err


def test_renamed_image_against_a_base(project: Project) -> None:
    """If the image was renamed since the named revision, the guard compares with the old name."""
    project.edit("versions.yaml", "image: sample", "image: other")
    base = project.repo.head()
    done = project.generate("--check", "--only", "dockerfiles", "--base", base).ok()
    assert done.err.startswith(
        "warning: library/other is new: `image` was renamed; tagmatrix compares with library/sample"
    )
    project.edit("versions.yaml", "default_suites:", "hold: {latest: '2.0'}\ndefault_suites:")
    done = project.generate("--check", "--only", "dockerfiles", "--base", base)
    assert done.code == REFUSED
    assert "latest" in done.err


def test_removed_beside_another(project: Project) -> None:
    """A removed manifest is not mistaken for a renamed one."""
    for name in ("library/third", "library/third.json"):
        project.write(name, project.read(MANIFEST))
    project.repo.git("rm", "--quiet", MANIFEST)
    project.repo.commit("Add a third and remove ours")
    assert project.generate("--check", "--only", "dockerfiles").err == (
        "warning: HEAD has library/sample.json, but not library/sample, so the guard cannot "
        "compare; name a commit that has it: tagmatrix generate --base REV\n"
    )


def test_the_dots_of_a_message_are_not_a_reason(project: Project) -> None:
    """The line of a message is accepted only when its `why` is written."""
    retire(project)
    line = '{tag: "2.0*", vanishes: true, why: "..."}'
    project.edit("versions.yaml", "\nsettings:\n", f"\naccept:\n  - {line}\n\nsettings:\n")
    done = project.generate()
    assert done.code == 2
    assert "expected a sentence with the reason" in done.err


def test_one_line_for_one_effect(project: Project) -> None:
    """One line accepts the same loss of several cycles."""
    windows = f'      windows: "{"5" * 64}"\n'
    project.edit("versions.yaml", "    artifacts: [source]\n", windows)
    project.generate("--commit").ok()
    lines = project.read("versions.yaml").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("  ltsc2025:")]
    project.write("versions.yaml", "".join(kept))
    done = project.generate()
    assert done.code == REFUSED
    assert done.err.count("are no longer built for windows-amd64: ") == 2
    assert done.err.count("to accept them: - {") == 1
    accept(project, done.err.partition("to accept them: - ")[2].partition("\n")[0])
    message = (
        "flavors.windowsservercore: no suite has the flavor windowsservercore; add it to the "
        "`flavors` of a suite"
    )
    assert project.generate().ok().err == (
        f"warning: versions.yaml:32:3: {message}, or remove it\n"
    )


def test_wrong_base(project: Project, tmp_path: Path) -> None:
    """An unknown revision is an input error; one without a manifest gives a warning."""
    for rev in ("nowhere", "--all", ":library", "HEAD:library"):
        done = project.generate("--check", f"--base={rev}")
        assert (done.code, done.err) == (2, f"error: unknown git revision '{rev}'\n")
    root = project.repo.git("rev-list", "--max-parents=0", "HEAD").strip()
    warning = project.generate("--base", root).err
    assert "has no library/sample, so the guard cannot compare" in warning
    archive = project.at(copy(project.root, tmp_path / "archive"))
    shutil.rmtree(archive.root / ".git")
    done = archive.generate("--base", "HEAD")
    assert done.err == "error: --base HEAD: the folder is not in a git repository\n"


def test_first_run(unborn: Project) -> None:
    """Before the first commit, nothing moves, and no acceptance is reported as unused."""
    accept(unborn, '{tag: "*", vanishes: true, why: Later.}')
    assert unborn.generate().ok().err == ""


def test_retired_suite_with_its_default(project: Project) -> None:
    """Deleting the default suite leaves short tags without an image: refused, with the cause."""
    suite = '  "3.24": {flavors: [alpine], architectures: [amd64]}\n'
    project.edit("versions.yaml", suite, suite + suite.replace("24", "23"))
    project.generate("--commit").ok()
    project.edit("versions.yaml", suite, "")
    done = project.generate()
    assert done.code == REFUSED
    assert (
        "error: alpine, 2-alpine, 2.1-alpine, 2.0-alpine, 2.1.3-alpine and 2.0.9-alpine vanish: "
        "alpine3.24 is no longer built, and no other suite has the suffix alpine\n"
    ) in done.err
    assert "2.1-alpine3.24" not in done.err


@pytest.mark.parametrize("option", ["--diff", "--check"])
def test_json_says_what_moves(project: Project, option: str) -> None:
    """The JSON has the verdict; the exit code is that of a refusal."""
    project.edit("versions.yaml", 'alpine: "3.24"', "alpine: null")
    done = project.generate(option, "--format", "json")
    assert done.code == REFUSED
    value = json.loads(done.out)["moves"]
    assert (value["severity"], value["refused"]) == ("breaking", True)
    assert value["groups"][0]["kind"] == "vanishes"


def test_markdown_for_a_pull_request(project: Project) -> None:
    """The Markdown is available before the manifest is written, with acceptances."""
    project.edit("versions.yaml", 'alpine: "3.24"\n', NO_ALPINE)
    done = project.generate("--diff", "--format", "markdown")
    assert (done.code, done.err) == (3, "")
    assert done.out.startswith("### Breaking\n\n- **`alpine`, `2-alpine`, `2.1-alpine`")
    assert "Accepted: It is intended." in done.out
    assert "`sample:alpine` still exists, but gets no more updates" in done.out
    assert project.repo.git("diff", "--name-only") == "versions.yaml"


def test_excluded_cycle_does_not_end(project: Project) -> None:
    """A listed cycle loses all its tags only with an acceptance."""
    rule = "exclude:\n  - {when: {cycles: ['2.0']}, why: Tired.}\n"
    project.edit("versions.yaml", "exclude:\n", rule)
    done = project.generate("--check", "--only", "dockerfiles")
    assert done.code == REFUSED
    assert "retired" not in done.out
    assert "2.0 is still listed, but none of its images is built (Tired.)" in done.err
    line = done.err.partition("to accept it: - ")[2].partition("\n")[0]
    assert line == '{tag: "2.0*", vanishes: true, why: "..."}'
    accept(project, line.replace("...", "Enough of it"))
    assert "accepted: Enough of it" in project.generate("--check").out


def test_cycle_held_back(project: Project) -> None:
    """`held_back` accepts the loss of a whole cycle too, with the reason."""
    project.edit("versions.yaml", "    artifacts: [source]\n", ONLY_SOURCE)
    (line,) = moves(project)
    assert line.startswith("breaking: 2.0, 2.0-slim")
    assert line.endswith("(accepted: source is held back: late)")
    done = project.generate("--diff", "--format", "markdown")
    assert "none of its images is built (held back: late)" in done.out


def test_final_with_windows_held_back(project: Project) -> None:
    """If aliases move to a new cycle, `held_back` accepts their losses, with one reason."""
    project.edit("versions.yaml", "releases:\n", FINAL)
    project.generate("--commit").ok()
    project.edit("versions.yaml", '"2.2-rc":', '"2.2":\n    held_back: {windows: late}')
    project.bump("2.2.0rc1", "2.2.0")
    breaking = [line for line in moves(project) if line.startswith("breaking")]
    assert len(breaking) == 2
    assert all(line.endswith("(accepted: windows is held back: late)") for line in breaking)
    assert breaking[0].startswith(
        "breaking: windowsservercore, 2-windowsservercore, windowsservercore-ltsc2025 and "
    )
    done = project.generate("--diff", "--format", "markdown")
    assert "now belong to 2.2, which has no windowsservercore (held back: late)" in done.out


def test_flavor_excluded_everywhere(project: Project) -> None:
    """If no cycle has a flavor any more, one line reports it, and mentions no other cycles."""
    rule = "exclude:\n  - {when: {flavors: [alpine]}, why: Enough.}\n"
    project.edit("versions.yaml", "exclude:\n", rule)
    done = project.generate()
    assert done.code == REFUSED
    assert "no cycle has alpine any more (Enough.)" in done.err
    assert "other cycles" not in done.err
    assert len(done.err.splitlines()) == 3


def test_flavor_excluded_in_one_cycle(project: Project) -> None:
    """If other cycles still have the flavor, the line mentions it."""
    rule = "exclude:\n  - {when: {flavors: [alpine], cycles: ['2.0']}, why: Enough.}\n"
    project.edit("versions.yaml", "exclude:\n", rule)
    done = project.generate()
    assert "2.0 no longer has alpine, but other cycles do (Enough.)" in done.err


SETUPTOOLS = (
    '  setuptools: {value: "79.0.1", when: {cycles: "<2.1"}, why: It is fixed.}\n'
    '  pip: {value: "25.10", why: All have it.}\n'
)


SHOWN = "{% if settings.setuptools %}{{ settings.setuptools }}{% endif %}"


@pytest.fixture
def pinned(project: Project) -> Project:
    """Return the published sample with two settings that are versions."""
    project.edit("versions.yaml", "\nsettings:\n", f"\nsettings:\n{SETUPTOOLS}")
    template = project.read("templates/linux.Dockerfile.j2")
    line = "ENV P={{ settings.pip }} S=" + SHOWN + "\n"
    project.write("templates/linux.Dockerfile.j2", template + line)
    project.generate("--commit").ok()
    return project


def test_a_setting_goes_back(pinned: Project) -> None:
    """A lower version of setuptools is refused and nothing is written, unless accepted."""
    path = "library/2.0/trixie/Dockerfile"
    pinned.edit("versions.yaml", '"79.0.1"', '"65.5.1"')
    done = pinned.generate()
    assert done.code == REFUSED
    assert "the setting setuptools goes back from 79.0.1 to 65.5.1, for 2.0\n" in done.err
    number = pinned.read("versions.yaml").split("  setuptools:")[0].count("\n") + 1
    assert f"error: versions.yaml:{number}:3: the setting setuptools" in done.err
    line = '{setting: setuptools, goes_back_to: "65.5.1", why: "..."}'
    assert f"to accept it: - {line}" in done.err
    assert "79.0.1" in pinned.read(path)
    assert pinned.generate("--commit").code == REFUSED
    accept(pinned, line.replace("65.5.1", "65.5.0"))
    assert pinned.generate().code == REFUSED
    wrong = pinned.generate("--check")
    assert "the setting setuptools does not go back to 65.5.0; remove this" in wrong.err
    pinned.edit("versions.yaml", "65.5.0", "65.5.1")
    reported = pinned.generate("--check")
    assert "breaking: the setting setuptools goes back from 79.0.1 to 65.5.1" in reported.out
    pinned.generate("--commit").ok()
    assert "65.5.1" in pinned.read(path)
    log = pinned.repo.git("log", "-3", "--format=%B")
    assert (
        "Accepted: the setting setuptools goes back from 79.0.1 to 65.5.1, for 2.0: It is right."
        in log
    )
    after = pinned.generate()
    assert after.code == 0
    assert "the setting setuptools does not go back to 65.5.1; remove this" in after.err


def test_a_setting_goes_back_by_its_condition_or_its_release(pinned: Project) -> None:
    """Each way to a lower version counts; only the affected cycles are named."""
    own = '    settings: {pip: "25.9"}\n'
    pinned.edit("versions.yaml", '    version: "2.0.9"\n', f'    version: "2.0.9"\n{own}')
    done = pinned.generate()
    assert done.code == REFUSED
    assert "the setting pip goes back from 25.10 to 25.9, for 2.0\n" in done.err


@pytest.mark.slow
def test_a_setting_by_suite_goes_back(project: Project) -> None:
    """A setting by suite, and one by architecture, are compared key by key."""
    rules = (
        "  apt: {by: suite, value: {trixie: '1.4.9'}, when: {suites: [trixie]}, why: A package.}\n"
        "  deb: {by: architecture, when: {flavors: [default]}, why: A package.}\n"
    )
    own = (
        "    settings: {apt: {bookworm: '1.5'}, "
        "deb: {amd64: '3.1', arm64v8: '3.2', riscv64: '3.3'}}\n"
    )
    project.edit("versions.yaml", "\nsettings:\n", f"\nsettings:\n{rules}")
    text = project.read("versions.yaml")
    project.write("versions.yaml", re.sub(r'(    version: "[^\n]*\n)', rf"\g<1>{own}", text))
    template = project.read("templates/linux.Dockerfile.j2")
    project.write(
        "templates/linux.Dockerfile.j2",
        template + "{% if settings.apt %}ENV APT={{ settings.apt }}\n{% endif %}",
    )
    project.generate("--commit").ok()
    project.edit("versions.yaml", "'1.4.9'", "'1.4.10'")
    assert project.generate("--commit").code == 0
    text = project.read("versions.yaml").replace("'1.4.10'", "'1.4.9'")
    project.write("versions.yaml", text.replace("arm64v8: '3.2'", "arm64v8: '3.1'"))
    done = project.generate()
    assert done.code == REFUSED
    assert "the setting apt goes back from 1.4.10 to 1.4.9, for" in done.err
    assert "the setting deb goes back from 3.2 to 3.1, for" in done.err
    assert "1.5" not in done.err
