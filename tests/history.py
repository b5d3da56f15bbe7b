"""Tag tables of the past: compare the tags of tagmatrix with the published ones.

`python -m tests.history FILE` reads a list of records. Each has the matrix of one day and the
table that was published for it. The command turns each matrix into a versions.yaml, lets
tagmatrix expand it, and compares the result with the table.

It invents nothing that a record lacks. Records have no checksums, so no flavor needs an
artifact. They have no architectures unless a variant of the matrix has a key of that name.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.matrix import load
from tagmatrix.problems import ConfigError
from tagmatrix.versions import final_version
from tests import yamls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# The rules of naming changed over time; each era begins on a day.
MAJOR_FOLDERS: Final = 1
WALK: Final = 3  # 3.5.0b3 was also called 3.5.0
NAMED_SUITES: Final = 5  # 3.6/jessie, whose bare tags are Tags
BARE_IS_SHARED: Final = 6
SLIM_SUITE: Final = 7  # slim-jessie, and slim where jessie is the default
SHARED_FAMILY: Final = 9  # windowsservercore is shared by its builds
FLAT_FOLDERS: Final = 10
_BEGINNINGS: Final = (
    ("2014-01-01", MAJOR_FOLDERS),
    ("2014-09-17", 2),
    ("2015-07-01", WALK),
    ("2015-09-14", 4),
    ("2017-07-18", NAMED_SUITES),
    ("2017-09-20", BARE_IS_SHARED),
    ("2017-10-23", SLIM_SUITE),
    ("2017-12-19", SHARED_FAMILY),
    ("2022-01-28", FLAT_FOLDERS),
)
COVERED_SINCE: Final = "2017-07-18"

_DEFAULT: Final = {"name": "{suite}", "base": "buildpack-deps:{suite}", "template": "debian"}

_PROBLEMS_SHOWN: Final = 3
_LINES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a record: `exact`, `different` or `refused`, with lines of details."""

    date: str
    era: str
    result: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Cell:
    """The flavor and the suite in the path of a Dockerfile, if a pattern matches it."""

    path: str
    flavor: str
    suite: str = ""

    @property
    def name(self) -> str:
        return _name(self.flavor, self.suite) if self.suite else self.path.rpartition("/")[2]

    @property
    def windows(self) -> bool:
        return self.path.startswith("windows/")


def era_number(record: dict[str, Any]) -> int:
    """Return the era of a record: its own key, or else the era of its date."""
    if match := re.match(r"E(\d+)", record.get("era", "")):
        return int(match[1])
    return max(number for day, number in _BEGINNINGS if day <= record["date"])


def to_versions_yaml(record: dict[str, Any]) -> str:
    """Return a versions.yaml with the matrix of a record; `expected` is not read."""
    era = era_number(record)
    releases = record["matrix"]["releases"]
    cells = {v["path"]: _cell(v["path"]) for release in releases for v in release["variants"]}
    defaults = [_defaults(release) for release in releases]
    usual = {
        flavor: Counter(default[flavor] for default in defaults).most_common(1)[0][0]
        for flavor in ("default", "alpine")
    }
    flavors = _flavors(cells.values(), era)
    document = {
        "image": "python",
        "repository": "https://github.com/example/python.git",
        "branch": "master",
        "maintainers": ["Example Maintainers <maintainers@example.com> (@example)"],
        "version_parts": "all" if era == MAJOR_FOLDERS else "full+cycle",
        "derive_aliases": False,
        "default_suites": {flavor: suite for flavor, suite in usual.items() if flavor in flavors},
        "flavors": flavors,
        "suites": _suites(cells.values(), defaults, flavors),
        "releases": {},
    }
    texts = [yamls.dump(document, sort_keys=False).replace("releases: {}\n", "releases:\n")]
    # Release by release, so that a duplicate cycle is also duplicate in the text.
    for release, default in zip(releases, defaults, strict=True):
        entry = _release(release, cells, flavors, era)
        differing = {
            flavor: suite
            for flavor, suite in default.items()
            if flavor in flavors and suite != usual[flavor]
        }
        if differing:
            entry["default_suites"] = differing
        text = yamls.dump({_cycle(release): entry}, sort_keys=False)
        texts.append("".join(f"  {line}\n" for line in text.splitlines()))
    return "".join(texts)


