"""A source that versions.yaml, or a preset, describes: documents, and what to take from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.config.document_lookup import fill, holes
from tagmatrix.upstream.artifact_entries import digests, without_checksum
from tagmatrix.upstream.claims import agreed, hashed
from tagmatrix.upstream.described_artifacts import DescribedArtifacts
from tagmatrix.upstream.documents import Documents
from tagmatrix.upstream.phases import end_of
from tagmatrix.upstream.placeholder_values import of_cycle
from tagmatrix.upstream.release_lists import releases, versions
from tagmatrix.versions import cycle_numbers
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import ListedVersions, UpstreamRelease
    from tagmatrix.upstream.rows import Rows
    from tagmatrix.upstream.source_options import SourceOptions
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client


class Described:
    """Requests what an upstream's lookups describe; each document only once."""

    def __init__(self, client: Client, upstream: Upstream, options: SourceOptions) -> None:
        """Store the settings; requests follow later."""
        self._client, self._upstream, self._options = client, upstream, options
        self._name = upstream.name or "upstream"
        self._documents = Documents(client, upstream)
        self.artifacts = DescribedArtifacts(self._documents, upstream, options)
        """Whether artifacts are there, also those without a checksum."""
        self.claimed_by: dict[str, tuple[str, ...]] = {}
        """The documents that claim a checksum, by the checksum."""

    @property
    def missing_token(self) -> str:
        """Return a note if the variable of the token is not set; else ""."""
        return self._documents.missing_token

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle, newest first."""
        answer = self.listed(cycle)
        if isinstance(answer, FetchFailed):
            return answer
        return releases(answer.value, cycle, self._options.style, self._name)

    def listed(self, cycle: str) -> Found[Rows] | FetchFailed:
        """Return what the list of releases says, for all cycles that it has."""
        lookup = self._upstream.releases
        if lookup is None:
            return FetchFailed("`upstream` has no `releases`, which say what is published")
        answer = self._documents.rows(
            lookup, of_cycle(cycle, self._upstream.project), self._options.fresh_list
        )
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}; is it the right address of `releases`?")
        return answer

    def listed_versions(self) -> Answer[ListedVersions]:
        """Return the versions of all cycles; NotPublished if each cycle has its own list."""
        lookup = self._upstream.releases
        if lookup and "cycle" in holes(lookup.address + lookup.each + lookup.where):
            return NotPublished(f"{self._name} lists each cycle by itself")
        answer = self.listed("")
        if isinstance(answer, FetchFailed):
            return answer
        return versions(answer.value, self._options.style, self._name)

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the SHA-256 of an artifact, else its SHA-512, else its SHA-1; documents agree."""
        lookups = self._upstream.artifacts.get(artifact.partition("/")[0], ())
        values = self.artifacts.values(version, artifact, release)
        if isinstance(values, FetchFailed):
            return values
        claims: dict[str, dict[str, str]] = {}
        what = f"{artifact} of {version}"
        absent: NotPublished | None = None
        for lookup in lookups:
            row = self.artifacts.row(lookup, values, artifact, listed=release is not None)
            if isinstance(row, NotPublished) and row.absent and version in self._options.settled:
                absent = row  # the other documents still have to agree
                continue
            if not isinstance(row, Found):
                return row
            file, where = fill(lookup.file, values), fill(lookup.address, values)
            try:
                for algorithm, digest in digests(row.value).items():
                    claims.setdefault(algorithm, {})[shown(where)] = digest
            except UnreadableError as error:
                return FetchFailed(f"{shown(where)}: {file or what}: {error}")
            best = next((name for name in ALGORITHMS if name in claims), "sha256")
            address = fill(lookup.url, values | {"file": file})
            if address and (
                self._options.download or (not claims and self._client.has_hashed(address))
            ):
                itself = self._hashed(address, file, row.value.get("size"), best, alone=not claims)
                if not isinstance(itself, Found):
                    return itself
                claims.setdefault(best, {})["the file itself"] = itself.value
        if absent and not claims:
            return absent
        return self._agreed(what, claims) if claims else self._unclaimed(what, lookups, values)

    def _agreed(self, what: str, claims: Mapping[str, Mapping[str, str]]) -> Answer[str]:
        """Return the first checksum by `ALGORITHMS`; the documents must agree on all of them."""
        named = [name for name in ALGORITHMS if name in claims]
        answers = [agreed(self._name, what, claims[name], self.claimed_by, name) for name in named]
        return next((each for each in answers if isinstance(each, FetchFailed)), answers[0])

    def _unclaimed(
        self, what: str, lookups: Sequence[Lookup], values: Mapping[str, str]
    ) -> FetchFailed:
        """Return the failure for a file without a checksum: what its entry has instead."""
        text = f"{what} is published, but no document has its SHA-256"
        fresh = self._options.fresh(values["version"])
        for lookup in lookups:
            answer = self._documents.rows(lookup, values, fresh)  # it was requested before
            if isinstance(answer, Found):
                text += without_checksum(lookup, answer.value, fill(lookup.file, values))
                break
        if not any(lookup.url for lookup in lookups):
            return FetchFailed(text)
        return FetchFailed(f"{text}; --download computes it", unclaimed=True)

    def phase(self, cycle: str) -> Answer[Phase]:
        """Return the end of life of a cycle."""
        lookup = self._upstream.cycles
        if lookup is None:
            return NotPublished(f"{self._name} has no ends of cycles")
        answer = self._documents.rows(
            lookup, of_cycle(cycle, self._upstream.project), self._options.fresh_list
        )
        if isinstance(answer, NotPublished):
            return FetchFailed(f"{answer.what}; is it the right address of `cycles`?")
        if isinstance(answer, FetchFailed):
            return answer
        numbers = cycle_numbers(cycle)
        for row in answer.value.taken:
            if cycle_numbers(str(row.get("cycle", ""))) == numbers:
                return end_of(self._name, cycle, row.get("end"), self._options.as_of)
        return NotPublished(f"{self._name} has no end of {cycle}")

    def wrong_ends(self) -> list[str]:
        """Return the problem of each end that can't be read, of all cycles that upstream lists."""
        lookup = self._upstream.cycles
        if lookup is None or "cycle" in holes(lookup.address + lookup.each + lookup.where):
            return []
        answer = self._documents.rows(
            lookup, of_cycle("", self._upstream.project), self._options.fresh_list
        )
        rows = answer.value.taken if isinstance(answer, Found) else ()
        as_of = self._options.as_of
        phases = (
            end_of(self._name, str(row.get("cycle", "")), row.get("end"), as_of) for row in rows
        )
        return [phase.reason for phase in phases if isinstance(phase, FetchFailed)]

    def _hashed(
        self,
        address: str,
        file: str,
        size: Any,  # noqa: ANN401 (a value of a document)
        algorithm: str,
        *,
        alone: bool,
    ) -> Answer[str]:
        return hashed(
            self._client,
            address,
            file or address.rpartition("/")[2],
            size if isinstance(size, int) and not isinstance(size, bool) else 0,
            alone=alone,
            source=self._name,
            says="the list",
            algorithm=algorithm,
        )
