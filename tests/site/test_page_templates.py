"""Templates of the family in `templates/site`: each error has its line, and nothing is written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

PAGE = "templates/site/index.html.j2"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n{{ nope }}", f"{PAGE}:2: 'nope' is undefined"),
        ("\n{% if %}", f"{PAGE}:2: Expected an expression"),
        ("\n\n{{ 1 / 0 }}", f"{PAGE}:3: division by zero"),
        ("\n{{ 1 | nope }}", f"{PAGE}:2: No filter named 'nope'"),
        ("{{ family.nope }}", f"{PAGE}:1: 'tagmatrix.site.page_data.SiteFamily object' has no"),
        ('{% extends "bas.html.j2" %}', "templates/site/bas.html.j2: no such template, included"),
        ('{% extends "bas.html.j2" %}', "did you mean base.html.j2?"),
        ('\n{% include "index.html.j2" %}', f"{PAGE}:2: this is nested too deeply, or includes"),
        ('\n{{ "".__class__.mro() }}', f"{PAGE}:2: not allowed in a template: "),
        ("\n{% for x in range(10 ** 9) %}{% endfor %}", f"{PAGE}:2: Range too big"),
        ("a\udcffb", f"{PAGE} is not UTF-8: "),
        ('\n{% include "../x" %}', f'{PAGE}:2: invalid template name "../x"'),
    ],
)
def test_errors(project: Project, text: str, message: str) -> None:
    """An error in a template of the family is the family's, as in a Dockerfile's template."""
    path = project.root / PAGE
    path.parent.mkdir(parents=True)
    path.write_bytes(os.fsencode(text))
    folder = project.root.parent / "site"
    done = project.run("site", "--output", str(folder))
    assert (done.code, folder.exists()) == (2, False)
    assert message in done.err
    assert "Traceback" not in done.err
    assert "bug" not in done.err


def test_an_error_in_a_parent(project: Project) -> None:
    """The message names the template that has the error, not the one that extends it."""
    project.write("templates/site/base.html.j2", "<p>\n{{ nope }}\n")
    done = project.run("site", "--output", str(project.root.parent / "site"))
    assert (done.code, "templates/site/base.html.j2:2: 'nope' is" in done.err) == (2, True)


@pytest.mark.parametrize("name", ["templates/site/moves.html.j2", "templates/site"])
def test_links_that_lead_out(project: Project, tmp_path: Path, name: str) -> None:
    """A template behind a link out of the family is not read."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "moves.html.j2").write_text("secret")
    link = project.root / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / "moves.html.j2" if link.suffix else elsewhere)
    folder = project.root.parent / "site"
    done = project.run("site", "--output", str(folder))
    assert (done.code, "through a link" in done.err, folder.exists()) == (2, True, False)
