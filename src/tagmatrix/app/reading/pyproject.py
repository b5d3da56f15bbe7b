"""pyproject.toml: PEP 621 and the settings of build backends and managers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from packaging.utils import canonicalize_name

from tagmatrix.app.reading import toml
from tagmatrix.app.reading.dependencies import (
    Dependency,
    marker_of,
    read_requirement,
    refuse_credentials,
)
from tagmatrix.app.reading.named_folders import named_packages, read_named_folders
from tagmatrix.app.reading.project import SCM_VARIABLE, Project
from tagmatrix.app.reading.pythons import read_range

if TYPE_CHECKING:
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.reading.toml import Toml
    from tagmatrix.app.report import SourceLine

FILE: Final = "pyproject.toml"


def read(folder: Folder) -> Project | None:
    """Return the project of pyproject.toml; None if there is no such file, or it is a problem."""
    file = toml.read(folder, FILE)
    if file is None:
        return None
    project = Project(file=FILE, name=file.string("project", "name"))
    project.backend = "build-system" in file.value
    _standard(folder, file, project)
    _poetry(folder, file, project)
    _uv(folder, file, project)
    _pdm(folder, file, project)
    _setuptools(file, project)
    for words in (("pdm",), ("rye",), ("hatch", "envs", "default")):
        project.tasks.update(file.table("tool", *words, "scripts"))
    _version(file, project)
    _included(file, project)
    project.packages |= named_packages(file.table("tool"))
    read_named_folders(file.value, (), project)
    return project


def _standard(folder: Folder, file: Toml, project: Project) -> None:
    """Read the `[project]` table."""
    report = folder.report
    for text in file.strings("project", "dependencies"):
        if one := read_requirement(text, file.at("dependencies", text), report):
            project.dependencies.append(one)
    project.dynamic = "dependencies" in file.strings("project", "dynamic")
    text = file.string("project", "requires-python")
    if text and (found := read_range(text, file.at("requires-python"), report)):
        project.pythons.append(found)
    for name in file.table("project", "scripts"):
        if target := file.string("project", "scripts", name):
            project.scripts[name] = (target, file.at("scripts", name))
    readme = file.get("project", "readme")
    license_file = file.get("project", "license", "file")
    for value in (readme, readme.get("file") if isinstance(readme, dict) else None, license_file):
        if isinstance(value, str):
            project.keeps.add(value)
    project.keeps.update(file.strings("project", "license-files"))


def _poetry(folder: Folder, file: Toml, project: Project) -> None:
    """Read Poetry's settings; they name requirements if `[project]` does not."""
    settings = file.table("tool", "poetry")
    if not settings:
        return
    project.managers["poetry"] = file.at("tool.poetry")
    project.name = project.name or file.string("tool", "poetry", "name")
    if settings.get("package-mode") is False:
        project.backend = False
    for name, target in file.table("tool", "poetry", "scripts").items():
        if isinstance(target, str):
            project.scripts[name] = (target, file.at("scripts", name))
    for key in ("readme", "license-files"):
        value = settings.get(key)
        project.keeps.update(
            [value] if isinstance(value, str) else file.strings("tool", "poetry", key)
        )
    for url in file.column("url", "tool", "poetry", "source"):
        _index(folder, file, url, project)
    _poetry_dependencies(folder, file, project)


def _poetry_dependencies(folder: Folder, file: Toml, project: Project) -> None:
    """Read Poetry's own table of requirements."""
    report = folder.report
    known = {one.name for one in project.dependencies}
    for name, value in file.table("tool", "poetry", "dependencies").items():
        at = file.at("dependencies", name)
        if name == "python":
            if isinstance(value, str) and (found := read_range(value, at, report)):
                project.pythons.append(found)
            continue
        canonical = canonicalize_name(name)
        # A list has alternatives, for example one for each system.
        for each in value if isinstance(value, list) else [value]:
            details = each if isinstance(each, dict) else {}
            _local(folder, details.get("path"), at, project)
            for key in ("git", "url"):
                refuse_credentials(str(details.get(key, "")), at, report)
            if canonical not in known and details.get("optional") is not True:
                project.dependencies.append(_poetry_dependency(canonical, details, at))


def _poetry_dependency(name: str, details: dict[str, Any], at: SourceLine) -> Dependency:
    extras = details.get("extras")
    extras = extras if isinstance(extras, list) else []
    return Dependency(
        name=name,
        source=at,
        extras=frozenset(each.lower() for each in extras if isinstance(each, str)),
        vcs="git" if "git" in details else "",
        marker=marker_of(details),
    )


