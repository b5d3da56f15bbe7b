"""Upstreams of each kind: their descriptions, and documents of their shape for a test site."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tagmatrix.config.format.upstream import read_preset

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tagmatrix.config.model import Upstream

Published: TypeAlias = "Mapping[str, Mapping[str, str]]"
"""The SHA-256 of the file of each architecture, by version."""

SUMS = """
artifacts:
  linux:
    sums: BASE/{version}/SHASUMS256.txt
    file: tool-{version}-{architecture}.tar.gz
    url: BASE/{version}/{file}
architectures: {amd64: x64, arm64v8: arm64}
allow_http: true
"""
WORDS = {"amd64": "x64", "arm64v8": "arm64"}


@dataclass(frozen=True)
class Kind:
    """A kind of list: its description, its path, and the document that lists versions."""

    name: str
    path: str
    releases: str
    document: Callable[[list[str]], bytes]

    def upstream(self, base: str) -> Upstream:
        """Return the description of the upstream at an address."""
        text = f"releases:\n{self.releases}\n{SUMS}".replace("BASE", base)
        return read_preset(text.encode(), self.name)

    def documents(self, published: Published) -> dict[str, str]:
        """Return the documents, byte for character, by path."""
        found = {self.path: self.document([*published]).decode("latin-1")}
        for version, files in published.items():
            lines = (
                f"{digest}  tool-{version}-{WORDS[name]}.tar.gz\n" for name, digest in files.items()
            )
            found[f"/{version}/SHASUMS256.txt"] = "".join(lines)
        return found


def _apk(versions: list[str]) -> bytes:
    text = "".join(f"P:tool\nV:{version}\nA:x86_64\nS:1\n\n" for version in versions).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("APKINDEX")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return packed.getvalue()


def _apt(versions: list[str]) -> str:
    return "".join(
        f"Package: tool\nVersion: {version}\nArchitecture: amd64\nDescription: A tool\n more\n\n"
        for version in versions
    )


def _manifest(versions: list[str]) -> str:
    entries = "".join(
        f"\nTags: {version}\nArchitectures: amd64\nDirectory: {version}\n" for version in versions
    )
    return (
        "Maintainers: Ada (@ada)\nGitRepo: https://example.org/a.git\n"
        f"GitCommit: {'c0ffee' * 6}c0ff\n{entries}"
    )


def _xml(versions: list[str]) -> str:
    inside = "".join(f"<version>{version}</version>" for version in versions)
    return (
        '<?xml version="1.0"?><metadata xmlns="http://example.org/m">'
        f"<versioning><versions>{inside}</versions></versioning></metadata>"
    )


def _listing(versions: list[str]) -> str:
    links = "".join(f'<a href="tool-{each}.tar.gz">tool-{each}</a>\n' for each in versions)
    return f"<html><body><pre><a href='../'>..</a>\n{links}</pre></body></html>\n"


def _refs(versions: list[str]) -> str:
    """Return the references of a repository that a plain web server publishes."""
    return "".join(f"{n:040x}\trefs/tags/v{each}\n" for n, each in enumerate(versions, 1))


KINDS = [
    Kind(
        "json",
        "/list.json",
        '  json: BASE/list.json\n  take: {version: tag, date: day}\n  where: "!draft"\n  strip: v',
        lambda versions: json.dumps(
            [
                {"tag": f"v{each}", "day": "2026-06-01T12:00:00Z", "draft": False}
                for each in versions
            ]
        ).encode(),
    ),
    Kind(
        "yaml",
        "/list.yaml",
        "  yaml: BASE/list.yaml\n  each: versions",
        lambda versions: ("versions:\n" + "".join(f"- {each}\n" for each in versions)).encode(),
    ),
    Kind(
        "toml",
        "/list.toml",
        "  toml: BASE/list.toml\n  each: release\n  take: version",
        lambda versions: "".join(
            f'[[release]]\nversion = "{each}"\n' for each in versions
        ).encode(),
    ),
    Kind(
        "xml",
        "/list.xml",
        '  xml: BASE/list.xml\n  each: "versioning[].versions[].version[]"',
        lambda versions: _xml(versions).encode(),
    ),
    Kind(
        "text",
        "/list.txt",
        "  text: BASE/list.txt\n"
        r"  match: '(?m)^\* tool (?P<version>[0-9][0-9a-z.]*) of (?P<date>\S+)$'",
        lambda versions: (
            "# Releases\n" + "".join(f"* tool {each} of 2026-06-01\n" for each in versions)
        ).encode(),
    ),
    Kind(
        "sums",
        "/SUMS",
        "  sums: BASE/SUMS\n  take: file\n  match: '^tool-(.*)\\.tar\\.gz$'",
        lambda versions: "".join(
            f"{n:064x}  tool-{each}.tar.gz\n" for n, each in enumerate(versions, 1)
        ).encode(),
    ),
    Kind(
        "listing",
        "/files/",
        "  listing: BASE/files/\n  take: file\n  match: '^tool-(.*)\\.tar\\.gz$'",
        lambda versions: _listing(versions).encode(),
    ),
    Kind(
        "apt",
        "/Packages.gz",
        "  packages: BASE/Packages.gz\n  where: package == 'tool'\n  take: version",
        lambda versions: gzip.compress(_apt(versions).encode(), mtime=0),
    ),
    Kind("apk", "/APKINDEX.tar.gz", "  packages: BASE/APKINDEX.tar.gz\n  take: version", _apk),
    Kind(
        "manifest",
        "/manifests/tool",
        "  manifest: BASE/manifests/tool\n  take: version",
        lambda versions: _manifest(versions).encode(),
    ),
    Kind(
        "tags",
        "/tool.git/info/refs",
        "  tags: BASE/tool.git\n  match: '^v([0-9.]+)$'",
        lambda versions: _refs(versions).encode(),
    ),
]
