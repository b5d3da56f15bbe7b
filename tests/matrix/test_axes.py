"""Axes: dimensions of variants besides suites."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tagmatrix.config import parse
from tagmatrix.diff.compare import compare
from tagmatrix.guard.snapshots import snapshot_of_matrix
from tagmatrix.matrix.expand import expand
from tagmatrix.matrix.load import load as load_folder
from tagmatrix.render.dockerfiles import context
from tests.config.samples import edit, load, refusal, warnings

BLOG = (Path(__file__).parents[1] / "fixtures/blog/versions.yaml").read_text(encoding="utf-8")
AXES = 'php: ["8.4", "8.3"]'
VERSION = 'version: "7.1.0"'
OTHER = "name: x, flavor: fpm, suite: debian"


def blog(*changes: tuple[str, str]) -> str:
    """Return the blog's file with changes."""
    return edit(*changes, text=BLOG)


def names(text: str, cycle: str) -> list[str]:
    """Return the names of a release's variants, in order."""
    _, matrix = load(text)
    return [image.name for image in matrix.images if image.cycle == cycle]


def test_the_blogs_tags() -> None:
    """The variants on the default PHP have the short tags too, and the program's begin with cli."""
    _, matrix = load(BLOG)
    found = {image.folder: [tag.name for tag in image.tags] for image in matrix.images}
    assert " ".join(found["7.1/php8.3/fpm"]) == (
        "7.1.0-fpm 7.1-fpm 7-fpm fpm 7.1.0-php8.3-fpm 7.1-php8.3-fpm 7-php8.3-fpm php8.3-fpm"
    )
    assert " ".join(found["cli/php8.4/alpine"]) == (
        "cli-2.12.0 cli-2.12 cli-2 cli cli-2.12.0-php8.4 cli-2.12-php8.4 cli-2-php8.4 cli-php8.4"
    )
    assert [image.name for image in matrix.images if image.cycle == "6.9"] == [
        "php8.3-apache",
        "php8.3-fpm",
    ]


def test_two_axes() -> None:
    """Axes vary as they are listed, the last one fastest, after suites and flavors."""
    text = blog(
        (AXES, f"{AXES}\n  db: [my, lite]"),
        ("name: php{php}-fpm", "name: php{php}-{db}-fpm"),
        ("folder: php{php}/fpm", "folder: php{php}/{db}/fpm"),
        ("{suffix: fpm, on_default: [php]}, ", ""),
    )
    assert names(text, "7.1") == [
        "php8.4-apache",
        "php8.3-apache",
        *("php8.4-my-fpm", "php8.4-lite-fpm", "php8.3-my-fpm", "php8.3-lite-fpm"),
    ]


def test_a_releases_values() -> None:
    """A release's list replaces the global one, and a flavor's limits it."""
    text = blog(
        ('version: "7.1.0"', 'version: "7.1.0"\n    axes: {php: ["8.5", "8.4"]}'),
        ("    template: cli", '    template: cli\n    axes: {php: ["8.3", "8.2"]}'),
        ("    base: php:{php}-fpm", '    base: php:{php}-fpm\n    axes: {php: ["8.4", "8.1"]}'),
        ('default_axes: {php: "8.4"}', 'default_axes: {php: "8.2"}'),
        ('cycles: "<7"', 'cycles: "<7"'),
    )
    assert names(text, "7.1") == ["php8.5-apache", "php8.4-apache", "php8.4-fpm"]
    assert names(text, "6.9") == ["php8.3-apache", "php8.1-fpm"]
    assert names(text, "2.12") == ["php8.3-cli", "php8.2-cli"]


def test_a_releases_default() -> None:
    """A release's default is before a flavor's, and that before the global one."""
    text = blog(
        ("    base: php:{php}-fpm", '    base: php:{php}-fpm\n    default_axes: {php: "8.4"}'),
        ('version: "6.9.4"', 'version: "6.9.4"\n    default_axes: {php: null}'),
    )
    _, matrix = load(text)
    short = [
        image.folder
        for image in matrix.images
        if any(tag.spelling.text == "fpm" for tag in image.tags)
    ]
    assert short == ["7.1/php8.4/fpm"]


