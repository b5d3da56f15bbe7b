"""What an import infers from small manifests: each way to say something, once."""

from __future__ import annotations

import pytest

from tagmatrix.errors import DifferenceError, InputError
from tests.imports.samples import HEAD, entry, imported, product, values


def debian(cycle: str, aliases: list[str], suite: str = "trixie", **fields: str) -> str:
    """Return an entry on Debian with the bare version on its suite."""
    return entry(product(aliases, [suite, ""]), f"{cycle}/{suite}", **fields)


def test_patterns_and_default_suites() -> None:
    """A suffix of one suite is that of the default suite; others are patterns."""
    found = values(
        entry(product(["2.1.0", "2.1", "2", "latest"], ["trixie", ""]), "2.1/trixie"),
        entry(product(["2.1.0", "2.1", "2", "latest"], ["bookworm"]), "2.1/bookworm"),
        entry(product(["2.0.9", "2.0"], ["trixie"]), "2.0/trixie"),
        entry(product(["2.0.9", "2.0"], ["bookworm", ""]), "2.0/bookworm"),
    )
    assert found["layout"] == "{cycle}/{folder}"
    assert found["default_suites"] == {"default": "trixie"}
    assert found["flavors"]["default"] == {
        "name": "{suite}",
        "base": "debian:{suite}",
        "template": "main",
        "on_default_suite": {"tags": [""]},
    }
    assert found["releases"] == {
        "2.1": {"version": "2.1.0"},
        "2.0": {"version": "2.0.9", "default_suites": {"default": "bookworm"}},
    }


def test_a_flavor_follows_another() -> None:
    """A flavor with the default suites of another one follows it."""
    aliases = ["2.1.0", "2.1", "2", "latest"]
    found = values(
        *(
            entry(product(aliases, suffixes), f"2.1/{suffixes[0]}")
            for suffixes in (
                ["trixie", ""],
                ["slim-trixie", "slim"],
                ["bookworm"],
                ["slim-bookworm"],
            )
        )
    )
    assert found["default_suites"] == {"default": "trixie"}
    assert found["flavors"]["slim"]["follows"] == "default"


def test_axes_with_a_default() -> None:
    """A word whose number varies is an axis; what one value has more is on the default."""
    found = values(
        *(
            entry(product(["6.1.0", "6.1", "6", "latest"], suffixes), f"6.1/php{php}/apache")
            for php, suffixes in (
                ("8.4", ["php8.4-apache", "apache", ""]),
                ("8.3", ["php8.3-apache"]),
            )
        ),
        entry(product(["6.0.0", "6.0"], ["php8.3-apache", "apache", ""]), "6.0/php8.3/apache"),
    )
    assert found["axes"] == {"php": ["8.4", "8.3"]}
    assert found["default_axes"] == {"php": "8.4"}
    assert found["flavors"]["php-apache"]["name"] == "php{php}-apache"
    assert {"suffix": "", "on_default": ["php"]} in found["flavors"]["php-apache"]["tags"]
    assert found["releases"]["6.0"]["axes"] == {"php": ["8.3"]}
    assert found["releases"]["6.0"]["default_axes"] == {"php": "8.3"}


def test_words_with_the_same_numbers_are_one_axis() -> None:
    """`jdk21` and `jre21` are two flavors on one axis."""
    found = values(
        *(
            entry(product(["9.0.1", "9.0", "9", "latest"], [f"{kind}{java}"]), f"9.0/{kind}{java}")
            for java in ("21", "17")
            for kind in ("jdk", "jre")
        )
    )
    assert found["axes"] == {"jdk": ["21", "17"]}
    assert [flavor["name"] for flavor in found["flavors"].values()] == ["jdk{jdk}", "jre{jdk}"]


def test_suffixes_with_own_aliases() -> None:
    """A suffix that only some aliases have gets these aliases, as patterns."""
    found = values(
        *(
            entry([*product([version, cycle], ["jdk-noble"]), f"{cycle}-noble"], f"{cycle}/jdk")
            for version, cycle in (("21.0.2_13", "21"), ("17.0.9_9", "17"))
        )
    )
    assert found["version_style"] == "loose"
    assert found["flavors"]["jdk"]["tags"] == [
        "{name}",
        {"suffix": "{suite}", "aliases": ["{cycle}"]},
    ]


