"""Checks between values of versions.yaml, and warnings."""

from __future__ import annotations

from typing import Final

import pytest

from tagmatrix import config
from tagmatrix.config import checks
from tagmatrix.problems import ConfigError
from tests.config.samples import GOOD, edit, refusal, warnings

CASES: Final = {
    "a suite with an unknown flavor": (
        [("trixie: {flavors: [default, slim]", "trixie: {flavors: [default, slin]")],
        (
            'versions.yaml:39:31: suites.trixie.flavors[1]: there is no flavor "slin"; '
            "did you mean slim?"
        ),
    ),
    "a default suite of an unknown flavor": (
        [('  alpine: "3.24"', '  alpin: "3.24"')],
        (
            'versions.yaml:8:3: default_suites.alpin: there is no flavor "alpin"; did '
            "you mean alpine?"
        ),
    ),
    "a default suite of a flavor that follows another": (
        [('  alpine: "3.24"', '  slim: "trixie"')],
        (
            "versions.yaml:8:3: default_suites.slim: slim follows default; set "
            "default's default suite"
        ),
    ),
    "a flavor that follows an unknown one": (
        [("follows: default", "follows: defaults")],
        (
            'versions.yaml:21:14: flavors.slim.follows: there is no flavor "defaults"; '
            "did you mean default?"
        ),
    ),
    "a flavor that follows itself": (
        [("follows: default", "follows: slim")],
        ("versions.yaml:21:14: flavors.slim.follows: slim cannot follow itself; remove `follows`"),
    ),
    "a flavor that follows a follower": (
        [
            ("    on_default_suite: {tags: [alpine]}", "    follows: slim"),
            ('  alpine: "3.24"\n', ""),
        ],
        (
            "versions.yaml:27:14: flavors.alpine.follows: slim itself follows default; set "
            "`follows: default`"
        ),
    ),
    "two flavors that follow each other": (
        [
            ("follows: default", "follows: alpine"),
            ("    on_default_suite: {tags: [alpine]}", "    follows: slim"),
            ('  alpine: "3.24"\n', ""),
        ],
        (
            "versions.yaml:20:14: flavors.slim.follows: alpine itself follows slim; remove one of "
            "the two `follows`\n"
            "versions.yaml:27:14: flavors.alpine.follows: slim itself follows alpine; remove one "
            "of the two `follows`"
        ),
    ),
    "a condition with an unknown suite": (
        [('when: {cycles: ">=3.14"}', "when: {suites: [trixy]}")],
        (
            "versions.yaml:51:21: settings.lto.when.suites[0]: there is no suite "
            '"trixy"; did you mean trixie?'
        ),
    ),
    "a condition with an unknown flavor": (
        [('when: {cycles: ">=3.14"}', "when: {flavors: [slimm]}")],
        (
            "versions.yaml:51:22: settings.lto.when.flavors[0]: there is no flavor "
            '"slimm"; did you mean slim?'
        ),
    ),
    "a condition with an unknown cycle": (
        [('when: {cycles: ">=3.14"}', 'when: {cycles: ["3.11"]}')],
        (
            "versions.yaml:51:21: settings.lto.when.cycles[0]: there is no cycle "
            '"3.11"; did you mean 3.14?'
        ),
    ),
    "a condition with an unknown variant": (
        [('when: {cycles: ">=3.14"}', "when: {variants: [slim-trixi]}")],
        (
            "versions.yaml:51:23: settings.lto.when.variants[0]: there is no variant "
            '"slim-trixi"; did you mean slim-trixie?'
        ),
    ),
    "an empty condition": (
        [('when: {cycles: ">=3.14"}', "when: {}")],
        (
            "versions.yaml:51:11: settings.lto.when: this mapping is empty; set one of its keys, "
            "or remove it"
        ),
    ),
    "a base without architectures": (
        [("architectures: [amd64, arm64v8]}", "architectures: {default: [amd64]}}")],
        (
            "versions.yaml:39:38: suites.trixie.architectures: the architectures of "
            "slim's base are missing; add them"
        ),
    ),
    "architectures of a flavor that the suite lacks": (
        [
            (
                "architectures: [amd64, arm64v8]}",
                "architectures: {default: [amd64], slim: [amd64], alpin: [amd64]}}",
            )
        ],
        (
            "versions.yaml:39:87: suites.trixie.architectures.alpin: alpin is not a flavor of "
            "this suite; there are default and slim"
        ),
    ),
    "a rule that excludes nothing and everything": (
        [("- architectures: [mips64le]\n", "- unless: {}\n")],
        (
            "versions.yaml:46:13: exclude[0].unless: this mapping is empty; set one of its keys, "
            "or remove it"
        ),
    ),
    "a rule that excludes every image": (
        [("- architectures: [mips64le]\n    why", "- why")],
        (
            "versions.yaml:46:5: exclude[0]: this excludes every image; set `architectures` or "
            "`when`"
        ),
    ),
    "a pre-release with the aliases of a final one": (
        [('version: "3.15.0b3"', 'version: "3.15.0b3"\n    aliases: [latest, "3"]')],
        (
            'versions.yaml:58:15: releases["3.15-rc"].aliases[0]: 3.15.0b3 is a '
            "pre-release; `latest` belongs to a final release: remove the alias\n"
            'versions.yaml:58:23: releases["3.15-rc"].aliases[1]: 3.15.0b3 is a '
            "pre-release; `3` belongs to a final release: remove the alias"
        ),
    ),
    "latest held at a pre-release": (
        [("branch: main", "branch: main\nhold: {latest: 3.15-rc}")],
        (
            "versions.yaml:4:16: hold.latest: 3.15.0b3 is a pre-release; `latest` needs "
            "a final release: name another cycle"
        ),
    ),
    "latest held at an unknown cycle": (
        [("branch: main", 'branch: main\nhold: {latest: "3.12"}')],
        ('versions.yaml:4:16: hold.latest: there is no release cycle "3.12"; did you mean 3.14?'),
    ),
    "an unknown alias that is held": (
        [("branch: main", 'branch: main\nhold: {lates: "3.13"}')],
        ("versions.yaml:4:8: hold.lates: `lates` is not a derived alias; did you mean latest?"),
    ),
    "a major held at a cycle of another": (
        [
            ("branch: main", 'branch: main\nhold: {"3": "2.7"}'),
            ("releases:", 'releases:\n  "2.7": {version: "2.7.18", artifacts: []}'),
        ],
        (
            'versions.yaml:4:13: hold["3"]: 2.7 is not a cycle of major 3; there are 3.15-rc, '
            "3.14 and 3.13"
        ),
    ),
    "an alias that is held although none is derived": (
        [("branch: main", 'branch: main\nderive_aliases: false\nhold: {latest: "3.13"}')],
        (
            "versions.yaml:5:8: hold.latest: derive_aliases is off, so there is "
            "nothing to hold; remove `hold`"
        ),
    ),
    "an unknown variant": (
        [("    end_of_life: 2030-10-31\n", "    variants: [slim-trixi]\n")],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: there is no variant "slim-trixi"; '
            "did you mean slim-trixie? (a new variant needs `base`, `template` and "
            "`architectures`)"
        ),
    ),
    "a variant of its own without a base": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                "    variants: [{name: own, template: x, tags: [own]}]\n",
            )
        ],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: variant "own" needs '
            "`base` and `architectures`; add it"
        ),
    ),
    "a variant with an unknown flavor": (
        [("    end_of_life: 2030-10-31\n", "    variants: [{name: own, flavor: slimm}]\n")],
        (
            'versions.yaml:63:36: releases["3.14"].variants[0].flavor: there is no '
            'flavor "slimm"; did you mean slim?'
        ),
    ),
    "a variant with an unknown suite": (
        [
            (
                "    end_of_life: 2030-10-31\n",
                "    variants: [{name: own, flavor: slim, suite: sid}]\n",
            )
        ],
        (
            'versions.yaml:63:49: releases["3.14"].variants[0].suite: there is no '
            'suite "sid"; there are trixie, bookworm, 3.24, 3.23, ltsc2025 and ltsc2022'
        ),
    ),
    "a variant of a flavor without a suite": (
        [("    end_of_life: 2030-10-31\n", "    variants: [{name: own, flavor: slim}]\n")],
        ('versions.yaml:63:16: releases["3.14"].variants[0]: variant "own" needs `suite`; add it'),
    ),
    "a variant that occurs twice, once with more": (
        [("    end_of_life: 2030-10-31\n", "    variants: [trixie, {name: trixie, folder: x}]\n")],
        (
            'versions.yaml:63:24: releases["3.14"].variants[1]: variant "trixie" '
            "is twice in this list; keep one"
        ),
    ),
    "a version that cannot be compared": (
        [('version: "3.14.6"', 'version: "3.14-x-y"')],
        (
            'versions.yaml:60:14: releases["3.14"].version: invalid value "3.14-x-y": expected a '
            'version such as "3.14.6" or "3.15.0b3" (numbers, then a, b or rc and a number: PEP '
            "440)"
        ),
    ),
    "an unknown release manager": (
        [("release_manager: Ada", "release_manager: Adda")],
        (
            'versions.yaml:62:22: releases["3.14"].release_manager: there is no release '
            'manager "Adda"; did you mean Ada?'
        ),
    ),
    "a maintainer that no manifest can name": (
        [("Ada Lovelace <ada@example.org> (@ada)", "Ada")],
        (
            'versions.yaml:5:5: maintainers[0]: invalid value "Ada": expected a '
            "maintainer such as Full Name <email-or-url> (@github-handle)"
        ),
    ),
    "no maintainer": (
        [("maintainers:\n  - Ada Lovelace <ada@example.org> (@ada)", "maintainers: []")],
        (
            "versions.yaml:4:14: maintainers: this list is empty; name one: Full Name "
            "<email-or-url> (@github-handle)"
        ),
    ),
    "an artifact held back that no image needs": (
        [("    end_of_life: 2030-10-31\n", "    held_back: {instaler: late}\n")],
        (
            'versions.yaml:63:17: releases["3.14"].held_back.instaler: no variant '
            "needs the artifact instaler; did you mean installer?"
        ),
    ),
    "an unknown setting": (
        [("    end_of_life: 2030-10-31\n", "    settings: {ltoo: true}\n")],
        (
            'versions.yaml:63:16: releases["3.14"].settings.ltoo: there is no setting '
            '"ltoo"; did you mean lto?'
        ),
    ),
    "a setting by architecture": (
        [('when: {cycles: ">=3.14"}', "when: {architectures: [amd64]}")],
        (
            "versions.yaml:51:12: settings.lto.when.architectures: a setting cannot depend on the "
            "architecture, because an image has one Dockerfile for all its architectures: check "
            "the architecture in the template's build commands"
        ),
    ),
    "a comparison with more numbers than any cycle has": (
        [('{cycles: ">=3.14"}', '{cycles: "<4.0.0,>=3.14.2"}')],
        (
            "versions.yaml:51:20: settings.lto.when.cycles: >=3.14.2 is compared with cycles, and "
            "no cycle has so many numbers; name a cycle, such as >=3.14"
        ),
    ),
    "two variants of one name": (
        [("name: slim-{suite}", "name: slim")],
        (
            "versions.yaml:40:33: suites.bookworm.flavors[1]: slim on trixie and slim "
            'on bookworm would both be called "slim"; put {suite} into the name of '
            "slim, or give them other names"
        ),
    ),
}


