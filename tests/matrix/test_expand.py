"""Expand releases times variants."""

from __future__ import annotations

import pytest

from tagmatrix import config
from tagmatrix.matrix.expand import expand
from tests.config.samples import GOOD, SHA, edit, image, load, names, refusal

END = "    end_of_life: 2030-10-31\n"


def test_order() -> None:
    """Images are in the file's order: release by release, and in each by suite and flavor."""
    _, expanded = load(GOOD)
    assert [found.folder for found in expanded.images] == [
        "3.15-rc/trixie",
        "3.15-rc/slim-trixie",
        "3.15-rc/bookworm",
        "3.15-rc/slim-bookworm",
        "3.15-rc/alpine3.24",
        "3.15-rc/alpine3.23",
        "3.15-rc/windows/windows-ltsc2025",
        "3.15-rc/windows/windows-ltsc2022",
        "3.14/trixie",
        "3.14/slim-trixie",
        "3.14/bookworm",
        "3.14/slim-bookworm",
        "3.14/alpine3.24",
        "3.14/alpine3.23",
        "3.14/windows/windows-ltsc2025",
        "3.14/windows/windows-ltsc2022",
        "3.13/trixie",
        "3.13/slim-trixie",
        "3.13/bookworm",
        "3.13/slim-bookworm",
        "3.13/alpine3.24",
        "3.13/alpine3.23",
    ]


def test_default() -> None:
    """The default flavor on its default suite shares the bare version with Windows."""
    tags = ["3.14.6-trixie", "3.14-trixie", "3-trixie", "trixie"]
    bare = ["3.14.6", "3.14", "3", "latest"]
    assert names(GOOD, "3.14/trixie") == (tags, bare)
    family = ["3.14.6-windows", "3.14-windows", "3-windows", "windows"]
    assert names(GOOD, "3.14/windows/windows-ltsc2022")[1] == [*family, *bare]
    assert names(GOOD, "3.13/trixie") == (["3.13.14-trixie", "3.13-trixie"], ["3.13.14", "3.13"])
    assert names(GOOD, "3.14/bookworm")[1] == []


def test_follower() -> None:
    """A flavor that follows another has its short tags on the other's default suite."""
    assert names(GOOD, "3.13/slim-trixie")[0] == [
        "3.13.14-slim-trixie",
        "3.13-slim-trixie",
        "3.13.14-slim",
        "3.13-slim",
    ]
    moved = edit(("default: trixie", "default: bookworm"))
    assert names(moved, "3.13/slim-trixie")[0] == ["3.13.14-slim-trixie", "3.13-slim-trixie"]
    assert "3.13-slim" in names(moved, "3.13/slim-bookworm")[0]


def test_pre_release() -> None:
    """A pre-release owns its version and its cycle, but no major version and not latest."""
    assert names(GOOD, "3.15-rc/alpine3.24")[0] == [
        "3.15.0b3-alpine3.24",
        "3.15-rc-alpine3.24",
        "3.15.0b3-alpine",
        "3.15-rc-alpine",
    ]


def test_values() -> None:
    """An image has the values of its flavor and its suite, with patterns filled."""
    found = image(GOOD, "3.14/windows/windows-ltsc2025")
    assert (found.name, found.flavor, found.suite) == ("windows-ltsc2025", "windows", "ltsc2025")
    assert (found.base, found.template) == ("windows:ltsc2025", "windows")
    assert (found.constraints, found.builder) == (("windows-ltsc2025",), "classic")
    assert (found.needs, found.sha256["installer"]) == (("installer",), SHA)
    assert found.architectures == ("windows-amd64",)
    assert (found.version, found.final_version) == ("3.14.6", "3.14.6")
    assert image(GOOD, "3.15-rc/trixie").final_version == "3.15.0"


def test_patterns() -> None:
    """Every name in a pattern is filled in every text that may have patterns."""
    text = edit(
        ("folder: windows/{name}", "folder: '{cycle}/{suite}/{name}/{version}'"),
        ("base: windows:{suite}", "base: 'w:{cycle}-{suite}-{name}-{version}'"),
        ('constraints: ["{name}"]', "constraints: ['{cycle}', '{suite}', '{name}', '{version}']"),
        ('shared_tags: [windows, ""]', "tags: ['{name}', 'a-{suite}.{cycle}.{version}']"),
    )
    found = image(text, "3.14/3.14/ltsc2022/windows-ltsc2022/3.14.6")
    assert found.base == "w:3.14-ltsc2022-windows-ltsc2022-3.14.6"
    assert found.constraints == ("3.14", "ltsc2022", "windows-ltsc2022", "3.14.6")
    assert "3-a-ltsc2022.3.14.3.14.6" in [tag.name for tag in found.tags]


