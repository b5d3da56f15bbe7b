"""Check the published manifest with its own parser and with git."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from packaging.version import Version

from tests.year.broken import hold

if TYPE_CHECKING:
    from pathlib import Path

    from tests.repos import TestRepo
    from tests.year.due import State

PATH: Final = "library/python"
REQUIRED: Final = ("Tags", "Architectures", "GitCommit", "Directory")
_ENV: Final = re.compile(r"^ENV PYTHON_(VERSION|SHA256)=(\S+)$", re.MULTILINE)
_TAG: Final = re.compile(r"[a-zA-Z0-9_][\w.-]{0,127}", re.ASCII)
_EXACT: Final = re.compile(r"(\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?)(?:-|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph about an image."""

    tags: tuple[str, ...]
    shared_tags: tuple[str, ...]
    architectures: tuple[str, ...]
    commit: str
    directory: str


def parse(text: str) -> list[Entry]:
    """Read the paragraphs after the first; unknown lines are an error."""
    paragraphs: list[dict[str, str]] = [{}]
    name = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if not line.strip():
            paragraphs.append({})
        elif line[0].isspace():
            paragraphs[-1][name] += line
        else:
            name, colon, value = line.partition(":")
            hold(colon and name not in paragraphs[-1], f"manifest: a strange line: {line}")
            paragraphs[-1][name] = value.strip()
    filled = [paragraph for paragraph in paragraphs if paragraph]
    hold("Maintainers" in filled[0] and "GitRepo" in filled[0], "manifest: no maintainer")
    for paragraph in filled[1:]:
        for name in REQUIRED:
            hold(paragraph.get(name), f"manifest: {name} is missing in {paragraph}")
    return [
        Entry(
            _list(paragraph["Tags"]),
            _list(paragraph.get("SharedTags", "")),
            _list(paragraph["Architectures"]),
            paragraph["GitCommit"],
            paragraph["Directory"],
        )
        for paragraph in filled[1:]
    ]


def _list(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def env(dockerfile: str) -> tuple[str, str]:
    """Return the version and the SHA-256 in a Dockerfile."""
    found = dict(_ENV.findall(dockerfile))
    return found["VERSION"], found["SHA256"]


def check_commits(repo: TestRepo, at: str) -> None:
    """Check that a manifest names existing commits of the main branch that have its files."""
    entries = parse(repo.git("show", f"{at}:{PATH}"))
    behind = set(repo.git("rev-list", at).splitlines())
    for entry in entries:
        hold(entry.commit in behind, f"{at}: {entry.commit} is not in its history")
    names = [f"{entry.commit}:{entry.directory}/Dockerfile" for entry in entries]
    said = repo.git("cat-file", "--batch-check", stdin="\n".join(names) + "\n").splitlines()
    for name, line in zip(names, said, strict=True):
        hold(" blob " in line, f"{at}: {name} is not there")


def check(repo: TestRepo, state: State) -> None:
    """Check the newly published manifest: correct, complete, and without wrong tags."""
    entries = parse((repo.path / PATH).read_text())
    folders = {path.parent.relative_to(repo.path).as_posix() for path in _dockerfiles(repo)}
    hold({entry.directory for entry in entries} == folders, "manifest: not every image is in it")
    names = [f"{at}:{each.directory}" for each in entries for at in ("HEAD", each.commit)]
    said = repo.git("cat-file", "--batch-check", stdin="\n".join(names) + "\n").splitlines()
    for place, entry in enumerate(entries):
        last = repo.git("log", "-1", "--format=%H", "--", entry.directory)
        hold(entry.commit == last, f"{entry.directory}: {entry.commit} is named, {last} is newest")
        now, then = said[2 * place : 2 * place + 2]
        hold(now == then, f"{entry.directory}: its tree in {entry.commit} is another one")
    _check_tags(repo, entries, state)


def _dockerfiles(repo: TestRepo) -> list[Path]:
    return [*(repo.path / "library").rglob("Dockerfile")]


def _check_tags(repo: TestRepo, entries: list[Entry], state: State) -> None:
    versions: dict[str, str] = {}
    owners: dict[str, list[Entry]] = {}
    for entry in entries:
        text = (repo.path / entry.directory / "Dockerfile").read_text()
        version, sha256 = env(text)
        versions[entry.directory] = version
        block = state.blocks[entry.directory.split("/")[1]]
        artifact = "windows" if "/windows/" in entry.directory else "source"
        hold(version == block.version, f"{entry.directory} is at {version}")
        hold(sha256 == block.sha256.get(artifact), f"{entry.directory} checks {sha256}")
        for tag in (*entry.tags, *entry.shared_tags):
            owners.setdefault(tag, []).append(entry)
            hold(_TAG.fullmatch(tag), f"manifest: {tag} is not a tag")
            exact = _EXACT.match(tag)
            hold(not exact or exact[1] == version, f"{tag} is {version}")
    for tag, own in owners.items():
        found = {versions[entry.directory] for entry in own}
        hold(len(found) == 1, f"{tag} is {' and '.join(sorted(found))}")
        hold(len(own) == 1 or all(tag in each.shared_tags for each in own), f"{tag} occurs twice")
        platforms = [name for entry in own for name in entry.architectures]
        hold(len(platforms) == len(set(platforms)), f"{tag}: two images for one platform")
    newest = max(Version(each) for each in versions.values() if not Version(each).is_prerelease)
    for tag in ("latest", "3"):
        at = {versions[entry.directory] for entry in owners[tag]}
        hold(at == {str(newest)}, f"{tag} is {at}, and the newest final version is {newest}")