@pytest.mark.parametrize(("changes", "message"), CASES.values(), ids=CASES)
def test_references(changes: list[tuple[str, str]], message: str) -> None:
    """The message for an unknown name or an empty rule lists the known names."""
    assert refusal(edit(*changes)) == message


def test_no_release() -> None:
    """A file without a release is accepted, with a warning."""
    text = GOOD[: GOOD.index("releases:\n")] + "releases: {}\n"
    (warning,) = warnings(text)
    assert warning == (
        "versions.yaml:55:1: releases: there is no release, so the image is no longer published: "
        "its manifest is empty"
    )
    assert "expected a mapping of releases" in refusal(text.replace("{}", "[]"))


def test_good() -> None:
    """The valid file has no warnings."""
    assert warnings(GOOD) == []


def test_all_references_at_once() -> None:
    """One run reports all problems."""
    text = edit(
        ("follows: default", "follows: defaults"),
        ('{cycles: ">=3.14"}', "{suites: [trixy]}"),
        ("release_manager: Ada", "release_manager: Eve"),
    )
    assert [line.split(": ")[1] for line in refusal(text).split("\n")] == [
        "flavors.slim.follows",
        "settings.lto.when.suites[0]",
        'releases["3.14"].release_manager',
    ]


def test_older_release_above() -> None:
    """A release above a newer one is odd, whatever the order of their texts."""
    text = edit(('"3.14":', '"3.9":'), ('version: "3.14.6"', 'version: "3.9.6"'))
    assert warnings(text) == [
        'versions.yaml:64:3: releases["3.13"]: 3.13 is newer than 3.9 above it; keep newest first'
    ]


