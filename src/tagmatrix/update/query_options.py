"""The options of a command that queries upstream, and the web client and the sources for them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.upstream.source_options import SourceOptions
from tagmatrix.upstream.sources import with_budget
from tagmatrix.util.cache_folder import cache_folder
from tagmatrix.web.cache import Cache
from tagmatrix.web.client import Client
from tagmatrix.web.limits import Limits
from tagmatrix.web.tape import Tape

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Sequence

    from tagmatrix.versions import Style
    from tagmatrix.web.client import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOptions:
    """What to look up, and how.

    Attributes:
        as_of: the reference date for waiting periods and phases.
        cycles: only these release cycles; empty for all.
        bases: look up the bases in official-images as well.
        official_images: a checkout to read instead of fetching.
        offline: answer from the cache only.
        timeout: seconds per attempt.
        attempts: attempts per request.
        download: download artifacts and hash them as well.
        recheck: the hours after which the checksums of a version in versions.yaml are compared
            with upstream's again.
        record: a folder that gets the answers.
        replay: a folder with recorded answers, in place of the network.
        allow_commands: whether commands of versions.yaml may run.
        image_folder: the image's folder, in which they run.
    """

    as_of: dt.date
    cycles: Sequence[str] = ()
    bases: bool = False
    official_images: Path | None = None
    offline: bool = False
    timeout: float = Limits().total
    attempts: int = Limits().attempts
    download: bool = False
    recheck: float = 0
    record: Path | None = None
    replay: Path | None = None
    allow_commands: bool = False
    image_folder: Path = Path()

    def of_source(self, settled: Collection[str], style: Style) -> SourceOptions:
        """Return the options of a source; `settled` and `style` are as in SourceOptions."""
        return SourceOptions(
            as_of=self.as_of,
            download=self.download,
            settled=settled,
            recheck=self.recheck * 3600,
            commands=self.image_folder if self.allow_commands else None,
            style=style,
        )

    def client(self, *, allow_http: bool, report: Callable[[Exchange], None] | None) -> Client:
        """Return a client; `report` gets each request and its answer. Raises InputError."""
        usual = Limits()
        tape = self._tape()
        client = Client(
            tape=tape,
            allow_http=allow_http,
            offline=self.offline,
            cache=None if tape else Cache(cache_folder(os.environ, Path.home())),
            limits=Limits(
                connect=min(usual.connect, self.timeout),
                silence=min(usual.silence, self.timeout),
                total=self.timeout,
                attempts=self.attempts,
            ),
            report=report,
        )
        return with_budget(client, self.recheck * 3600)

    def _tape(self) -> Tape | None:
        """Return where answers are recorded, or come from. Raises InputError."""
        folder = self.record or self.replay
        if folder is None:
            return None
        tape = Tape(folder, records=self.record is not None)
        tape.begin()
        return tape
