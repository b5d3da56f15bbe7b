"""The process of an application without a framework: a console script, or a main module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions.running import ContainerProcess, stop_signal
from tagmatrix.app.reading.python_sources import module_name
from tagmatrix.app.report import SourceLine, clean
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from tagmatrix.app.decisions.running import Search

_ENTRY: Final = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*(?::[A-Za-z0-9_.]+)?(?:\s*\[.*\])?")
_SCRIPT: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_MAINS: Final = ("main.py", "app.py", "__main__.py", "run.py", "server.py", "bot.py", "cli.py")


def _console_script(search: Search) -> ContainerProcess | None:
    scripts = search.application.project.scripts
    if not scripts or not search.application.project.backend:
        return None
    name = search.application.project.name
    if len(scripts) > 1 and name not in scripts:
        source = next(iter(scripts.values()))[1]
        listed = join_names([clean(each) for each in list(scripts)[:5]])
        search.report.fail(
            f"{len(scripts)} console scripts, {listed}: choose one with --command", source
        )
    script = name if name in scripts else next(iter(scripts))
    target, source = scripts[script]
    if not _SCRIPT.fullmatch(script) or not _ENTRY.fullmatch(target):
        search.report.fail(
            f"invalid console script {clean(script)!r}: expected `name = module:object`", source
        )
    search.report.decide("command", script, "the console script", source)
    return ContainerProcess(
        words=(script,), port=search.port, stop=stop_signal(search.application, "")
    )


def _module(search: Search) -> ContainerProcess | None:
    mains = search.application.sources.mains
    broken = {source.file for source in search.application.sources.broken}
    packages = [path for path in mains if path.endswith("/__main__.py")]
    top = [path for path in mains if "/" not in path]
    top += [name for name in _MAINS if name not in top and search.application.folder.has(name)]
    top = [path for path in top if path not in broken]
    top = [path for path in top if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.py", path)]
    top.sort(key=lambda path: _MAINS.index(path) if path in _MAINS else len(_MAINS))
    words: tuple[str, ...]
    if top and (top[0] in _MAINS or len(top) == 1):
        words, file = ("python3", top[0]), top[0]
    elif len(packages) == 1 or (packages and packages[0].startswith("src/")):
        name = module_name(packages[0]).removesuffix(".__main__")
        if not name:
            return None
        words, file = ("python3", "-m", name), packages[0]
    elif len(top) > 1:
        search.report.fail(f"{join_names(top[:5])} can each be run: choose one with --command")
    else:
        return None
    search.report.decide("command", " ".join(words), "the main module", SourceLine(file))
    return ContainerProcess(
        words=words, port=search.port, file=file, stop=stop_signal(search.application, file)
    )


FINDERS: Final = (_console_script, _module)