def test_older_suite_above() -> None:
    """A suite above a newer one of its flavor is odd."""
    text = edit(('  "3.24": {', '  "3.9": {'), ('alpine: "3.24"', 'alpine: "3.9"'))
    assert warnings(text) == [
        'versions.yaml:42:3: suites["3.23"]: 3.23 is newer than 3.9 above it; keep newest first'
    ]


def test_suites_of_different_flavors() -> None:
    """Numbers of different systems are not compared: a Windows build is not a newer Alpine."""
    assert warnings(edit(("  ltsc2025: {", '  "1809": {'), ("  ltsc2022: {", '  "1709": {'))) == []


def test_older_variant_above() -> None:
    """A variant above a newer one of its flavor in a release's own list is odd."""
    text = edit(
        ("    end_of_life: 2030-10-31\n", "    variants: [alpine3.23, trixie, alpine3.24]\n")
    )
    assert warnings(text) == [
        (
            'versions.yaml:63:36: releases["3.14"].variants[2]: alpine3.24 is newer than '
            "alpine3.23 above it; keep newest first"
        )
    ]


@pytest.mark.slow
def test_too_many_images() -> None:
    """A small file that asks for millions of images is refused before they are made."""
    releases = "".join(
        f'  "3.{number}": {{version: "3.{number}.0", artifacts: []}}\n'
        for number in range(10_000, 0, -1)
    )
    text = GOOD[: GOOD.index("releases:\n")] + "releases:\n" + releases
    assert refusal(text) == (
        "versions.yaml:55:1: releases: these are 80,000 images, and the limit is 10,000; list fewer"
    )