def test_cycle_in_a_name() -> None:
    """A variant's name may contain the cycle; its folder is that of the cycle."""
    text = edit(("name: slim-{suite}", "name: 'slim-{suite}-{cycle}'"))
    assert names(text, "3.13/slim-bookworm-3.13")[0] == [
        "3.13.14-slim-bookworm-3.13",
        "3.13-slim-bookworm-3.13",
    ]


def test_artifacts() -> None:
    """A variant without its upstream artifact is left out, with this reason."""
    _, expanded = load(GOOD)
    why, path = "upstream publishes no installer artifact for 3.13.14", ("releases", "3.13")
    assert [
        (cell.cycle, cell.variant, cell.why, cell.link, cell.path) for cell in expanded.left_out
    ] == [
        ("3.13", name, why, "", (*path, "artifacts"))
        for name in ("windows-ltsc2025", "windows-ltsc2022")
    ]


def test_held_back() -> None:
    """A variant whose artifact is held back is left out, with the reason."""
    text = edit((END, '    held_back: {installer: "3.14.6 is not there yet"}\n'))
    _, expanded = load(text)
    found = {(cell.why, cell.link, cell.path) for cell in expanded.left_out if cell.cycle == "3.14"}
    path = ("releases", "3.14", "held_back", "installer")
    assert found == {("held back: 3.14.6 is not there yet", "", path)}


@pytest.mark.parametrize(
    ("rule", "built"),
    [
        ("when: {architectures: [mips64le]}", ("amd64", "arm64v8")),
        ("when: {architectures: [mips64le], cycles: ['3.13']}", ("amd64", "arm64v8", "mips64le")),
        ("when: {architectures: [mips64le, arm64v8]}", ("amd64",)),
        (
            (
                "architectures: [mips64le, amd64]\n"
                "    unless: {architectures: [amd64], cycles: '>=3.14'}"
            ),
            ("amd64", "arm64v8"),
        ),
        (
            (
                "architectures: [mips64le, amd64]\n"
                "    unless: {architectures: [amd64], cycles: '>=3.15'}"
            ),
            ("arm64v8",),
        ),
        (
            "when: {suites: [bookworm]}\n    unless: {architectures: [arm64v8]}",
            ("arm64v8",),
        ),
        (
            "architectures: [mips64le, arm64v8]\n    when: {architectures: [mips64le, amd64]}",
            ("amd64", "arm64v8"),
        ),
    ],
)
def test_excluded_by_architecture(rule: str, built: tuple[str, ...]) -> None:
    """A condition on architectures selects some of those that a rule would take."""
    text = edit(("- architectures: [mips64le]", f"- {rule}"))
    expanded = expand(config.parse(text))
    found = {image.folder: image.architectures for image in expanded.images}
    assert found["3.14/bookworm"] == built


def test_a_rule_that_spares_all_is_none() -> None:
    """A rule with exceptions for all architectures of an image excludes none of them."""
    text = edit(
        (
            "- architectures: [mips64le]",
            "- when: {suites: ['3.24']}\n    unless: {architectures: [amd64, s390x]}",
        )
    )
    expanded = expand(config.parse(text))
    assert expanded.effects == frozenset()


def test_a_rule_that_spares_no_architecture() -> None:
    """A rule leaves an image out if it has none of the architectures that the rule spares."""
    rule = "- when: {suites: ['3.24']}\n    unless: {architectures: [riscv64]}"
    expanded = expand(config.parse(edit(("- architectures: [mips64le]", rule))))
    assert all(image.architectures for image in expanded.images)
    assert [
        (one.cycle, one.why, one.path) for one in expanded.left_out if one.variant == "alpine3.24"
    ] == [
        (cycle, "No maintainer fixes what breaks there.", ("exclude", 0))
        for cycle in ("3.15-rc", "3.14", "3.13")
    ]


def test_excluded() -> None:
    """A rule takes architectures or images if its condition holds."""
    assert image(GOOD, "3.14/bookworm").architectures == ("amd64", "arm64v8")
    (gone,) = image(GOOD, "3.14/bookworm").excluded
    assert (gone.architecture, gone.link) == ("mips64le", "https://example.org/mips")
    rule = (
        "  - when: {flavors: [alpine], cycles: '<3.15'}\n"
        "    unless: {suites: ['3.24'], cycles: ['3.14']}\n    why: Too old.\nsettings:"
    )
    _, expanded = load(edit(("settings:", rule)))
    left_out = [(cell.cycle, cell.variant) for cell in expanded.left_out if cell.why == "Too old."]
    assert left_out == [("3.14", "alpine3.23"), ("3.13", "alpine3.24"), ("3.13", "alpine3.23")]


