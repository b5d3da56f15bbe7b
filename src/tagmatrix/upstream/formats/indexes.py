"""Read indexes of packages (apt, apk), and manifests of official-images."""

from __future__ import annotations

import io
import tarfile
from typing import Final

from tagmatrix.manifest import ManifestError, parse
from tagmatrix.manifest.entry_tags import read_entry_tags
from tagmatrix.upstream.formats.packed import unpacked
from tagmatrix.web.answers import UnreadableError

_APK: Final = {"P": "package", "V": "version", "A": "architecture", "S": "size"}


def read_packages(body: bytes) -> list[dict[str, str]]:
    """Return the fields of each package, with names in lower case."""
    try:
        text, names = _text(body)
    except (OSError, EOFError, tarfile.TarError, KeyError):
        raise UnreadableError("not an index of packages, or an incomplete one") from None
    found: list[dict[str, str]] = []
    for stanza in text.split("\n\n"):
        fields: dict[str, str] = {}
        for line in stanza.splitlines():
            key, colon, value = line.partition(":")
            if colon and not line.startswith((" ", "\t")):
                fields[names.get(key, key.lower())] = value.strip()
        if "package" in fields and "version" in fields:
            found.append(fields)
        elif fields or stanza.strip():
            raise UnreadableError("not an index of packages: an entry has no package or version")
    if not found:
        raise UnreadableError("not an index of packages: it has no package")
    return found


def _text(body: bytes) -> tuple[str, dict[str, str]]:
    """Return the text of an index, and other names of its fields."""
    plain = unpacked(body)
    if not body.startswith(b"\x1f\x8b") or b"APKINDEX" not in plain[:100_000]:
        return plain.decode(errors="replace"), {}
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        member = archive.extractfile("APKINDEX")
        return (member.read().decode(errors="replace") if member else ""), _APK


def read_manifest(body: bytes) -> list[dict[str, object]]:
    """Return the entries of a manifest: `version`, `tags` and `architectures`."""
    try:
        manifest = parse(body, any_architecture=True)
    except ManifestError as error:
        raise UnreadableError(f"not a manifest: {str(error).splitlines()[0]}") from None
    found: list[dict[str, object]] = []
    for entry, read in zip(manifest.entries, read_entry_tags(manifest), strict=True):
        tags = [*entry.tags, *entry.shared_tags]
        found.append(
            {
                "version": read.version.tag if read.version else "",
                "tags": tags,
                "architectures": [*entry.architectures],
            }
        )
    return found
