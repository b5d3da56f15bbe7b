"""The newest commit of each folder always equals that of `git log -1 -- FOLDER`."""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from tagmatrix import git
from tagmatrix.git.history import folder_commits
from tests.git.opened import opened
from tests.repos import TestRepo, environment, make_repo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

FOLDERS = (
    *("lib/a", "lib/b", "lib/b/inner", "lib/with space", "lib/-dash", "lib/*", "lib/[ab]"),
    *("lib/:(top)a", 'lib/"quoted"', "lib/ünïcode", "lib/b\\c", "lib/a-gabcdef1", "other"),
)
"""The paths of the random histories; some are patterns that match other paths."""

EDITS = (
    *("write", "write", "write", "delete", "drop", "copy", "revert", "move", "mode", "link"),
    *("submodule", "flatten"),
)

Files = dict[str, tuple[str, str]]
"""By path, a mode and a content (of a submodule: its commit)."""


# --- random histories -----------------------------------------------------------------------------


@dataclass
class Node:
    """A commit of a random history."""

    parents: list[int]
    files: Files
    date: int


@dataclass
class RandomHistory:
    """Commits of all kinds, with dates in any order; the last one is HEAD."""

    rng: random.Random
    nodes: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng
        self.folders = rng.sample(FOLDERS, rng.randint(2, 6))
        # With few contents, equal ones meet again; with many, they do not.
        self.contents = rng.choice((2, 3, 20))
        self.dates = rng.choice(("rising", "equal", "random", "falling", "skewed"))
        self.merges = rng.choice((0.0, 0.2, 0.5))
        for number in range(rng.randint(3, 40)):
            self.nodes.append(self._node(number))
        tips = self._tips()
        if len(tips) > 1 and rng.random() < 0.8:
            parents = rng.sample(tips, min(len(tips), rng.randint(2, 6)))
            self.nodes.append(self._merge(parents, len(self.nodes)))

    def _tips(self) -> list[int]:
        inner = {parent for node in self.nodes for parent in node.parents}
        return [number for number in range(len(self.nodes)) if number not in inner]

    def _date(self, number: int) -> int:
        match self.dates:
            case "rising":
                return number * 60
            case "falling":
                return (1000 - number) * 60
            case "equal":
                return 0
            case "skewed":
                return number * 60 + self.rng.choice((0, 0, 0, -100_000, 100_000))
            case _:
                return self.rng.randrange(10_000)

    def _node(self, number: int) -> Node:
        rng = self.rng
        if not self.nodes or rng.random() < 0.02:  # a root, of which there can be many
            return Node([], self._edited({}), 10**9 + self._date(number))
        recent = range(max(0, number - 6), number)
        if number > 1 and rng.random() < self.merges:
            count = min(len(recent), rng.choice((2, 2, 2, 3, 5)))
            return self._merge(rng.sample(recent, count), number)
        parent = rng.choice(recent) if self.merges else number - 1
        return Node([parent], self._edited(self.nodes[parent].files), 10**9 + self._date(number))

    def _merge(self, parents: list[int], number: int) -> Node:
        rng = self.rng
        sides = [self.nodes[parent].files for parent in parents]
        match rng.choice(("ours", "theirs", "folders", "folders", "files", "evil")):
            case "ours":
                files = dict(sides[0])
            case "theirs":
                files = dict(rng.choice(sides))
            case "folders":
                files = {}
                for folder in self.folders:
                    files |= _inside(rng.choice(sides), folder)
            case "files":
                files = {}
                for path in sorted(set().union(*sides)):
                    if entry := rng.choice(sides).get(path):
                        files[path] = entry
            case _:
                files = self._edited(rng.choice(sides))
        return Node(parents, _consistent(files), 10**9 + self._date(number))

    def _edited(self, before: Files) -> Files:  # noqa: C901 - one short case for each kind of edit
        rng = self.rng
        files = dict(before)
        for _ in range(rng.choice((0, 1, 1, 1, 2, 4))):
            folder = rng.choice(self.folders)
            path = f"{folder}/{rng.choice(('Dockerfile', 'a file', 'x'))}"
            other = rng.choice(self.nodes).files if self.nodes else {}
            match rng.choice(EDITS):
                case "write":
                    files[path] = ("100644", str(rng.randrange(self.contents)))
                case "delete":
                    files.pop(path, None)
                case "drop":
                    files = _outside(files, folder)
                case "copy":  # the same change as another commit's, or a revert of the folder
                    files = _outside(files, folder) | _inside(other, folder)
                case "revert":
                    files = dict(other)
                case "move":
                    target = rng.choice(self.folders)
                    moved = {
                        target + name.removeprefix(folder): entry
                        for name, entry in _inside(files, folder).items()
                    }
                    files = _outside(files, folder) | moved
                case "mode" if path in files and files[path][0] == "100644":
                    files[path] = ("100755", files[path][1])
                case "link":
                    files[f"{folder}/link"] = ("120000", str(rng.randrange(self.contents)))
                case "submodule":
                    files[f"{folder}/module"] = (
                        "160000",
                        f"{rng.randrange(self.contents) + 1:040}",
                    )
                case "flatten" if rng.random() < 0.2:  # a file where the folder was
                    files = _outside(files, folder) | {folder: ("100644", "0")}
                case _:
                    pass
        return _consistent(files)


