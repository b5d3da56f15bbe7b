"""The artifacts that the images of a release need, and what is left without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.matrix.needs import Need, needs
from tests.config.samples import SHA, edit
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from tagmatrix.matrix.needs import Needs

SAMPLE = config.parse(VERSIONS)
OURS, SOURCE_ONLY = SAMPLE.releases
ALPINE = "    template: alpine\n    needs: [source]\n"
END = "    end_of_life: 2030-10-31\n"


def of_the_sample(*changes: tuple[str, str]) -> Needs:
    """Return the needs of 3.14 after some changes of the sample."""
    changed = config.parse(edit(*changes))
    return needs(changed, next(each for each in changed.releases if each.cycle == "3.14"))


def test_needs() -> None:
    """The needs of a release follow from the flavors of its images, rules and artifacts."""
    wanted = needs(SAMPLE, OURS)
    assert wanted.artifacts == {
        "source": Need(("default", "slim", "alpine"), 3),
        "windows": Need(("windowsservercore",), 3),
    }
    assert wanted.may_go_without(["windows"])
    assert not wanted.may_go_without(["source"])
    assert list(needs(SAMPLE, SOURCE_ONLY).artifacts) == ["source"]
    held = replace(SAMPLE, hold={"latest": "2.0"})
    assert needs(held, OURS).artifacts == wanted.artifacts


def test_held_back() -> None:
    """What is held back is needed all the same."""
    assert list(of_the_sample((END, "    held_back: {installer: late}\n")).artifacts) == [
        "source",
        "installer",
    ]


@pytest.mark.parametrize(
    ("keys", "days"),
    [
        ("", 3),
        ("    wait_days: 7\n", 7),
        ("    wait_days: 1\n", 3),
        ("    late: leave_out\n    wait_days: 7\n", 3),
    ],
)
def test_days_to_wait(keys: str, days: int) -> None:
    """The flavor that waits longest counts."""
    need = of_the_sample((ALPINE, ALPINE + keys)).artifacts["source"]
    assert need == Need(("default", "slim", "alpine"), days)


def test_no_waiting() -> None:
    """No day is waited for an artifact if its only flavor leaves it out."""
    wanted = of_the_sample(
        ("    needs: [installer]\n", "    needs: [installer]\n    late: leave_out\n")
    )
    assert wanted.artifacts["installer"] == Need(("windows",), None)


def test_a_variant_without_a_flavor() -> None:
    """A listed variant without a flavor waits as long as is the default."""
    listed = "{name: own, base: x, template: x, architectures: [amd64], needs: [source]}"
    wanted = of_the_sample((END, f"    variants: [{listed}]\n"))
    assert wanted.artifacts == {"source": Need(("",), 3)}


def test_a_variant_with_its_own_version() -> None:
    """A variant with its own version needs no artifact of the release's version."""
    own = f'{{name: windows-ltsc2025, version: "3.14.5", sha256: {{installer: {SHA}}}}}'
    wanted = of_the_sample((END, f"    variants: [trixie, {own}]\n"))
    assert list(wanted.artifacts) == ["source"]


@pytest.mark.parametrize(
    "sums",
    [
        f"sha256: {{linux: {{amd64: {SHA}}}, ",
        f"sha512: {{linux: {{amd64: {SHA * 2}}}}}\n    sha256: {{",
    ],
)
def test_files_for_architectures(sums: str) -> None:
    """An image without the files of some architectures is left with the others.

    `possible` also has the files that have no checksum yet.
    """
    by = "[{name: linux, by: architecture}]"
    wanted = of_the_sample(
        (ALPINE, ALPINE.replace("[source]", by)),
        ('version: "3.14.6"\n    sha256: {', f'version: "3.14.6"\n    {sums}'),
        (END, "    variants: [alpine3.24, windows-ltsc2025]\n"),
    )
    assert list(wanted.artifacts) == ["linux/amd64", "installer"]
    assert wanted.possible == ("linux/amd64", "linux/s390x", "installer")
    assert not wanted.may_go_without(["linux/amd64"])
    assert not wanted.may_go_without(["installer", "linux/amd64"])
    assert wanted.may_go_without(["linux/s390x", "installer"])