def examine(record: dict[str, Any]) -> Outcome:
    """Run tagmatrix on a record and compare the tables."""
    date = record["date"]
    era = record.get("era") or f"E{era_number(record)}"
    try:
        _, expanded = load.parse(to_versions_yaml(record))
    except ConfigError as error:
        lines = [problem.text("versions.yaml") for problem in error.problems]
        return Outcome(date, era, "refused", tuple(_shorten(lines, _PROBLEMS_SHOWN)))
    known = [
        {"directory": release["dir"] + (v["path"] and f"/{v['path']}"), **v}
        for release in record["matrix"]["releases"]
        for v in release["variants"]
    ]
    with_architectures = {cell["directory"] for cell in known if "architectures" in cell}
    wanted = [_row(entry, with_architectures) for entry in record["expected"]]
    made = [
        _row(
            {
                "directory": image.folder,
                "tags": [tag.name for tag in image.tags],
                "shared_tags": [tag.name for tag in image.shared_tags],
                "architectures": image.architectures,
            },
            with_architectures,
        )
        for image in expanded.images
    ]
    if wanted == made:
        return Outcome(date, era, "exact")
    lines = [
        line
        for line in difflib.unified_diff(wanted, made, "published", "made", n=0, lineterm="")
        if not line.startswith("@@")
    ]
    return Outcome(date, era, "different", tuple(_shorten(lines, _LINES_SHOWN)))


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the misses, a line for each era, and the number of exact records."""
    lines: list[str] = []
    for outcome in outcomes:
        if outcome.result != "exact":
            lines += [f"{outcome.date} {outcome.result}:", *(f"  {x}" for x in outcome.details), ""]
    for era in dict.fromkeys(outcome.era for outcome in outcomes):
        lines.append(f"{_count(o for o in outcomes if o.era == era)}  {era}")
    covered = [outcome for outcome in outcomes if outcome.date >= COVERED_SINCE]
    older = [outcome for outcome in outcomes if outcome.date < COVERED_SINCE]
    lines.append(f"{_count(older)}  before {COVERED_SINCE}")
    lines.append(f"{_count(covered)}  from {COVERED_SINCE} on")
    lines.append(f"{_count(outcomes)} exact")
    return "\n".join(lines)


def _count(outcomes: Iterable[Outcome]) -> str:
    results = [outcome.result for outcome in outcomes]
    return f"{results.count('exact')} of {len(results)}"


def _shorten(lines: Sequence[str], limit: int) -> list[str]:
    more = len(lines) - limit
    return [*lines[:limit], *([f"... and {more} lines more"] if more > 0 else [])]


def _row(entry: dict[str, Any], with_architectures: set[str]) -> str:
    parts = [entry["directory"], ", ".join(entry["tags"]), ", ".join(entry.get("shared_tags", ()))]
    if entry["directory"] in with_architectures and "architectures" in entry:
        parts.append(", ".join(sorted(entry["architectures"])))
    return " | ".join(parts).rstrip(" |")


def _cell(path: str) -> _Cell:
    """Return the flavor and the suite of a path such as `slim-buster` or `stretch/slim`."""
    if match := re.fullmatch(r"windows/([a-z]+)-(.+)", path):
        return _Cell(path, match[1], match[2])
    if match := re.fullmatch(r"alpine(\d.*)", path):
        return _Cell(path, "alpine", match[1])
    if match := re.fullmatch(r"([a-z]+)/([a-z]+)", path):
        if match[1] != "windows":
            return _Cell(path, match[2], match[1])
    elif match := re.fullmatch(r"([a-z]+)-([a-z]+)", path):
        return _Cell(path, match[1], match[2])
    elif path not in {"", "slim", "onbuild", "alpine"}:
        return _Cell(path, "default", path)
    return _Cell(path, path.rpartition("/")[2])


def _name(flavor: str, suite: str) -> str:
    if flavor == "default":
        return suite
    return f"alpine{suite}" if flavor == "alpine" else f"{flavor}-{suite}"


def _flavors(cells: Iterable[_Cell], era: int) -> dict[str, dict[str, Any]]:
    """Return the flavors that a pattern describes, with the names that the era used."""
    flavors: dict[str, dict[str, Any]] = {}
    for cell in cells:
        name = cell.flavor
        if cell.suite and name not in flavors:
            nested = cell.path == f"{cell.suite}/{name}"
            folder = "windows/{name}" if cell.windows else f"{{suite}}/{name}"
            entry: dict[str, Any] = {
                "name": _name(name, "{suite}"),
                **({"folder": folder} if nested or cell.windows else {}),
                "base": _base(name, ":{suite}"),
                "template": "debian" if name in {"default", "slim"} else name,
            }
            flavors[name] = entry | _spellings(name, era, windows=cell.windows)
    if "slim" in flavors:
        flavors["slim"]["follows"] = "default"
        flavors.setdefault("default", _DEFAULT | _spellings("default", era, windows=False))
    return flavors


def _spellings(flavor: str, era: int, *, windows: bool) -> dict[str, Any]:
    """Return the tags of a flavor in an era, besides the variant's name."""
    if windows:
        shared = [*([flavor] if era >= SHARED_FAMILY else []), ""]
        more = {"shared_tags": shared} if era >= BARE_IS_SHARED else {}
        return {**more, "constraints": ["{name}"], "builder": "classic"}
    if flavor == "default":
        if era < NAMED_SUITES:
            return {}
        return {"on_default_suite": {"shared_tags" if era >= BARE_IS_SHARED else "tags": [""]}}
    if flavor == "onbuild" or (flavor == "slim" and era < SLIM_SUITE):
        return {"tags": [flavor]}
    return {"on_default_suite": {"tags": [flavor]}} if era >= NAMED_SUITES else {}


