"""The list `files` of a flavor or a variant: messages and meaning."""

from __future__ import annotations

import pytest

from tagmatrix.config.model import ContextFile
from tests.config.samples import edit, load, refusal

TEMPLATE = "    template: alpine\n"


def with_files(files: str) -> str:
    """Return a file in which alpine has a list of files."""
    return edit((TEMPLATE, f"{TEMPLATE}    files: {files}\n"))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ("[../x]", 'files[0]: invalid value "../x": expected a path below templates/files/'),
        ("[/x]", 'files[0]: invalid value "/x": expected a path below templates/files/'),
        ("[a//b]", 'files[0]: invalid value "a//b": expected a path below templates/files/'),
        ("[a b]", 'files[0]: invalid value "a b": expected a path below templates/files/'),
        ("[{file: a, to: ../b}]", 'files[0].to: invalid value "../b": expected a path in the'),
        ("[{file: a, template: b}]", "files[0]: this has both `file` and `template`; keep one"),
        ("[{to: a}]", "files[0]: `file` or `template` is missing; name a path below"),
        ("[{}]", "files[0]: `file` or `template` is missing; name a path below"),
        ("[{file: a, mode: 755}]", "files[0].mode: unknown key"),
        ("[.tagmatrix-0a-x]", 'files[0]: invalid value ".tagmatrix-0a-x": expected a path below'),
        (f"[{'a' * 256}]", "expected a path below templates/files/"),
        ("[a, a]", '"a" is twice in this list; keep one'),
        ("a", 'expected a list of files, not "a"; write ["a"]'),
        ("[755]", "YAML reads 755 as a number"),
    ],
)
def test_messages(files: str, message: str) -> None:
    """Each mistake is reported with its place."""
    assert message in refusal(with_files(files))


def test_a_mistake_makes_no_duplicate() -> None:
    """A file whose `to` is invalid is not taken for another one without `to`."""
    text = refusal(with_files("[a, {file: a, to: ../b}, {file: a, to: /c}]"))
    assert "twice" not in text
    assert text.count("expected a path in the image's folder") == 2


def test_placeholders() -> None:
    """Paths are filled like other texts, and a variant's list replaces its flavor's."""
    _, matrix = load(
        with_files('["run-{suite}.sh", {template: "{cycle}/x.j2", to: "etc/{name}-{version}"}]')
    )
    image = next(image for image in matrix.images if image.cycle == "3.14" and "3.24" in image.name)
    assert image.files == (
        ContextFile(file="run-3.24.sh"),
        ContextFile(template="3.14/x.j2", to="etc/alpine3.24-3.14.6"),
    )
