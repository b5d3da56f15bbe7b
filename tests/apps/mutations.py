"""Files of applications changed at random: `python -m tests.apps.mutations [COUNT [SEED]]`.

For each, `app write` gives messages or files, and never ends with a bug. Nothing of a file
becomes an instruction, a command of a shell, or a service that it was not.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from tagmatrix import header
from tagmatrix.cli import main
from tagmatrix.dockerfile.docker_rules import errors
from tagmatrix.dockerfile.parse import parse as read_dockerfile
from tests.apps import samples
from tests.dockerfiles.parse import parse

if TYPE_CHECKING:
    import tree_sitter

INSTRUCTIONS: Final = frozenset(
    ["CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "STOPSIGNAL", "USER", "WORKDIR"]
)
PROGRAMS: Final = frozenset(
    [
        "=",
        "[",
        "apk",
        "apt-get",
        "awk",
        "chmod",
        "echo",
        "find",
        "mkdir",
        "pip",
        "printf",
        "python3",
        "rm",
        "sed",
        "set",
        "sort",
        "touch",
        "true",
        "xargs",
        "/opt/manager/bin/pip",
        "/opt/manager/bin/pdm",
        "/opt/manager/bin/pipenv",
        "/opt/manager/bin/poetry",
        "/opt/manager/bin/uv",
    ]
)
MOUNT: Final = re.compile(
    r"^(RUN )(?: *--mount=type=(?:cache|secret|bind)(?:,[a-z]+(?:=[A-Za-z0-9_./+@-]+)?)* \\\n)+ *",
    re.MULTILINE,
)
"""The mounts of a RUN, each with its line break: what is left is the script."""
SERVICE_KEYS: Final = frozenset(
    [
        "build",
        "cap_drop",
        "command",
        "depends_on",
        "environment",
        "healthcheck",
        "image",
        "networks",
        "ports",
        "profiles",
        "read_only",
        "restart",
        "secrets",
        "security_opt",
        "tmpfs",
        "volumes",
    ]
)
HOSTILE: Final = (
    *"\n\r\t\v \"'`$\\;&|<>(){}[]#!*?~=%@:,\x00\x1b\x7f\x85\xa0\u2028\u202e",
    *("evil", "\nRUN evil\n", "\nUSER root\n", '", "evil', "'; evil; '", "$(evil)", "`evil`"),
    *(" && evil", " || evil", "; evil", "| evil", "> evil", "\\\nRUN evil", "\\", "\\\n"),
    *("${{ evil }}", "${evil}", "$evil", "<<EOF\nevil\nEOF", "{{ evil }}", "{% evil %}"),
    *("# escape=`\n", "# syntax=evil/evil\n", "--privileged", "-e evil", "-r evil.txt"),
    *("/etc/passwd", "../../evil", "[project]", ",source=/,target=/", ",rw", "é", "x" * 5000),
    *("[" * 400, "(" * 400, "0" * 5000, "1e999", "nan", "9" * 400, ">=3.11,<3.12", "==2.7.*"),
    *("a: b", "- evil", "evil:\n  image: evil", "*evil", "&evil", "!!python/object:evil"),
    *("web: evil; evil", "web: $(evil)", "PORT=$PORT", 'name = "evil"', "[tool.poetry]"),
)  # fmt: skip
HEADER: Final = "".join(f"# {sentence}\n" for sentence in header.APP.sentences)
KEPT: Final = f"""
# Options: --tag 3.14-slim --command 'gunicorn -b :$PORT app:app' --port 9000 --with ci-gitlab

FROM python:3.14-slim@sha256:{"a" * 64} AS base
"""


def mutate(text: str, chance: random.Random) -> str:
    """Return a text with a few changes."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 1, 5, 30)))
        kind = chance.randrange(8)
        if kind == 0:
            piece = text[chance.randrange(len(text) + 1) :][: chance.randint(1, 60)]
        elif kind == 1:
            piece = ""
        else:
            piece = "".join(chance.choices(HOSTILE, k=chance.choice((1, 1, 1, 2, 3))))
        text = text[:start] + piece + text[end:]
    return text