def test_settings() -> None:
    """A setting has its value if its condition holds, else false; a release may override it."""
    assert image(GOOD, "3.15-rc/trixie").settings == {"lto": True}
    assert image(GOOD, "3.13/trixie").settings == {"lto": False}
    text = edit(
        ("    why: It is faster.", "    value: thin\n    why: It is faster."),
        (END, "    settings: {lto: [a, b]}\n"),
    )
    assert image(text, "3.15-rc/trixie").settings == {"lto": "thin"}
    assert image(text, "3.14/trixie").settings == {"lto": ("a", "b")}
    assert image(text, "3.13/trixie").settings == {"lto": False}


@pytest.mark.parametrize(
    ("condition", "folders"),
    [
        (
            "variants: [slim-trixie]",
            ["3.15-rc/slim-trixie", "3.14/slim-trixie", "3.13/slim-trixie"],
        ),
        ("flavors: [slim], suites: [trixie], cycles: '<3.14'", ["3.13/slim-trixie"]),
        ("suites: ['3.24', '3.23'], cycles: ['3.14']", ["3.14/alpine3.24", "3.14/alpine3.23"]),
        ("flavors: [alpine], suites: [trixie]", []),
    ],
)
def test_conditions(condition: str, folders: list[str]) -> None:
    """Every part of a condition must hold."""
    _, expanded = load(edit(('{cycles: ">=3.14"}', f"{{{condition}}}")))
    assert [found.folder for found in expanded.images if found.settings["lto"]] == folders


def test_variants_of_all_releases() -> None:
    """A global list of variants applies to every release without a list of its own."""
    text = edit(
        ("settings:", "variants: [slim-trixie, trixie]\nsettings:"),
        (
            (
                "exclude:\n  - architectures: [mips64le]\n"
                "    why: No maintainer fixes what breaks there.\n"
            ),
            "",
        ),
        ("    link: https://example.org/mips\n", ""),
        (END, "    variants: [trixie]\n"),
    )
    _, expanded = load(text)
    assert [found.folder for found in expanded.images] == [
        "3.15-rc/slim-trixie",
        "3.15-rc/trixie",
        "3.14/trixie",
        "3.13/slim-trixie",
        "3.13/trixie",
    ]


def test_overrides() -> None:
    """A variant in a release may override any value; its flavor gives the others."""
    text = edit(
        (
            END,
            (
                "    variants: [trixie, {name: slim-trixie, folder: trixie/slim, "
                "base: 'x:{suite}', template: y, needs: [], tags: [slim], "
                "architectures: [amd64], builder: oci-import, constraints: [c]}]\n"
            ),
        )
    )
    found = image(text, "3.14/trixie/slim")
    assert (found.base, found.template, found.needs) == ("x:trixie", "y", ())
    assert [tag.name for tag in found.tags] == ["3.14.6-slim", "3.14-slim", "3-slim", "slim"]
    assert found.architectures == ("amd64",)
    assert (found.builder, found.constraints) == ("oci-import", ("c",))
    assert (found.flavor, found.suite) == ("slim", "trixie")


def test_nameless_variant() -> None:
    """A variant may have no name, no folder and only the bare tags."""
    text = edit(
        (
            END,
            (
                '    variants: [{name: "", base: x, template: y, architectures: [amd64]}, '
                "{name: onbuild, base: x, template: y, architectures: [amd64]}]\n"
            ),
        )
    )
    assert names(text, "3.14") == (["3.14.6", "3.14", "3", "latest"], [])
    expected = ["3.14.6-onbuild", "3.14-onbuild", "3-onbuild", "onbuild"]
    assert names(text, "3.14/onbuild") == (expected, [])
    found = image(text, "3.14")
    assert (found.name, found.flavor, found.suite, found.folder) == ("", "", "", "3.14")


def test_spelling_to_nowhere() -> None:
    """A variant with listed tags has only these, even on the default suite."""
    text = edit((END, "    variants: [{name: trixie, tags: [only], shared_tags: []}]\n"))
    assert names(text, "3.14/trixie") == (["3.14.6-only", "3.14-only", "3-only", "only"], [])


def test_version_of_a_variant() -> None:
    """A variant with an older version has this version and the release's other aliases."""
    text = edit(
        (
            END,
            (
                "    aliases: [lts]\n    variants: [trixie, {name: slim-trixie, version: 3.14.5, "
                f"sha256: {{source: {SHA}}}}}]\n"
            ),
        )
    )
    assert names(text, "3.14/slim-trixie")[0][:5] == [
        "3.14.5-slim-trixie",
        "3.14-slim-trixie",
        "3-slim-trixie",
        "slim-trixie",
        "lts-slim-trixie",
    ]
    found = image(text, "3.14/slim-trixie")
    assert (found.version, found.final_version) == ("3.14.5", "3.14.5")


