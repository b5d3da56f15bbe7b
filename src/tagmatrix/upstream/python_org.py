"""python.org: which releases are published, and the SHA-256 of their files.

The list of its API v2 says what is published. A file's SHA-256 is claimed in up to
three places: the API, the sigstore bundle beside the file, the SPDX document beside
it. Those that exist have to agree. What the API lists late is looked up in the
download tree. https://github.com/python/pythondotorg/blob/main/apps/downloads/api.py
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tagmatrix.cycles import final_version
from tagmatrix.upstream import documents
from tagmatrix.upstream.answers import FetchFailed, Found, NotPublished
from tagmatrix.upstream.releases import newest_first, of_cycle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.answers import Answer
    from tagmatrix.upstream.client import Client
    from tagmatrix.upstream.documents import File
    from tagmatrix.upstream.releases import Published

FILES: Final[Mapping[str, str]] = {
    "source": "Python-{version}.tar.xz",
    "windows": "python-{version}-amd64.exe",
}
"""The file of each artifact."""

_TREE: Final = "/ftp/python/"


class PythonOrg:
    """Asks python.org, or a mirror of it; what several cycles need is asked once."""

    def __init__(self, client: Client, addresses: Upstream, *, download: bool = False) -> None:
        """Take who asks and where; with `download` files are hashed as well."""
        self._client = client
        self._api = addresses.api.rstrip("/")
        self._downloads = addresses.downloads.rstrip("/")
        self._download = download
        self._list: Answer[documents.ReleaseList] | None = None
        self._listed: dict[int, Found[dict[str, File]] | FetchFailed] = {}
        self.claimed_by: dict[str, tuple[str, ...]] = {}
        """Who says a SHA-256, by the SHA-256."""
        self._lock = threading.Lock()

    def published(self, cycle: str) -> Answer[tuple[Published, ...]]:
        """Return the published releases of a cycle's numbers, newest first."""
        with self._lock:
            if self._list is None:
                url = f"{self._api}/downloads/release/?is_published=true"
                self._list = self._client.get(url, documents.read_releases)
            answer = self._list
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}; is `api` the right address?")
        if isinstance(answer, FetchFailed):
            return answer
        for version, why in answer.value.broken.items():
            if of_cycle(version, cycle):
                return FetchFailed(f"python.org's list of releases: Python {version}: {why}")
        found = [release for release in answer.value.releases if of_cycle(release.version, cycle)]
        if not found:
            return NotPublished(f"python.org lists no release of {cycle}")
        return Found(newest_first(found))

    def checksum(
        self, version: str, artifact: str, release: Published | None, *, known: str = ""
    ) -> Answer[str]:
        """Return the SHA-256 of an artifact of a version.

        Args:
            version: the version.
            artifact: `source` or `windows`.
            release: what the list says of it; None if the list does not have it.
            known: the SHA-256 we have; if the API says the same, nobody else is asked.
        """
        if artifact not in FILES:
            return FetchFailed(f"python.org publishes no artifact called {artifact}")
        name = FILES[artifact].format(version=version)
        file: File | None = None
        if release is not None:
            listed = self._files(release)
            if isinstance(listed, FetchFailed):
                return listed
            file = listed.value.get(name)
        if file is not None and file.problem:
            return FetchFailed(f"python.org's list of files: {name}: {file.problem}")
        if known and file is not None and file.sha256 == known:
            self.claimed_by[known] = ("its API",)
            return Found(known)
        return self._agreed(version, name, file)

    def _files(self, release: Published) -> Found[dict[str, File]] | FetchFailed:
        """Return the files that the API lists of a release."""
        if release.id not in self._listed:
            url = f"{self._api}/downloads/release_file/?release={release.id}"
            answer = self._client.get(url, documents.read_files)
            if isinstance(answer, NotPublished):
                answer = FetchFailed(f"{answer.what}, although the release is listed")
            self._listed[release.id] = answer
        return self._listed[release.id]

    def _agreed(self, version: str, name: str, file: File | None) -> Answer[str]:
        """Return what all that claim a SHA-256 for a file say."""
        if file is None:
            in_tree = self._in_tree(version, name)
            if not isinstance(in_tree, Found):
                return in_tree
            file = in_tree.value
        claims = {"its API": file.sha256} if file.sha256 else {}
        for who, answer in self._asked(version, name, file):
            if isinstance(answer, Found):
                claims[who] = answer.value
            elif isinstance(answer, FetchFailed):
                return answer
        if not claims:
            return NotPublished(f"no SHA-256 of {name} is published; --download makes one")
        if len(set(claims.values())) > 1:
            said = ", ".join(f"{who} says {digest}" for who, digest in claims.items())
            what = f"python.org contradicts itself about {name}: {said}"
            return FetchFailed(what, alarm=True)
        agreed = next(iter(claims.values()))
        self.claimed_by[agreed] = tuple(claims)
        return Found(agreed)

    def _asked(self, version: str, name: str, file: File) -> Iterator[tuple[str, Answer[str]]]:
        """Ask all but the API: a word for who answered, and the answer."""
        if file.sigstore:
            url = self._mirrored(file.sigstore)
            yield "the sigstore bundle", self._client.get(url, documents.read_sigstore)
        if file.spdx:
            url = self._mirrored(file.spdx)
            yield "the SPDX document", self._client.get(url, documents.spdx_reader(name))
        if self._download:
            yield "the file itself", self._hashed(version, name, file.size)

    def _hashed(self, version: str, name: str, size: int) -> Answer[str]:
        """Download a file; `size` is what the API says of it, 0 for nothing."""
        answer = self._client.sha256(f"{self._folder(version)}{quote(name)}")
        if not isinstance(answer, Found):
            return answer
        digest, taken = answer.value
        if size and size != taken:
            what = f"{name} has {taken:,} bytes, its API says {size:,}"
            return FetchFailed(f"python.org contradicts itself: {what}", alarm=True)
        return Found(digest)

    def _in_tree(self, version: str, name: str) -> Answer[File]:
        """Return a file that the API does not list, from the download tree."""
        folder = self._folder(version)
        listing = self._client.get(folder, documents.read_listing)
        if isinstance(listing, FetchFailed):
            return listing
        if isinstance(listing, NotPublished) or name not in listing.value:
            return NotPublished(f"{name} is not published")
        beside = {
            kind: f"{folder}{quote(name)}{kind}" if f"{name}{kind}" in listing.value else ""
            for kind in (".sigstore", ".spdx.json")
        }
        return Found(documents.File(sigstore=beside[".sigstore"], spdx=beside[".spdx.json"]))

    def _folder(self, version: str) -> str:
        return f"{self._downloads}/{quote(final_version(version))}/"

    def _mirrored(self, url: str) -> str:
        """Return an address of the download tree as `downloads` says it; others as they are."""
        match = re.match(r"https?://[^/]+(/.*)", url)
        if match and match[1].startswith(_TREE):
            return f"{self._downloads}/{match[1].removeprefix(_TREE)}"
        return url