def _uv(folder: Folder, file: Toml, project: Project) -> None:
    """Read uv's settings: sources, workspace, indexes."""
    settings = file.table("tool", "uv")
    if not settings:
        return
    project.managers["uv"] = file.at("tool.uv")
    required = file.string("tool", "uv", "required-version").strip()
    project.required = (required, file.at("required-version"))
    if settings.get("package") is False:
        project.backend = False
    urls = file.column("url", "tool", "uv", "index")
    urls += [file.string("tool", "uv", "index-url")]
    for url in (*urls, *file.strings("tool", "uv", "extra-index-url")):
        _index(folder, file, url, project)
    _uv_sources(folder, file, project)
    for member in file.strings("tool", "uv", "workspace", "members"):
        at = file.at("workspace", member)
        if re.search(r"[*?\[]", member) and not member.startswith(("/", "..")):
            project.folders += [(one, at) for one in folder.projects(member)]
        else:
            _local(folder, member, at, project)


def _uv_sources(folder: Folder, file: Toml, project: Project) -> None:
    """Read the folders and repositories that uv installs requirements from."""
    for name, value in file.table("tool", "uv", "sources").items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                at = file.at("sources", name)
                refuse_credentials(str(one.get("git", one.get("url", ""))), at, folder.report)
                _local(folder, one.get("path"), at, project)


def _pdm(folder: Folder, file: Toml, project: Project) -> None:
    """Read PDM's settings."""
    settings = file.table("tool", "pdm")
    if not settings:
        return
    project.managers["pdm"] = file.at("tool.pdm")
    if settings.get("distribution") is False:
        project.backend = False
    for url in file.column("url", "tool", "pdm", "source"):
        _index(folder, file, url, project)


def _setuptools(file: Toml, project: Project) -> None:
    """Read the requirements that setuptools reads from files, and its C code."""
    for key, value in file.table("tool", "setuptools", "dynamic").items():
        named = value.get("file") if isinstance(value, dict) else None
        for name in named if isinstance(named, list) else [named]:
            if isinstance(name, str):
                project.keeps.add(name)
                if key == "dependencies":
                    project.files.append((name, file.at("dependencies", name)))
    if file.tables("tool", "setuptools", "ext-modules"):
        project.native = True
    data = file.table("tool", "setuptools", "package-data")
    for patterns in data.values():
        if isinstance(patterns, list):
            project.keeps.update(f"**/{each}" for each in patterns)
    requires = " ".join(file.strings("build-system", "requires")).lower()
    if any(word in requires for word in ("cython", "cffi", "pybind11", "scikit-build", "meson")):
        project.native = True


def _version(file: Toml, project: Project) -> None:
    """Read whether the version comes from git."""
    tools = (
        (SCM_VARIABLE, ("setuptools_scm",), "", ""),
        (SCM_VARIABLE, ("hatch", "version"), "source", "vcs"),
        ("PDM_BUILD_SCM_VERSION", ("pdm", "version"), "source", "scm"),
        ("POETRY_DYNAMIC_VERSIONING_BYPASS", ("poetry-dynamic-versioning",), "enable", True),
    )
    for variable, words, key, value in tools:
        settings = file.get("tool", *words)
        if not isinstance(settings, dict) or (key and settings.get(key) != value):
            continue
        if not {"fallback_version", "fallback-version"} & set(settings):
            project.version_variable = (variable, file.at(f"tool.{'.'.join(words)}"))
    requires = " ".join(file.strings("build-system", "requires")).lower().replace("_", "-")
    if "setuptools-scm[" in requires and "version" in file.strings("project", "dynamic"):
        project.version_variable = (SCM_VARIABLE, file.at("requires"))


def _included(file: Toml, project: Project) -> None:
    """Read what Poetry and Hatch take into a wheel besides the packages."""
    included = file.get("tool", "poetry", "include")
    for each in included if isinstance(included, list) else []:
        path = each.get("path") if isinstance(each, dict) else each
        if isinstance(path, str):
            project.keeps.add(path)
    for words in (("build",), ("build", "targets", "wheel")):
        project.keeps.update(file.table("tool", "hatch", *words, "force-include"))


def _index(folder: Folder, file: Toml, url: str, project: Project) -> None:
    if "://" in url:
        at = file.at(url)
        refuse_credentials(url, at, folder.report)
        project.indexes.append((url, at))


def _local(folder: Folder, path: object, at: SourceLine, project: Project) -> None:
    """Read the folder of another project that is installed with this one."""
    inner = folder.local(path, at) if isinstance(path, str) else ""
    if inner and inner != ".":
        project.folders.append((inner, at))