def test_a_flavor_without_axes() -> None:
    """A flavor whose patterns name no axis does not vary."""
    text = blog(
        (
            "    name: php{php}-fpm\n    folder: php{php}/fpm\n    base: php:{php}-fpm",
            "    name: fpm\n    base: php:fpm",
        ),
        ('    tags: [{suffix: fpm, on_default: [php]}, "{name}"]\n', ""),
        (', axes: {php: ["8.4"]}, cycles', ', axes: {php: ["8.4"]}, cycles'),
    )
    assert names(text, "7.1") == ["php8.4-apache", "php8.3-apache", "fpm"]


def test_listed_variants() -> None:
    """A known name brings its axes, and a new one can have a value of each."""
    item = '{name: special, flavor: fpm, suite: debian, folder: s, axes: {php: "8.3"}, tags: [x]}'
    text = blog(('version: "7.1.0"', f'version: "7.1.0"\n    variants: [php8.4-fpm, {item}]'))
    _, matrix = load(text)
    found = [image for image in matrix.images if image.cycle == "7.1"]
    assert [(image.name, image.axes, image.base) for image in found] == [
        ("php8.4-fpm", (("php", "8.4"),), "php:8.4-fpm"),
        ("special", (("php", "8.3"),), "php:8.3-fpm"),
    ]


def test_conditions_and_templates() -> None:
    """A setting can depend on an axis, and templates see the values."""
    _, matrix = load(BLOG)
    found = {image.folder: image for image in matrix.images}
    assert found["7.1/php8.4/fpm"].settings["jit"] is True
    assert found["7.1/php8.3/fpm"].settings["jit"] is False
    assert context(found["7.1/php8.3/fpm"])["axes"]["php"] == "8.3"


def test_a_default_moves_like_a_suite() -> None:
    """Another default moves the short tags to another variant of the flavor, which is expected."""
    _, old = load(BLOG)
    _, new = load(blog(('  php: "8.3"', '  php: "8.4"')))
    changes = compare(snapshot_of_matrix(old), snapshot_of_matrix(new)).changes
    moved = {change.tag: change.reason.kind.name for change in changes if change.tag == "7.1-fpm"}
    assert moved == {"7.1-fpm": "SUITE"}


def test_a_default_that_a_release_lacks() -> None:
    """The default of an axis that a release does not have leaves short tags without an owner."""
    assert warnings(BLOG) == []
    assert [
        line.split(": ", 2)[2] for line in warnings(blog(('  php: "8.3"', '  php: "8.4"')))
    ] == [
        f"6.9 has no {name} with php 8.4: the short tags of {name} name no image there; set "
        "`default_axes: {php: ...}` for it, or null"
        for name in ("apache", "fpm")
    ]


def test_why_a_short_tag() -> None:
    """The reason of a short tag names the default and its line."""
    _, matrix = load(BLOG)
    image = next(image for image in matrix.images if image.folder == "7.1/php8.3/fpm")
    spelling = image.tags[0].spelling
    assert spelling.why == "8.3 is the default php of fpm"
    assert (spelling.moves, spelling.path) == (("another default php",), ("default_axes", "php"))


def test_values_of_one_release_each() -> None:
    """A name without the axis is allowed if each release has one value."""
    text = edit(
        ("flavors:\n  default", 'axes: {php: ["8.4"]}\nflavors:\n  default'),
        ("base: alpine:{suite}", "base: php:{php}-alpine{suite}"),
        ("    end_of_life: 2030-10-31", '    axes: {php: ["8.5"]}'),
    )
    _, matrix = load(text)
    found = {image.folder: image.base for image in matrix.images}
    assert found["3.14/alpine3.24"] == "php:8.5-alpine3.24"
    assert found["3.13/alpine3.24"] == "php:8.4-alpine3.24"


@pytest.mark.parametrize("count", [40, 300])
def test_too_many(count: int) -> None:
    """A product of axes that is too large is refused before it is computed."""
    values = ", ".join(f'"{number}"' for number in range(count))
    axes = "\n".join(f"  a{number}: [{values}]" for number in range(6))
    holes = "-".join(f"{{a{number}}}" for number in range(6))
    text = blog(
        ("\naxes:\n  php", f"\naxes:\n{axes}\n  php"),
        ("name: php{php}-fpm", f"name: php{{php}}-fpm{holes}"),
    )
    assert "and the limit is 10,000; list fewer" in refusal(text)