def import_history(test_repo: TestRepo, branches: Mapping[str, Sequence[Node]]) -> None:
    """Import the nodes as branches, in one process."""
    pieces = (piece for branch, nodes in branches.items() for piece in fast_import(branch, nodes))
    subprocess.run(
        ["git", "-C", test_repo.path, "fast-import", "--quiet"],
        input=b"".join(pieces),
        env=environment(),
        check=True,
    )


def fast_import(branch: str, nodes: Sequence[Node]) -> Iterator[bytes]:
    """Return a branch as input for `git fast-import`."""
    for number, node in enumerate(nodes):
        yield b"reset refs/heads/%b\n" % branch.encode()
        yield b"commit refs/heads/%b\nmark :%d\n" % (branch.encode(), number + 1)
        yield b"committer A <a@example.org> %d +0000\ndata 0\n" % node.date
        for word, parent in zip([b"from", *[b"merge"] * 9], node.parents, strict=False):
            yield b"%b :%d\n" % (word, parent + 1)
        yield b"deleteall\n"
        for path, (mode, content) in node.files.items():
            name = path.replace("\\", r"\\").replace('"', r"\"")
            if mode == "160000":
                yield f'M {mode} {content} "{name}"\n'.encode()
            else:
                yield f'M {mode} inline "{name}"\ndata {len(content)}\n{content}\n'.encode()


def seeded(seed: int) -> random.Random:
    """Return a random number generator that is the same in each run."""
    return random.Random(seed)  # noqa: S311 - nothing secret


def _inside(files: Files, folder: str) -> Files:
    return {path: entry for path, entry in files.items() if path.startswith(f"{folder}/")}


def _outside(files: Files, folder: str) -> Files:
    return {
        path: entry
        for path, entry in files.items()
        if path != folder and not path.startswith(f"{folder}/")
    }


def _consistent(files: Files) -> Files:
    """Remove files whose path is also a folder."""
    folders = {path[:index] for path in files for index, letter in enumerate(path) if letter == "/"}
    return {path: entry for path, entry in files.items() if path not in folders}


def wrong_answers(path: Path, seeds: Sequence[int]) -> list[str]:
    """Import the histories of some seeds; return each result that differs from git's."""
    test_repo = make_repo(path)
    histories = {seed: RandomHistory(seeded(seed)) for seed in seeds}
    import_history(test_repo, {str(seed): history.nodes for seed, history in histories.items()})
    tips = test_repo.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads")
    heads = dict(line.split(" ") for line in tips.splitlines())
    top = git.locate(path)
    assert isinstance(top, git.Repository)
    wrong: list[str] = []
    for seed, history in histories.items():
        prefix = seeded(seed).choice(("", "", "lib"))
        (path / prefix).mkdir(exist_ok=True)
        repo = structs.replace(top, head=heads[str(seed)], prefix=prefix, folder=path / prefix)
        folders = [
            name.removeprefix(f"{prefix}/")
            for name in (*history.folders, "lib", "lib/never")
            if name.startswith(f"{prefix}/") or not prefix
        ]
        ours = folder_commits(repo, folders)
        for folder in folders:
            full = repo.full_path(folder)
            theirs = (
                test_repo.git(
                    "log", "-1", "--format=%H", heads[str(seed)], "--", f":(literal){full}"
                )
                if _inside(history.nodes[-1].files, full)
                else None
            )
            if ours.get(folder) != theirs:
                wrong.append(f"seed {seed}, {folder}: {ours.get(folder)}, git has {theirs}")
        entries = git.tree(repo, heads[str(seed)])
        files = [name for name, entry in entries.items() if entry.type == "blob"][-1:]
        of_files = folder_commits(repo, files, kind="blob")
        for name in files:
            log = ("log", "-1", "--format=%H", heads[str(seed)], "--")
            newest = test_repo.git(*log, f":(literal){repo.full_path(name)}")
            if of_files.get(name) != newest:
                wrong.append(f"seed {seed}, {name}: {of_files.get(name)}, git has {newest}")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(40), id="few"),
        pytest.param(range(40, 500), id="more", marks=pytest.mark.slow),
    ],
)
def test_random_histories(tmp_path: Path, seeds: range) -> None:
    """No folder of any of 500 random histories gets another commit than git's."""
    assert not wrong_answers(tmp_path, seeds)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(7))
