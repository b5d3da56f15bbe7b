"""python.org: the published releases, and the SHA-256 of their files.

The list of python.org's API v2 says which releases are published. Up to three documents
claim a file's SHA-256: the API, the file's sigstore bundle and its SPDX document. Those that
exist must agree. A file that the API does not list yet is looked up in the download tree.
https://github.com/python/pythondotorg/blob/main/apps/downloads/api.py
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec.structs import replace

from tagmatrix.upstream.claims import agreed, hashed
from tagmatrix.upstream.formats.listings import listing_reader
from tagmatrix.upstream.once import Once
from tagmatrix.upstream.phases import fetch_phases, phase_of
from tagmatrix.upstream.python_org import documents
from tagmatrix.upstream.release_lists import newest_first
from tagmatrix.upstream.release_order import ListedVersions, is_outdone, of_cycle
from tagmatrix.versions import final_version
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.python_org.documents import File
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.upstream.source_options import SourceOptions
    from tagmatrix.upstream.sources import MakeSource
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

FILES: Final[Mapping[str, str]] = {
    "source": "Python-{version}.tar.xz",
    "windows": "python-{version}-amd64.exe",
}
"""The file of each artifact."""

_TREE: Final = "/ftp/python/"


class PythonOrg:
    """Requests the facts of python.org or of a mirror; what several cycles need, only once."""

    def __init__(self, client: Client, upstream: Upstream, options: SourceOptions) -> None:
        """Store the settings; requests follow later."""
        self._client = client
        self._api = upstream.addresses["api"].rstrip("/")
        self._downloads = upstream.addresses["downloads"].rstrip("/")
        self._release_cycles = upstream.addresses["release_cycles"]
        self._options = options
        self._once = Once()
        self.claimed_by: dict[str, tuple[str, ...]] = {}
        """The documents that claim a SHA-256, by the SHA-256."""

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle's numbers, newest first."""
        answer = self._every_release()
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}; is `api` the right address?")
        if isinstance(answer, FetchFailed):
            return answer
        found = [release for release in answer.value.releases if of_cycle(release.version, cycle)]
        newest = newest_first(found, answer.value.broken, cycle, "pep440", "python.org", "Python ")
        if isinstance(newest, FetchFailed):
            return newest
        known = {release.version for release in found}
        for name, slug in answer.value.unnamed:
            version = documents.version_of_slug(slug, cycle)
            if version and version not in known and not is_outdone(version, cycle, found):
                what = f"{shown(name)} ({shown(slug)}) is probably {version}, but not named so"
                return FetchFailed(f"python.org's list of releases: {what}")
        return newest

    def listed_versions(self) -> Answer[ListedVersions]:
        """Return the versions of all cycles."""
        answer = self._every_release()
        if not isinstance(answer, Found):
            return answer
        found = (release.version for release in answer.value.releases)
        return Found(ListedVersions((*found, *answer.value.broken)))

    def _every_release(self) -> Answer[documents.ReleaseList]:
        url = f"{self._api}/downloads/release/?is_published=true"
        ask = partial(self._client.get, url, documents.read_releases)
        found: Answer[documents.ReleaseList] = self._once.answer(
            url, partial(ask, fresh=self._options.fresh_list)
        )
        return found

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the SHA-256 of an artifact of a version.

        Args:
            version: the version.
            artifact: `source` or `windows`.
            release: its entry in the list of releases; None if the list does not have it.
        """
        if artifact not in FILES:
            return FetchFailed(f"python.org publishes no artifact {artifact}")
        name = FILES[artifact].format(version=version)
        file: File | None = None
        if release is not None:
            listed = self._files(release, self._options.fresh(version))
            if isinstance(listed, FetchFailed):
                return listed
            file = listed.value.get(name)
        if file is not None and file.problem:
            return FetchFailed(f"python.org's list of files: {name}: {file.problem}")
        if file is None:
            in_tree = self._in_tree(version, name, listed=release is not None)
            if not isinstance(in_tree, Found):
                return in_tree
            file = in_tree.value
        return self._agreed(version, name, file)

    def phase(self, cycle: str) -> Answer[Phase]:
        """Return the phase and the end of life of a cycle; the data is fetched once."""
        as_of, fresh = self._options.as_of, self._options.fresh_list
        ask = partial(fetch_phases, self._client, self._release_cycles, as_of, fresh)
        return phase_of(self._once.answer("phases", ask), cycle)

    def _files(
        self, release: UpstreamRelease, fresh: float
    ) -> Found[dict[str, File]] | FetchFailed:
        """Return the files that the API lists for a release."""
        url = f"{self._api}/downloads/release_file/?release={release.id}"
        ask = partial(self._client.get, url, documents.read_files, fresh=fresh)
        answer: Answer[dict[str, File]] = self._once.answer(url, ask)
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}, although the release is listed")
        return answer

    def _agreed(self, version: str, name: str, file: File) -> Found[str] | FetchFailed:
        """Return the SHA-256 that all documents of a published file agree on."""
        claims = {"the API": file.sha256} if file.sha256 else {}
        for who, answer in self._asked(version, name, file):
            if isinstance(answer, Found):
                claims[who] = answer.value
            elif isinstance(answer, FetchFailed):
                return answer
        answer = agreed("python.org", name, claims, self.claimed_by)
        if isinstance(answer, FetchFailed) and (file.sigstore or file.spdx):
            return replace(answer, unclaimed=False)  # a document should have it, and does not
        return answer

    def _asked(self, version: str, name: str, file: File) -> Iterator[tuple[str, Answer[str]]]:
        """Yield the other documents of a file: the name and the answer of each."""
        fresh = self._options.fresh(version)
        found = False
        for who, address, read in (
            ("the sigstore bundle", file.sigstore, documents.read_sigstore),
            ("the SPDX document", file.spdx, documents.spdx_reader(name)),
        ):
            if address:
                answer = self._client.get(self._mirrored(address), read, fresh=fresh)
                found = found or isinstance(answer, Found)
                yield who, answer
        alone = not (found or file.sha256)
        known = alone and self._client.has_hashed(self._address(version, name))
        if self._options.download or known:
            address = self._address(version, name)
            yield (
                "the file itself",
                hashed(
                    self._client,
                    address,
                    name,
                    file.size,
                    alone=alone,
                    source="python.org",
                    says="the API",
                ),
            )

    def _in_tree(self, version: str, name: str, *, listed: bool) -> Answer[File]:
        """Return a file that the API does not list, from the download tree.

        A listing shows that the file is not published only if it names an expected file: the
        source of the version if the API lists the version, or else any source of this folder.
        """
        folder = self._folder(version)
        listing = self._client.get(
            folder, listing_reader(folder), fresh=self._options.fresh(version)
        )
        if isinstance(listing, FetchFailed):
            return listing
        if isinstance(listing, NotPublished):
            if listed:
                why = f"although {version} is listed; is `downloads` the right address?"
                return FetchFailed(f"{listing.what}, {why}")
            return NotPublished(f"{name} is not published")
        if name not in listing.value:
            source = FILES["source"].format(version=version)
            must = source if listed else f"Python-{final_version(version)}"
            if not any(each.startswith(must) for each in listing.value):
                why = f"names no {must}: not a listing of this folder, or nothing is published yet"
                return FetchFailed(f"{shown(folder)}: {why}")
            return NotPublished(f"{name} is not published")
        beside = {
            kind: f"{folder}{quote(name)}{kind}" if f"{name}{kind}" in listing.value else ""
            for kind in (".sigstore", ".spdx.json")
        }
        return Found(documents.File(sigstore=beside[".sigstore"], spdx=beside[".spdx.json"]))

    def _folder(self, version: str) -> str:
        return f"{self._downloads}/{quote(final_version(version))}/"

    def _address(self, version: str, name: str) -> str:
        return f"{self._folder(version)}{quote(name)}"

    def _mirrored(self, url: str) -> str:
        """Return an address with the download tree replaced by `downloads`; others unchanged."""
        match = re.match(r"https?://[^/]+(/.*)", url)
        if match and match[1].startswith(_TREE):
            return f"{self._downloads}/{match[1].removeprefix(_TREE)}"
        return url


SOURCE: Final[MakeSource] = PythonOrg