def many(prefix: str, count: int) -> str:
    """Return a list with many names."""
    return ", ".join(f"{prefix}{number}" for number in range(count))


def more_releases(count: int) -> str:
    """Return many releases of few images."""
    return "".join(
        f'  "9.{number}": {{version: "9.{number}.0", variants: [trixie]}}\n'
        for number in range(count, 0, -1)
    )


ABOVE: Final = ",".join(f">{number}" for number in range(300))
BY_SUITE: Final = "".join(
    f"  s{number}: {{why: x, by: suite, value: {{trixie: a}}}}\n" for number in range(80)
)
UNKNOWN: Final = many("c", 20_000)
ALSO: Final = ", ".join(f"{{version: 9.0.{number}, why: x}}" for number in range(1_400))


def test_axes_are_few() -> None:
    """Each pattern is searched for each axis, so that thousands of axes are refused."""
    axes = ", ".join(f"a{number}: [b]" for number in range(51))
    assert "axes: these are 51 axes, and the limit is 50; list fewer" in refusal(
        edit(("\nsuites:\n", f"\naxes: {{{axes}}}\nsuites:\n"))
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            (
                ("    end_of_life: 2030-10-31\n", f"    aliases: [{many('a', 300)}]\n"),
                ("{tags: [alpine]}", f"{{tags: [{many('s', 300)}]}}"),
            ),
            id="tags",
        ),
        pytest.param(
            (("template: alpine\n", f"template: alpine\n    files: [{many('f', 60_000)}]\n"),),
            id="files",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (
                (
                    '    version: "3.14.6"\n',
                    f'    version: "3.14.6"\n    aliases: [{many("a", 60_000)}]\n',
                ),
            ),
            id="aliases",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (
                (
                    '    version: "3.14.6"\n',
                    (
                        f'    version: "3.14.6"\n    aliases: [{many("a", 1_400)}]\n'
                        f"    also_versions: [{ALSO}]\n"
                    ),
                ),
            ),
            id="versions of other products",
        ),
        pytest.param(
            (
                ("settings:\n", f'  - {{why: x, when: {{cycles: "{ABOVE}"}}}}\nsettings:\n'),
                ("releases:\n", f"releases:\n{more_releases(6_000)}"),
            ),
            id="comparisons",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (
                ("settings:\n", f"  - {{why: x, when: {{cycles: [{UNKNOWN}]}}}}\nsettings:\n"),
                ("releases:\n", f"releases:\n{more_releases(6_000)}"),
            ),
            id="names",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            (
                ("settings:\n", f"settings:\n{BY_SUITE}"),
                ("releases:\n", f"releases:\n{more_releases(6_000)}"),
            ),
            id="settings with by",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_too_much_work(changes: tuple[tuple[str, str], ...]) -> None:
    """A file that asks for too many tags or files is refused before they are made."""
    message = (
        "releases: so many images with so many tags, files and rules take too long; list fewer"
    )
    assert message in refusal(edit(*changes))


def test_whole_variant_in_a_condition() -> None:
    """A condition may name a variant that a release lists as its own."""
    own = "{name: own, base: x, template: x, architectures: [amd64]}"
    text = edit(
        ("    end_of_life: 2030-10-31\n", f"    variants: [{own}]\n"),
        ('{cycles: ">=3.14"}', "{variants: [own, slim-trixie]}"),
    )
    config.parse(text)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"3.14.6"', '"3.13.99"', "3.13.99 is not a version of 3.14; correct it or the cycle"),
        (
            '"3.14.6"',
            '"3.14.06"',
            (
                "3.14.06 has a number with a leading zero, 06; drop the zero, or set "
                "`version_style: loose`"
            ),
        ),
    ],
)
def test_a_version_belongs_to_its_cycle(old: str, new: str, message: str) -> None:
    """A version of another cycle, or one that is written oddly, is refused."""
    with pytest.raises(ConfigError) as caught:
        config.parse(edit((old, new)))
    assert [problem.message for problem in caught.value.problems] == [message]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"3.14.6"\n', '"3.14.6"\n    ref: REF\n', 'releases["3.14"].ref'),
        (
            "    end_of_life: 2030-10-31\n",
            "    variants: [{name: trixie, ref: REF}]\n",
            'releases["3.14"].variants[0].ref',
        ),
        ("    follows: default\n", "    follows: default\n    ref: REF\n", "flavors.slim.ref"),
    ],
)
def test_the_tag_of_one_version(old: str, new: str, path: str) -> None:
    """A ref that names the tag of a version itself is refused: it would not move with a bump."""
    text = edit((old, new))
    for tag, pattern in (("v3.14.6", "v{version}"), ("py3.14.6-2", "py{version}-2")):
        assert refusal(text.replace("REF", f"refs/tags/{tag}")).endswith(
            f": {path}: refs/tags/{tag} is the tag of 3.14.6, and would be that of the next "
            f'version of 3.14 too; write "refs/tags/{pattern}"'
        )
    for ref in ("refs/tags/v3.14.60", "refs/tags/v13.14.6", "refs/heads/3.14.6"):
        config.parse(text.replace("REF", ref))