def test_many_random_histories(tmp_path: Path, part: int) -> None:
    """The same holds for 2,100 more histories."""
    assert not wrong_answers(tmp_path, range(1000 + part * 300, 1300 + part * 300))


# --- typical histories, made with git's own commands ----------------------------------------------


@pytest.fixture
def repo(tmp_path: Path) -> TestRepo:
    """Return a repository with two folders, from one commit."""
    made = make_repo(tmp_path / "repository")
    made.write("library/a/Dockerfile", "FROM a\n")
    made.write("library/b/Dockerfile", "FROM b\n")
    made.commit("First")
    return made


def agreed(test_repo: TestRepo, *folders: str, folder: str = ".") -> dict[str, str]:
    """Return the commits of folders (by default a and b); assert that git prints the same."""
    names = folders or ("library/a", "library/b")
    ours = folder_commits(opened(test_repo, folder), names)
    below = TestRepo(test_repo.path / folder)
    log = ("log", "-1", "--format=%H", "--")
    assert ours == {name: below.git(*log, f":(literal){name}") for name in names}
    return ours


def test_straight_history_takes_one_process(
    repo: TestRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without merges only one `git log` runs, and not to its end."""
    commands: list[str] = []
    start = git.GitProcess.__init__

    def started(self: git.GitProcess, where: git.Repository, *args: str) -> None:
        commands.append(args[0])
        start(self, where, *args)

    monkeypatch.setattr(git.GitProcess, "__init__", started)
    first = repo.head()
    repo.write("library/b/Dockerfile", "FROM bb\n")
    second = repo.commit()
    repo.commit("Nothing changed")
    assert agreed(repo) == {"library/a": first, "library/b": second}
    assert commands == ["log"]


def test_walk_stops_early(tmp_path: Path) -> None:
    """History older than the last folder's commit is not read: it could even be broken."""
    made = make_repo(tmp_path)
    made.write("a/file", "0")
    lost = made.commit()
    made.write("a/file", "1")
    made.commit()
    made.git("commit", "--quiet", "--allow-empty", "--message", "Last")
    made.write("a/file", "2")
    newest = made.commit()
    (tmp_path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    assert folder_commits(opened(made), ["a"]) == {"a": newest}


def test_same_change_on_two_branches(repo: TestRepo) -> None:
    """If both sides made the same change, the first parent's commit counts."""
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit("Bump, here", GIT_COMMITTER_DATE="2026-03-01T00:00:00Z")
    repo.git("switch", "--quiet", "main")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    bumped = repo.commit("Bump, there", GIT_COMMITTER_DATE="2026-02-01T00:00:00Z")
    repo.git("merge", "--quiet", "--no-edit", "side")
    assert agreed(repo)["library/a"] == bumped


def test_discarded_branch(repo: TestRepo) -> None:
    """Commits discarded with `-s ours` do not count."""
    before = repo.head()
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.commit("On main")
    repo.git("merge", "--quiet", "--strategy=ours", "--no-edit", "side")
    assert agreed(repo)["library/a"] == before


def test_change_taken_back_on_a_branch(repo: TestRepo) -> None:
    """A merged branch that changed a folder and reverted it does not count."""
    before = repo.head()
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit()
    repo.git("revert", "--no-edit", "HEAD")
    repo.write("library/b/Dockerfile", "FROM b:2\n")
    changed = repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    assert agreed(repo) == {"library/a": before, "library/b": changed}


def test_revert(repo: TestRepo) -> None:
    """On a straight line a revert counts like any other change."""
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit()
    repo.git("revert", "--no-edit", "HEAD")
    assert agreed(repo)["library/a"] == repo.head()


def test_cherry_pick_and_octopus(repo: TestRepo) -> None:
    """In an octopus merge each folder has the commit of the branch that changed it."""
    picked = {}
    for name in ("one", "two", "three"):
        repo.git("switch", "--quiet", "--create", name, "main")
        repo.write(f"library/{name}/Dockerfile", f"FROM {name}\n")
        picked[f"library/{name}"] = repo.commit(name)
    repo.git("switch", "--quiet", "main")
    repo.commit("Main")
    repo.git("cherry-pick", "one")
    picked["library/one"] = repo.head()
    assert picked["library/one"] != repo.git("rev-parse", "one")
    repo.git("merge", "--quiet", "--no-edit", "one", "two", "three")
    assert len(repo.git("show", "-s", "--format=%P").split()) == 4
    assert agreed(repo, *picked) == picked


def test_merge_that_edits(repo: TestRepo) -> None:
    """If a merge changes a folder against all its parents, the merge counts."""
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("library/a/other", "side\n")
    repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit()
    repo.git("merge", "--quiet", "--no-edit", "side")
    assert agreed(repo)["library/a"] == repo.head()


def test_rename(repo: TestRepo) -> None:
    """A folder's history begins where it got its name."""
    repo.git("mv", "library/a", "library/c")
    renamed = repo.commit()
    assert agreed(repo, "library/c", "library/b")["library/c"] == renamed


def test_parent_listed_before_its_child(repo: TestRepo) -> None:
    """If clocks disagree and git lists a parent before its child, the result is the same."""
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    shared = repo.commit("Shared", GIT_COMMITTER_DATE="2026-03-03T00:00:00Z")
    repo.git("switch", "--quiet", "--create", "side")
    repo.commit("Side", GIT_COMMITTER_DATE="2026-03-04T00:00:00Z")
    repo.git("switch", "--quiet", "main")
    repo.commit("Main, years ago", GIT_COMMITTER_DATE="2020-01-01T00:00:00Z")
    repo.git("merge", "--quiet", "--no-edit", "side", GIT_COMMITTER_DATE="2026-03-05T00:00:00Z")
    listed = repo.git("log", "--format=%s").splitlines()
    assert listed.index("Shared") < listed.index("Main, years ago")
    assert agreed(repo)["library/a"] == shared


# --- names, kinds of entries, places --------------------------------------------------------------


def test_folders_that_head_lacks(repo: TestRepo) -> None:
    """Deleted and unknown paths, files and symlinks have no commit."""
    repo.git("rm", "--quiet", "-r", "library/b")
    repo.write("file", "")
    (repo.path / "link").symlink_to("library")
    repo.commit()
    asked = ["library/a", "library/b", "library/never", "file", "link", "library/a/Dockerfile"]
    assert list(folder_commits(opened(repo), asked)) == ["library/a"]


def test_deleted_and_added_again(repo: TestRepo) -> None:
    """A folder that was deleted and added again has the commit that added it."""
    first = repo.head()
    repo.git("rm", "--quiet", "-r", "library/b")
    repo.commit()
    repo.git("checkout", "--quiet", first, "--", "library/b")
    again = repo.commit()
    assert agreed(repo) == {"library/a": first, "library/b": again}


def test_removal_within_a_folder(repo: TestRepo) -> None:
    """A commit that only removed files of the folder counts too."""
    repo.write("library/a/extra", "")
    repo.commit()
    repo.git("rm", "--quiet", "library/a/extra")
    removed = repo.commit()
    assert agreed(repo)["library/a"] == removed


def test_mode_link_and_submodule(repo: TestRepo) -> None:
    """Changes of a mode, a symlink's target and a submodule's commit count."""
    file = repo.write("library/c/script", "")
    (repo.path / "library/a/link").symlink_to("nowhere")
    repo.git("add", "library")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},library/b/module")
    repo.git("commit", "--quiet", "--message", "Three kinds")
    file.chmod(0o755)
    repo.git("add", "library/c")
    repo.git("commit", "--quiet", "--message", "Mode")
    (repo.path / "library/a/link").unlink()
    (repo.path / "library/a/link").symlink_to("elsewhere")
    repo.git("add", "library/a/link")
    repo.git("commit", "--quiet", "--message", "Target")
    repo.git("update-index", "--cacheinfo", f"160000,{'1' * 40},library/b/module")
    repo.git("commit", "--quiet", "--message", "Submodule")
    commits = agreed(repo, "library/a", "library/b", "library/c")
    assert len(set(commits.values())) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *(
            "a b",
            '"a"',
            "ä",
            "-a",
            "--all",
            "*",
            "?",
            "[ab]",
            ":(top)a",
            ":!a",
            "a\\b",
            "a\tb",
            "a\nb",
        ),
        *("HEAD", "a^{tree}", "a~1", "a@{0}", "{a", "a:b"),
    ],
)
def test_odd_names(repo: TestRepo, name: str) -> None:
    """A name is always literal, even if it has a meaning for git or for a shell."""
    repo.write(f"library/{name}/Dockerfile", "1\n")
    repo.commit()
    repo.git("switch", "--quiet", "--create", "side")
    repo.write(f"library/{name}/Dockerfile", "2\n")
    changed = repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    other = repo.commit()
    repo.git("merge", "--quiet", "--no-edit", "side")
    assert agreed(repo, f"library/{name}", "library/a") == {
        f"library/{name}": changed,
        "library/a": other,
    }
    assert agreed(repo, name, folder="library") == {name: changed}
    assert folder_commits(opened(repo), ["library/never\n", f"library/{name}x"]) == {}


