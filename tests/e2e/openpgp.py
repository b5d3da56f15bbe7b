"""Throwaway OpenPGP keys, and signatures by them."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e import debian
from tests.e2e.commands import run

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Forgery:
    """The fingerprint of a throwaway key, and a file's signature by this key."""

    fingerprint: str
    key: Path
    signature: Path


def forge(folder: Path, file: Path) -> Forgery:
    """Sign a file with a new key."""
    debian.install("gnupg")
    key, signature = folder / "forged.key.asc", folder / "forged.asc"
    with tempfile.TemporaryDirectory() as home:
        gpg = ("gpg", "--homedir", home, "--batch", "--quiet", "--yes", "--passphrase", "")
        run(*gpg, "--quick-generate-key", "Test <test@example.org>", "ed25519", "sign").ok()
        listing = run(*gpg, "--with-colons", "--list-keys").ok().text
        fingerprint = re.findall(r"^fpr:+([0-9A-F]{40}):", listing, re.MULTILINE)[0]
        key.write_text(run(*gpg, "--armor", "--export", fingerprint).ok().text)
        run(*gpg, "--armor", "--output", signature, "--detach-sign", file).ok()
        run("gpgconf", "--homedir", home, "--kill", "all")
    return Forgery(fingerprint, key, signature)
