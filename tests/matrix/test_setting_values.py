"""The values of settings that depend on the suite, the flavor or the architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.config.samples import load, refusal
from tests.config.test_settings import APT, BY, with_apt

if TYPE_CHECKING:
    from tagmatrix.matrix.expand import Image


def image(text: str, name: str) -> Image:
    """Return the image of 3.14 with a name."""
    _, matrix = load(text)
    return next(each for each in matrix.images if (each.cycle, each.name) == ("3.14", name))


def test_by_suite() -> None:
    """Each image has the value of its suite, and false where the condition does not hold."""
    assert image(with_apt(), "trixie").settings["apt"] == "1.2-1"
    assert image(with_apt(), "bookworm").settings["apt"] == "1.1-1"
    assert image(with_apt(), "alpine3.24").settings["apt"] is False


def test_the_release_comes_before_the_setting() -> None:
    """The release's values come first, key by key; those of the setting need its condition."""
    text = with_apt(
        "    settings: {apt: {bookworm: own}}\n",
        BY + '    value: {trixie: usual, bookworm: usual, "3.24": usual}\n',
    )
    assert image(text, "trixie").settings["apt"] == "usual"
    assert image(text, "bookworm").settings["apt"] == "own"
    assert image(text, "alpine3.24").settings["apt"] is False


def test_a_release_has_its_value_without_the_condition() -> None:
    """A release's own value holds where the condition does not, as for other settings."""
    text = with_apt('    settings: {apt: {trixie: a, bookworm: a, "3.24": own}}\n')
    assert image(text, "alpine3.24").settings["apt"] == "own"


def test_by_flavor() -> None:
    """A setting by flavor has the value of the image's flavor."""
    text = with_apt("    settings: {apt: {default: d}}\n", BY.replace("suite", "flavor"))
    assert image(text, "bookworm").settings["apt"] == "d"


def test_by_architecture() -> None:
    """A setting by architecture has the values of the image's architectures."""
    setting = BY.replace("suite", "architecture").replace("default", "alpine")
    text = with_apt("    settings: {apt: {amd64: x86_64, s390x: z, arm64v8: a}}\n", setting)
    assert image(text, "alpine3.24").settings["apt"] == {"amd64": "x86_64", "s390x": "z"}
    no_own = with_apt("", setting + "    value: {amd64: x, s390x: z}\n")
    assert image(no_own, "alpine3.24").settings["apt"] == {"amd64": "x", "s390x": "z"}
    assert image(no_own, "trixie").settings["apt"] is False


def test_a_value_that_is_missing() -> None:
    """A suite without a value is refused, at the release's values or at the release."""
    message = refusal(with_apt(APT.replace(", bookworm: 1.1-1", "")))
    assert (
        'releases["3.14"].settings.apt: the setting apt has no value for bookworm, and '
        "3.14/bookworm needs it: add `settings: {apt: {bookworm: ...}}`, or limit the setting with "
        "`when`" in message
    )
    assert 'releases["3.14"]: the setting apt has no value for trixie' in refusal(with_apt(""))