def run(name: str, folder: Path, chance: random.Random) -> str:
    """Change one or two files of a sample, run `app write`, and return what came out of it.

    In some folders an earlier run left a Dockerfile, which keeps options: it is changed, too.
    Raises AssertionError if a property does not hold.
    """
    files = samples.files(name)
    for path in chance.choices(sorted(files), k=chance.choice((1, 1, 2))):
        files[path] = mutate(files[path], chance)
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode(errors="surrogatepass"))
    application = folder / samples.INSIDE.get(name, ".")
    if chance.randrange(3) == 0:
        (application / "Dockerfile").write_bytes(
            f"{HEADER}{mutate(KEPT, chance)}".encode(errors="surrogatepass")
        )
    variant = chance.choice(("slim", "alpine", "default"))
    command = [
        "-C",
        str(application),
        "app",
        "write",
        "--variant",
        variant,
        "--with",
        "compose,ci-github",
    ]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(command)
    assert code in {0, 2}, err.getvalue()
    printed = (out.getvalue() + err.getvalue()).replace("\n", "")
    assert printed.isprintable(), repr(printed)
    if code == 2:
        assert err.getvalue().startswith("error: ") or "\nerror: " in err.getvalue()
        assert not (application / "compose.yaml").exists()
        return "message"
    check_dockerfile((application / "Dockerfile").read_text(encoding="utf-8"))
    check_compose((application / "compose.yaml").read_text(encoding="utf-8"))
    check_workflow((application / ".github/workflows/image.yml").read_text(encoding="utf-8"))
    return "files"


def check_dockerfile(text: str) -> None:
    """Check the instructions and the commands of a Dockerfile."""
    read = read_dockerfile(text)
    assert list(errors(read, text)) == []
    file = parse(MOUNT.sub(r"\1", text))
    names = [one.name for one in file.instructions]
    assert set(names) <= INSTRUCTIONS, names
    assert names == [one.keyword for one in read.instructions]
    assert names.count("USER") == names.count("CMD") == 1
    assert names[-1] == "CMD"
    bases = [one.value.split()[0] for one in file.named("FROM")]
    assert bases[1:] == ["base", "dependencies", "base"]
    assert bases[0].startswith("python:3."), bases
    commands = {command.name for command in file.commands}
    assert commands <= PROGRAMS, commands
    for one in file.named("RUN"):
        assert "evil" not in substitutions(one.tree()), one.value


def substitutions(node: tree_sitter.Node) -> str:
    """Return the texts of all substitutions and expansions of a script."""
    waiting = [node]
    found = []
    while waiting:
        each = waiting.pop()
        if each.type in {"command_substitution", "expansion", "simple_expansion", "heredoc_body"}:
            found.append((each.text or b"").decode())
        waiting += each.children
    return " ".join(found)


def check_compose(text: str) -> None:
    """Check the services of a compose file."""
    value = yaml.safe_load(text)
    assert set(value) <= {"name", "services", "networks", "volumes", "secrets"}
    for service in value["services"].values():
        assert set(service) <= SERVICE_KEYS, service
        assert service["image"].replace("-", "").isalnum() or ":" in service["image"]
        assert all(isinstance(word, str) for word in service.get("command", []))


def check_workflow(text: str) -> None:
    """Check that a workflow has its own job, and no expression of a file."""
    value = yaml.safe_load(text)
    assert set(value["jobs"]) == {"check", "image"}
    assert "evil" not in text


def many(count: int, seed: int) -> Counter[str]:
    """Run mutations, and return the number of each outcome."""
    outcomes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for number in range(seed, seed + count):
            chance = random.Random(number)  # noqa: S311 (not for secrets)
            folder = Path(name) / "app"
            sample = chance.choice(samples.NAMES)
            try:
                outcomes[run(sample, folder, chance)] += 1
            except Exception as error:
                error.add_note(f"sample {sample}, seed {number}")
                raise
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    return outcomes


if __name__ == "__main__":
    print(many(*map(int, [*sys.argv[1:], "2000", "0"][:2])))
