"""Five families with described sources, and the documents that their upstreams publish."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.projects import Project

Releases: TypeAlias = "dict[str, dict[str, str]]"
"""The checksums of each version by artifact."""
FILE = "versions.yaml"
DAY = "2026-08-19"


def sha256(*words: str) -> str:
    """Return a checksum."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Family:
    """A family, and its upstream.

    Attributes:
        fixture: the name of its folder in `tests/fixtures`.
        upstream: its source, in place of `branch: main`; BASE is the address of the server.
        list: the path of the list of releases, or its beginning.
        documents: returns the documents of releases by path.
        prepare: changes the fixture first.
        new: a new version of the first final cycle.
        early: a new pre-release.
        late: an artifact of `new` that is published later.
        late_code: the exit code of `update` meanwhile.
        moved: the cycle that moves to `early`; empty if none does.
        added: the new cycle that `early` is of; empty if versions.yaml has it.
    """

    fixture: str
    upstream: str
    list: str
    documents: Callable[[Releases], dict[str, str]]
    prepare: Callable[[Project], None] = lambda _: None
    new: str
    early: str
    late: str
    late_code: int = 0
    moved: str = ""
    added: str = ""

    def releases(self, project: Project) -> Releases:
        """Return the releases in versions.yaml."""
        return {
            each.version: {**each.sha256, **each.sha512}
            for each in parse(project.read(FILE)).releases
            if each.version
        }


def _named(names: Mapping[str, str], artifact: str) -> str:
    """Return upstream's word for the architecture of an artifact."""
    architecture = artifact.partition("/")[2]
    return names.get(architecture, architecture)


GO = {"arm32v7": "armv6l", "i386": "386"} | {"arm64v8": "arm64"}
NODE = {"amd64": "x64", "arm64v8": "arm64"}
JAVA = {"amd64": "x64", "arm64v8": "aarch64"}


def _golang(releases: Releases) -> dict[str, str]:
    """Return the list of https://go.dev/dl/?mode=json&include=all."""
    listed = [
        {
            "version": f"go{version}",
            "stable": "rc" not in version,
            "files": [
                {
                    "filename": f"go{version}.linux-{_named(GO, artifact)}.tar.gz",
                    "os": "linux",
                    "arch": _named(GO, artifact),
                    "version": f"go{version}",
                    "sha256": digest,
                    "size": 7,
                    "kind": "archive",
                }
                for artifact, digest in sums.items()
            ],
        }
        for version, sums in releases.items()
    ]
    return {"/dl/": json.dumps(listed)}


def _node(releases: Releases) -> dict[str, str]:
    """Return the index of https://nodejs.org/dist/, and SHASUMS256.txt there and of musl."""
    found = {
        "/dist/index.json": json.dumps(
            [
                {"version": f"v{version}", "date": DAY, "files": ["linux-x64", "src"], "lts": False}
                for version in releases
            ]
        )
    }
    for version, sums in releases.items():
        for folder, artifact, end in (("dist", "glibc", ""), ("musl", "musl", "-musl")):
            name = f"node-v{version}-linux-{{}}{end}.tar.gz"
            found[f"/{folder}/v{version}/SHASUMS256.txt"] = "".join(
                f"{digest}  {name.format(_named(NODE, each))}\n"
                for each, digest in sums.items()
                if each.startswith(artifact)
            )
    return found


def _jdk(releases: Releases) -> dict[str, str]:
    """Return the releases of each version of Java, as https://api.adoptium.net/v3 lists them."""
    found: dict[str, list[object]] = {}
    for version, sums in releases.items():
        binaries = [
            {
                "os": "windows" if artifact == "windows" else "linux",
                "architecture": _named(JAVA, artifact) or "x64",
                "image_type": "jre" if artifact.startswith("jre") else "jdk",
                "package": {"checksum": digest, "name": "OpenJDK.tar.gz", "size": 7},
            }
            for artifact, digest in sums.items()
        ]
        path = f"/v3/assets/feature_releases/{version[: 2 if version[0] != '8' else 1]}/ga"
        entry = {
            "release_name": f"jdk{'-' if version[0] != '8' else ''}{version.replace('_', '+')}",
            "timestamp": f"{DAY}T10:00:00Z",
            "binaries": binaries,
        }
        found.setdefault(path, []).append(entry)
    return {path: json.dumps(entries) for path, entries in found.items()}


