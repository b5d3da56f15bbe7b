"""Inputs changed at random: `python -m tests.mutations [COUNT [SEED]]`.

A third each are versions.yaml, manifests and templates. An input is read or refused with a message
that a terminal can show. What is read comes out without control characters, and is the same when it
is read again. The limits are 1 GiB of memory for the process, and 5 seconds of its time an input.
"""

from __future__ import annotations

import json
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tagmatrix.config import parse
from tagmatrix.errors import InputError
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.laws import breaches
from tagmatrix.problems import ConfigError
from tagmatrix.render.dockerfiles import context
from tagmatrix.render.templates import Templates
from tagmatrix.util.printable import unprintable
from tests import rendered as rendered_files
from tests.manifest import mutations as manifests
from tests.projects import VERSIONS
from tests.render.test_sandbox import HOSTILE, MAKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MEMORY: Final = 1 << 30
SECONDS: Final = 5
# Characters that must not get in, that must, and pieces of the languages.
SIGNS: Final = (
    *"\0\x07\x1b\r\n\t\x7f\x85\x9b\u061c\u200b\u202e\u2028\u2066\ufeff",
    *"é語🙂\u00a0\u200d",
    *(r'"\x1b[31m"', r'"\ud800"', r'"\u202e"', r'"a\nb"', r'"\0"', "\\", "`", "](", "<!--"),
)
YAML: Final = (
    *("- ", ": ", "\n", "  ", "{", "}", "[", "]", "|\n", ">\n", "&a ", "*a", "<<: ", "!x ", "#"),
    *("null", "true", "3.10", '"', "'", "{suite}", "multiline: true", "\nRUN x", "a" * 300),
    *("{php}", "{cycle}", "{alias}", "{major}", "{folder}", "axes: {php: [a]}", "layout: .\n"),
    *("{suffix: x, aliases: [latest], on_default: [suite]}", "dockerfile: x", "manifest: x\n"),
    *("default_axes: {php: null}", "releases: {}", "alias: a-{alias}", "../", "folder: ''"),
    *("publish: {registries: [a/b], stamp: '{tag}-{date}'}\n", "test: {command: [x]}", "{date}"),
    *("by: suite", "[[a], {b: 5}]", 'components: {yarn: {version: "1"}}', "sha1: {", "linux/amd64"),
    *("ref: refs/heads/{cycle}", "template: '{cycle}/{name}'", "held_back: {linux/amd64: x}\n"),
)
JINJA: Final = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "${#a[@]}", " | string", " | join", " ~ x", "'", "**"),
    *("image", "settings", "release", "{% for i in range(99999) %}", "{% endfor %}", "loop"),
    *("{% if image %}", "{% endif %}", "{% set x %}", "{% endset %}", "(", ")", "1999999999"),
    *(".zfill(9999999)", "[", "]"),
)  # fmt: skip
_VALUE: Final = re.compile(r"(?<=: )[^\n{\[>|]+$", re.MULTILINE)
TEMPLATE: Final = """\
FROM {{ image.base }}
{% set names = image.architectures | join(", ") %}
{% for name in image.architectures if name != "i386" %}
RUN echo {{ name.center(20) }} {{ loop.index }}/{{ loop.length }} {{ "%5s" % name }}
{% endfor %}
{% macro quoted(text) %}"{{ text | replace("a", "b") }}"{% endmacro %}
ENV A={{ quoted(release.version) ~ "x" }} B={{ "{:>9}".format(names) }} C={{ settings.flags }}
"""


def mutate(text: str, pieces: Sequence[str], chance: random.Random) -> str:
    """Return a text with a few changes."""
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(text) + 1)
        gone = chance.choice((0, 0, 1, 4, 20))
        kind = chance.randrange(4)
        if kind == 0:
            new = chance.choice(SIGNS)
        elif kind == 1:
            new = chance.choice(pieces)
        elif kind == 2:
            other = chance.randrange(len(text) + 1)
            new = text[other : other + chance.choice((1, 10, 80))]
        else:
            new = chr(chance.choice((chance.randrange(0x300), chance.randrange(0x110000))))
        text = text[:start] + new + text[start + gone :]
    return text


def examine_versions(text: str) -> str:
    """Read a versions.yaml, and render it."""
    data = text.encode("utf-8", "surrogatepass")
    config = parse(data)
    assert config == parse(data)
    matrix = expand(config)
    if found := breaches(config, matrix):
        raise ConfigError("versions.yaml", found)
    rendered_files.examine(config, matrix)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "templates")
        folder.mkdir()
        known = "flags" in config.settings
        (folder / "x.j2").write_text(TEMPLATE if known else TEMPLATE.replace("settings.flags", "1"))
        templates = Templates(folder)
        for image in matrix.images[:2]:
            rendered = templates.render("x.j2", **context(image))
            assert not unprintable(rendered, lines=True), text
    return "read"


