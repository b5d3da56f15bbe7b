"""Answers in a folder, one file for each address: record them once, replay them without a network.

So the answers of an upstream become a fixture. A file has the address without a password, and
no headers: a token never gets into it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.errors import InputError
from tagmatrix.util.files import input_errors, replace
from tagmatrix.web.addresses import shown
from tagmatrix.web.answers import FetchFailed, NotPublished
from tagmatrix.web.results import Body

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tape:
    """A folder with recorded answers; `records`: it gets them, and does not answer."""

    folder: Path
    records: bool

    def begin(self) -> None:
        """Raise InputError if the folder can't be used."""
        if not self.records:
            if not self.folder.is_dir():
                raise InputError(f"--replay {self.folder}: not a folder; make it with --record")
            return
        with input_errors(f"--record {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            full = any(self.folder.iterdir())
        if full:
            raise InputError(f"--record {self.folder}: the folder is not empty; name a new one")

    def keep(self, url: str, answer: Body | NotPublished | FetchFailed) -> None:
        """Write an answer. Raises InputError."""
        entry: dict[str, Any] = {"address": shown(url)}
        if isinstance(answer, Body):
            entry |= {"next": answer.following} if answer.following else {}
            entry |= _written(answer.content)
        elif isinstance(answer, NotPublished):
            entry["not_published"] = answer.what
        else:
            entry["failed"] = answer.reason
        text = json.dumps(entry, indent=2, ensure_ascii=False) + "\n"
        with input_errors(f"--record {self.folder}"):
            replace(self._path(url), text.encode(errors="surrogateescape"))

    def answer(self, url: str) -> Body | NotPublished | FetchFailed:
        """Return the recorded answer of an address; a failure if there is none."""
        path = self._path(url)
        try:
            entry = json.loads(path.read_bytes())
            if "failed" in entry:
                return FetchFailed(str(entry["failed"]))
            if "not_published" in entry:
                return NotPublished(str(entry["not_published"]))
            content = _content(entry)
            digest = hashlib.sha256(content).hexdigest()
            following = str(entry.get("next", ""))
            return Body(
                content, measured=True, digest=digest, size=len(content), following=following
            )
        except FileNotFoundError:
            return FetchFailed(f"{shown(url)}: not in the recording {self.folder}")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return FetchFailed(f"{shown(url)}: the recording {path} can't be read")

    def _path(self, url: str) -> Path:
        address = shown(url)
        name = re.sub(r"[^\w.-]+", "-", address.partition("://")[2], flags=re.ASCII)[:80].strip(
            "-."
        )
        return self.folder / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}.json"


def _written(content: bytes) -> dict[str, str]:
    try:
        return {"body": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _content(entry: dict[str, Any]) -> bytes:
    if "base64" in entry:
        return base64.b64decode(entry["base64"], validate=True)
    return str(entry["body"]).encode()
