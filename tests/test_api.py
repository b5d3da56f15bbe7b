"""The public functions, as docs/api.md shows them."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix import api
from tagmatrix.errors import GuardError, InputError
from tagmatrix.manifest import ManifestError
from tagmatrix.plan import planfile

if TYPE_CHECKING:
    from tests.projects import Project

ROOT: Final = Path(__file__).parents[1]
PUBLIC: Final = ("check", "diff", "expand", "generate", "load", "plan", "read")


def test_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its examples give what it shows."""
    monkeypatch.chdir(ROOT)
    result = doctest.testfile(str(ROOT / "docs/api.md"), module_relative=False)
    assert (result.failed, result.attempted > 10) == (0, True)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_function_is_documented_and_typed(name: str) -> None:
    """Every public function has a docstring, types, and an example in the document."""
    function = getattr(api, name)
    assert inspect.getdoc(function)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert f"api.{name}(" in (ROOT / "docs/api.md").read_text(encoding="utf-8")


def test_generate_returns_all_files(project: Project) -> None:
    """It returns what the command writes, and writes nothing itself."""
    before = project.snapshot("")
    files = api.generate(project.root)
    assert project.snapshot("") == before
    names = {
        str(path.relative_to(project.root))
        for path in project.root.rglob("library/**/*")
        if path.is_file()
    }
    assert {*files} == names
    assert all((project.root / path).read_bytes() == content for path, content in files.items())


def test_generate_is_guarded(project: Project) -> None:
    """A result that the guard refuses is an error."""
    project.edit(
        "versions.yaml", "architectures: [amd64, arm64v8, riscv64]", "architectures: [amd64]"
    )
    project.generate("--commit", "--only", "dockerfiles")
    with pytest.raises(GuardError, match="arm64v8"):
        api.generate(project.root)


def test_plan_is_that_of_the_command(project: Project) -> None:
    """It returns what `tagmatrix plan --format json` prints, and writes nothing."""
    printed = project.run("plan", "2.0", "--format", "json").ok().out
    before = project.snapshot("")
    assert planfile.to_text(api.plan(project.root, cycles=["2.0"])) == printed
    assert project.snapshot("") == before
    with pytest.raises(InputError, match=r"9\.9"):
        api.plan(project.root, cycles=["9.9"])


def test_errors_are_input_errors(tmp_path: Path) -> None:
    """A missing file and a wrong manifest are InputErrors, with the place."""
    with pytest.raises(InputError, match=r"versions\.yaml: no such file"):
        api.load(tmp_path)
    with pytest.raises(ManifestError) as error:
        api.read("Tags: 1\n")
    assert isinstance(error.value, InputError)


def test_the_import_is_quick() -> None:
    """`tagmatrix.api` imports no slow module until a function needs it."""
    slow = "('jinja2', 'git', 'requests')"
    code = f"import sys, tagmatrix.api; print([name for name in {slow} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_public_names() -> None:
    """`__all__` has the functions of the document, and no other name."""
    document = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    assert sorted(api.__all__) == sorted({*re.findall(r"\bapi\.(\w+)\(", document)})
    assert sorted(api.__all__) == sorted(PUBLIC)
    own = [
        name for name, each in vars(api).items() if getattr(each, "__module__", "") == api.__name__
    ]
    assert sorted(own) == sorted(PUBLIC)


def test_the_package_has_the_api() -> None:
    """`import tagmatrix` is enough, and imports the functions only when they are used."""
    code = (
        "import sys, tagmatrix\n"
        "print('tagmatrix.api' in sys.modules, tagmatrix.api.load is not None)\n"
        "tagmatrix.other\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "False True\n"
    assert done.stderr.endswith("AttributeError: module 'tagmatrix' has no attribute 'other'\n")