def _base(flavor: str, tag: str = "") -> str:
    if flavor == "onbuild":
        return "python:{cycle}" + tag.replace(":", "-")
    if flavor == "slim":
        return f"debian{tag}-slim" if tag else "debian"
    if flavor in {"default", ""}:
        return f"buildpack-deps{tag}"
    return f"alpine{tag}" if flavor == "alpine" else f"microsoft/{flavor}{tag}"


def _suites(
    cells: Iterable[_Cell],
    defaults: Iterable[dict[str, str | None]],
    flavors: dict[str, dict[str, Any]],
) -> dict[str, dict[str, Any]]:
    """Return the suites of a variant, and those that a default names."""
    pairs = {(cell.suite, cell.flavor): cell.windows for cell in cells if cell.suite}
    for default in defaults:
        for flavor, suite in default.items():
            if suite is not None and flavor in flavors:
                pairs.setdefault((suite, flavor), False)
    suites: dict[str, dict[str, Any]] = {}
    for (suite, flavor), windows in pairs.items():
        architectures = ["windows-amd64" if windows else "amd64"]
        entry = suites.setdefault(suite, {"flavors": [], "architectures": architectures})
        entry["flavors"].append(flavor)
    return suites


def _defaults(release: dict[str, Any]) -> dict[str, str | None]:
    alpine = release.get("default_alpine")
    return {
        "default": release.get("default_suite"),
        "alpine": alpine.removeprefix("alpine") if alpine else None,
    }


def _cycle(release: dict[str, Any]) -> str:
    """Return the release's name: an older version of a cycle is a cycle of its own."""
    return str(release["cycle"] if release.get("owns_cycle", True) else release["version"])


def _release(
    release: dict[str, Any],
    cells: dict[str, _Cell],
    flavors: dict[str, dict[str, Any]],
    era: int,
) -> dict[str, Any]:
    entry: dict[str, Any] = {"version": release["version"]}
    if release["dir"] != _cycle(release):
        entry["folder"] = release["dir"]
    if release.get("aliases"):
        entry["aliases"] = list(release["aliases"])
    cycle, version = _cycle(release), release["version"]
    if cycle.replace(".", "").isdigit() and final_version(version) != version:
        why = "A pre-release had the name of its cycle."
        entry["also_versions"] = [{"version": cycle, "why": why}]
    entry["variants"] = [
        _variant(variant, cells[variant["path"]], release, flavors, era)
        for variant in release["variants"]
    ]
    return entry


def _variant(
    variant: dict[str, Any],
    cell: _Cell,
    release: dict[str, Any],
    flavors: dict[str, dict[str, Any]],
    era: int,
) -> str | dict[str, Any]:
    """Return a variant: only its name if a pattern describes the rest."""
    more: dict[str, Any] = {}
    if not cell.suite:
        more = _whole(cell, era)
    else:
        pattern = flavors[cell.flavor].get("folder", "{name}")
        if pattern.format(suite=cell.suite, name=cell.name) != cell.path:
            more["folder"] = cell.path
    version = variant.get("version", release["version"])
    walks = era == WALK and final_version(version) != version
    if version != release["version"]:
        more["version"] = version
    if walks or (version != release["version"] and not release.get("owns_cycle", True)):
        own = [version, *([final_version(version)] if walks else [])]
        cycle = [release["cycle"]] if release.get("owns_cycle", True) else []
        more["aliases"] = [*own, *cycle, *release.get("aliases", [])]
    if walks:
        why = "A pre-release had the tag of its final version."
        more["also_versions"] = [{"version": final_version(version), "why": why}]
    if "architectures" in variant:
        more["architectures"] = list(variant["architectures"])
    return {"name": cell.name, **more} if more else cell.name


def _whole(cell: _Cell, era: int) -> dict[str, Any]:
    """Return a variant that matches no pattern: `""`, `slim`, `windows/windowsservercore`."""
    shared = cell.windows and era >= BARE_IS_SHARED
    return {
        "folder": cell.path,
        "base": _base(cell.flavor),
        "template": cell.flavor or "debian",
        "tags": [cell.name],
        **({"shared_tags": [""]} if shared else {}),
        "architectures": ["windows-amd64" if cell.windows else "amd64"],
        **({"builder": "classic"} if cell.windows else {}),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the results of the records of a file."""
    parser = argparse.ArgumentParser(prog="python -m tests.history", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE", help="a JSON list of records")
    given = parser.parse_args(arguments)
    try:
        records = json.loads(given.file.read_text(encoding="utf-8"))
    except OSError as error:
        parser.error(f"{given.file}: {error.strerror}")
    except ValueError as error:
        parser.error(f"{given.file} is not JSON: {error}")
    if not isinstance(records, list):
        parser.error(f"{given.file} has no list of records")
    print(report([_examine(record) for record in records]))
    return 0


def _examine(record: Any) -> Outcome:  # noqa: ANN401 (any value of a file)
    """Run tagmatrix on a record; an invalid one counts as refused."""
    try:
        return examine(record)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        date = str(record.get("date", "no date")) if isinstance(record, dict) else "no date"
        reason = f"invalid record: {type(error).__name__} ({error})"
        return Outcome(date, "E?", "refused", (reason,))


if __name__ == "__main__":
    sys.exit(main())
