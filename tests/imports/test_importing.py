"""What comes out differently is written in another way in the next attempt."""

from __future__ import annotations

from dataclasses import replace

from tagmatrix.imports import import_report
from tagmatrix.imports.importing import Attempt, improve
from tagmatrix.imports.printing import dumps
from tagmatrix.matrix import load
from tests.imports.samples import entry, imported, product

SUFFIXES = [f"{word}-trixie" for word in ("apache", "fpm", "zts", "cli", "slim", "tiny")]


def test_images_too_many() -> None:
    """The variants of a release that would have more images are listed."""
    result = imported(
        *(
            entry(product(aliases, [suffix]), f"{aliases[1]}/{suffix}")
            for aliases in (["2.1.0", "2.1", "2", "latest"], ["2.0.9", "2.0"])
            for suffix in SUFFIXES
            if aliases[1] == "2.1" or suffix != "tiny-trixie"
        )
    )
    kept = {key: value for key, value in result.family.values.items() if key != "exclude"}
    kept["releases"] = {
        cycle: {key: value for key, value in release.items() if key != "variants"}
        for cycle, release in kept["releases"].items()
    }
    attempt = Attempt()
    assert improve(attempt, replace(result.family, values=kept), dumps(kept, ()), None)
    assert attempt.limits.listed == {"2.0"}
    assert not improve(Attempt(), result.family, result.text, None)


def test_a_manifest_without_entries() -> None:
    """An image that is no longer published has no releases; its facts are kept."""
    result = imported()
    assert not result.missed
    assert result.family.values["releases"] == {}
    assert "has no entries" in import_report.text(result, with_checkout=False)
    _, matrix = load.parse(result.text)
    assert not matrix.images
