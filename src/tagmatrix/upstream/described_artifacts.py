"""The artifacts of a version, in the documents of a described source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tagmatrix.config.document_lookup import by_architecture, fill
from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.upstream.artifact_entries import names_only_newer, row_of
from tagmatrix.upstream.placeholder_values import of_version
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.document_lookup import Lookup
    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.documents import Documents
    from tagmatrix.upstream.release_order import UpstreamRelease
    from tagmatrix.upstream.rows import Row
    from tagmatrix.upstream.source_options import SourceOptions
    from tagmatrix.web.answers import Answer


class DescribedArtifacts:
    """Looks artifacts up in the documents of their descriptions."""

    def __init__(self, documents: Documents, upstream: Upstream, options: SourceOptions) -> None:
        """Store the documents and the settings; requests follow later."""
        self._documents, self._upstream, self._options = documents, upstream, options

    def values(
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

    def has(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[bool]:
        """Return whether an artifact is there: at its address, else by its documents."""
        values = self.values(version, artifact, release)
        if isinstance(values, FetchFailed):
            return values
        for lookup in self._upstream.artifacts[artifact.partition("/")[0]]:
            answer: Answer[Any] | None
            answer = self._documents.artifact(lookup, values, self._options.fresh(version))
            if answer is None:
                answer = self.row(lookup, values, artifact, listed=release is not None)
            if not isinstance(answer, Found):
                return answer
        return Found(value=True)

    def row(
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
            words = self._upstream.architectures.values() or ARCHITECTURES
            if names_only_newer(lookup, answer.value, values, words, self._options.style):
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
