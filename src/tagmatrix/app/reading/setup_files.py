"""setup.cfg and setup.py: read as text, by configparser and ast; setup.py is never run."""

from __future__ import annotations

import ast
import configparser
import re
from typing import TYPE_CHECKING, Any, Final

from tagmatrix.app.reading.dependencies import read_requirement
from tagmatrix.app.reading.project import SCM_VARIABLE, Project
from tagmatrix.app.reading.python_sources import parse
from tagmatrix.app.reading.pythons import read_range
from tagmatrix.app.report import SourceLine

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder

CFG: Final = "setup.cfg"
SCRIPT: Final = "setup.py"
_LONGEST_PATH: Final = 200


def read(folder: Folder) -> Project | None:
    """Return the project of setup.cfg and setup.py; None if neither names one."""
    project = Project()
    _read_cfg(folder, project)
    _read_script(folder, project)
    return project if project.file else None


def _read_cfg(folder: Folder, project: Project) -> None:
    text = folder.text(CFG)
    if text is None:
        return
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", 0) or 0
        folder.report.refuse(
            "invalid setup.cfg: see the format of configparser", SourceLine(CFG, line)
        )
        return
    if not parser.has_section("metadata") and not parser.has_section("options"):
        return  # settings of other tools
    project.file, project.backend = CFG, True
    project.name = parser.get("metadata", "name", fallback="").strip()
    _requirements(
        folder, project, parser.get("options", "install_requires", fallback="").splitlines(), CFG
    )
    if spec := parser.get("options", "python_requires", fallback="").strip():
        _range(folder, project, spec, _at(text, CFG, "python_requires"))
    for line in parser.get("options.entry_points", "console_scripts", fallback="").splitlines():
        _script(project, line, _at(text, CFG, line.strip()))
    for value in parser.get("metadata", "long_description", fallback="").split(","):
        if value.strip().startswith("file:"):
            project.keeps.add(value.strip().removeprefix("file:").strip())
    project.keeps.update(_list(parser.get("metadata", "license_files", fallback="")))
    _read_folders(parser, project)
    if parser.has_section("options.package_data"):
        for _, patterns in parser.items("options.package_data"):
            project.keeps.update(f"**/{pattern}" for pattern in _list(patterns))


def _read_folders(parser: configparser.RawConfigParser, project: Project) -> None:
    """Read the folders of packages, and the file with the version."""
    version = parser.get("metadata", "version", fallback="").strip()
    if version.startswith("file:"):
        project.keeps.update(_list(version.removeprefix("file:")))
    named = [version.removeprefix("attr:").strip()] if version.startswith("attr:") else []
    for section, key in (
        ("options", "packages"),
        ("options", "package_dir"),
        ("options", "py_modules"),
        ("options.packages.find", "include"),
        ("options.packages.find", "where"),
    ):
        value = parser.get(section, key, fallback="")
        named += [each.rpartition("=")[2] for each in _list(value)]
    project.roots.update(re.split(r"[./]", each, maxsplit=1)[0] for each in named)


def _list(text: str) -> list[str]:
    """Return the items of a value of setup.cfg: between commas, or on lines of their own."""
    return re.split(r"[,\s]+", text.strip()) if text.strip() else []


def _read_script(folder: Folder, project: Project) -> None:
    text = folder.text(SCRIPT)
    if text is None:
        return
    tree = parse(text)
    if tree is None:
        folder.report.refuse("is not valid Python 3: port it, or remove it", SourceLine(SCRIPT, 1))
        return
    project.file, project.backend = project.file or SCRIPT, True
    values = _literals(tree)
    for node in ast.walk(tree):
        # Such as the file with the version: its text is read when setup.py runs.
        text_ = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text_, str) and 0 < len(text_) <= _LONGEST_PATH and folder.has(text_):
            project.keeps.add(text_)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _called(call.func) == "setup":
            arguments = {
                word.arg: (_value(word.value, values), word.value.lineno)
                for word in call.keywords
                if word.arg
            }
            _read_arguments(folder, project, arguments)
            return


def _read_arguments(
    folder: Folder, project: Project, arguments: dict[str, tuple[Any, int]]
) -> None:
    name, _ = arguments.get("name", ("", 0))
    project.name = project.name or (name if isinstance(name, str) else "")
    requires, line = arguments.get("install_requires", ([], 0))
    if isinstance(requires, (list, tuple)):
        _requirements(folder, project, [str(each) for each in requires], SCRIPT, line)
    elif requires is None:
        project.dynamic = True
    spec, line = arguments.get("python_requires", ("", 0))
    if isinstance(spec, str) and spec:
        _range(folder, project, spec, SourceLine(SCRIPT, line))
    points, line = arguments.get("entry_points", ({}, 0))
    scripts = points.get("console_scripts", []) if isinstance(points, dict) else []
    for each in [scripts] if isinstance(scripts, str) else scripts:
        _script(project, str(each), SourceLine(SCRIPT, line))
    if "ext_modules" in arguments or "cffi_modules" in arguments:
        project.native = True
    scm, line = arguments.get("use_scm_version", (False, 0))
    if line and scm is not False and not (isinstance(scm, dict) and "fallback_version" in scm):
        project.version_variable = (SCM_VARIABLE, SourceLine(SCRIPT, line))
    for key in ("packages", "py_modules"):
        value, _ = arguments.get(key, ([], 0))
        if isinstance(value, (list, tuple)):
            project.packages |= {str(each).partition(".")[0] for each in value}
    project.roots |= project.packages
    folders, _ = arguments.get("package_dir", ({}, 0))
    if isinstance(folders, dict):
        project.roots |= {str(each).partition("/")[0] for each in folders.values()}


def _requirements(
    folder: Folder, project: Project, texts: list[str], file: str, line: int = 0
) -> None:
    content = folder.text(file) or ""
    for text in filter(None, (re.sub(r"(?:^|\s)#.*", "", each).strip() for each in texts)):
        at = _at(content, file, text)
        found = read_requirement(text, at if at.line else SourceLine(file, line), folder.report)
        if found:
            project.dependencies.append(found)


def _range(folder: Folder, project: Project, text: str, source: SourceLine) -> None:
    if found := read_range(text, source, folder.report):
        project.pythons.append(found)


def _script(project: Project, line: str, source: SourceLine) -> None:
    name, equals, target = line.partition("=")
    if equals:
        project.scripts[name.strip()] = (target.strip(), source)


def _at(text: str, file: str, word: str) -> SourceLine:
    position = text.find(word)
    return SourceLine(file, text.count("\n", 0, position) + 1 if position >= 0 else 0)


def _literals(tree: ast.Module) -> dict[str, Any]:
    """Return the module's variables that have literal values."""
    values: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = _value(node.value, values)
    return values


def _value(node: ast.expr, values: dict[str, Any]) -> Any:  # noqa: ANN401 (any literal)
    """Return the value of a literal or of a variable; None if it is neither."""
    if isinstance(node, ast.Name):
        return values.get(node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _called(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