def _by_architecture(project: Project) -> None:
    """Give the JDK an archive for each architecture, as Temurin has."""
    text = project.read(FILE)
    for name, old in (("jdk", "1f"), ("jre", "2f"), ("jdk", "4f"), ("jre", "5f")):
        words = ("amd64", "arm64v8", "s390x")
        sums = ", ".join(f"{each}: {sha256(old, each)}" for each in words)
        text = text.replace(f"{name}: {old * 32}", f"{name}: {{{sums}}}")
        text = text.replace(f"needs: [{name}]", f"needs: [{{name: {name}, by: architecture}}]")
    project.write(FILE, text)
    project.edit(
        "templates/linux.Dockerfile.j2", 'echo "{{ release.sha256[kind] }} ', 'echo "$sum '
    )
    project.edit(
        "templates/linux.Dockerfile.j2",
        "RUN set -eux; \\\n",
        "RUN set -eux; \\\n"
        '\tcase "$(uname -m)" in \\\n'
        "{% for architecture, sum in release.sha256[kind].items() %}\n"
        "\t\t{{ {'amd64': 'x86_64', 'arm64v8': 'aarch64'}.get(architecture, architecture) }}) "
        "sum={{ sum }} ;; \\\n"
        "{% endfor %}\n"
        "\t\t*) exit 1 ;; \\\n"
        "\tesac; \\\n",
    )


def _postgres(releases: Releases) -> dict[str, str]:
    """Return the listing of https://ftp.postgresql.org/pub/source/, and a sum of each source."""
    links = "".join(
        f'<a href="v{version}/">v{version}/</a>   19-Aug-2026 10:00   -\n' for version in releases
    )
    page = (
        "<html>\n<head><title>Index of /pub/source/</title></head>\n<body>\n<h1>Index of "
        f'/pub/source/</h1><hr><pre><a href="../">../</a>\n{links}</pre><hr></body>\n</html>\n'
    )
    found = {"/pub/source/": page}
    for version, sums in releases.items():
        name = f"postgresql-{version}.tar.bz2"
        for digest in sums.values():
            found[f"/pub/source/v{version}/{name}.sha256"] = f"{digest}  {name}\n"
    return found


def _packages_of_the_version(project: Project) -> None:
    """Let the package follow the version of the release, so that no maintainer has to."""
    lines = project.read(FILE).splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("    settings: {apt_version")]
    text = "".join(kept)
    begin, end = text.index("  apt_version:\n"), text.index("  package:\n")
    project.write(FILE, text[:begin] + text[end:])
    project.edit("templates/debian.Dockerfile.j2", "settings.apt_version", "release.version")
    project.edit("templates/debian.Dockerfile.j2", '"$PG_VERSION"', '"$PG_VERSION-*"')


def _broker(releases: Releases) -> dict[str, str]:
    """Return the releases of GitHub, and a SHA-512 of each source."""
    found = {
        "/releases": json.dumps(
            [
                {
                    "tag_name": f"v{version}",
                    "draft": False,
                    "prerelease": "-" in version,
                    "published_at": f"{DAY}T00:00:00Z",
                }
                for version in releases
            ]
        )
    }
    for version, sums in releases.items():
        name = f"broker-{version}.tar.xz"
        for digest in sums.values():
            found[f"/{name}.sha512"] = f"{digest}  {name}\n"
    return found


def _with_sha512(project: Project) -> None:
    """Give the broker SHA-512."""
    for old in ("1f", "2f"):
        project.edit(FILE, f"sha256: {{source: {old * 32}}}", f'sha512: {{source: "{old * 64}"}}')
    template = "templates/broker.Dockerfile.j2"
    project.edit(template, "release.sha256.source", "release.sha512.source")
    project.edit(template, "sha256sum", "sha512sum")


