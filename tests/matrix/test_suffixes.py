"""Suffixes with their own aliases, and the form of a flavor's aliases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tagmatrix.explain.missing_tag import MissingTags
from tagmatrix.matrix.load import load as load_folder
from tests.config.samples import edit, load, refusal

FIXTURES = Path(__file__).parents[1] / "fixtures"
SLIM = "on_default_suite: {tags: [slim]}"


def tags_of(change: tuple[str, str], *more: tuple[str, str]) -> dict[str, list[str]]:
    """Return the tags of each image of a changed sample, by folder."""
    _, matrix = load(edit(change, *more))
    return {image.folder: [tag.name for tag in image.all_tags] for image in matrix.images}


def test_own_aliases() -> None:
    """A suffix takes only the aliases that it names, in their order."""
    item = '{suffix: slim, aliases: ["{cycle}", "{version}"]}'
    found = tags_of((SLIM, f"on_default_suite: {{tags: [{item}]}}"))
    assert found["3.14/slim-trixie"][-2:] == ["3.14-slim", "3.14.6-slim"]
    assert found["3.13/slim-trixie"][-2:] == ["3.13-slim", "3.13.14-slim"]


def test_aliases_of_owners() -> None:
    """An alias that a release has goes only to the images of that release."""
    item = '{suffix: slim, aliases: [latest, "{major}"]}'
    found = tags_of((SLIM, f"on_default_suite: {{tags: [{item}]}}"))
    assert found["3.14/slim-trixie"][-2:] == ["slim", "3-slim"]
    assert "3-slim" not in found["3.13/slim-trixie"]


def test_words_of_a_suffix() -> None:
    """A word that no release has is an alias of the suffix alone."""
    item = '{suffix: slim, aliases: ["small{cycle}"]}'
    found = tags_of((SLIM, f"on_default_suite: {{tags: [{item}]}}"))
    assert found["3.14/slim-trixie"][-1] == "small3.14-slim"


def test_two_owners_of_a_word() -> None:
    """A word that is the same for each release has two owners."""
    text = edit((SLIM, "on_default_suite: {tags: [{suffix: slim, aliases: [edge]}]}"))
    at = "flavors.slim.on_default_suite.tags[0].aliases[0]: `edge` belongs to 3.15-rc already"
    assert at in refusal(text)


def test_no_version_no_alias() -> None:
    """A release without a version has no alias of a pattern {version}."""
    item = '{suffix: slim, aliases: ["{version}", "{cycle}"]}'
    found = tags_of(
        (SLIM, f"on_default_suite: {{tags: [{item}]}}"),
        ('version: "3.14.6"', "version: null\n    cycle_tag: true\n    aliases: [next]"),
    )
    assert [tag for tag in found["3.14/slim-trixie"] if tag.endswith("-slim")] == ["3.14-slim"]


def test_on_default_in_the_list() -> None:
    """`on_default` places the short suffix before the long one."""
    found = tags_of((SLIM, 'tags: [{suffix: slim, on_default: [suite]}, "{name}"]'))
    assert found["3.14/slim-trixie"][0] == "3.14.6-slim"
    assert found["3.14/slim-bookworm"][0] == "3.14.6-slim-bookworm"


def test_form_of_aliases() -> None:
    """A flavor's `alias` is the form of each alias; `latest` leaves no word."""
    found = tags_of((SLIM, f"alias: my-{{alias}}\n    {SLIM}"))
    assert found["3.14/slim-trixie"][-4:] == [
        "my-3.14.6-slim",
        "my-3.14-slim",
        "my-3-slim",
        "my-slim",
    ]


def test_a_variants_aliases_are_patterns() -> None:
    """The aliases of a listed variant may have placeholders."""
    item = '{name: trixie, aliases: ["{cycle}", "{suite}-{version}"]}'
    found = tags_of(("    end_of_life: 2030-10-31\n", f"    variants: [{item}]\n"))
    assert found["3.14/trixie"][:2] == ["3.14-trixie", "trixie-3.14.6-trixie"]


def test_why_a_tag_is_missing() -> None:
    """Of a suffix with its own aliases, the message for a missing tag names these."""
    config, matrix = load_folder(FIXTURES / "jdk")
    missing = MissingTags(config, matrix).explain("8u502-b07-noble")
    assert missing.why == "in 8, the suffix `noble` takes only `8`"


def test_tags_like_those_of_a_jdk() -> None:
    """The bare suite has the cycle only, and the bare alias is shared with Windows."""
    _, matrix = load_folder(FIXTURES / "jdk")
    images = {image.folder: image for image in matrix.images}
    noble = images["8/jdk/ubuntu/noble"]
    assert [tag.name for tag in noble.tags] == ["8u502-b07-jdk-noble", "8-jdk-noble", "8-noble"]
    assert [tag.name for tag in noble.shared_tags] == ["8u502-b07-jdk", "8-jdk", "8"]
    newest = images["25/jdk/windows/windowsservercore-ltsc2025"]
    assert [tag.name for tag in newest.shared_tags][-2:] == ["25", "latest"]


BAD = {
    "a suffix without a suffix": (
        "tags: [{aliases: [latest]}]",
        "flavors.slim.on_default_suite.tags[0]: `suffix` is missing",
    ),
    "an empty list of aliases": (
        "tags: [{suffix: slim, aliases: []}]",
        "this list is empty; name one, or leave the key out for all",
    ),
    "an alias that no tag can have": (
        'tags: [{suffix: slim, aliases: ["-x"]}]',
        'aliases[0]: invalid value "-x": expected an alias such as "3" or {cycle}',
    ),
    "an unknown placeholder": (
        'tags: [{suffix: slim, aliases: ["{cycel}"]}]',
        "there is no placeholder {cycel} here; did you mean {cycle}?",
    ),
    "a placeholder of aliases in a suffix": (
        'tags: ["{major}"]',
        "there is no placeholder {major} here",
    ),
    "an unknown default": (
        "tags: [{suffix: slim, on_default: [suites]}]",
        'there is no axis "suites"; did you mean suite?',
    ),
    "an unknown key": (
        "tags: [{suffix: slim, alias: x}]",
        "unknown key; did you mean aliases?",
    ),
    "a number": ("tags: [1]", "YAML reads 1 as a number"),
    "a list in the list": ("tags: [[slim]]", "expected a suffix, or a mapping with its keys"),
}


@pytest.mark.parametrize(("tags", "message"), BAD.values(), ids=BAD)
def test_bad_suffixes(tags: str, message: str) -> None:
    """The message for a bad suffix says what is wrong there."""
    assert message in refusal(edit((SLIM, f"on_default_suite: {{{tags}}}")))


@pytest.mark.parametrize(
    ("alias", "message"),
    [
        ("cli", "expected a pattern with {alias}, such as cli-{alias}"),
        ("{alias}-{alias}", "{alias} is twice in this pattern; keep one"),
        ("{alias}-{x}", "there is no placeholder {x} here"),
        ("-{alias}", "expected a pattern with {alias}"),
    ],
)
def test_bad_forms_of_aliases(alias: str, message: str) -> None:
    """The message for a bad form of aliases says what is wrong."""
    assert message in refusal(edit((SLIM, f'alias: "{alias}"\n    {SLIM}')))
