"""One run reports all errors of shapes and references, each once; the next one the laws."""

from __future__ import annotations

from typing import Final

import pytest

from tests.config.samples import GOOD, SHA, edit, refusal


def wrong(text: str) -> list[str]:
    """Return what is wrong, without the name of the file and the columns."""
    return [line.split(": ", 1)[1] for line in refusal(text).split("\n")]


def test_shapes_and_references_then_laws() -> None:
    """Wrong values and names come together, in the file's order; broken laws come after them."""
    breach = (f"    sha256: {{source: {SHA}}}\n    artifacts", "    artifacts")
    text = edit(
        ('version: "3.14.6"', "version: 3.14"),
        ('{cycles: ">=3.14"}', "{suites: [trixy]}"),
        ("release_manager: Ada", "release_manager: Eve"),
        breach,
        ("image: sample", "image: Sample"),
        ("lto:\n", "lto:\n    wen: {}\n"),
    )
    assert refusal(text).split("\n") == [
        (
            'versions.yaml:1:8: image: invalid value "Sample": expected the image\'s name in '
            "lower case, such as python"
        ),
        "versions.yaml:51:5: settings.lto.wen: unknown key; did you mean when?",
        (
            "versions.yaml:52:21: settings.lto.when.suites[0]: there is no suite "
            '"trixy"; did you mean trixie?'
        ),
        (
            'versions.yaml:61:14: releases["3.14"].version: YAML reads 3.14 as a '
            'number; write it in quotes: "3.14"'
        ),
        (
            'versions.yaml:63:22: releases["3.14"].release_manager: there is no release '
            'manager "Eve"; there is only Ada'
        ),
    ]
    assert wrong(edit(breach)) == [
        (
            'releases["3.13"]: the sha256 of 3.13.14\'s `source` is missing, and 3.13/trixie, '
            "3.13/slim-trixie, 3.13/bookworm, 3.13/slim-bookworm, 3.13/alpine3.24 and "
            "3.13/alpine3.23 need it: add `sha256: {source: ...}`, or set `artifacts: [...]` "
            "without source if upstream publishes none"
        ),
    ]


ONCE: Final = {
    "a flavor with a wrong value": [("base: debian:{suite}-slim", "base: [x]")],
    "a flavor without its name": [("    name: slim-{suite}\n", "")],
    "settings that are not a mapping": [
        ('  lto:\n    when: {cycles: ">=3.14"}\n    why: It is faster.\n', "  - lto\n"),
        ("    artifacts: [source]\n", "    artifacts: [source]\n    settings: {lto: true}\n"),
    ],
    "release managers that are not a mapping": [
        (f"release_managers:\n  Ada: {{openpgp_key: {'A1' * 20}}}\n", "release_managers: [Ada]\n")
    ],
    "a suite with a flavor that is not a text": [
        (
            "[default, slim], architectures: [amd64, arm64v8]}",
            "[default, [slim]], architectures: {default: [amd64], slim: [amd64]}}",
        )
    ],
    "a flavor without its base": [("    base: debian:{suite}-slim\n", "")],
    "flavors that are not a mapping": [("flavors:\n", "flavors: []\nx-flavors:\n")],
    "flavors by another name": [("flavors:\n", "flavours:\n")],
    "a suite with a wrong value": [("[amd64, arm64v8]}", "[amd64, x86_64]}")],
    "a suite by a wrong name": [("  trixie: {", "  tri xie: {")],
    "suites by another name": [("suites:\n  trixie", "suits:\n  trixie")],
    "default suites that are none": [
        ('default_suites:\n  default: trixie\n  alpine: "3.24"\n', "default_suites: trixie\n")
    ],
    "a release with a wrong value": [("  - Ada", "  - Ada"), ('version: "3.14.6"', "version: []")],
    "a cycle that is not a text": [('  "3.14":\n', "  3.14:\n")],
    "a checksum that is none": [
        (f"{{source: {SHA}}}\n    artifacts", "{source: abc}\n    artifacts")
    ],
    "artifacts that are not a list": [("    artifacts: [source]", "    artifacts: source")],
    "artifacts by another name": [("    artifacts: [source]", "    artifact: [source]")],
    "an exclusion that cannot be read": [("- architectures: [mips64le]", "- architectures: [x]")],
    "a duplicate key": [('    version: "3.14.6"\n', '    version: "3.14.6"\n    version: x\n')],
    "a merge key": [("    name: slim-{suite}\n", "    <<: {name: x}\n")],
    "a tag of YAML": [('version: "3.14.6"', 'version: !!float "3.14.6"')],
    "a default suite of an unknown flavor": [('  alpine: "3.24"', '  alpin: "3.24"')],
    "derive_aliases that is neither": [("branch: main", 'branch: main\nderive_aliases: "no"')],
}


