"""The repository on the first day: six cycles and four variants, one of them on Windows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tests.cli.conftest import settings
from tests.web.site import digest
from tests.year.releases import moment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.year.world import World

ENDS = {"3.14": 2030, "3.13": 2029, "3.12": 2028, "3.11": 2027, "3.10": 2026, "3.9": 2025}

HEAD = """\
# A comment that has to stay.
image: python
repository: https://github.com/example/python.git
branch: main
maintainers:
  - A U Thor <author@example.org> (@author)
builder: buildkit
{upstream}
default_suites:
  default: bookworm
  alpine: "3.21"

flavors:
  default:
    name: "{{suite}}"
    base: buildpack-deps:{{suite}}
    template: linux
    needs: [source]
    on_default_suite: {{shared_tags: [""]}}
  slim:
    name: slim-{{suite}}
    base: debian:{{suite}}-slim
    template: linux
    needs: [source]
    follows: default
    on_default_suite: {{tags: [slim]}}
  alpine:
    name: alpine{{suite}}
    base: alpine:{{suite}}
    template: linux
    needs: [source]
    on_default_suite: {{tags: [alpine]}}
  windowsservercore:
    name: windowsservercore-{{suite}}
    folder: windows/{{name}}
    base: mcr.microsoft.com/windows/servercore:{{suite}}
    template: windows
    needs: [windows]
    late: {late}
    wait_days: {wait_days}
    shared_tags: [windowsservercore, ""]
    constraints: ["{{name}}"]
    builder: classic

suites:
  bookworm: {{flavors: [default, slim], architectures: [amd64, arm64v8]}}
  "3.21": {{flavors: [alpine], architectures: [amd64, arm64v8]}}
  ltsc2025: {{flavors: [windowsservercore], architectures: [windows-amd64]}}

releases:
"""

LINUX = """\
FROM {{ image.base }}
ENV PYTHON_VERSION={{ release.version }}
ENV PYTHON_SHA256={{ release.sha256.source }}
RUN set -eux; wget -O python.tar.xz "https://www.python.org/ftp/python/"; \\
	echo "$PYTHON_SHA256 *python.tar.xz" | sha256sum -c -
"""

WINDOWS = """\
# escape=`
FROM {{ image.base }}
ENV PYTHON_VERSION={{ release.version }}
ENV PYTHON_SHA256={{ release.sha256.windows }}
RUN (Get-FileHash python.exe -Algorithm sha256).Hash -ne $env:PYTHON_SHA256
"""


def versions(world: World, base: str, day: dt.date) -> str:
    """Return versions.yaml as maintainers would have it at the beginning of a day."""
    now = moment(day)
    head = HEAD.format(upstream=settings(base), late=world.late, wait_days=world.wait_days)
    head = head.replace("  allow_http: true\n", "")
    if day >= dt.date(2025, 11, 1):
        raise ValueError("by November maintainers had manual work to do: begin earlier")
    blocks = []
    for numbers, year in ENDS.items():
        final = numbers != "3.14" or world.by_version["3.14.0"].published + dt.timedelta(3) < now
        cycle = numbers if final else f"{numbers}-rc"
        blocks.append(_block(world, cycle, year, now))
    return head + "\n".join(blocks)


def _block(world: World, cycle: str, year: int, now: dt.datetime) -> str:
    """Return a release: the newest complete one."""
    only_source = all("windows" not in release.files for release in world.of_cycle(cycle, now)[:1])
    wanted = ("source",) if only_source else ("source", "windows")
    release = next(
        each
        for each in world.of_cycle(cycle, now)
        if each.final == (not cycle.endswith("-rc"))
        and all(len(each.claims(name, now)) == 1 for name in wanted)
    )
    lines = [f'  "{cycle}":', f'    version: "{release.version}"', "    sha256:"]
    lines += [f"      {name}: {digest(release.files[name].content(now))}" for name in wanted]
    lines += ["    artifacts: [source]"] if only_source else []
    return "\n".join([*lines, f"    end_of_life: {year}-10-31 # by its PEP", ""])


def write(root: Path, world: World, base: str, day: dt.date) -> None:
    """Write versions.yaml, templates/ and a file that does not belong to tagmatrix."""
    files = {
        "versions.yaml": versions(world, base, day),
        "templates/linux.Dockerfile.j2": LINUX,
        "templates/windows.Dockerfile.j2": WINDOWS,
        "NOTES.md": "# Notes\n",
    }
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
