"""A source that versions.yaml, or a preset, describes: documents, and what to take from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.config.document_lookup import by_architecture, fill, holes
from tagmatrix.upstream.artifact_entries import digests, names_another, row_of, without_checksum
from tagmatrix.upstream.claims import agreed, hashed
from tagmatrix.upstream.documents import Documents
from tagmatrix.upstream.phases import end_of
from tagmatrix.upstream.placeholder_values import of_cycle, of_version
from tagmatrix.upstream.release_lists import releases, versions
from tagmatrix.versions import cycle_numbers
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import ListedVersions, UpstreamRelease
    from tagmatrix.upstream.rows import Row, Rows
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
        values = self._of_artifact(version, artifact, release)
        if isinstance(values, FetchFailed):
            return values
        claims: dict[str, dict[str, str]] = {}
        what = f"{artifact} of {version}"
        absent: NotPublished | None = None
        for lookup in lookups:
            row = self._row(lookup, values, artifact, listed=release is not None)
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

    def has(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[bool]:
        """Return whether an artifact is there: at its address, else by its documents."""
        values = self._of_artifact(version, artifact, release)
        if isinstance(values, FetchFailed):
            return values
        for lookup in self._upstream.artifacts[artifact.partition("/")[0]]:
            answer: Answer[Any] | None
            answer = self._documents.artifact(lookup, values, self._options.fresh(version))
            if answer is None:
                answer = self._row(lookup, values, artifact, listed=release is not None)
            if not isinstance(answer, Found):
                return answer
        return Found(value=True)

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

    def _row(
        self, lookup: Lookup, values: Mapping[str, str], artifact: str, *, listed: bool
    ) -> Answer[Row]:
        """Return the row of an artifact.

        It is not published if the whole document, or that of another architecture, names
        others of the version, or if the artifact is there and its document is not.
        """
        version = values["version"]
        answer = self._documents.rows(lookup, values, self._options.fresh(version))
        if isinstance(answer, NotPublished):
            what = f"{fill(lookup.file, values) or artifact} of {version}"
            return self._without_document(lookup, values, what, answer, listed=listed)
        if isinstance(answer, FetchFailed):
            return answer
        found = row_of(lookup, answer.value, values, artifact)
        if isinstance(found, FetchFailed) and found.absent:
            others = self._of_others(values)
            if names_another(lookup, answer.value, values, others):
                return NotPublished(found.reason, absent=True)
        return found

    def _without_document(
        self,
        lookup: Lookup,
        values: Mapping[str, str],
        what: str,
        answer: NotPublished,
        *,
        listed: bool,
    ) -> NotPublished | FetchFailed:
        """Return the answer about an artifact whose document is not there."""
        version = values["version"]
        fresh = self._options.fresh(version)
        there = self._documents.artifact(lookup, values, fresh) if listed else None
        if isinstance(there, Found):
            text = f"the checksum of {what} is not published: {answer.what}"
            return NotPublished(text, only_checksum=True)
        if not listed or self._documents.has_other_architecture(lookup, values, fresh):
            return NotPublished(f"{what} is not published: {answer.what}")
        if isinstance(there, FetchFailed):
            return there
        why = f"although {version} is listed, and no file that belongs to it is there"
        return FetchFailed(f"{answer.what}, {why}", no_document=True)

    def _of_others(self, values: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Yield the values of placeholders for all versions in the list, if it has all."""
        lookup = self._upstream.releases
        if lookup is None or "cycle" in holes(lookup.address + lookup.each + lookup.where):
            return
        answer = self.listed("")
        for row in answer.value.taken if isinstance(answer, Found) else ():
            version = str(row.get("version", ""))
            listed = str(row.get("listed", version))
            yield {**values, **of_version(version, listed, self._options.style)}

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

    def _of_artifact(
        self, version: str, artifact: str, release: UpstreamRelease | None
    ) -> dict[str, str] | FetchFailed:
        """Return the values of placeholders for an artifact, if it is described."""
        name, _, architecture = artifact.partition("/")
        lookups = self._upstream.artifacts.get(name, ())
        if not lookups:
            return FetchFailed(f"`upstream` has no `artifacts: {{{name}: ...}}`")
        listed = release.listed if release else ""
        values = of_version(version, listed, self._options.style)
        values["project"] = self._upstream.project
        if architecture:
            words = self._upstream.architectures
            if words and architecture not in words and any(map(by_architecture, lookups)):
                what = f"`upstream.architectures` has no {architecture}"
                return FetchFailed(f"{what}: add upstream's word for it there", undescribed=True)
            values["architecture"] = words.get(architecture, architecture)
        return values
