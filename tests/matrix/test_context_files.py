"""The law of the files beside Dockerfiles: which paths are refused, and why."""

from __future__ import annotations

import pytest

from tests.config.samples import edit, refusal
from tests.config.test_context_files import TEMPLATE, with_files


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ("[a, {file: b, to: A}]", "two files beside the Dockerfile would be a"),
        ("[a, {file: b, to: a/b}]", "the files a and a/b cannot both exist"),
        ("[a/b, {file: b, to: A}]", "the files a/b and A cannot both exist"),
        ("[x, a/b/c, {file: b, to: a/B}]", "the files a/b/c and a/B cannot both exist"),
        ("[x, a/b, {file: b, to: a/B/c/d}]", "the files a/b and a/B/c/d cannot both exist"),
        ("[a/b, {file: b, to: A/c}]", "the folders a and A of `files` differ in case only"),
        ("[x/a/b, {file: b, to: x/A/c}]", "the folders x/a and x/A of `files` differ in case"),
        ("[Dockerfile/x]", "a folder of `files` has the name of the Dockerfile"),
        ("[dockerfile]", "a file of `files` has the name of the Dockerfile"),
        ("[conf/.GIT/x]", "a file cannot have the path conf/.GIT/x"),
        ("[aux.sh]", "Windows cannot check out a file with the path aux.sh"),
        ("[x/a.]", "Windows cannot check out a file with the path x/a."),
        (f'["{{name}}{"a" * 249}"]', "of a file has 259 characters, but at most 255 are allowed"),
        (f'["{{name}}{"a" * 249}/z"]', "of a file has 259 characters, but at most 255 are allowed"),
        (f'["{"{name}/" * 99}x"]', "characters, but at most 1,000 are allowed"),
    ],
)
def test_laws(files: str, message: str) -> None:
    """Each path is possible on any system, and has one file."""
    assert message in refusal(with_files(files))


def test_a_file_in_the_folder_of_another_image() -> None:
    """A file is not in the folder of another image, nor in its place."""
    for path in ("windows-ltsc2025/x", "windows-ltsc2025"):
        text = edit(
            (TEMPLATE, f"{TEMPLATE}    files: [{{file: x, to: {path}}}]\n"),
            ("    name: alpine{suite}\n", "    name: alpine{suite}\n    folder: windows\n"),
            ('  "3.23": {flavors: [alpine], architectures: [amd64, s390x]}\n', ""),
        )
        message = f"the file {path} of 3.14/alpine3.24 is in the folder of 3.14/windows-ltsc2025"
        assert message in refusal(text).replace("3.15-rc", "3.14")