def test_all_parts_of_a_variants_version() -> None:
    """A variant with an older version owns no part of the release's version."""
    text = edit(
        ("branch: main", "branch: main\nversion_parts: all\nderive_aliases: false"),
        ('"3.14":', '"3":'),
        ('{cycles: ">=3.14"}', '{cycles: ">=3"}'),
        (
            END,
            (
                "    variants: [trixie, {name: slim-trixie, version: 3.13.9, "
                f"sha256: {{source: {SHA}}}}}]\n"
            ),
        ),
        ('  "3.13":\n    version: "3.13.14"', '  "2.7":\n    version: "2.7.18"'),
    )
    assert names(text, "3/trixie")[0] == ["3.14.6-trixie", "3.14-trixie", "3-trixie"]
    assert names(text, "3/slim-trixie")[0][:3] == [
        "3.13.9-slim-trixie",
        "3.13-slim-trixie",
        "3-slim-trixie",
    ]


def test_checksums_of_another_version() -> None:
    """The release's checksums do not count for a variant of another version."""
    text = edit((END, "    variants: [trixie, {name: slim-trixie, version: 3.14.5}]\n"))
    assert refusal(text) == (
        'versions.yaml:63:24: releases["3.14"].variants[1]: the sha256 of 3.14.5\'s `source` is '
        "missing, and 3.14/slim-trixie needs it: add `sha256: {source: ...}`, or set `artifacts: "
        "[...]` without source if upstream publishes none"
    )


def test_a_misspelt_artifact() -> None:
    """The message names the checksum that the release has."""
    text = edit(("template: alpine\n    needs: [source]", "template: alpine\n    needs: [sorce]"))
    assert "without sorce if upstream publishes none; did you mean source?" in refusal(text)


def test_aliases_of_a_variant() -> None:
    """A variant's own aliases replace all of the release's."""
    text = edit((END, "    variants: [{name: alpine3.23, aliases: [old, latest]}]\n"))
    assert names(text, "3.14/alpine3.23")[0] == ["old-alpine3.23", "alpine3.23"]


def test_aliases_of_a_release() -> None:
    """Names without a number are aliases like any other."""
    text = edit((END, "    aliases: [edge, lts]\n"))
    assert names(text, "3.14/trixie")[1] == ["3.14.6", "3.14", "3", "latest", "edge", "lts"]


def test_nothing_derived() -> None:
    """Without derived aliases a release has only its lists."""
    text = edit(
        ("branch: main", "branch: main\nderive_aliases: false"), (END, "    aliases: [x]\n")
    )
    assert names(text, "3.14/trixie")[1] == ["3.14.6", "3.14", "x"]


def test_held() -> None:
    """`hold` keeps a major version and latest at an older cycle, separately."""
    text = edit(("branch: main", 'branch: main\nhold: {latest: "3.13"}'))
    assert names(text, "3.14/trixie")[1] == ["3.14.6", "3.14", "3"]
    assert names(text, "3.13/trixie")[1] == ["3.13.14", "3.13", "latest"]


@pytest.mark.parametrize("suite", ['"3.23"', "null"])
def test_default_suites_of_a_release(suite: str) -> None:
    """A release may have its own default suite or none; the others keep theirs."""
    text = edit((END, f"    default_suites: {{alpine: {suite}}}\n"))
    assert ("alpine" in names(text, "3.14/alpine3.23")[0]) is (suite != "null")
    assert "alpine" not in names(text, "3.14/alpine3.24")[0]
    assert "3.13-alpine" in names(text, "3.13/alpine3.24")[0]


def test_folder_of_a_release() -> None:
    """A release's folder may differ from its cycle."""
    text = edit(('version: "3.14.6"', 'version: "3.14.6"\n    folder: old/314'))
    assert image(text, "old/314/trixie").cycle == "3.14"


def test_architectures_of_flavors() -> None:
    """A suite may have other architectures for each of its flavors."""
    text = edit(
        ("architectures: [amd64, arm64v8]}", "architectures: {default: [amd64], slim: [s390x]}}")
    )
    assert image(text, "3.14/trixie").architectures == ("amd64",)
    assert image(text, "3.14/slim-trixie").architectures == ("s390x",)


def test_placeholders_in_the_name_of_a_template() -> None:
    """A flavor can have a template for each image."""
    _, expanded = load(edit(("template: alpine", 'template: "{cycle}/{name}"')))
    assert "3.14/alpine3.24" in {found.template for found in expanded.images}
