"""Texts in generated files mean the same text to the program that reads them."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
import yaml
from hypothesis import given, strategies as st

from tagmatrix.app import quoting
from tagmatrix.errors import InputError

PRINTABLE = st.text(st.characters(blacklist_categories=["C", "Z"]) | st.just(" "), max_size=40)


@given(PRINTABLE)
def test_shell_word(text: str) -> None:
    """A shell reads the same word."""
    program = shutil.which("sh")
    assert program is not None
    script = f"printf %s {quoting.shell_word(text)}"
    done = subprocess.run([program, "-c", script], capture_output=True, check=True)
    assert done.stdout.decode() == text


@given(PRINTABLE)
def test_yaml_and_json(text: str) -> None:
    """YAML and JSON read the same text; compose reads `$$` as `$`."""
    assert yaml.safe_load(quoting.yaml(text)).replace("$$", "$") == text
    assert json.loads(quoting.exec_form([text])) == [text]


@given(PRINTABLE)
def test_env_value(text: str) -> None:
    """A value of ENV has each special character behind a backslash."""
    value = quoting.env_value(text)
    inner = value[1:-1]
    plain = inner.replace("\\\\", "").replace('\\"', "").replace("\\$", "")
    assert value[0] == value[-1] == '"'
    assert not set(plain) & set('"$\\')


@pytest.mark.parametrize("text", ["a\nb", "a\x00", "a\u2028b", "\x1b[31m", "a\r"])
def test_control_characters(text: str) -> None:
    """No context holds control characters and line breaks."""
    for function in (quoting.shell_word, quoting.env_value, quoting.yaml, quoting.workflow):
        with pytest.raises(InputError, match="control characters"):
            function(text)
    with pytest.raises(InputError, match="control characters"):
        quoting.exec_form([text])


@pytest.mark.parametrize(
    "text", ["", "a b", "../a", "a/../b", "/etc/passwd", "-a", "a,rw", "$HOME", "a*", "é"]
)
def test_paths(text: str) -> None:
    """A path with a special character, or one that leads out, is refused."""
    with pytest.raises(InputError, match="can't be used in a Dockerfile"):
        quoting.path(text)


def test_workflow() -> None:
    """An expression of GitHub's workflows is refused."""
    with pytest.raises(InputError, match="expression"):
        quoting.workflow("${{ secrets.TOKEN }}")