def test_a_word_before_all_aliases() -> None:
    """It is the flavor's `alias`."""
    found = values(
        debian("7.1", ["7.1.0", "7.1", "7", "latest"]),
        entry(["cli-2.12.0", "cli-2.12", "cli-2", "cli"], "cli/alpine"),
    )
    assert found["flavors"]["cli"]["alias"] == "cli-{alias}"
    assert found["releases"]["2.12"]["aliases"] == ["latest"]


def test_derived_and_held_aliases() -> None:
    """Majors and `latest` are derived, held where another release has them, or owned by none."""
    found = values(
        debian("3.0", ["3.0.0", "3.0"]),
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]),
        debian("1.9", ["1.9.0", "1.9", "lts"]),
    )
    assert found["hold"] == {"3": None, "1": None, "latest": "2.1"}
    assert found["releases"]["1.9"] == {"version": "1.9.0", "aliases": ["lts"]}


def test_all_parts_of_versions() -> None:
    """All parts are aliases if lists of them would be wrong after the next version."""
    found = values(
        debian("26", ["26.7.0", "26.7", "26", "latest"]), debian("24", ["24.1.2", "24.1", "24"])
    )
    assert found["version_parts"] == "all"
    assert found["releases"] == {"26": {"version": "26.7.0"}, "24": {"version": "24.1.2"}}


def test_a_cycle_without_a_tag_and_a_release_without_a_version() -> None:
    """`cycle_tag` is off if the folder is not a tag; a nightly build has no version."""
    found = values(
        debian("19", ["19beta3"]),
        debian("18", ["18.6", "18", "latest"]),
        entry("tip-20260815-trixie, tip-trixie, tip-20260815, tip", "tip/trixie"),
    )
    assert found["releases"]["19"] == {"version": "19beta3", "cycle_tag": False}
    assert found["releases"]["tip"] == {"version": None, "aliases": ["tip-20260815", "tip"]}


def test_an_older_version_in_a_cycle() -> None:
    """A variant with the cycle's tags and an older version has its own version."""
    result = imported(
        entry(product(["1.12.4", "1.12", "1", "latest"], ["data"]), "1.12/data"),
        entry(product(["1.11.9", "1.11"], ["data"]), "1.11/data"),
        entry(product(["1.11.8", "1.11"], [""]), "1.11/oss"),
    )
    assert not result.missed
    release = result.family.values["releases"]["1.11"]
    assert release["version"] == "1.11.9"
    assert {"name": "", "version": "1.11.8"} in release["variants"]


def test_single_tags_are_listed() -> None:
    """What one image has alone is listed for it; the rest stays with its flavor."""
    found = values(
        debian("26", ["26.1.0", "26.1", "26", "latest"]),
        *(debian(cycle, [f"{cycle}.1.0", f"{cycle}.1", cycle]) for cycle in ("25", "23", "22")),
        entry([*product(["24.1.0", "24.1", "24"], ["trixie", ""]), "lts-krypton"], "24/trixie"),
    )
    assert found["releases"]["24"]["variants"] == [
        {"name": "trixie", "tags": ["{name}", "", {"suffix": "", "aliases": ["lts-krypton"]}]}
    ]


def test_an_alias_of_another_release() -> None:
    """An image that has the alias of another release lists all of its own."""
    result = imported(
        entry(product(["2.1.0", "2.1", "2", "latest"], [""]), "2.1/oss"),
        entry(product(["2.1.0", "2.1", "2", "latest"], ["meta"]), "2.1/meta"),
        entry(product(["1.9.0", "1.9"], [""]), "1.9/oss"),
        entry(product(["1.9.0", "1.9"], ["meta"]), "1.9/meta"),
        entry([*product(["1.9.0", "1.9"], ["data"]), "data"], "1.9/data"),
    )
    assert not result.missed


def test_architectures() -> None:
    """Suites have all architectures of their images; exclusions say which releases lack some."""
    found = values(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"], Architectures="amd64, arm64v8, s390x"),
        debian("2.0", ["2.0.9", "2.0"], Architectures="amd64, arm64v8"),
    )
    assert found["suites"]["trixie"]["architectures"] == ["amd64", "arm64v8", "s390x"]
    (rule,) = found["exclude"]
    assert rule["architectures"] == ["s390x"]
    assert rule["when"] == {"cycles": ["2.0"]}


