"""A program of the family as a source: it prints releases, checksums and ends as JSON.

`schemas/upstream-command.schema.json` describes the JSON. The program runs only if the user
allows it, in a clean environment, within a time limit.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec
from msgspec import field

from tagmatrix.config.artifacts import ALGORITHMS
from tagmatrix.config.format import DIGESTS
from tagmatrix.upstream.once import Once
from tagmatrix.upstream.phases import end_of
from tagmatrix.upstream.release_lists import releases, versions
from tagmatrix.upstream.rows import Rows
from tagmatrix.versions import cycle_numbers
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, Found, NotPublished

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tagmatrix.config.model import Upstream
    from tagmatrix.upstream.phases import Phase
    from tagmatrix.upstream.release_order import ListedVersions, UpstreamRelease
    from tagmatrix.upstream.source_options import SourceOptions
    from tagmatrix.web.answers import Answer
    from tagmatrix.web.client import Client

Sums: TypeAlias = Mapping[str, str]
_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LAST_LINE: Final = 200
"""How much of the program's last line a message shows."""


class _PrintedRelease(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A release, with the checksums of its artifacts: `source`, or `linux/amd64`."""

    version: str
    date: str = ""
    sha256: Sums = field(default_factory=dict)
    sha512: Sums = field(default_factory=dict)
    sha1: Sums = field(default_factory=dict)


class _Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the program prints; `ends` has the last day of cycles."""

    schema: Literal[1]
    releases: tuple[_PrintedRelease, ...]
    ends: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """Return the releases as rows of a list."""
        return Rows(tuple({"version": one.version, "date": one.date} for one in self.releases))


class CommandSource:
    """Runs the program once, and answers from what it printed."""

    def __init__(self, client: Client, upstream: Upstream, options: SourceOptions) -> None:
        """Store the settings; the program runs later."""
        self._limits, self._argv, self._options = client.limits, upstream.command, options
        self._offline = client.offline
        self._name = shown(" ".join(upstream.command))
        self._once = Once()
        self.claimed_by: dict[str, tuple[str, ...]] = {}
        """The documents that claim a checksum, by the checksum."""

    def published(self, cycle: str) -> Answer[tuple[UpstreamRelease, ...]]:
        """Return the published releases of a cycle, newest first."""
        answer = self._printed()
        if isinstance(answer, FetchFailed):
            return answer
        return releases(answer.value.rows, cycle, self._options.style, self._name)

    def listed_versions(self) -> Answer[ListedVersions]:
        """Return the versions of all cycles."""
        answer = self._printed()
        if isinstance(answer, FetchFailed):
            return answer
        return versions(answer.value.rows, self._options.style, self._name)

    def checksum(self, version: str, artifact: str, release: UpstreamRelease | None) -> Answer[str]:
        """Return the SHA-256 of an artifact, else its SHA-512, else its SHA-1."""
        answer = self._entry(release.version if release else version)
        if not isinstance(answer, Found):
            return answer
        listed = answer.value
        empty = ""
        for algorithm in ALGORITHMS:
            digest = getattr(listed, algorithm).get(artifact)
            if digest == "":
                empty = empty or algorithm
            elif digest is not None and not DIGESTS[algorithm].fits(digest.lower()):
                return FetchFailed(f"{self._name}: {artifact} of {version}: not a {algorithm}")
            elif digest:
                self.claimed_by[digest.lower()] = (self._name,)
                return Found(digest.lower())
        if empty:
            return FetchFailed(f"{self._name}: `{empty}` of {artifact} of {version} is empty")
        names = tuple({**listed.sha256, **listed.sha512, **listed.sha1})
        if not names:
            return FetchFailed(f"{self._name}: {version} has no checksum", absent=True)
        return NotPublished(f"{artifact} of {version} is not in what {self._name} printed", names)

    def _entry(self, version: str) -> Answer[_PrintedRelease]:
        """Return the entry of a version."""
        answer = self._printed()
        if isinstance(answer, FetchFailed):
            return answer
        named = [one for one in answer.value.releases if one.version == version]
        if not named:
            return NotPublished(f"{self._name} lists no {version}")
        first = named[0]
        sums = (first.sha256, first.sha512, first.sha1)
        if any((one.sha256, one.sha512, one.sha1) != sums for one in named):
            what = f"{self._name}: two different entries for {version}"
            return FetchFailed(what, alarm=True)
        return Found(first)

    def phase(self, cycle: str) -> Answer[Phase]:
        """Return the end of life of a cycle."""
        answer = self._printed()
        if isinstance(answer, FetchFailed):
            return answer
        for name, day in answer.value.ends.items():
            if cycle_numbers(name) == cycle_numbers(cycle):
                return end_of(self._name, cycle, day, self._options.as_of)
        return NotPublished(f"{self._name} has no end of {cycle}")

    def _printed(self) -> Found[_Output] | FetchFailed:
        """Return what the program printed; it runs once."""
        found: Found[_Output] | FetchFailed = self._once.answer("", self._run)
        return found

    def _run(self) -> Found[_Output] | FetchFailed:
        folder = self._options.commands
        if folder is None:
            why = "a command of versions.yaml runs only with --allow-commands"
            return FetchFailed(f"{self._name}: {why}")
        if self._offline:
            return FetchFailed(f"{self._name}: --offline allows no command")
        printed = _output(self._argv, folder, self._limits.total, self._limits.size)
        if isinstance(printed, str):
            return FetchFailed(f"{self._name}: {shown(printed)}")
        try:
            return Found(msgspec.json.decode(printed, type=_Output))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return FetchFailed(f"{self._name}: not the JSON of its schema: {shown(str(error))}")


def _output(argv: Sequence[str], folder: Path, seconds: float, most: int) -> bytes | str:
    """Run a program in a folder; return its output, or a text that says why there is none."""
    with tempfile.TemporaryDirectory() as home:
        clean = {"PATH": _PATH, "HOME": home, "TMPDIR": home, "LC_ALL": "C.UTF-8"}
        try:
            process = subprocess.Popen(
                argv,
                cwd=folder,
                env=clean,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0,
            )
        except OSError as error:
            return f"can't be started: {error.strerror}"
        pipes = [_Pipe(process, stream, most) for stream in (process.stdout, process.stderr)]
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"no result within {seconds:g} seconds"
        finally:
            _end(process)
        printed, said = (pipe.result() for pipe in pipes)
    if len(printed) > most or len(said) > most:
        return f"printed more than {most:,} bytes"
    line = (said.strip() or printed.strip()).decode(errors="replace").rpartition("\n")[2]
    if code:
        end = f"it ended with exit code {code}" if code > 0 else f"signal {-code} ended it"
        return f"{end}: {line[:_LAST_LINE]}" if line else f"{end}, and it printed nothing"
    return printed if printed.strip() else "it printed nothing"


class _Pipe:
    """Reads what a program prints, in a thread; it ends a program that prints too much."""

    def __init__(
        self, process: subprocess.Popen[bytes], stream: IO[bytes] | None, most: int
    ) -> None:
        self._process, self._stream, self._most = process, stream, most
        self._found = b""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def result(self) -> bytes:
        """Return what was read; more bytes than `most` if there are more."""
        self._thread.join()
        return self._found

    def _read(self) -> None:
        if self._stream is None:
            return
        with self._stream as stream:
            self._found = stream.read(self._most + 1)
            if len(self._found) > self._most:
                _kill(self._process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the program, with the programs that it started."""
    _kill(process)
    process.wait()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