def test_no_name_of_a_kind() -> None:
    """The message for a name says it if the file defines none of this kind."""
    assert refusal(f"{GOOD}\ndefault_axes: {{php: '8.4'}}\n").endswith(
        'default_axes.php: there is no axis "php": the file defines none; remove it, or define it'
    )


def test_a_final_version_in_a_pre_releases_cycle() -> None:
    """It is allowed, with a warning that suggests another name."""
    loaded = config.parse(edit(('"3.15.0b3"', '"3.15.0"')))
    assert [problem.message for problem in checks.warnings(loaded)] == [
        "3.15.0 is final; rename the cycle to 3.15"
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("versions.yaml", "README.md", "generate.py", "library/README.md"),
        *("templates", "templates/default.Dockerfile.j2", "templates/files/x"),
        *(".git/x", ".github/workflows/x", "sub/.git/x"),
    ],
)
def test_places_of_other_files_are_not_a_manifest(path: str) -> None:
    """`manifest` can't name a file that people write, or one in a folder of users or of git."""
    text = f"{GOOD}\nmanifest: {path}\n"
    assert refusal(text).endswith(
        f": manifest: {path} is the place of other files; choose a path such as library/sample"
    )


def test_the_json_of_the_manifest_has_a_name_that_file_systems_accept() -> None:
    """`.json` counts too."""
    assert "has more than 255 characters; shorten it" in refusal(
        f"{GOOD}\nmanifest: lib/{'a' * 251}\n"
    )
    config.parse(f"{GOOD}\nmanifest: lib/{'a' * 250}\n")
