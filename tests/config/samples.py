"""A small valid versions.yaml, changes that break it, and the messages of tagmatrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tagmatrix.matrix import load as loading
from tagmatrix.problems import ConfigError

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Image, Matrix

SHA: Final = "0123456789abcdef" * 4

GOOD: Final = f"""\
image: sample
repository: https://git.example/sample.git
branch: main
maintainers:
  - Ada Lovelace <ada@example.org> (@ada)
default_suites:
  default: trixie
  alpine: "3.24"
flavors:
  default:
    name: "{{suite}}"
    base: debian:{{suite}}
    template: debian
    needs: [source]
    on_default_suite: {{shared_tags: [""]}}
  slim:
    name: slim-{{suite}}
    base: debian:{{suite}}-slim
    template: debian
    needs: [source]
    follows: default
    on_default_suite: {{tags: [slim]}}
  alpine:
    name: alpine{{suite}}
    base: alpine:{{suite}}
    template: alpine
    needs: [source]
    on_default_suite: {{tags: [alpine]}}
  windows:
    name: windows-{{suite}}
    folder: windows/{{name}}
    base: windows:{{suite}}
    template: windows
    needs: [installer]
    shared_tags: [windows, ""]
    constraints: ["{{name}}"]
    builder: classic
suites:
  trixie: {{flavors: [default, slim], architectures: [amd64, arm64v8]}}
  bookworm: {{flavors: [default, slim], architectures: [amd64, arm64v8, mips64le]}}
  "3.24": {{flavors: [alpine], architectures: [amd64, s390x]}}
  "3.23": {{flavors: [alpine], architectures: [amd64, s390x]}}
  ltsc2025: {{flavors: [windows], architectures: [windows-amd64]}}
  ltsc2022: {{flavors: [windows], architectures: [windows-amd64]}}
exclude:
  - architectures: [mips64le]
    why: No maintainer fixes what breaks there.
    link: https://example.org/mips
settings:
  lto:
    when: {{cycles: ">=3.14"}}
    why: It is faster.
release_managers:
  Ada: {{openpgp_key: {"A1" * 20}}}
releases:
  "3.15-rc":
    version: "3.15.0b3"
    sha256: {{source: {SHA}, installer: {SHA}}}
  "3.14":
    version: "3.14.6"
    sha256: {{source: {SHA}, installer: {SHA}}}
    release_manager: Ada
    end_of_life: 2030-10-31
  "3.13":
    version: "3.13.14"
    sha256: {{source: {SHA}}}
    artifacts: [source]
"""


def edit(*changes: tuple[str, str], text: str = GOOD) -> str:
    """Return the text with each change made; the replaced text must occur once."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    return text


def load(text: str | bytes) -> tuple[Config, Matrix]:
    """Return the configuration of a text. Raises ConfigError if it breaks a rule or a law."""
    return loading.parse(text)


def refusal(text: str | bytes) -> str:
    """Return the whole message of the error in a text."""
    try:
        load(text)
    except ConfigError as error:
        return str(error)
    raise AssertionError("this should have been refused")


def warnings(text: str) -> list[str]:
    """Return the warnings of a valid text."""
    return loading.warnings(*load(text))


def image(text: str, folder: str) -> Image:
    """Return the image of a folder."""
    _, expanded = load(text)
    return next(image for image in expanded.images if image.folder == folder)


def names(text: str, folder: str) -> tuple[list[str], list[str]]:
    """Return the tags and the shared tags of a folder's image."""
    found = image(text, folder)
    return [tag.name for tag in found.tags], [tag.name for tag in found.shared_tags]
