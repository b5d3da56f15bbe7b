"""The tags of a repository that is not cloned."""

from __future__ import annotations

import re
import subprocess
import tempfile
from typing import Final

from tagmatrix.git.errors import GitError
from tagmatrix.git.process import decode, program, refusal

_LINE: Final = re.compile(rb"([0-9a-f]{40,64})\trefs/tags/([^\t\n]+?)(\^\{\})?", re.ASCII)


def remote_tags(
    address: str, *, seconds: float, most: int, protocols: tuple[str, ...] = ("https",)
) -> dict[str, str]:
    """Return the commit of each tag at an address.

    Git asks for no password, and follows no redirect to another protocol.

    Raises:
        GitError: git failed, took longer than `seconds`, or listed more than `most` bytes.
    """
    allowed = [f"protocol.{each}.allow=always" for each in protocols]
    settings = [part for each in ("protocol.allow=never", *allowed) for part in ("-c", each)]
    with tempfile.TemporaryFile() as listing:
        argv, environment = program(*settings, "ls-remote", "--tags", "--", address)
        environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "true", "SSH_ASKPASS": "true"}
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=listing,
                stderr=subprocess.PIPE,
                env=environment,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitError(f"git ls-remote: no complete list within {seconds:g} seconds") from None
        except OSError as error:
            raise GitError(f"git could not be started: {error}") from error
        if done.returncode != 0:
            raise refusal("ls-remote", done.returncode, done.stderr)
        listing.seek(0)
        body = listing.read(most + 1)
    if len(body) > most:
        raise GitError(f"git ls-remote: the list is larger than {most:,} bytes")
    tags: dict[str, str] = {}
    for line in body.splitlines():
        if match := _LINE.fullmatch(line):  # a line with ^{} has the commit of an annotated tag
            tags[decode(match[2])] = match[1].decode()
    return tags