@pytest.mark.parametrize("changes", ONCE.values(), ids=ONCE)
def test_one_mistake_is_reported_once(changes: list[tuple[str, str]]) -> None:
    """A run does not report consequences of a mistake, so that the cause is easy to find."""
    messages = wrong(edit(*changes))
    names = {"flavors by another name", "flavors that are not a mapping", "suites by another name"}
    renamed = any(changes == ONCE[name] for name in names)
    assert len(messages) == (2 if renamed else 1), messages


def test_numbers_of_lists_are_those_of_the_file() -> None:
    """An item that cannot be read does not shift the ones after it."""
    text = edit(
        (
            'flavors: [alpine], architectures: [amd64, s390x]}\n  "3.23"',
            'flavors: [[], alpine, alpin], architectures: [amd64]}\n  "3.23"',
        )
    )
    assert [line.split(": ")[0] for line in wrong(text)] == [
        'suites["3.24"].flavors[0]',
        'suites["3.24"].flavors[2]',
    ]


def test_a_broken_release_loses_its_aliases() -> None:
    """If the newest cycle can't be read, no other cycle is reported for `latest`."""
    text = edit(
        ('version: "3.14.6"', "version: []"),
        ("    artifacts: [source]", "    artifacts: [source]\n    aliases: [latest]"),
    )
    assert len(wrong(text)) == 1


HIDES_NOTHING: Final = {
    "a flavor's folder": (("folder: windows/{name}", "folder: ../{name}"), "flavors.windows"),
    "a flavor's base": (("    base: debian:{suite}-slim\n", ""), "flavors.slim"),
    "a flavor's template": (("template: alpine", "template: []"), "flavors.alpine"),
    "a release's folder": (
        ("    end_of_life: 2030-10-31\n", "    folder: ..\n"),
        'releases["3.14"].folder',
    ),
    "a checksum": (
        (f"{{source: {SHA}}}\n    artifacts", "{source: abc}\n    artifacts"),
        'releases["3.13"].sha256',
    ),
    "an exclusion's condition": (
        ("- architectures: [mips64le]\n", "- when: {suites: [7], cycles: '>3.14'}\n"),
        "exclude[0].when",
    ),
    "an exclusion's architectures": (
        ("- architectures: [mips64le]\n", "- architectures: [mips64el]\n"),
        "exclude[0]",
    ),
}


@pytest.mark.parametrize(("change", "path"), HIDES_NOTHING.values(), ids=HIDES_NOTHING)
def test_what_is_independent_is_reported_too(change: tuple[str, str], path: str) -> None:
    """A broken value hides only wrong names of variants, which several values define together."""
    names = ('{cycles: ">=3.14"}', "{cycles: ['3.9'], variants: [slm-trixie]}")
    found = [line.split(": ")[0] for line in wrong(edit(change, names))]
    assert len(found) == 2
    assert "settings.lto.when.cycles[0]" in found
    assert any(line.startswith(path) for line in found)
    assert [line.split(": ")[0] for line in wrong(edit(names))] == [
        "settings.lto.when.cycles[0]",
        "settings.lto.when.variants[0]",
    ]


def test_a_refused_entry_is_a_name_all_the_same() -> None:
    """The nearest name may be that of an entry in which something is wrong."""
    text = edit(
        ("    name: alpine{suite}\n", ""),
        ('  alpine: "3.24"', '  alpin: "3.24"'),
        ("release_manager: Ada", "release_manager: Ad"),
        (f"{{openpgp_key: {'A1' * 20}}}", "{key: x}"),
    )
    assert [line.partition("; ")[2] for line in wrong(text) if "there is no" in line] == [
        "did you mean alpine?",
        "did you mean Ada?",
    ]


def test_comparisons_beside_a_refused_release() -> None:
    """How many numbers cycles have is known though a release was refused."""
    text = edit(('version: "3.14.6"', "version: []"), ('">=3.14"', '">=3.14.1"'))
    assert [line.split(": ")[0] for line in wrong(text)] == [
        "settings.lto.when.cycles",
        'releases["3.14"].version',
    ]


@pytest.mark.slow
def test_too_large_with_another_mistake() -> None:
    """A matrix that is too large is not expanded to look for more."""
    releases = "".join(
        f'  "3.{number}": {{version: "3.{number}.0", artifacts: []}}\n'
        for number in range(10_000, 0, -1)
    )
    text = GOOD[: GOOD.index("releases:\n")] + "releases:\n" + releases
    assert len(wrong(text.replace("image: sample", "image: []"))) == 2


def test_a_comparison_that_yaml_takes_for_a_tag() -> None:
    """The message for `!=` without quotes suggests the comparison in quotes."""
    assert wrong(edit(('{cycles: ">=3.14"}', "\n      cycles: !=3.14"))) == [
        'settings.lto.when.cycles: YAML reads !=3.14 as a tag; write it in quotes: "!=3.14"'
    ]
