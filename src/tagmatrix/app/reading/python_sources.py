"""Python sources, read by ast and never run: application objects, routes, main modules."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tagmatrix.app.report import SourceLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.app.reading.folder import Folder

_MOST: Final = 8 << 20
"""The number of characters of all sources that are read: those near the top come first."""
_KINDS: Final = {
    "Flask": ("flask", "flask"),
    "FastAPI": ("fastapi", "fastapi"),
    "Starlette": ("starlette", "starlette"),
    "Celery": ("celery", "celery"),
    "get_wsgi_application": ("django", "django-wsgi"),
    "get_asgi_application": ("django", "django-asgi"),
}
"""The kind of object that a call makes, and the distribution that its name comes from."""
_METHODS: Final = frozenset({"route", "get", "api_route", "head"})
_INTERFACES: Final = frozenset({"Interface", "Blocks", "ChatInterface", "TabbedInterface"})
_FACTORIES: Final = frozenset({"create_app", "make_app", "get_app"})
_HTTP: Final = frozenset({"django", "fastapi", "flask", "starlette"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AppObject:
    """An object that a server runs: `module:name`, of a kind such as `flask`."""

    kind: str
    module: str
    name: str
    source: SourceLine
    factory: bool = False


@dataclass(slots=True, kw_only=True)
class PythonSources:
    """What the application's Python files have.

    Attributes:
        objects: application objects, those near the top first.
        routes: literal paths that answer GET, with their places.
        mains: modules that can be run, by their paths.
        imports: for each path, the top-level modules that it imports.
        broken: files that are not Python 3.
        handles_term: whether a file handles SIGTERM.
    """

    objects: list[AppObject] = field(default_factory=list)
    routes: dict[str, SourceLine] = field(default_factory=dict)
    mains: list[str] = field(default_factory=list)
    imports: dict[str, set[str]] = field(default_factory=dict)
    broken: list[SourceLine] = field(default_factory=list)
    handles_term: set[str] = field(default_factory=set)


def read(folder: Folder) -> PythonSources:
    """Return what the Python files of a folder have."""
    found = PythonSources()
    count = 0
    for path in folder.python_files():
        text = None if path == "setup.py" else folder.quiet_text(path)
        count += len(text or "")
        if text is None or count > _MOST:
            continue
        tree = parse(text)
        if tree is None:
            found.broken.append(SourceLine(path, _error_line(text)))
            continue
        _read_module(path, tree, found)
    return found


def parse(text: str) -> ast.Module | None:
    """Return the syntax tree of a text; None if it is not valid Python 3."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the author's matter
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def module_name(path: str) -> str:
    """Return the dotted name of a file's module; empty if it has none.

    >>> module_name("src/shop/web.py"), module_name("shop/__init__.py"), module_name("a-b.py")
    ('shop.web', 'shop', '')
    """
    parts = path.removesuffix(".py").removeprefix("src/").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    good = parts and all(part.isascii() and part.isidentifier() for part in parts)
    return ".".join(parts) if good else ""


def _error_line(text: str) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 1
    except (ValueError, RecursionError, MemoryError):
        pass
    return 1


def _read_module(path: str, tree: ast.Module, found: PythonSources) -> None:
    module = module_name(path)
    imports = dict(_imports(tree))
    found.imports[path] = {name.partition(".")[0] for name in imports.values()}
    if path.endswith("__main__.py") or any(map(_is_main, tree.body)):
        found.mains.append(path)
    if "SIGTERM" in {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}:
        found.handles_term.add(path)
    for node in tree.body:
        if not module:
            break
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            kind = _kind(node.value, imports)
            if kind and isinstance(target, ast.Name) and target.id.isascii():
                at = SourceLine(path, node.lineno)
                found.objects.append(AppObject(kind=kind, module=module, name=target.id, source=at))
        elif isinstance(node, ast.FunctionDef) and node.name in _FACTORIES:
            _read_factory(path, module, node, imports, found)
    if found.imports[path] & _HTTP:
        _read_routes(path, tree, found)


def _read_factory(
    path: str, module: str, node: ast.FunctionDef, imports: dict[str, str], found: PythonSources
) -> None:
    """Read a function such as `create_app()` that a server can call without arguments."""
    arguments = node.args
    required = len(arguments.args) + len(arguments.posonlyargs) - len(arguments.defaults)
    if required > 0 or None in arguments.kw_defaults:
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and (kind := _kind(inner, imports)):
            at = SourceLine(path, node.lineno)
            found.objects.append(
                AppObject(kind=kind, module=module, name=node.name, source=at, factory=True)
            )
            return


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield local names of imports, with what they name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname or alias.name).partition(".")[0], alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _kind(value: ast.expr, imports: dict[str, str]) -> str:
    """Return the kind of application object that a call makes; empty if it makes none."""
    if not isinstance(value, ast.Call):
        return ""
    if isinstance(value.func, ast.Name):
        full = imports.get(value.func.id, "")
    elif isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Name):
        full = f"{imports.get(value.func.value.id, '')}.{value.func.attr}"
    else:
        return ""
    top, _, last = full.rpartition(".")
    if last in _INTERFACES and top.partition(".")[0] == "gradio":
        return "gradio"
    distribution, kind = _KINDS.get(last, ("", ""))
    return kind if distribution and top.partition(".")[0] == distribution else ""


def _is_main(node: ast.stmt) -> bool:
    """Return whether a statement is `if __name__ == "__main__":`."""
    return (
        isinstance(node, ast.If)
        and re.fullmatch(r"__name__ == '__main__'|'__main__' == __name__", ast.unparse(node.test))
        is not None
    )


def _read_routes(path: str, tree: ast.Module, found: PythonSources) -> None:
    """Read decorators such as `@app.get("/healthz")`, and Django's `path("healthz/", …)`."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for call in node.decorator_list:
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr in _METHODS
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id in {"app", "application", "api", "server"}
                    and not any(word.arg == "methods" for word in call.keywords)
                ):
                    _add_route(found, call, path, "")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "path" and path.endswith("urls.py"):
                _add_route(found, node, path, "/")
            elif node.func.id == "Route":
                _add_route(found, node, path, "")


def _add_route(found: PythonSources, call: ast.Call, path: str, prefix: str) -> None:
    if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
        route = prefix + call.args[0].value
        if re.fullmatch(r"/[A-Za-z0-9/_.-]*", route):
            found.routes.setdefault(route, SourceLine(path, call.lineno))
