"""Rules for downloads: they use https, and files are verified before any use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Command, Dockerfile

SIGNED_BELOW: Final = Version("3.14.0a0")
"""From 3.14 on releases have no OpenPGP signatures (PEP 761)."""

INSECURE: Final = re.compile(r"--no-check-certificate|--insecure|(?<!\w)-k\b|http://|ftp://")
FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}")


def over_https(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Every download uses https and checks the server's certificate."""
    for command in file.commands:
        if INSECURE.search(command.whole):
            yield command.line, "this download does not verify the server"
        if command.name == "curl":
            yield (
                command.line,
                "wget fails if the file does not exist; curl needs an option for that",
            )
        if command.name == "wget" and not (
            command.option("-O") and "https://" in command.words[-1]
        ):
            yield command.line, "wget gets one https address, and -O with the file's name"
        if command.name == "wget" and "--no-hsts" not in command.words and _is_debian(file):
            yield command.line, "without --no-hsts wget leaves a file in /root"


def verified(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """A downloaded file is checked against the checksum in ENV before it is used."""
    for run in file.runs:
        for at, command in enumerate(run):
            if command.name == "wget":
                yield from _verified(run, at, command.option("-O") or "")


def signed(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """If upstream signs releases, the signature is verified, with the key's full fingerprint."""
    if Version(file.environment().get("PYTHON_VERSION", "0")) >= SIGNED_BELOW:
        return
    gpg = [command for command in file.commands if command.name == "gpg"]
    keys = received_keys(file)
    if len(keys) != 1 or not FINGERPRINT.fullmatch(keys[0]):
        yield 1, "one key is fetched, the signer's, by its whole fingerprint"
    if not any(command.words[-3:] == VERIFY for command in gpg):
        yield 1, f"`gpg {' '.join(VERIFY)}` is missing"
    for command in gpg:
        if "--batch" not in command.words:
            yield command.line, "gpg may ask questions without --batch"
    yield from _own_keyring(file)


def received_keys(file: Dockerfile) -> list[str]:
    """Return the keys that gpg fetches: all words after `--recv-keys`."""
    option = "--recv-keys"
    texts = [one.words for one in file.commands if option in one.words]
    return [key for words in texts for key in words[words.index(option) + 1 :]]


VERIFY: Final = ("--verify", "python.tar.xz.asc", "python.tar.xz")


def right_address(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The release is downloaded from upstream's address."""
    version = file.environment().get("PYTHON_VERSION", "")
    final = re.sub(r"(a|b|rc)\d+$", "", version)
    expected = f"https://www.python.org/ftp/python/{final}/Python-$PYTHON_VERSION.tar.xz"
    found = {command.words[-1] for command in file.commands if command.name == "wget"}
    if expected not in found or not found <= {expected, f"{expected}.asc"}:
        yield 1, f"the downloaded file is {expected}, and its signature"


def _verified(run: tuple[Command, ...], at: int, name: str) -> Iterator[tuple[int, str]]:
    uses = [one for one in run[at + 1 :] if name in one.whole and one.name != "wget"]
    if name.endswith(".asc"):
        if not any(one.starts("gpg", "--batch", "--verify", name) for one in uses):
            yield run[at].line, f"{name} is not used to verify anything"
        return
    listed = next((one for one in uses if one.name == "echo"), None)
    if listed is None or listed.words[1] != f"$PYTHON_SHA256 *{name}":
        yield run[at].line, f"nothing says that the checksum of {name} is $PYTHON_SHA256"
        return
    sums = listed.redirects.get(">", "")
    checks = [one for one in run if one.words == ("sha256sum", "-c", sums)]
    if not checks:
        yield run[at].line, f"the checksum of {name} is not checked with `sha256sum -c {sums}`"
        return
    for one in uses:
        early = run.index(one) < run.index(checks[0])
        if one is not listed and early:
            yield one.line, f"{name} is used before its checksum is checked"


def _own_keyring(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The keyring is a folder that is removed, and the RUN ends gpg's agents."""
    for run in file.runs:
        names = [command.name for command in run]
        if "gpg" not in names:
            continue
        line = run[names.index("gpg")].line
        before = [one.whole for one in run[: names.index("gpg")]]
        if 'export GNUPGHOME="$scratch/gnupg"' not in before:
            yield line, "gpg's keyring is not in $scratch"
        last = max(at for at, one in enumerate(run) if one.name == "gpg")
        if ("gpgconf", "--kill", "all") not in [one.words for one in run[last:]]:
            yield line, "gpg's agents are not ended with `gpgconf --kill all`"
        unpacked = next((at for at, one in enumerate(run) if one.name == "tar"), len(run))
        if last > unpacked:
            yield run[last].line, "the source is unpacked before its signature is verified"


def _is_debian(file: Dockerfile) -> bool:
    return "alpine" not in file.base


RULES: Final = (over_https, verified, signed, right_address)