def test_windows() -> None:
    """Builders, constraints and shared tags belong to the flavor; `{name}` is the variant."""
    aliases = ["2.1.0", "2.1", "2", "latest"]
    suites = ("ltsc2025", "ltsc2022")
    found = values(
        entry(
            product(aliases, ["trixie"]), "2.1/trixie", SharedTags=", ".join(product(aliases, [""]))
        ),
        *(
            entry(
                product(aliases, [f"windowsservercore-{suite}"]),
                f"2.1/windows/windowsservercore-{suite}",
                SharedTags=", ".join(product(aliases, ["windowsservercore", ""])),
                Architectures="windows-amd64",
                Builder="classic",
                Constraints=f"windowsservercore-{suite}",
            )
            for suite in suites
        ),
    )
    assert found["flavors"]["windowsservercore"] == {
        "name": "windowsservercore-{suite}",
        "folder": "windows/{name}",
        "base": "mcr.microsoft.com/windows/servercore:{suite}",
        "template": "main",
        "shared_tags": ["windowsservercore", ""],
        "constraints": ["{name}"],
        "builder": "classic",
    }


def test_other_files_than_dockerfile() -> None:
    """The name of the Dockerfile is the flavor's, with its axis."""
    found = values(
        *(
            entry(product(["9.0.1", "9.0", "9", "latest"], [f"java{java}"]), "9.0", File=file)
            for java, file in (("21", "Dockerfile.openjdk21"), ("17", "Dockerfile.openjdk17"))
        )
    )
    assert found["flavors"]["java"]["dockerfile"] == "Dockerfile.openjdk{java}"
    assert found["layout"] == "{cycle}"


@pytest.mark.parametrize(
    ("folders", "layout", "release"),
    [
        (("2.1", "2.0"), "{cycle}", {}),
        ((".",), ".", {}),
        (("engine/2.1/a", "engine/2.0/a"), "engine/{cycle}/{folder}", {}),
        (("stable/a", "2.0/a"), "{cycle}/{folder}", {"folder": "stable"}),
        (("2.1.0-a", "2.0.9-a"), "{folder}", {}),
    ],
)
def test_layouts(folders: tuple[str, ...], layout: str, release: dict[str, str]) -> None:
    """The layout has what the folders of all releases have in common."""
    aliases = (["2.1.0", "2.1", "2", "latest"], ["2.0.9", "2.0"])
    found = values(
        *(entry(product(own, ["a"]), folder) for own, folder in zip(aliases, folders, strict=False))
    )
    assert found["layout"] == layout
    assert found["releases"]["2.1"] == {"version": "2.1.0", **release}


def test_folders_that_begin_with_a_word_for_each_release() -> None:
    """The word is the folder of the release, and a hyphen divides it from that of the variant."""
    found = values(
        *(
            entry(product(own, [suite]), f"{word}-main,{suite}")
            for own, word in (
                (["2.1.0", "2.1", "2", "latest"], "002.001"),
                (["2.0.9", "2.0"], "002.000"),
            )
            for suite in ("trixie", "bookworm")
        )
    )
    assert found["layout"] == "{cycle}-{folder}"
    assert found["releases"]["2.0"] == {"version": "2.0.9", "folder": "002.000"}
    assert found["flavors"]["default"]["folder"] == "main,{suite}"


def test_the_order_of_the_manifest() -> None:
    """Variants that suites and flavors do not order are listed once for all releases."""
    suffixes = ("a-trixie", "a-bookworm", "b-trixie", "b-bookworm")
    found = values(
        *(
            entry(product(aliases, [suffix]), f"{aliases[1]}/{suffix}")
            for aliases in (["2.1.0", "2.1", "2", "latest"], ["2.0.9", "2.0"])
            for suffix in suffixes
        )
    )
    assert found["variants"] == list(suffixes)


