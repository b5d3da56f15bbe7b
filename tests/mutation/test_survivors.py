"""The lists of survivors: what a run changes in them, and what each entry has."""

from __future__ import annotations

import inspect
import json
import pkgutil
from typing import TYPE_CHECKING

import pytest

from tests.mutation import mutants, survivors, types
from tests.mutation.mutants import Change

if TYPE_CHECKING:
    from pathlib import Path

OLD = Change("tagmatrix.versions.parse", "a < b", "a <= b")
NEW = Change("tagmatrix.versions.parse", "a + b", "a - b")

META = {
    "exit_code_by_key": {
        "m.x_add__mutmut_1": 0,
        "m.x_add__mutmut_2": 33,
        "m.x_add__mutmut_3": 1,
        "m.x_add__mutmut_4": 0,
    }
}
CODE = """
def x_add__mutmut_orig(a, b):
    return a + b
def x_add__mutmut_1(a, b):
    return a - b
def x_add__mutmut_2(a, b):
    return None
def x_add__mutmut_3(a, b):
    return a + a
def x_add__mutmut_4(a, b=1):
    return a + b
"""


def test_renew() -> None:
    """A list loses what a test kills and gains what survives; what was not tried stays."""
    both = [OLD, NEW]
    assert survivors.renew({OLD: "why"}, [NEW], [NEW], both).reasons == {OLD: "why", NEW: ""}
    assert survivors.renew({OLD: "why"}, [], [OLD], both) == ({}, [], [OLD])
    assert survivors.renew({OLD: "why"}, [OLD], [OLD], both) == ({OLD: "why"}, [], [])


def test_summary() -> None:
    """A run says how much of a package was tried."""
    listed = survivors.Survivors(mutants=1506, tried=82, reasons={OLD: "why"})
    assert survivors.summary(listed) == "82 of 1,506 mutants tried (5 %), 1 survive"


def test_changed_code() -> None:
    """A list loses what can no longer be tried, because the code is another."""
    assert survivors.renew({OLD: "why"}, [], [], [NEW]) == ({}, [], [OLD])


def test_read(tmp_path: Path) -> None:
    """A mutant's change is read from its copy, and it survives if no test fails or none runs it."""
    (tmp_path / "m.py").write_text(CODE)
    (tmp_path / "m.py.meta").write_text(json.dumps(META))
    assert [(one.change, one.survived) for one in mutants.read(tmp_path)] == [
        (("m.add", "return a + b", "return a - b"), True),
        (("m.add", "return a + b", "return None"), True),
        (("m.add", "return a + b", "return a + a"), False),
        (("m.add", "def (a, b):", "def (a, b=1):"), True),
    ]


def test_prune() -> None:
    """A module keeps the original and the mutants in question, at the lines where they were."""
    text, lines = types.prune(CODE, {"x_add__mutmut_2"})
    code = CODE.splitlines()
    assert text.splitlines() == [*code[:3], "", "", *code[5:7], *[""] * 4]
    assert lines == {6: "x_add__mutmut_2", 7: "x_add__mutmut_2"}


@pytest.mark.parametrize("package", [file.stem for file in survivors.FOLDER.glob("*.yaml")])
def test_lists(package: str) -> None:
    """Each survivor has a reason, and its function exists, with what the mutant changes."""
    listed = survivors.read(package)
    assert listed.tried <= listed.mutants
    for change, why in listed.reasons.items():
        assert why, change
        names = change.function.split(".")
        module = next(
            name
            for length in range(len(names) - 1, 1, -1)
            if (name := ".".join(names[:length])) and _is_module(name)
        )
        function = pkgutil.resolve_name(f"{module}:{'.'.join(names[len(module.split('.')) :])}")
        lines = inspect.getsource(function).replace(f"def {names[-1]}(", "def (").splitlines()
        assert change.was in " ".join(line.strip() for line in lines), change


def _is_module(name: str) -> bool:
    """Return whether a name is that of a module."""
    try:
        pkgutil.resolve_name(f"{name}:__name__")
    except (ImportError, AttributeError):
        return False
    return True
