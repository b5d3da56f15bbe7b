"""Inspects an image: files and history without running it, the rest in one container."""

from __future__ import annotations

import functools
import json
import shlex
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMITS: Final = ("--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096")
"""The same limits on every machine, and not above the machine's own."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of a command in the container, with both its streams."""

    code: int
    text: str

    def ok(self) -> str:
        """Return the output of a command; assert that it succeeded."""
        assert self.code == 0, self.text
        return self.text


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an image."""

    kind: bytes
    mode: int
    size: int
    link: str


@dataclass(frozen=True)
class Image:
    """An image; `client` is podman or docker with the options that it needs."""

    client: tuple[str, ...]
    tag: str
    _texts: dict[str, str] = field(default_factory=dict)

    @functools.cached_property
    def config(self) -> dict[str, Any]:
        """Return the image's configuration for containers."""
        found: dict[str, Any] = json.loads(self._ask("image", "inspect", self.tag))[0]["Config"]
        return found

    @functools.cached_property
    def environment(self) -> dict[str, str]:
        """Return the variables that the image sets."""
        pairs = (line.partition("=") for line in self.config["Env"])
        return {name: value for name, _, value in pairs}

    @functools.cached_property
    def history(self) -> str:
        """Return the commands in the image's history."""
        return self._ask("history", "--no-trunc", "--format", "{{.CreatedBy}}", self.tag)

    @functools.cached_property
    def files(self) -> dict[str, Entry]:
        """Return every file of the image by its absolute path."""
        return dict(self._export())

    @functools.cached_property
    def size(self) -> int:
        """Return the total size of all files in bytes."""
        return sum(entry.size for entry in self.files.values())

    @functools.cached_property
    def packages(self) -> dict[str, dict[str, str]]:
        """Return the fields of every installed package, from dpkg."""
        assert self.files
        paragraphs = self._texts["/var/lib/dpkg/status"].strip().split("\n\n")
        parsed = (_fields(paragraph) for paragraph in paragraphs)
        return {one["Package"]: one for one in parsed if one["Status"].endswith(" installed")}

    @functools.cached_property
    def owners(self) -> dict[str, set[str]]:
        """Return the packages that own a path, from dpkg."""
        assert self.files
        found: dict[str, set[str]] = {}
        for name, text in self._texts.items():
            if name.endswith(".list"):
                package = name.rpartition("/")[2].removesuffix(".list").partition(":")[0]
                for path in text.splitlines():
                    found.setdefault(path, set()).add(package)
        return found

    def below(self, folder: str) -> dict[str, bytes]:
        """Return the contents of the files in a folder, by their paths in it."""
        found: dict[str, bytes] = {}
        with self._archive() as archive:
            for member in archive:
                if f"/{member.name}".startswith(folder) and member.isfile():
                    content = archive.extractfile(member)
                    assert content is not None
                    found[f"/{member.name}".removeprefix(folder)] = content.read()
        return found

    def read(self, path: str) -> bytes:
        """Return the content of one file."""
        with self._archive() as archive:
            for member in archive:
                if f"/{member.name}" == path:
                    content = archive.extractfile(member)
                    assert content is not None
                    return content.read()
        raise FileNotFoundError(path)

    def start(self) -> Container:
        """Start a container that waits, without a network."""
        options = ("--detach", "--rm", "--network=none", "--pull=never", *LIMITS)
        wait = "import signal; signal.signal(signal.SIGTERM, exit); signal.pause()"
        words = ("run", *options, self.tag, "python3", "-c", wait)
        return Container(self.client, self._ask(*words).strip().splitlines()[-1])

    def _export(self) -> Iterator[tuple[str, Entry]]:
        with self._archive() as archive:
            for member in archive:
                path = f"/{member.name.rstrip('/')}"
                if path == "/var/lib/dpkg/status" or path.startswith("/var/lib/dpkg/info/"):
                    content = archive.extractfile(member) if member.isfile() else None
                    self._texts[path] = content.read().decode(errors="replace") if content else ""
                yield path, Entry(member.type, member.mode, member.size, member.linkname)

    @contextmanager
    def _archive(self) -> Iterator[tarfile.TarFile]:
        # A container that was created but never run has only the image's files.
        name = self._ask("create", "--pull=never", *LIMITS, self.tag).strip().splitlines()[-1]
        with tempfile.TemporaryFile() as file:
            try:
                subprocess.run([*self.client, "export", name], stdout=file, check=True)
            finally:
                self._ask("rm", name)
            file.seek(0)
            with tarfile.open(fileobj=file) as archive:
                yield archive

    def _ask(self, *words: str) -> str:
        done = subprocess.run([*self.client, *words], capture_output=True, check=False)
        assert done.returncode == 0, f"{shlex.join(words)}\n{done.stderr.decode()}"
        return done.stdout.decode()


@dataclass(frozen=True, slots=True)
class Container:
    """A running container."""

    client: tuple[str, ...]
    name: str

    def run(self, *words: str, stdin: bytes = b"") -> Ended:
        """Run a command in the container."""
        command = [*self.client, "exec", "--interactive", self.name, *words]
        streams: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        done = subprocess.run(command, input=stdin, check=False, timeout=300, **streams)
        return Ended(done.returncode, done.stdout.decode(errors="replace"))

    def python(self, code: str, *words: str) -> Ended:
        """Run a program that is written to standard input, as if it were a file."""
        return self.run("python3", "-", *words, stdin=code.encode())

    def write(self, path: str, content: bytes) -> None:
        """Write a file."""
        self.run("sh", "-c", 'cat > "$1"', "sh", path, stdin=content).ok()

    def stop(self) -> None:
        """Stop the container; it removes itself."""
        command: Sequence[str] = [*self.client, "stop", "--time", "1", self.name]
        subprocess.run(command, capture_output=True, check=False)


def _fields(paragraph: str) -> dict[str, str]:
    """Return the one-line fields of a paragraph."""
    lines = (line.partition(": ") for line in paragraph.splitlines() if not line.startswith(" "))
    return {name: value for name, _, value in lines}