def test_missing_images() -> None:
    """Images that several releases do not have are excluded; few variants are listed instead."""
    releases = (["2.1.0", "2.1", "2", "latest"], ["2.0.9", "2.0"], ["1.9.0", "1.9", "1"])
    suffixes = [
        f"{word}-plugins-trixie" for word in ("apache", "fpm", "zts", "cli", "slim", "tiny")
    ]
    found = values(
        *(
            entry(product(aliases, [suffix]), f"{aliases[1]}/{suffix}")
            for aliases in (*releases, ["1.8.0", "1.8"])
            for suffix in (suffixes[:1] if aliases[1] == "1.8" else suffixes)
            if aliases[1] == "2.1" or suffix != "tiny-plugins-trixie"
        )
    )
    assert [rule["when"] for rule in found["exclude"]] == [
        {"cycles": ["2.0", "1.9"], "flavors": ["tiny-plugins"]}
    ]
    assert found["releases"]["1.8"]["variants"] == ["apache-plugins-trixie"]


def test_entries_that_differ_by_architecture() -> None:
    """They are named and left out; a manifest of such entries only is refused with exit code 3."""
    odd = entry("edge", "x86", arm64v8_Directory="arm")
    result = imported(debian("2.1", ["2.1.0", "2.1", "2", "latest"]), odd)
    (missed,) = result.missed
    assert missed.by_design
    assert missed.entry.tags == ("edge",)
    with pytest.raises(DifferenceError, match=r"missing edge \(x86\): its fields differ by arch"):
        imported(odd)


def test_entries_of_another_repository() -> None:
    """They are named and left out, since versions.yaml has one repository."""
    result = imported(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]),
        debian("2.0", ["2.0.9", "2.0"], GitRepo="https://github.com/example/other.git"),
    )
    (missed,) = result.missed
    assert missed.entry.tags[0] == "2.0.9-trixie"
    assert missed.why == (
        "it is in another repository, https://github.com/example/other.git; versions.yaml "
        "describes one, here https://github.com/example/engine.git"
    )


def test_one_value_that_is_refused() -> None:
    """Only the entry that has it is missing, also if its value is that of the flavor."""
    result = imported(
        entry("1.0", "a", File="x/Dockerfile.z"),
        entry("1.1", "a", File="y.Dockerfile"),
        entry("1.2", "q"),
    )
    (missed,) = result.missed
    assert missed.entry.tags == ("1.0",)
    assert 'invalid value "x/Dockerfile.z"' in missed.why


def test_entries_without_a_builder() -> None:
    """Those with a builder are listed: a variant can't take the builder of its flavor away."""
    found = values(
        entry("3.0.1, 3.0, latest", "a", Builder="buildkit"),
        entry("2.0.4, 2.0", "b", Builder="buildkit"),
        entry("1.0.7, 1.0", "c"),
    )
    assert "builder" not in found | found["flavors"]["default"]
    assert found["releases"]["2.0"]["variants"] == [{"name": "", "builder": "buildkit"}]
    assert "variants" not in found["releases"]["1.0"]


def test_what_laws_refuse_is_written_in_a_simpler_way() -> None:
    """A pre-release with the tag of a major has no version, so that only its aliases count."""
    found = values(debian("27", ["27-ea-6", "27-ea", "27"]))
    assert found["releases"]["27"]["version"] is None


def test_what_laws_always_refuse_is_missing() -> None:
    """A version tag that is on Windows only is named, with the message of the law."""
    result = imported(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]),
        entry("2.0.9, 2.0", "2.0/windows", Architectures="windows-amd64"),
    )
    (missed,) = result.missed
    assert "Windows only" in missed.why
    assert not missed.by_design


def test_other_maintainers() -> None:
    """A field that versions.yaml can't have is named, also if listing all tags did not help."""
    result = imported(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]),
        debian("2.0", ["2.0.9", "2.0"], Maintainers="Bob (@bob)"),
    )
    (missed,) = result.missed
    assert missed.why == "versions.yaml would make another entry: Maintainers"


def test_facts_that_versions_yaml_refuses() -> None:
    """A repository that no key can hold is an error about the whole manifest."""
    head = HEAD.replace("https://github.com/example/engine.git", "{{ evil }}")
    with pytest.raises(InputError, match="repository: invalid value"):
        imported(debian("2.1", ["2.1.0"]), head=head)


