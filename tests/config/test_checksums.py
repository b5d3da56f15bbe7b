"""Checksums for each architecture, of other algorithms, and the messages about them."""

from __future__ import annotations

from typing import Final

import pytest

from tagmatrix.config import parse
from tests.config.samples import SHA, edit, refusal

SHA512: Final = SHA * 2
SHA1: Final = SHA[:40]
ONE: Final = f"    sha256: {{source: {SHA}}}\n    artifacts"
BY: Final = ("needs: [installer]", "needs: [{name: installer, by: architecture}]")


def with_sums(sums: str) -> str:
    """Return the sample with other checksums of 3.13."""
    return edit((ONE, f"    {sums}\n    artifacts"))


@pytest.mark.parametrize(
    ("sums", "found"),
    [
        (f"sha512: {{source: {SHA512}}}", {"sha512": {"source": SHA512}}),
        (
            f"sha256: {{source: {SHA}, linux: {{amd64: {SHA}, s390x: {SHA}}}}}",
            {"sha256": {"source": SHA, "linux/amd64": SHA, "linux/s390x": SHA}},
        ),
        (f"sha1: {{why: It is old., source: {SHA1}}}", {"sha1": {"source": SHA1}}),
        (
            f"sha1: {{source: {SHA1}}}\n    sha256: {{source: {SHA}}}",
            {"sha1": {"source": SHA1}, "sha256": {"source": SHA}},
        ),
    ],
)
def test_checksums(sums: str, found: dict[str, dict[str, str]]) -> None:
    """Checksums are read by algorithm and artifact, those of architectures with their names."""
    release = parse(with_sums(sums)).releases[-1]
    assert release.sums == found
    assert release.sha1_why == ("It is old." if "why" in sums else "")


def test_a_variants_own_checksums() -> None:
    """A listed variant has the same keys."""
    own = f"{{name: trixie, version: 3.13.13, sha1: {{source: {SHA1}, why: It is old.}}}}"
    text = edit(("    artifacts: [source]\n", f"    artifacts: [source]\n    variants: [{own}]\n"))
    (variant,) = parse(text).releases[-1].variants or ()
    assert (variant.sums, variant.sha1_why) == ({"sha1": {"source": SHA1}}, "It is old.")


BAD: Final = {
    "a short SHA-512": (
        with_sums(f"sha512: {{source: {SHA}}}"),
        f'sha512.source: invalid value "{SHA}": expected a SHA-512: 128 hexadecimal digits',
    ),
    "a SHA-1 in capitals": (
        with_sums(f"sha1: {{source: {SHA1.upper()}, why: x}}"),
        "sha1.source: invalid value",
    ),
    "a SHA-1 alone": (
        with_sums(f"sha1: {{source: {SHA1}}}"),
        (
            'releases["3.13"].sha1.source: SHA-1 can be forged, and source has no other checksum; '
            "add its sha256 or sha512, or say why there is none: `sha1: {..., why: ...}`"
        ),
    ),
    "a SHA-1 alone for an architecture": (
        with_sums(f"sha256: {{source: {SHA}}}\n    sha1: {{linux: {{amd64: {SHA1}}}}}"),
        "sha1.linux.amd64: SHA-1 can be forged, and linux/amd64 has no other checksum",
    ),
    "no reason": (
        with_sums(f"sha1: {{source: {SHA1}, why: }}"),
        "sha1.why: a value is missing here",
    ),
    "a reason for a strong one": (
        with_sums(f"sha512: {{source: {SHA512}, why: x}}"),
        'sha512.why: invalid value "x": expected a SHA-512',
    ),
    "an unknown architecture": (
        with_sums(f"sha256: {{source: {{amd46: {SHA}}}}}"),
        'sha256.source.amd46: "amd46" is not known; expected an architecture of official-images',
    ),
    "a number": (
        with_sums("sha256: {source: {amd64: 12}}"),
        "sha256.source.amd64: YAML reads 12 as a number; expected a SHA-256",
    ),
    "a list": (
        with_sums(f"sha256: {{source: [{SHA}]}}"),
        (
            "sha256.source: expected a SHA-256: 64 hexadecimal digits in lower case; or a mapping "
            "of architectures, not a list"
        ),
    ),
    "a control character": (
        with_sums(f'sha1: {{source: {SHA1}, why: "\\e[1m"}}'),
        "sha1.why: the character U+001B is not printable; remove it",
    ),
    "an artifact with its architecture": (
        edit(("needs: [installer]", "needs: [installer/amd64]")),
        'needs[0]: invalid value "installer/amd64": expected an artifact such as source',
    ),
    "a need by something else": (
        edit(("needs: [installer]", "needs: [{name: installer, by: suite}]")),
        'needs[0].by: "suite" is not known; expected architecture',
    ),
    "a need without a name": (
        edit(("needs: [installer]", "needs: [{by: architecture}]")),
        "needs[0]: `name` is missing; add it: the artifact.",
    ),
    "a list of needs": (
        edit(("needs: [installer]", "needs: [[installer]]")),
        "needs[0]: expected an artifact, or a mapping with its name and `by: architecture`, not a",
    ),
    "held back for an unknown architecture": (
        edit(BY, ("    end_of_life: 2030-10-31\n", "    held_back: {installer/amd46: late}\n")),
        'held_back["installer/amd46"]: invalid value "installer/amd46": expected an artifact such',
    ),
    "held back for an architecture of another artifact": (
        edit(BY, ("    end_of_life: 2030-10-31\n", "    held_back: {source/amd64: late}\n")),
        'held_back["source/amd64"]: no variant needs the artifact source/amd64',
    ),
    "a missing checksum": (
        edit(BY),
        (
            'versions.yaml:56:3: releases["3.15-rc"]: the sha256 of 3.15.0b3\'s `installer` is '
            "missing, and 3.15-rc/windows-ltsc2025 and 3.15-rc/windows-ltsc2022 need it: write one "
            "for each architecture, `installer: {windows-amd64: ...}`"
        ),
    ),
    "checksums by architecture without need": (
        with_sums(f"sha256: {{source: {{amd64: {SHA}}}}}"),
        (
            "the sha256 of 3.13.14's `source` is missing, and 3.13/trixie, 3.13/slim-trixie, "
            "3.13/bookworm, 3.13/slim-bookworm, 3.13/alpine3.24 and 3.13/alpine3.23 need it: its "
            "checksums are by architecture, so write `needs: [{name: source, by: architecture}]`"
        ),
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_checksums_that_are_refused(text: str, message: str) -> None:
    """A wrong checksum, artifact or architecture is refused at its place."""
    assert message in refusal(text)