def test_name_that_looks_like_a_description(repo: TestRepo) -> None:
    """`REV:name-gCOMMIT` is a folder, although git could read it as output of `git describe`."""
    name = f"library/a-g{repo.head()[:12]}"
    repo.write(f"{name}/Dockerfile", "1\n")
    added = repo.commit()
    repo.git("switch", "--quiet", "--create", "side")
    repo.write("library/b/Dockerfile", "2\n")
    repo.write(f"{name}/Dockerfile", "2\n")
    repo.commit()
    repo.git("switch", "--quiet", "main")
    repo.commit("Main")
    repo.git("merge", "--quiet", "--no-edit", "side")
    assert agreed(repo, name)[name] != added


def test_folder_inside_the_repository(repo: TestRepo) -> None:
    """Paths are relative to the folder that was opened; "." is that folder."""
    first = repo.head()
    repo.write("library/b/Dockerfile", "FROM b:2\n")
    second = repo.commit()
    repo.write("elsewhere", "")
    third = repo.commit()
    assert agreed(repo, "a", "b", ".", folder="library") == {"a": first, "b": second, ".": second}
    assert agreed(repo, ".", "library") == {".": third, "library": second}
    assert folder_commits(opened(repo), ["./library//a/"]) == {"./library//a/": first}


def test_detached_head(repo: TestRepo) -> None:
    """The history is HEAD's, not a branch's."""
    first = repo.head()
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    repo.commit()
    repo.git("checkout", "--quiet", "--detach", first)
    assert agreed(repo)["library/a"] == first