@pytest.mark.parametrize("folder", ["a{{ 7 * 7 }}", "a: b", "../up", "a #b", "&a", "a\u202eb"])
def test_hostile_folders(folder: str) -> None:
    """A folder never becomes structure, template code or a path outside: its entry is missing."""
    result = imported(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]), entry("2.0.9, 2.0", f"{folder}/x")
    )
    assert [missed.entry.tags[0] for missed in result.missed] == ["2.0.9"]
    assert "7 * 7" not in result.text


def test_refs_of_flavors() -> None:
    """Images of other branches or of tags have a ref, with the version as a hole if possible."""
    found = values(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]).replace("2.1/trixie", "debian")
        + "GitFetch: refs/tags/v2.1.0\n",
        debian("2.0", ["2.0.9", "2.0"]).replace("2.0/trixie", "debian")
        + "GitFetch: refs/tags/v2.0.9\n",
    )
    assert found["flavors"]["default"]["ref"] == "refs/tags/v{version}"
    assert found["branch"] == "main"


def test_refs_of_releases() -> None:
    """A release of another branch has its ref; those of most images are the file's."""
    result = imported(
        debian("2.1", ["2.1.0", "2.1", "2", "latest"]),
        debian("2.0", ["2.0.9", "2.0"]),
        debian("1.9", ["1.9.0", "1.9", "1"], GitFetch="refs/heads/old"),
    )
    found = result.family.values
    assert found["branch"] == "main"
    assert found["releases"]["1.9"]["ref"] == "refs/heads/old"
    assert "ref" not in found["flavors"]["default"]
    assert found["flavors"]["default"]["template"] == "main-{cycle}"
    assert [*result.family.templates] == ["main-2.1.Dockerfile.j2", "main-2.0.Dockerfile.j2"]


def test_refs_of_single_images() -> None:
    """If one release has images here and elsewhere, those elsewhere have refs."""
    tag = "refs/tags/v2.1.0"
    newest, old = ["2.1.0", "2.1", "2", "latest"], ["2.0.9", "2.0"]
    found = values(
        entry(product(newest, ["trixie"]), "2.1/trixie", GitFetch=tag),
        entry(product(newest, ["bookworm"]), "2.1/bookworm", GitFetch=tag),
        entry(product(old, ["trixie"]), "2.0/trixie"),
        entry(product(old, ["bookworm"]), "2.0/bookworm", GitFetch="refs/tags/v2.0.9"),
    )
    assert found["branch"] == "main"
    assert "ref" not in found["flavors"]["default"]
    assert found["releases"]["2.0"]["variants"][1]["ref"] == "refs/tags/v{version}"


def test_tags_of_releases() -> None:
    """If some releases are at tags, their refs move with their versions."""
    result = imported(
        debian("8.4", ["8.4.1", "8.4", "8", "latest"]),
        debian("8.2", ["8.2.5", "8.2"], GitFetch="refs/tags/v8.2.5"),
        debian("8.0", ["8.0.9", "8.0"], GitFetch="refs/tags/release-8.0.9-2"),
        debian("7.2", ["7.2.3", "7.2", "7"], GitFetch="refs/tags/final"),
    )
    assert not result.missed
    releases = result.family.values["releases"]
    assert [one.get("ref") for one in releases.values()] == [
        *(None, "refs/tags/v{version}", "refs/tags/release-{version}-2", "refs/tags/final")
    ]


def test_a_folder_with_the_name_of_the_manifest() -> None:
    """The manifest is elsewhere, so that the folder can have its name."""
    found = values(entry(product(["2.1.0", "2.1", "2", "latest"], ["a"]), "library/engine/a"))
    assert found["manifest"] == "manifests/engine"


def test_no_derived_aliases() -> None:
    """If no release has the aliases that would be derived, they are off or held by none."""
    found = values(
        *(entry([f"{major}.1.0", f"{major}.1"], f"{major}.1") for major in ("5", "4", "3"))
    )
    assert found.get("derive_aliases") is False or set(found["hold"].values()) == {None}


def test_releases_whose_cycles_have_one_name() -> None:
    """Exact versions of one line are releases of their own, named after their versions."""
    found = values(
        entry(["1.2.3", "1.2", "1", "latest"], "a"), entry("1.2.2", "b"), entry("1.2.1", "c")
    )
    assert list(found["releases"]) == ["1.2", "1.2.2", "1.2.1"]
