"""Names of images: host, path, tag and digest, by the grammar of the distribution project.

https://pkg.go.dev/github.com/distribution/reference has the grammar.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from msgspec import Struct

_LONGEST_NAME: Final = 255
_SHOWN: Final = 80
_DEFAULT_HOST: Final = "docker.io"
_HUB: Final = ("", _DEFAULT_HOST, "index.docker.io")
HUB_SERVER: Final = "registry-1.docker.io"
HUB_NAMES: Final = (*_HUB, HUB_SERVER)
"""The hosts of Docker Hub: as engines expand them, and the server that answers requests."""
_HTTPS: Final = ":443"
_LATEST: Final = "latest"
_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST: Final = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_path: Final = re.compile(rf"{_PART}(?:/{_PART})*").fullmatch
_host: Final = re.compile(_HOST).fullmatch
_tag: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}").fullmatch
# The algorithms that engines have; they refuse others:
# https://pkg.go.dev/github.com/opencontainers/go-digest#Algorithm
_digest: Final = re.compile(
    r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}"
).fullmatch
_identifier: Final = re.compile(r"[0-9a-f]{64}").fullmatch


class Reference(Struct, frozen=True, kw_only=True):
    """The name of an image; `host`, `tag` and `digest` are empty if the name has none.

    >>> str(Reference(host="example.com:5000", path="team/app", tag="1.0"))
    'example.com:5000/team/app:1.0'
    """

    path: str
    host: str = ""
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """The name without tag and digest."""
        return f"{self.host}/{self.path}" if self.host else self.path

    @property
    def pulled(self) -> str:
        """The digest or the tag that a client asks the registry for."""
        return self.digest or self.tag or _LATEST

    @property
    def qualified(self) -> str:
        """The whole name with host and tag, as engines expand it.

        >>> parse("debian").qualified, parse("docker.io/me/app:1").qualified
        ('docker.io/library/debian:latest', 'docker.io/me/app:1')
        """
        path = self.path if self.host not in _HUB or "/" in self.path else f"library/{self.path}"
        whole = Reference(
            host=_DEFAULT_HOST if self.host in _HUB else self.host,
            path=path,
            tag=self.tag or ("" if self.digest else _LATEST),
            digest=self.digest,
        )
        return str(whole)

    @property
    def repository(self) -> str:
        """The whole name without tag and digest, the same for all spellings of a repository.

        >>> parse("me/app:1").repository, parse("GHCR.io:443/me/app").repository
        ('docker.io/me/app', 'ghcr.io/me/app')
        """
        host = self.host.lower().removesuffix(_HTTPS)
        host = "" if host in HUB_NAMES else host
        return Reference(host=host, path=self.path, digest="-").qualified.removesuffix("@-")

    @property
    def familiar(self) -> str:
        """The shortest name with a tag, as people write it.

        >>> parse("docker.io/library/debian").familiar, parse("ghcr.io/me/app:1").familiar
        ('debian:latest', 'ghcr.io/me/app:1')
        """
        whole = self.qualified.removeprefix(f"{_DEFAULT_HOST}/")
        short = whole.removeprefix("library/")
        return whole if "/" in short or self.host not in _HUB else short

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


@cache
def qualified(text: str) -> str:
    """Return the whole name of an image; a text that is not a name stays.

    >>> qualified("debian"), qualified("$BASE")
    ('docker.io/library/debian:latest', '$BASE')
    """
    try:
        return parse(text).qualified
    except ValueError:
        return text


def parse(text: str) -> Reference:
    """Return the parts of an image's name.

    Raises ValueError, with a message that names the wrong part.

    >>> parse("localhost:5000/team/app:1.0")
    Reference(path='team/app', host='localhost:5000', tag='1.0', digest='')
    >>> parse("team/App")
    Traceback (most recent call last):
      ...
    ValueError: invalid image name 'team/App': the path 'team/App' must have lowercase letters, \
digits and single separators only
    """
    rest, at, digest = text.partition("@")
    if "/" in digest:
        # not in the message: what is before the @ may be a password
        raise ValueError("invalid image name: it must not have credentials; use `docker login`")
    if at and not is_digest(digest):
        raise _invalid(
            text, f"the digest '{_shown(digest)}' must be sha256: and 64 hex digits in lowercase"
        )
    before, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        before, colon, tag = rest, "", ""
    if colon and not is_tag(tag):
        raise _invalid(
            text,
            f"the tag '{_shown(tag)}' must have 1 to 128 letters, digits, '_', '.' or '-', and "
            "must begin with none of '.' and '-'",
        )
    host, path = _split_host(before)
    if host and not _host(host):
        raise _invalid(text, f"the host '{_shown(host)}' must be a name or an address and a port")
    if not _path(path):
        raise _invalid(
            text,
            f"the path '{_shown(path)}' must have lowercase letters, digits and single separators "
            "only",
        )
    if len(before) > _LONGEST_NAME:
        raise _invalid(text, f"the name must have at most {_LONGEST_NAME} characters")
    if not host and _identifier(path):
        raise _invalid(text, "64 hex digits are the identifier of an image: add a tag or a host")
    return Reference(host=host, path=path, tag=tag, digest=digest)


def is_tag(text: str) -> bool:
    """Return whether a text is a valid tag."""
    return _tag(text) is not None


def is_digest(text: str) -> bool:
    """Return whether a text is a valid digest."""
    return _digest(text) is not None


def _split_host(name: str) -> tuple[str, str]:
    """Return host and path: the first part is a host if it has a dot, a port or capitals."""
    first, slash, rest = name.partition("/")
    if slash and (first == "localhost" or first != first.lower() or set(".:[") & set(first)):
        return first, rest
    return "", name


def _invalid(text: str, why: str) -> ValueError:
    return ValueError(f"invalid image name '{_shown(text)}': {why}")


def _shown(text: str) -> str:
    """Return a text for a message: printable, and only its beginning if it is long."""
    line = "".join(character if character.isprintable() else "?" for character in text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