BAD = {
    "a reserved name": (
        [(AXES, f'{AXES}\n  suite: ["1"]')],
        "axes.suite: {suite} is a placeholder already; give the axis another name",
    ),
    "a reserved name that a pattern has": (
        [
            (AXES, f'{AXES}\n  suite: ["1"]'),
            ("name: php{php}-fpm", 'name: "php{php}-fpm-{suite}"'),
        ],
        "axes.suite: {suite} is a placeholder already; give the axis another name",
    ),
    "a part that settings depend on": (
        [(AXES, f'{AXES}\n  flavor: ["1"]')],
        "axes.flavor: a setting can depend on the flavor already; give the axis another name",
    ),
    "an axis without values": ([(AXES, "php: []")], "name a value, or remove the axis"),
    "a number": ([(AXES, "php: [8.4]")], "YAML reads 8.4 as a number"),
    "a value twice": ([(AXES, 'php: ["8.4", "8.4"]')], '"8.4" is twice in this list; keep one'),
    "a name in capitals": ([(AXES, 'PHP: ["8.4"]')], "expected an axis: a name in snake_case"),
    "a value that no tag can have": ([(AXES, 'php: ["8 4"]')], "expected a value of an axis"),
    "an unknown default axis": (
        [('default_axes:\n  php: "8.3"', 'default_axes:\n  pph: "8.3"')],
        'default_axes.pph: there is no axis "pph"; did you mean php?',
    ),
    "an unknown default": (
        [('  php: "8.3"', '  php: "8.33"')],
        "default_axes.php: no image has php 8.33; did you mean 8.3?",
    ),
    "an unknown axis of a release": (
        [('version: "7.1.0"', 'version: "7.1.0"\n    axes: {pph: ["8.4"]}')],
        'releases["7.1"].axes.pph: there is no axis "pph"; did you mean php?',
    ),
    "an axis without values in a release": (
        [('version: "7.1.0"', 'version: "7.1.0"\n    axes: {php: []}')],
        'releases["7.1"].axes.php: this list is empty; name a value, or remove this line to use',
    ),
    "an unknown axis of a flavor": (
        [("template: cli", 'template: cli\n    default_axes: {pph: "8.4"}')],
        'flavors.cli.default_axes.pph: there is no axis "pph"; did you mean php?',
    ),
    "an unknown axis in a condition": (
        [('when: {axes: {php: ["8.4"]}}', 'when: {axes: {pph: ["8.4"]}}')],
        'settings.jit.when.axes.pph: there is no axis "pph"; did you mean php?',
    ),
    "an unknown value in a condition": (
        [('when: {axes: {php: ["8.4"]}}', 'when: {axes: {php: ["8.5"]}}')],
        "settings.jit.when.axes.php[0]: no image has php 8.5; did you mean 8.4?",
    ),
    "an empty condition": (
        [('when: {axes: {php: ["8.4"]}}', "when: {axes: {}}")],
        "name at least one, or leave the key out to select all",
    ),
    "a name without the axis": (
        [("name: php{php}-fpm", "name: fpm")],
        'would both be called "fpm"; put {php} into the name of fpm, or give them other names',
    ),
    "an unknown axis of a variant": (
        [(VERSION, f'{VERSION}\n    variants: [{{name: php8.4-fpm, axes: {{x: "1"}}}}]')],
        'variants[0].axes.x: there is no axis "x"',
    ),
    "a variant without a value": (
        [
            (VERSION, f"{VERSION}\n    variants: [{{{OTHER}, axes: {{a: '1'}}}}]"),
            (AXES, f'{AXES}\n  a: ["1"]'),
        ],
        "variants[0].axes: fpm varies over php too; add a value",
    ),
    "a variant without axes": (
        [(VERSION, f"{VERSION}\n    variants: [{{{OTHER}}}]")],
        'variant "x" needs `axes`; add it',
    ),
    "an unknown axis in a template's name": (
        [("template: cli", 'template: "cli{python}"')],
        "flavors.cli.template: there is no placeholder {python} here",
    ),
}


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD)
def test_bad_axes(changes: list[tuple[str, str]], message: str) -> None:
    """The message for a bad axis says what is wrong there."""
    assert message in refusal(blog(*changes))


def test_a_folder() -> None:
    """The fixture loads without warnings."""
    config, matrix = load_folder(Path(__file__).parents[1] / "fixtures/blog")
    assert matrix == expand(replace(parse(BLOG), file=config.file))
