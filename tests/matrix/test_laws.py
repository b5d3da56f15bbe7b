"""The laws: for each, a file that breaks it, and the whole message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, strategies as st

from tagmatrix import config
from tagmatrix.matrix import expand, laws
from tests.config.samples import GOOD, SHA, edit, load, refusal, warnings

if TYPE_CHECKING:
    from tagmatrix.config import Config
    from tagmatrix.matrix.expand import Matrix

W79: Final = "w" * 79
STAMP: Final = f"{{tag}}-{{date}}-{'x' * 81}-{{key}}"
CASES: Final = {
    "an alias of another version": (
        [('    version: "3.13.14"\n', '    version: "3.13.14"\n    aliases: ["3.13.13-lts"]\n')],
        (
            'versions.yaml:66:15: releases["3.13"].aliases[0]: `3.13.13-lts` begins with the '
            "version 3.13.13, and 3.13/trixie is at 3.13.14, a later version of 3.13: the tag of a "
            "version never moves to another; remove it"
        ),
    ),
    "an architecture without a runner": (
        [
            (
                "settings:\n",
                (
                    "publish: {runners: {all: {label: x, architectures: [amd64, s390x, "
                    "arm64v8]}}}\nsettings:\n"
                ),
            )
        ],
        (
            "versions.yaml:49:11: publish.runners: no runner builds 3.15-rc/windows-ltsc2025, "
            "3.15-rc/windows-ltsc2022, 3.14/windows-ltsc2025 and 3.14/windows-ltsc2022 for "
            "windows-amd64; add it to a runner's `architectures`, or to what it `emulates`"
        ),
    ),
    "a base with a short digest": (
        [("base: alpine:{suite}", "base: alpine:{suite}@sha256:c0ffee")],
        (
            "versions.yaml:23:3: flavors.alpine: the base of 3.15-rc/alpine3.24: invalid image "
            "name 'alpine:3.24@sha256:c0ffee': the digest 'sha256:c0ffee' must be sha256: and 64 "
            "hex digits in lowercase (the same with 6 images in 3 releases)"
        ),
    ),
    "a required architecture that no image has": (
        [("settings:\n", "publish: {required: [amd64, riscv64]}\nsettings:\n")],
        (
            "versions.yaml:49:29: publish.required[1]: no image is built for riscv64; images are "
            "built for amd64, arm64v8, s390x and windows-amd64"
        ),
    ),
    "a secret of a build without BuildKit": (
        [
            (
                "    builder: classic\n",
                "    builder: classic\n    secrets: [{id: a, env: A, when: {cycles: ['3.14']}}]\n",
            )
        ],
        (
            "versions.yaml:38:15: flavors.windows.secrets[0]: 3.14/windows-ltsc2025 and "
            "3.14/windows-ltsc2022 would be built without this secret, because `docker build` "
            "without BuildKit (classic, Windows) takes none; leave them out with `unless`"
        ),
    ),
    "two secrets with one id": (
        [
            (
                "    name: alpine{suite}\n",
                "    name: alpine{suite}\n    secrets: [{id: a, env: A}, {id: a, env: B}]\n",
            )
        ],
        (
            "versions.yaml:25:32: flavors.alpine.secrets[1]: 3.15-rc/alpine3.24, "
            "3.15-rc/alpine3.23, 3.14/alpine3.24, 3.14/alpine3.23, 3.13/alpine3.24 and "
            "3.13/alpine3.23 would have two secrets with this id, also secrets[0]; give it "
            "another id, or limit both with `when`"
        ),
    ),
    "a stamp that is too long": (
        [
            (
                "settings:\n",
                f'publish: {{stamp: "{{tag}}-{{date}}-{"x" * 81}-{{key}}"}}\nsettings:\n',
            )
        ],
        (
            "versions.yaml:49:18: publish.stamp: 3.15.0b3-windows-ltsc2025-20261231-"
            f"{'x' * 81}-000000000000 would have 129 characters, and a tag has at most 128; "
            "shorten the stamp"
        ),
    ),
    "a missing checksum": (
        [("needs: [installer]", "needs: [installer, symbols]")],
        (
            'versions.yaml:56:3: releases["3.15-rc"]: the sha256 of 3.15.0b3\'s `symbols` is '
            "missing, and 3.15-rc/windows-ltsc2025 and 3.15-rc/windows-ltsc2022 need it: add "
            "`sha256: {symbols: ...}`, or set `artifacts: [...]` without symbols if upstream "
            'publishes none\nversions.yaml:59:3: releases["3.14"]: the sha256 of 3.14.6\'s '
            "`symbols` is missing, and 3.14/windows-ltsc2025 and 3.14/windows-ltsc2022 need it: "
            "add `sha256: {symbols: ...}`, or set `artifacts: [...]` without symbols if upstream "
            "publishes none"
        ),
    ),
    "a setting by suite without a value": (
        [
            (
                "settings:\n",
                "settings:\n  apt: {by: suite, when: {suites: [ltsc2025]}, why: Its package.}\n",
            )
        ],
        (
            'versions.yaml:57:3: releases["3.15-rc"]: the setting apt has no value for ltsc2025, '
            "and 3.15-rc/windows-ltsc2025 needs it: add `settings: {apt: {ltsc2025: ...}}`, or "
            'limit the setting with `when`\nversions.yaml:60:3: releases["3.14"]: the setting apt '
            "has no value for ltsc2025, and 3.14/windows-ltsc2025 needs it: add `settings: {apt: "
            "{ltsc2025: ...}}`, or limit the setting with `when`"
        ),
    ),
    "a component without a version": (
        [("settings:\n", "components: {yarn: {when: {suites: [ltsc2025]}}}\nsettings:\n")],
        (
            'versions.yaml:57:3: releases["3.15-rc"]: the version of the component yarn is '
            "missing, and 3.15-rc/windows-ltsc2025 needs it: add `components: {yarn: {version: "
            '...}}`, or limit the component with `when`\nversions.yaml:60:3: releases["3.14"]: '
            "the version of the component yarn is missing, and 3.14/windows-ltsc2025 needs it: "
            "add `components: {yarn: {version: ...}}`, or limit the component with `when`"
        ),
    ),
    "a missing artifact": (
        [("    artifacts: [source]\n", "")],
        (
            'versions.yaml:64:3: releases["3.13"]: the sha256 of 3.13.14\'s `installer` is '
            "missing, and 3.13/windows-ltsc2025 and 3.13/windows-ltsc2022 need it: add `sha256: "
            "{installer: ...}`, or set `artifacts: [...]` without installer if upstream publishes "
            "none"
        ),
    ),
    "a checksum of a misspelt artifact": (
        [
            (
                f"    sha256: {{source: {SHA}}}\n    artifacts",
                f"    sha256: {{sourc: {SHA}}}\n    artifacts",
            )
        ],
        (
            'versions.yaml:64:3: releases["3.13"]: the sha256 of 3.13.14\'s `source` is missing, '
            "and 3.13/trixie, 3.13/slim-trixie, 3.13/bookworm, 3.13/slim-bookworm, "
            "3.13/alpine3.24 and 3.13/alpine3.23 need it; `sha256` has sourc, which no variant "
            "needs: rename it to source"
        ),
    ),
    "an exclusion by an architecture that no image has": (
        [("- architectures: [mips64le]", "- when: {architectures: [mips64le, riscv64]}")],
        (
            "versions.yaml:46:38: exclude[0].when.architectures[1]: this excludes riscv64 from no "
            "image; remove it"
        ),
    ),
    "an impossible tag": (
        [("tags: [slim]", "tags: [-slim]")],
        (
            'versions.yaml:59:3: releases["3.14"]: `-slim` cannot be a tag: letters, digits, `_`, '
            "`.` and `-` are allowed, but not `.` or `-` as the first character; fix the suffix "
            "or the alias"
        ),
    ),
    "a tag that is too long": (
        [
            (
                "tags: [slim]",
                (
                    "tags: [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]"
                ),
            )
        ],
        (
            "versions.yaml:16:3: flavors.slim: "
            "`3.15.0b3-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` "
            "and "
            "`3.15-rc-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` "
            "have too many characters for a tag: at most 128 are allowed; shorten a part (the "
            "same in 3 releases)"
        ),
    ),
    "a tag with two owners": (
        [("tags: [alpine]", "tags: [slim]")],
        (
            "versions.yaml:23:3: flavors.alpine: tags `3.15.0b3-slim` and `3.15-rc-slim` have two "
            "owners: 3.15-rc/slim-trixie and 3.15-rc/alpine3.24; leave them to one of the two "
            "(the same in 3 releases)"
        ),
    ),
    "a shared tag with two owners on a platform": (
        [
            ('shared_tags: [windows, ""]', 'shared_tags: [windows, ""]'),
            ("on_default_suite: {tags: [alpine]}", 'on_default_suite: {shared_tags: [""]}'),
        ],
        (
            "versions.yaml:23:3: flavors.alpine: shared tags `3.15.0b3` and `3.15-rc` have two "
            "owners on amd64: 3.15-rc/trixie and 3.15-rc/alpine3.24; leave them to one of the two "
            "(the same in 3 releases)"
        ),
    ),
    "a tag that is shared elsewhere": (
        [("on_default_suite: {tags: [alpine]}", 'on_default_suite: {tags: [""]}')],
        (
            "versions.yaml:23:3: flavors.alpine: `3.15.0b3` and `3.15-rc` are tags of "
            "3.15-rc/alpine3.24 and shared by 3.15-rc/trixie; move them to `tags` or to "
            "`shared_tags` in both (the same in 3 releases)"
        ),
    ),
    "a shared tag across versions": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                (
                    '    variants: [trixie, {name: windows-ltsc2025, version: "3.14.5", sha256: {'
                    f"installer: {SHA}}}}}]\n"
                ),
            )
        ],
        (
            'versions.yaml:63:24: releases["3.14"].variants[1]: shared tags `3.14`, '
            "`3` and `latest` would be 3.14.6 (3.14/trixie) and 3.14.5 "
            "(3.14/windows-ltsc2025); give them to images of one version only\n"
            'versions.yaml:63:24: releases["3.14"].variants[1]: version tag `3.14.5` '
            "would be on Windows only (3.14/windows-ltsc2025); give it to an image of "
            "another system as well"
        ),
    ),
    "a version tag on Windows only": (
        [('    on_default_suite: {shared_tags: [""]}\n', "")],
        (
            "versions.yaml:28:3: flavors.windows: version tags `3.15.0b3` and `3.15-rc` would be "
            "on Windows only (3.15-rc/windows-ltsc2025 and 3.15-rc/windows-ltsc2022); give them "
            "to an image of another system as well (the same in 2 releases)"
        ),
    ),
    "a variant that is a pre-release": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                (
                    "    variants: [{name: slim-trixie, version: 3.14.0b1, "
                    f"sha256: {{source: {SHA}}}}}]\n"
                ),
            )
        ],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: 3.14.0b1 is a pre-release, and '
            "`3.14`, `3` and `latest` belong to a final release; remove them from the aliases of "
            "3.14/slim-trixie"
        ),
    ),
    "an exclusion of an architecture that no image has": (
        [("- architectures: [mips64le]", "- architectures: [riscv64, mips64le]")],
        (
            "versions.yaml:46:21: exclude[0].architectures[0]: this excludes riscv64 "
            "from no image; remove it"
        ),
    ),
    "an exclusion that no image matches": (
        [("- architectures: [mips64le]", '- when: {cycles: "<3"}')],
        ("versions.yaml:46:5: exclude[0]: this excludes no image; fix its condition, or remove it"),
    ),
    "an exclusion of architectures that no image matches": (
        [("- architectures: [mips64le]", '- when: {cycles: "<3"}\n    architectures: [mips64le]')],
        (
            "versions.yaml:46:5: exclude[0].when: no images match; fix the condition, or remove "
            "the exclusion"
        ),
    ),
    "an exclusion of all images": (
        [("- architectures: [mips64le]\n", '- when: {cycles: ">3"}\n')],
        ("versions.yaml:55:1: releases: no image is left; exclude less, or hold less back"),
    ),
    "a pattern that turns into a parent folder": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                '    variants: [{name: "", flavor: slim, suite: trixie, folder: "..{name}"}]\n',
            )
        ],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: invalid folder "3.14/..": write '
            "it without `..`"
        ),
    ),
    "two images in one folder": (
        [("folder: windows/{name}", "folder: windows")],
        (
            "versions.yaml:29:3: flavors.windows: 3.15-rc/windows-ltsc2025 and "
            "3.15-rc/windows-ltsc2022 have one folder, 3.15-rc/windows; give each its own (the "
            "same in 2 releases)"
        ),
    ),
    "folders that differ in case only": (
        [('"3.15-rc":', '"a":'), ('"3.14":', '"A":')],
        (
            "versions.yaml:59:3: releases.A: the folders a (a/trixie) and A (A/trixie) differ in "
            "case only; some systems treat them as one: rename one of them"
        ),
    ),
    "a folder where the manifest is": (
        [('version: "3.14.6"', 'version: "3.14.6"\n    folder: SAMPLE')],
        (
            'versions.yaml:59:3: releases["3.14"]: the folder SAMPLE has the name of the file '
            "library/SAMPLE; rename it"
        ),
    ),
    "a folder called Dockerfile": (
        [("folder: windows/{name}", "folder: Dockerfile/{name}")],
        (
            "versions.yaml:29:3: flavors.windows: a folder cannot have the name Dockerfile (in "
            '"3.15-rc/Dockerfile/windows-ltsc2025"); rename it (the same with 4 images in 2 '
            "releases)"
        ),
    ),
    "a folder that is a device of Windows": (
        [('version: "3.14.6"', 'version: "3.14.6"\n    folder: NUL')],
        (
            'versions.yaml:59:3: releases["3.14"]: Windows cannot check out a folder with the '
            'name NUL (in "NUL"); rename it'
        ),
    ),
    "a folder that its placeholders make too long": (
        [("folder: windows/{name}", f"folder: {'w' * 240}{{name}}")],
        (
            f'versions.yaml:29:3: flavors.windows: the folder "{W79}…" has 256 characters, '
            "but at most 255 are allowed; shorten it (the same in 2 releases)"
        ),
    ),
    "a path that its placeholders make too long": (
        [("folder: windows/{name}", f"folder: w/{'/'.join(['{name}' * 10] * 8)}")],
        (
            "versions.yaml:29:3: flavors.windows: the path of a folder has more than 1,000 "
            "characters; shorten it (the same in 2 releases)"
        ),
    ),
    "a folder that its placeholders name like a temporary file": (
        [
            ("folder: windows/{name}", "folder: .tag{name}"),
            ("name: windows-{suite}", "name: matrix-0-{suite}"),
        ],
        (
            "versions.yaml:29:3: flavors.windows: tagmatrix gives its temporary files the name "
            '.tagmatrix-0-ltsc2025 (in "3.15-rc/.tagmatrix-0-ltsc2025"); rename it (the same with '
            "4 images in 2 releases)"
        ),
    ),
    "a folder that ends in a dot": (
        [("folder: windows/{name}", "folder: windows./{name}")],
        (
            "versions.yaml:29:3: flavors.windows: Windows cannot check out a folder with the name "
            'windows. (in "3.15-rc/windows./windows-ltsc2025"); rename it (the same with 4 images '
            "in 2 releases)"
        ),
    ),
    "an image without a simple tag": (
        [('shared_tags: [windows, ""]', 'shared_tags: [windows, ""]\n    tags: []')],
        (
            "versions.yaml:29:3: flavors.windows: 3.15-rc/windows-ltsc2025 has no simple tag, and "
            "a manifest entry needs one; add a suffix to `tags` (the same with 4 images in 2 "
            "releases)"
        ),
    ),
    "a release without a version and without aliases": (
        [("releases:\n", "releases:\n  tip: {version: null, variants: [trixie]}\n")],
        (
            "versions.yaml:56:3: releases.tip: the sha256 of tip's `source` is missing, and "
            "tip/trixie needs it: add `sha256: {source: ...}`, or set `artifacts: [...]` without "
            "source if upstream publishes none\n"
            "versions.yaml:56:35: releases.tip.variants[0]: tip/trixie has no simple tag, and a "
            "manifest entry needs one; a release without a version has only the aliases that it "
            "lists; add one"
        ),
    ),
    "a variant whose base has no architectures": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                "    variants: [{name: own, flavor: alpine, suite: trixie}]\n",
            )
        ],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: 3.14/own has no architectures; '
            "list those of its base, or add the flavor alpine to trixie"
        ),
    ),
    "a file with the name of the Dockerfile": (
        [("    template: alpine\n", "    template: alpine\n    files: [DOCKERFILE]\n")],
        (
            "versions.yaml:23:3: flavors.alpine: a file of `files` has the name of the Dockerfile; "
            "give it another `to` (the same in 3 releases)"
        ),
    ),
    "a base that no image is": (
        [("base: alpine:{suite}", 'base: "{image}:{cycle}-trixy"')],
        (
            "versions.yaml:23:3: flavors.alpine: 3.15-rc/alpine3.24 is built from "
            "sample:3.15-rc-trixy, but no image owns this tag; name a tag that an image owns; did "
            "you mean 3.15-rc-trixie? (the same with 6 images in 3 releases)"
        ),
    ),
    "an image whose architectures are all excluded": (
        [("- architectures: [mips64le]", "- architectures: [mips64le, windows-amd64]")],
        (
            "versions.yaml:46:5: exclude[0]: 3.15-rc/windows-ltsc2025, 3.15-rc/windows-ltsc2022, "
            "3.14/windows-ltsc2025 and 3.14/windows-ltsc2022 have no architectures left after "
            "this; exclude the whole variant, with `when` but without `architectures`"
        ),
    ),
}


@pytest.mark.parametrize(("changes", "message"), CASES.values(), ids=CASES)
def test_laws(changes: list[tuple[str, str]], message: str) -> None:
    """A file that breaks a law is refused, with one line for each place."""
    assert refusal(edit(*changes)) == message


def test_every_law_is_broken_above() -> None:
    """No law is there that no case breaks."""
    untouched = {*laws.LAWS}
    for changes, _ in CASES.values():
        loaded, expanded = unchecked(edit(*changes))
        untouched -= {law for law in untouched if list(law(loaded, expanded))}
    assert not untouched


def test_same_tags_on_other_builds() -> None:
    """Windows images of different builds share tags although they have one architecture."""
    _, expanded = load(GOOD)
    sharing = [
        image.name for image in expanded.images for tag in image.shared_tags if tag.name == "latest"
    ]
    assert sharing == ["trixie", "windows-ltsc2025", "windows-ltsc2022"]


def test_shared_on_disjoint_architectures() -> None:
    """Images of one system share tags if no architecture is built twice."""
    text = edit(
        (
            "    end_of_life: 2030-10-31\n",
            f"    variants: [{one('a', 'amd64')}, {one('b', 's390x')}]\n",
        ),
    )
    _, expanded = load(text)
    assert [tag.name for image in expanded.images[8:10] for tag in image.shared_tags] == ["x", "x"]


def one(name: str, architecture: str) -> str:
    """Return a variant that shares the tag x and has a simple tag."""
    return (
        f"{{name: {name}, base: x, template: x, architectures: [{architecture}], "
        "aliases: [latest], shared_tags: [x]}"
    )


def test_default_that_a_release_lacks() -> None:
    """If a release lacks a default suite, its short tags are unowned, with a warning."""
    text = edit(
        ("    end_of_life: 2030-10-31\n", "    variants: [bookworm, slim-bookworm, alpine3.24]\n")
    )
    message = (
        "versions.yaml:7:12: default_suites.default: 3.14 has no {flavor} on trixie: the short "
        "tags of {flavor} name no image there; if that is intended, set `default: null` for it"
    )
    assert warnings(text) == [message.format(flavor=flavor) for flavor in ("default", "slim")]
    _, expanded = load(text)
    tags = {tag.name for image in expanded.images for tag in (*image.tags, *image.shared_tags)}
    assert not tags & {"3.14", "3.14.6", "3", "latest", "slim", "3.14-slim"}
    assert {"bookworm", "slim-bookworm", "alpine", "3-alpine"} <= tags


def test_setting_that_holds_nowhere() -> None:
    """A setting whose condition applies to no image gives a warning."""
    assert warnings(edit(('{cycles: ">=3.14"}', '{cycles: "<3.13"}'))) == [
        (
            "versions.yaml:51:5: settings.lto.when: lto applies to no image; fix its condition, or "
            "remove the setting"
        )
    ]
    listed = "    artifacts: [source]\n    settings: {lto: true}\n"
    assert (
        warnings(
            edit(('{cycles: ">=3.14"}', '{cycles: "<3.13"}'), ("    artifacts: [source]\n", listed))
        )
        == []
    )


@pytest.mark.parametrize("cycles", [">=3.16", ">3.15", ">=3.16,<3.17", "==3.16", ">=4"])
def test_setting_for_a_new_cycle(cycles: str) -> None:
    """A setting may be defined before its cycle."""
    assert warnings(edit(('{cycles: ">=3.14"}', f'{{cycles: "{cycles}"}}'))) == []


@pytest.mark.parametrize("cycles", ["<3.13", ">3.13,<3.14", ">=3.16,<3.15", "==3.12"])
def test_setting_for_no_new_cycle(cycles: str) -> None:
    """A condition that no newer cycle can meet either gives a warning."""
    assert len(warnings(edit(('{cycles: ">=3.14"}', f'{{cycles: "{cycles}"}}')))) == 1


def test_flavor_that_no_suite_has() -> None:
    """A flavor without images gives a warning."""
    flavor = '  fpm: {name: "fpm-{suite}", base: x, template: x}\nsuites:\n'
    assert warnings(edit(("suites:\n  trixie", f"{flavor}  trixie"))) == [
        (
            "versions.yaml:38:3: flavors.fpm: no suite has the flavor fpm; add it to the "
            "`flavors` of a suite, or remove it"
        )
    ]


def test_default_that_no_release_has() -> None:
    """A default suite that no release has leaves its short tags unowned, with a warning."""
    assert warnings(edit(('alpine: "3.24"', 'alpine: "3.22"'))) == [
        (
            "versions.yaml:8:11: default_suites.alpine: no release has alpine on 3.22: the short "
            "tags of alpine name no image; did you mean 3.24?"
        )
    ]


def test_default_on_another_system() -> None:
    """A default suite without this flavor counts as one that no release has."""
    assert warnings(edit(('alpine: "3.24"', "alpine: bookworm"))) == [
        (
            "versions.yaml:8:11: default_suites.alpine: no release has alpine on bookworm: the "
            "short tags of alpine name no image; name another suite, or null"
        )
    ]


def test_default_of_a_release_that_it_lacks() -> None:
    """If a release lacks its own default suite, the warning is at the release."""
    text = edit(
        ("    end_of_life: 2030-10-31\n", '    default_suites: {alpine: "3.22"}\n'),
    )
    assert warnings(text) == [
        (
            'versions.yaml:63:30: releases["3.14"].default_suites.alpine: 3.14 has no alpine on '
            "3.22: the short tags of alpine name no image there; if that is intended, set "
            "`alpine: null` for it"
        )
    ]


def test_default_that_is_null() -> None:
    """`null` as a default gives no warning, and the short tags have no owner."""
    text = edit(("    end_of_life: 2030-10-31\n", "    default_suites: {alpine: null}\n"))
    assert warnings(text) == []
    _, expanded = load(text)
    tags = {tag.name for image in expanded.images for tag in image.tags}
    assert "alpine" not in tags
    assert "3.13-alpine" in tags


def test_release_without_images() -> None:
    """A release whose variants are all left out gives a warning."""
    assert warnings(edit(("    artifacts: [source]\n", "    artifacts: []\n"))) == [
        (
            'versions.yaml:64:3: releases["3.13"]: every variant of 3.13 is left out; it has no '
            "images and no tags"
        )
    ]


def test_an_image_without_releases() -> None:
    """An image without releases gives one warning: its manifest becomes empty."""
    assert warnings(GOOD[: GOOD.index("releases:\n")] + "releases: {}\n") == [
        (
            "versions.yaml:55:1: releases: there is no release, so the image is no longer "
            "published: its manifest is empty"
        )
    ]


def test_the_longest_path() -> None:
    """The path of a folder may have 1,000 characters."""
    deep = "a/" * 490
    longest = f"{deep}{'x' * (1_000 - len(f'3.14/{deep}/trixie'))}/{{name}}"
    variant = f"{{name: %s, flavor: default, suite: trixie, folder: '{longest}'}}"
    end = "    end_of_life: 2030-10-31\n"
    load(edit((end, f"    variants: [{variant % 'trixie'}]\n")))
    message = refusal(edit((end, f"    variants: [{variant % 'trixie1'}]\n")))
    assert "the path of a folder has more than 1,000 characters" in message


def test_two_lists_with_one_mistake() -> None:
    """A mistake in the lists of several releases is reported in each list, not for the flavor."""
    deep = "a/" * 500
    listed = f"    variants: [{{name: trixie, flavor: default, suite: trixie, folder: {deep}b}}]\n"
    text = edit(("    end_of_life: 2030-10-31\n", listed), ("    artifacts: [source]\n", listed))
    places = [line.split(": ")[1] for line in refusal(text).splitlines()]
    assert places == ['releases["3.14"].variants[0]', 'releases["3.13"].variants[0]']


def test_two_rules_of_one_reason() -> None:
    """A rule that excludes nothing is found even if another has the same reason."""
    again = (
        "  - {architectures: [mips64le], why: No maintainer fixes what breaks there.}\nsettings:"
    )
    assert refusal(edit(("settings:", again))) == (
        "versions.yaml:49:22: exclude[1].architectures[0]: this excludes mips64le from no image; "
        "remove it"
    )


def test_rule_about_what_is_held_back() -> None:
    """A rule about images that are held back for now gives no warning."""
    rule = "  - {when: {flavors: [windows], cycles: ['3.15-rc']}, why: Not yet.}\nsettings:"
    text = edit(
        ("settings:", rule),
        ('version: "3.15.0b3"', 'version: "3.15.0b3"\n    held_back: {installer: late}'),
    )
    _, expanded = load(text)
    assert {cell.why for cell in expanded.left_out if cell.cycle == "3.15-rc"} == {"Not yet."}


WORDS = st.from_regex(r"[a-z][a-z0-9]{0,5}", fullmatch=True)


@st.composite
def valid_files(draw: st.DrawFn) -> str:
    """Return a file with random releases, suites and rules that breaks no law."""
    minors = draw(st.lists(st.integers(0, 30), min_size=1, max_size=5, unique=True))
    debian = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    lines = [GOOD[: GOOD.index("default_suites:\n")].rstrip()]
    default = draw(st.sampled_from([*debian, None]))
    lines.append(f"default_suites: {{default: {'null' if default is None else repr(default)}}}")
    flavors = GOOD[GOOD.index("flavors:\n") : GOOD.index("  alpine:\n    name")]
    windows = GOOD[GOOD.index("  windows:\n") : GOOD.index("suites:\n  trixie")]
    if default is None or not draw(st.booleans()):  # bare tags need a system besides Windows
        windows = windows.replace(', ""]', "]")
    lines.append(flavors + windows + "suites:")
    for suite in debian:
        architectures = draw(st.sampled_from(["amd64", "amd64, s390x", "arm64v8, amd64"]))
        lines.append(f"  {suite!r}: {{flavors: [default, slim], architectures: [{architectures}]}}")
    builds = draw(st.lists(st.sampled_from(["ltsc2025", "ltsc2022", "1809"]), unique=True))
    lines += [f"  {b!r}: {{flavors: [windows], architectures: [windows-amd64]}}" for b in builds]
    lines.append("releases:")
    for minor in minors:
        early = draw(st.booleans())
        patch = draw(st.integers(0, 20))
        version = (
            f"3.{minor}.0{draw(st.sampled_from(['a1', 'b2', 'rc3']))}"
            if early
            else (f"3.{minor}.{patch}")
        )
        sums = f"{{source: {SHA}, installer: {SHA}}}"
        cycle = f"3.{minor}-rc" if early else f"3.{minor}"
        lines.append(f"  {cycle!r}: {{version: {version!r}, sha256: {sums}}}")
    return "\n".join(lines).replace("'", '"') + "\n"


@given(valid_files())
def test_laws_hold_for_what_is_valid(text: str) -> None:
    """The images of a valid file break no law, checked independently of the code."""
    loaded, expanded = load(text)
    owners: dict[str, list[tuple[str, str, tuple[str, ...], str]]] = {}
    folders = set()
    for image in expanded.images:
        names = [tag.name for tag in (*image.tags, *image.shared_tags)]
        assert len(names) == len(set(names))
        assert image.tags
        assert image.folder not in folders
        folders.add(image.folder)
        for tag in image.tags:
            assert tag.name not in owners
            owners[tag.name] = [(image.name, image.suite, image.architectures, image.version)]
        suites = loaded.suites[image.suite]
        assert set(image.architectures) <= set(suites.architectures[image.flavor])
    for image in expanded.images:
        for tag in image.shared_tags:
            others = owners.setdefault(tag.name, [])
            for _, suite, architectures, version in others:
                assert version == image.version
                assert suite != image.suite or not set(architectures) & set(image.architectures)
            others.append((image.name, image.suite, image.architectures, image.version))
    finals = [r for r in loaded.releases if "-rc" not in r.cycle]
    for name, found in owners.items():
        if name == "latest":
            newest = max(finals, key=lambda r: int(r.cycle.split(".")[1]))
            assert {version for *_, version in found} == {newest.version}


def unchecked(text: str) -> tuple[Config, Matrix]:
    """Return the matrix of a text without checking the laws."""
    loaded = config.parse(text)
    return loaded, expand.expand(loaded)


def test_default_that_leaves_version_tags_to_windows() -> None:
    """The error is about the mistyped default, not about its effect on Windows."""
    message = (
        "versions.yaml:7:12: default_suites.default: no release has default on {name}, so the "
        "version tags `3.15.0b3`, `3.15-rc`, `3.14.6`, `3.14`, `3` and `latest` would be on "
        "Windows only; did you mean {meant}?"
    )
    mistyped = edit(("  default: trixie\n", "  default: trixei\n"))
    assert refusal(mistyped) == message.format(name="trixei", meant="trixie")
    assert refusal(edit(("  trixie: {", "  trixe: {"))) == message.format(
        name="trixie", meant="trixe"
    )


def test_default_that_one_release_lacks_beside_windows() -> None:
    """If one release lacks a default that others have, the error names the release."""
    variants = "    variants: [bookworm, windows-ltsc2025]\n"
    assert refusal(edit(("    end_of_life: 2030-10-31\n", variants))) == (
        "versions.yaml:7:12: default_suites.default: 3.14 has no default on trixie, so the "
        "version tags `3.14.6`, `3.14`, `3` and `latest` would be on Windows only; add that "
        'variant to it, or set in releases["3.14"] `default_suites: {default: ...}`'
    )


ALIASES: Final = {
    "of the newest": (
        "aliases: ['3']",
        (
            'versions.yaml:68:15: releases["3.13"].aliases[0]: `3` belongs to 3.14 already (3.14 '
            'is the newest final cycle of major 3); remove it here, or set `hold: {"3": "3.13"}`'
        ),
    ),
    "of another version": (
        "aliases: [old, '3.14.6']",
        (
            'versions.yaml:68:20: releases["3.13"].aliases[1]: `3.14.6` belongs to 3.14 already '
            "(it is the exact version); remove it here"
        ),
    ),
    "of another cycle": (
        "aliases: ['3.15-rc']",
        (
            'versions.yaml:68:15: releases["3.13"].aliases[0]: `3.15-rc` belongs to 3.15-rc '
            "already (it is the release cycle); remove it here"
        ),
    ),
}


@pytest.mark.parametrize(("line", "message"), ALIASES.values(), ids=ALIASES)
def test_alias_of_another_release(line: str, message: str) -> None:
    """An alias with another owner gives one error, at the alias, however many tags it has."""
    text = edit(("    artifacts: [source]\n", f"    artifacts: [source]\n    {line}\n"))
    assert refusal(text) == message


def test_alias_of_two_lists() -> None:
    """An alias that two releases list gives one error, with the place of the other."""
    text = edit(
        ("    artifacts: [source]\n", "    artifacts: [source]\n    aliases: [x]\n"),
        ("    end_of_life: 2030-10-31\n", "    aliases: [x]\n"),
    )
    assert refusal(text) == (
        'versions.yaml:68:15: releases["3.13"].aliases[0]: `x` belongs to 3.14 already (it is '
        'listed among the aliases of 3.14), at releases["3.14"].aliases[0]; remove it from one of '
        "the two"
    )


def test_alias_that_is_held_elsewhere() -> None:
    """For an alias that is held at another cycle, the error names `hold`."""
    text = edit(
        ("    artifacts: [source]\n", "    artifacts: [source]\n    aliases: [latest]\n"),
        ("branch: main\n", 'branch: main\nhold: {latest: "3.14"}\n'),
    )
    assert refusal(text) == (
        'versions.yaml:69:15: releases["3.13"].aliases[0]: `latest` belongs to 3.14 already '
        "(versions.yaml holds it at 3.14); remove it here, or change `hold`"
    )


def test_repositories_and_secrets_for_no_image() -> None:
    """A repository or a secret for no image is a warning, unless it is for a later cycle."""
    publish = "publish: {{registries: [{{repository: a/b, when: {{{}}}}}]}}\n"
    where = f"versions.yaml:{len(GOOD.splitlines()) + 1}:42: publish.registries[0].when"
    idle = "flavors: [alpine], suites: [trixie]"
    assert warnings(GOOD + publish.format(idle)) == [
        f"{where}: a/b is for no image; fix its condition, or remove it"
    ]
    assert warnings(GOOD + publish.format('cycles: ">=3.16"')) == []
    assert warnings(GOOD + publish.format("flavors: [alpine]")) == []
    line = "    secrets: [{id: a, env: A, when: {suites: [bookworm]}}]\n"
    (said,) = warnings(edit(("    template: alpine\n", f"    template: alpine\n{line}")))
    end = "the secret a is for no image; fix its condition, or remove it"
    assert said.endswith(f": flavors.alpine.secrets[0].when: {end}")


def test_attestations_of_builds_without_buildkit() -> None:
    """Images that get no attestations are a warning."""
    (said,) = warnings(GOOD + "publish: {attest: {sbom: true}}\n")
    assert said == (
        f"versions.yaml:{len(GOOD.splitlines()) + 1}:11: publish.attest: 3.15-rc/windows-ltsc2025, "
        "3.15-rc/windows-ltsc2022, 3.14/windows-ltsc2025 and 3.14/windows-ltsc2022 get none, "
        "because they are built without BuildKit"
    )
    assert warnings(GOOD + "publish: {attest: {sbom: false}}\n") == []
