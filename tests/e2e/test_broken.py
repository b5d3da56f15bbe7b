"""Builds that are broken on purpose stop at the step that must notice it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.images import Variant
from tests.e2e.openpgp import forge

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.images import Images
    from tests.e2e.sources import Source
    from tests.e2e.standin import Site

pytestmark = [pytest.mark.build, pytest.mark.timeout(1200)]

SHA256 = "sha256sum -c python.sha256"
VERIFY = "gpg --batch --verify"
RECEIVE = "gpg --batch --keyserver"


@pytest.fixture
def variant(source: Source) -> Variant:
    """Return the image to build."""
    return Variant("slim-trixie", source)


@pytest.fixture
def truncated(source: Source, tmp_path: Path) -> Path:
    """Return the first half of the tarball."""
    content = source.tarball.read_bytes()
    file = tmp_path / "truncated.tar.xz"
    file.write_bytes(content[: len(content) // 2])
    return file


def stops(images: Images, variant: Variant, folder: Path, step: str) -> str:
    """Assert that the build fails at a step, before it unpacks the source; return its output."""
    warm = images.warm(variant)
    done = images.buildah.build(folder, "localhost/broken", base=warm)
    steps = re.findall(r"^\+ (.*)", done.text, re.MULTILINE)
    assert done.code != 0
    assert steps[-1].startswith(step), done.text[-2000:]
    assert not any(one.startswith("tar ") for one in steps)
    return done.text


def test_wrong_checksum(images: Images, variant: Variant) -> None:
    """versions.yaml has another checksum."""
    wrong = dataclasses.replace(
        variant, source=dataclasses.replace(variant.source, sha256="0" * 64)
    )
    assert "python.tar.xz: FAILED" in stops(images, wrong, images.render(wrong), SHA256)


def test_truncated(images: Images, variant: Variant, site: Site, truncated: Path) -> None:
    """The tarball ends too early."""
    folder = images.render(variant)
    site.files[variant.source.path] = truncated
    assert "python.tar.xz: FAILED" in stops(images, variant, folder, SHA256)


def test_truncated_with_its_checksum(
    images: Images, variant: Variant, site: Site, truncated: Path
) -> None:
    """The tarball ends too early, with a matching checksum: the signature check fails."""
    sha256 = hashlib.sha256(truncated.read_bytes()).hexdigest()
    wrong = dataclasses.replace(variant, source=dataclasses.replace(variant.source, sha256=sha256))
    folder = images.render(wrong)
    site.files[variant.source.path] = truncated
    assert "BAD signature" in stops(images, wrong, folder, VERIFY)


def test_other_signer(images: Images, variant: Variant, site: Site, tmp_path: Path) -> None:
    """Another key signed the tarball."""
    folder = images.render(variant)
    forged = forge(tmp_path, variant.source.tarball)
    site.files[f"{variant.source.path}.asc"] = forged.signature
    assert "No public key" in stops(images, variant, folder, VERIFY)


def test_other_key(images: Images, variant: Variant, site: Site, tmp_path: Path) -> None:
    """The key server returns the key of another person, who signed the tarball."""
    folder = images.render(variant)
    forged = forge(tmp_path, variant.source.tarball)
    site.files[f"{variant.source.path}.asc"] = forged.signature
    site.keys.update(dict.fromkeys(variant.source.keys, forged.key))
    stops(images, variant, folder, "gpg --batch ")


def test_wrong_key(images: Images, variant: Variant, site: Site, tmp_path: Path) -> None:
    """versions.yaml names another signer's key."""
    folder = images.render(variant)
    forged = forge(tmp_path, variant.source.tarball)
    site.keys[forged.fingerprint] = forged.key
    file = folder / "Dockerfile"
    text = file.read_text()
    for fingerprint in variant.source.keys:
        text = text.replace(fingerprint, forged.fingerprint)
    assert forged.fingerprint in text
    file.write_text(text)
    assert "No public key" in stops(images, variant, folder, VERIFY)


@pytest.mark.parametrize(("gone", "step"), [("", "wget"), (".asc", "wget")])
def test_vanished(images: Images, variant: Variant, site: Site, gone: str, step: str) -> None:
    """Upstream no longer publishes the source or its signature."""
    folder = images.render(variant)
    del site.files[variant.source.path + gone]
    assert "404" in stops(images, variant, folder, step)


def test_vanished_key(images: Images, variant: Variant, site: Site) -> None:
    """The key server does not have the key."""
    folder = images.render(variant)
    site.keys.clear()
    assert "keyserver receive failed" in stops(images, variant, folder, RECEIVE)


def test_no_signature_vouches(images: Images, variant: Variant, tmp_path: Path) -> None:
    """No known authority signed the server's certificate."""
    folder = images.render(variant)
    stranger = dataclasses.replace(images.buildah, certificates=tmp_path / "none")
    stranger.certificates.mkdir()
    # Not on the warm base, and not from the cache: both trust the throwaway authority.
    done = stranger.build(folder, "localhost/broken", cache=False)
    assert done.code != 0
    assert "certificate" in done.text.rpartition("+ wget")[2]
    assert "+ sha256sum" not in done.text