def test_sha256(tmp_path: Path) -> None:
    """A repository with SHA-256 ids gives the same results, merges included."""
    made = make_repo(tmp_path, object_format="sha256")
    made.write("library/a/file", "1")
    made.commit()
    made.git("switch", "--quiet", "--create", "side")
    made.write("library/a/file", "2")
    changed = made.commit()
    made.git("switch", "--quiet", "main")
    made.commit("Main")
    made.git("merge", "--quiet", "--no-edit", "side")
    assert agreed(made, "library/a") == {"library/a": changed}
    assert len(changed) == 64


def test_replaced_commit(repo: TestRepo) -> None:
    """Replacement objects count, as they do for `git log`."""
    first = repo.head()
    repo.write("library/a/Dockerfile", "FROM a:2\n")
    second = repo.commit()
    repo.write("library/b/Dockerfile", "FROM b:2\n")
    third = repo.commit()
    assert agreed(repo) == {"library/a": second, "library/b": third}
    repo.git("replace", "--graft", third, first)
    assert agreed(repo) == {"library/a": third, "library/b": third}


# --- settings and surroundings --------------------------------------------------------------------


def test_users_configuration(
    repo: TestRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No setting changes a result, even if it changes the output of `git log`."""
    repo.write("library/sub/file", "")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head()},library/sub/module")
    repo.git("add", "library/sub/file")
    repo.git("commit", "--quiet", "--message", "Submodule")
    repo.git("update-index", "--cacheinfo", f"160000,{'1' * 40},library/sub/module")
    repo.git("commit", "--quiet", "--message", "Its next commit")
    repo.git("mv", "library/a", "library/c")
    repo.git("switch", "--quiet", "--create", "side")
    repo.git("commit", "--quiet", "--message", "Rename")
    repo.git("switch", "--quiet", "main")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "Main")
    repo.git("merge", "--quiet", "--no-edit", "side")
    folders = ("library/b", "library/c", "library/sub")
    expected = agreed(repo, *folders)
    config = tmp_path / "config"
    config.write_text(
        """
[color]\nui = always
[core]\nquotePath = true\npager = false
[diff]\nrenames = copies\norderFile = /nonexistent\nrelative = true\nignoreSubmodules = all
[diff]\nnoprefix = true\nexternal = false\nsubmodule = log\nmnemonicPrefix = true
[format]\npretty = fuller
[log]\nshowSignature = true\nfollow = true\nshowRoot = false\ndiffMerges = off\ndecorate = full
[log]\nabbrevCommit = true\ndate = relative\nmailmap = true
[i18n]\nlogOutputEncoding = UTF-16
""",
        encoding="utf-8",
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_ICASE_PATHSPECS", "1")
    assert folder_commits(opened(repo), folders) == expected
    # A single folder is the case of `log.follow`, the first commit that of `log.showRoot`.
    assert folder_commits(opened(repo), folders[:1]) == {"library/b": expected["library/b"]}
    below = [folder.removeprefix("library/") for folder in folders]
    assert list(folder_commits(opened(repo, "library"), below).values()) == list(expected.values())


@pytest.mark.slow
def test_very_many_folders(tmp_path: Path) -> None:
    """The walk finds 4,200 folders, all changed on a branch, and the two gits do not deadlock."""
    made = make_repo(tmp_path)
    folders = [f"library/3.{n}/{'long-name-' * 5}" for n in range(4200)]
    nodes = [Node([], {}, 10**9)]
    for parent, content in ((0, "1"), (1, "2")):
        files = {f"{folder}/Dockerfile": ("100644", content) for folder in folders}
        nodes.append(Node([parent], files, 10**9 + parent))
    nodes += [Node([1], nodes[1].files, 10**9 + 5), Node([3, 2], nodes[2].files, 10**9 + 9)]
    import_history(made, {"main": nodes})
    changed = made.git("rev-parse", "main^2")
    assert folder_commits(opened(made), folders) == dict.fromkeys(folders, changed)


def test_no_history(tmp_path: Path) -> None:
    """Before the first commit no folder has a commit; without folders the result is empty."""
    made = make_repo(tmp_path)
    assert folder_commits(opened(made), ["library/a"]) == {}
    made.commit()
    assert folder_commits(opened(made), []) == {}


def test_shallow_clone_is_refused(repo: TestRepo, tmp_path: Path) -> None:
    """A shallow clone is refused: its history would give wrong commits."""
    repo.commit("Second")
    url = f"file://{repo.path}"
    repo.git("clone", "--quiet", "--depth=1", url, str(tmp_path / "clone"))
    with pytest.raises(git.GitError, match="unshallow"):
        folder_commits(opened(TestRepo(tmp_path / "clone")), ["library/a"])


def test_path_outside_is_refused(repo: TestRepo) -> None:
    """A path outside the opened folder is refused."""
    with pytest.raises(git.GitError, match="is outside the folder"):
        folder_commits(opened(repo, "library"), ["../library/a"])


def test_broken_history_is_an_error(repo: TestRepo) -> None:
    """A commit that git can't read is an error, never a result."""
    first = repo.head()
    repo.write("library/b/Dockerfile", "FROM b:2\n")
    repo.commit()
    (repo.path / ".git/objects" / first[:2] / first[2:]).unlink()
    with pytest.raises(git.GitError, match=first):
        folder_commits(opened(repo), ["library/a"])