FAMILIES = [
    Family(
        fixture="golang",
        upstream="""branch: main
upstream:
  releases: {json: "BASE/dl/?mode=json&include=all", take: version, strip: go}
  artifacts:
    linux:
      json: BASE/dl/?mode=json&include=all
      each: "[?version=='{listed}'].files[]"
      take: {file: filename, sha256: sha256, size: size}
      file: "{listed}.linux-{architecture}.tar.gz"
  architectures:
    {amd64: amd64, arm32v7: armv6l, arm64v8: arm64, i386: "386", ppc64le: ppc64le,
    riscv64: riscv64, s390x: s390x}
  allow_http: true
""",
        list="/dl/",
        documents=_golang,
        new="1.27.2",
        early="1.28rc1",
        added="1.28-rc",
        late="linux/s390x",
    ),
    Family(
        fixture="node",
        upstream="""branch: main
upstream:
  releases: {json: BASE/dist/index.json, take: {version: version, date: date}, strip: v}
  artifacts:
    glibc:
      sums: BASE/dist/v{version}/SHASUMS256.txt
      file: node-v{version}-linux-{architecture}.tar.gz
    musl:
      sums: BASE/musl/v{version}/SHASUMS256.txt
      file: node-v{version}-linux-{architecture}-musl.tar.gz
  architectures: {amd64: x64, arm64v8: arm64, ppc64le: ppc64le, s390x: s390x}
  allow_http: true
""",
        list="/dist/index.json",
        documents=_node,
        new="26.8.0",
        early="27.0.0-rc.1",
        added="27-rc",
        late="glibc/s390x",
    ),
    Family(
        fixture="jdk",
        upstream="""branch: main
upstream:
  releases:
    json: BASE/v3/assets/feature_releases/{cycle}/ga?vendor=eclipse&page_size=20
    take: {version: release_name, date: timestamp}
    match: "^jdk-?(8u.*|[0-9].*)$"
    replace: {"+": "_"}
  artifacts:
    jdk:
      json: BASE/v3/assets/feature_releases/{major}/ga?vendor=eclipse&page_size=20
      each: "[?release_name=='{listed}'].binaries[]"
      take: {file: "join('/', [image_type, os, architecture])", sha256: package.checksum}
      file: jdk/linux/{architecture}
    jre:
      json: BASE/v3/assets/feature_releases/{major}/ga?vendor=eclipse&page_size=20
      each: "[?release_name=='{listed}'].binaries[]"
      take: {file: "join('/', [image_type, os, architecture])", sha256: package.checksum}
      file: jre/linux/{architecture}
    windows:
      json: BASE/v3/assets/feature_releases/{major}/ga?vendor=eclipse&page_size=20
      each: "[?release_name=='{listed}'].binaries[]"
      take: {file: "join('/', [image_type, os, architecture])", sha256: package.checksum}
      file: jdk/windows/x64
  architectures: {amd64: x64, arm64v8: aarch64, s390x: s390x}
  allow_http: true
""",
        list="/v3/assets/feature_releases/25/ga",
        documents=_jdk,
        prepare=_by_architecture,
        new="25.0.5_9",
        early="25.0.5_3-ea",
        late="jdk/s390x",
    ),
    Family(
        fixture="postgres",
        upstream="""branch: main
upstream:
  releases: {listing: BASE/pub/source/, take: file, match: "^v([0-9][0-9a-z.]*)/$"}
  artifacts:
    source: {sums: "BASE/pub/source/v{version}/postgresql-{version}.tar.bz2.sha256"}
  allow_http: true
""",
        list="/pub/source/",
        documents=_postgres,
        prepare=_packages_of_the_version,
        new="18.2",
        early="19rc1",
        late="source",
        late_code=4,
        moved="19",
    ),
    Family(
        fixture="broker",
        upstream="""branch: main
version_style: loose
upstream:
  releases:
    json: BASE/releases
    where: "!draft"
    take: {version: tag_name, date: published_at}
    strip: v
  artifacts:
    source: {sums: "BASE/broker-{version}.tar.xz.sha512"}
  allow_http: true
""",
        list="/releases",
        documents=_broker,
        prepare=_with_sha512,
        new="4.3.6",
        early="4.4.0-rc.1",
        added="4.4-rc",
        late="source",
        late_code=4,
    ),
]