def examine_template(text: str) -> str:
    """Render a template."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "templates")
        folder.mkdir()
        (folder / "x.j2").write_bytes(text.encode("utf-8", "surrogatepass"))
        rendered = Templates(folder).render("x.j2", **context(_IMAGE))
    assert " at 0x" not in rendered or " at 0x" in text, text
    rendered.encode()
    return "rendered"


_IMAGE: Final = expand(parse(VERSIONS)).images[0]
_TEMPLATES: Final = (
    *[TEMPLATE] * 20,
    *(source for source in HOSTILE.values() if len(source) < 1_000),
    *("{% for i in [1] %}" + maker % "[1] | map('string')" + "{% endfor %}" for maker in MAKERS),
)


_FIXTURES: Final = Path(__file__).parent / "fixtures"
BRANCHES: Final = """\
image: cache
repository: https://github.com/example/cache.git
branch: main
maintainers: ["Example (@example)"]
layout: .
flavors:
  debian:
    name: "{suite}"
    dockerfile: "Dockerfile.{cycle}"
    base: "debian:{suite}"
    template: "{cycle}/{name}"
    needs: [source, {name: linux, by: architecture}]
suites:
  trixie: {flavors: [debian], architectures: [amd64, arm64v8]}
releases:
  "8.4":
    version: "8.4.0"
    sha1: {source: 3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d, why: There is no other.}
    sha256: {linux: {amd64: 1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f}}
    held_back: {linux/arm64v8: 8.4.0 is not published}
  "8.2": {version: "8.2.1", ref: "refs/heads/release/{cycle}", artifacts: []}
"""
FILES: Final = (
    *[VERSIONS] * 2,
    BRANCHES,
    *(
        (_FIXTURES / name / "versions.yaml").read_text()
        for name in ("blog", "jdk", "company", "golang", "node", "postgres")
    ),
)
"""Files with all kinds of keys: `BRANCHES` has those that the others lack."""


def versions(chance: random.Random) -> tuple[str, str, Callable[[], str]]:
    """Return the kind and the text of a mutated versions.yaml, and its examination."""
    file = chance.choice(FILES)
    text = mutate(file, YAML, chance) if chance.random() < 0.4 else _with_text(file, chance)
    return "versions.yaml", text, lambda: examine_versions(text)


def _with_text(file: str, chance: random.Random) -> str:
    """Return a versions.yaml with a random text in the place of a value."""
    place = chance.choice([*_VALUE.finditer(file)])
    new = mutate(place[0].strip('"'), SIGNS, chance)
    quoted = json.dumps(new, ensure_ascii=chance.random() < 0.5)
    return file[: place.start()] + quoted + file[place.end() :]


def manifest(chance: random.Random) -> tuple[str, str, Callable[[], str]]:
    """Return the same for a manifest."""
    text = manifests.mutate(chance.choice(manifests.SEEDS), chance)
    return "manifest", repr(text), lambda: manifests.examine(text).partition(":")[0]


def template(chance: random.Random) -> tuple[str, str, Callable[[], str]]:
    """Return the same for a template."""
    text = mutate(chance.choice(_TEMPLATES), JINJA, chance)
    return "template", text, lambda: examine_template(text)


def run(count: int, seed: int = 0) -> tuple[Counter[str], float]:
    """Examine mutated inputs, the same ones for the same seed.

    Returns the number of each outcome, and the longest time for one input.
    """
    signal.signal(signal.SIGVTALRM, _too_slow)
    chance = random.Random(seed)  # noqa: S311 (the same ones every time)
    outcomes: Counter[str] = Counter()
    longest = 0.0
    for number in range(count):
        kind, text, examine = (versions, manifest, template)[number % 3](chance)
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            outcome = examine()
        except InputError as error:
            outcome = "refused"
            if unprintable(str(error), lines=True):
                raise AssertionError(f"the message has control characters: {error!r}") from error
        except Exception:
            print(f"input {number} of seed {seed}, {kind}:\n{text}", file=sys.stderr)
            raise
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        longest = max(longest, time.process_time() - start)
        outcomes[f"{kind} {outcome}"] += 1
    return outcomes, longest


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"this took more than {SECONDS} seconds")


def main(arguments: Sequence[str]) -> None:
    """Print the outcomes of many mutations."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    count, seed = (*map(int, arguments), *(100_000, 0)[len(arguments) :])
    outcomes, longest = run(count, seed)
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:8} {outcome}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"the longest took {longest:.2f} s; {peak >> 10} MiB")


if __name__ == "__main__":
    main(sys.argv[1:])
