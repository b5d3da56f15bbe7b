"""Each key of versions.yaml: the values that it refuses, and the messages."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tagmatrix.config.format import VERSIONS
from tagmatrix.config.model import Suffix
from tagmatrix.config.shapes import Either, Field, ListOf, MapOf, Reading, Record, Text
from tagmatrix.config.yaml.nodes import Scalar
from tagmatrix.problems import Place
from tests.config.samples import GOOD, SHA, edit, load, refusal

CASES: Final = {
    "a version that YAML reads as a number": (
        [('version: "3.14.6"', "version: 3.14")],
        (
            'versions.yaml:60:14: releases["3.14"].version: YAML reads 3.14 as a '
            'number; write it in quotes: "3.14"'
        ),
    ),
    "a cycle that YAML reads as a number": (
        [('"3.13":', "3.10:")],
        (
            'versions.yaml:64:3: releases["3.10"]: YAML reads 3.10 as a number; write it in '
            'quotes: "3.10"\nversions.yaml:65:14: releases["3.10"].version: 3.13.14 is not a '
            "version of 3.10; correct it or the cycle"
        ),
    ),
    "a version that YAML reads as a whole number": (
        [('version: "3.14.6"', "version: 3")],
        (
            'versions.yaml:60:14: releases["3.14"].version: YAML reads 3 as a number; '
            'write it in quotes: "3"'
        ),
    ),
    "a version that YAML reads as a date": (
        [('version: "3.14.6"', "version: 2024-01-02")],
        (
            'versions.yaml:60:14: releases["3.14"].version: YAML reads 2024-01-02 as a '
            'date; expected a version such as "3.14.6" or "3.15.0b3" (numbers, then a, b '
            "or rc and a number: PEP 440); `version_style: loose` at the top reads it"
        ),
    ),
    "a version that YAML reads as true": (
        [('version: "3.14.6"', "version: yes")],
        (
            'versions.yaml:60:14: releases["3.14"].version: YAML reads yes as true or '
            'false; expected a version such as "3.14.6" or "3.15.0b3" (numbers, then a, b '
            "or rc and a number: PEP 440)"
        ),
    ),
    "a version without a value": (
        [('version: "3.14.6"', "version:")],
        (
            'versions.yaml:60:13: releases["3.14"].version: a value is missing here; '
            "write it after the colon or dash"
        ),
    ),
    "a default suite that YAML reads as a number": (
        [('alpine: "3.24"', "alpine: 3.24")],
        (
            "versions.yaml:8:11: default_suites.alpine: YAML reads 3.24 as a number; "
            'write it in quotes: "3.24"'
        ),
    ),
    "an alias that YAML reads as a number": (
        [("end_of_life: 2030-10-31", "aliases: [4]")],
        (
            'versions.yaml:63:15: releases["3.14"].aliases[0]: YAML reads 4 as a '
            'number; write it in quotes: "4"'
        ),
    ),
    "a cycle that YAML reads as true": (
        [('"3.13":', "on:")],
        (
            "versions.yaml:64:3: releases.on: YAML reads on as true or false; write it "
            'in quotes: "on"'
        ),
    ),
    "a variant that YAML reads as a number": (
        [("    end_of_life: 2030-10-31\n", "    variants: [3.14]\n")],
        (
            'versions.yaml:63:16: releases["3.14"].variants[0]: YAML reads 3.14 as a '
            'number; write it in quotes: "3.14"'
        ),
    ),
    "an unknown key instead of one that is needed": (
        [("branch: main", "brunch: main")],
        (
            "versions.yaml:1:1: `branch` is missing; add it: the branch that contains the commits "
            "in the manifest.\nversions.yaml:3:1: brunch: unknown key; did you mean branch?"
        ),
    ),
    "a key that is spelled otherwise": (
        [("    end_of_life:", "    end-of-life:")],
        (
            'versions.yaml:63:5: releases["3.14"].end-of-life: unknown key; did you '
            "mean end_of_life?"
        ),
    ),
    "a key that is like no other": (
        [("    end_of_life: 2030-10-31", "    zzz: 1")],
        (
            'versions.yaml:63:5: releases["3.14"].zzz: unknown key; there are version, '
            "cycle_tag, folder, ref, sha256, sha512, sha1, release_manager, end_of_life, "
            "deprecated, aliases, also_versions, artifacts, held_back, default_suites, axes, "
            "default_axes, variants, components, upstream and settings"
        ),
    ),
    "a text where a list belongs": (
        [("needs: [installer]", "needs: installer")],
        (
            "versions.yaml:34:12: flavors.windows.needs: expected a list of artifacts, "
            'not "installer"; write ["installer"]'
        ),
    ),
    "a list where a mapping belongs": (
        [(f"sha256: {{source: {SHA}}}", "sha256: [source]")],
        (
            'versions.yaml:66:13: releases["3.13"].sha256: expected a mapping of '
            "artifacts and their SHA-256, not a list; write `key: value`"
        ),
    ),
    "a list where a text belongs": (
        [("branch: main", "branch: [main]")],
        ("versions.yaml:3:9: branch: expected the name of a branch, such as main, not a list"),
    ),
    "a text where a setting belongs": (
        [('  lto:\n    when: {cycles: ">=3.14"}\n    why: It is faster.', "  lto: true")],
        (
            "versions.yaml:50:8: settings.lto: expected a setting (keys: value, "
            'by, multiline, when, unless, why, link), not "true"'
        ),
    ),
    "half a date": (
        [("2030-10-31", "2030-10")],
        (
            'versions.yaml:63:18: releases["3.14"].end_of_life: expected a date such '
            'as 2030-10-31, not "2030-10"'
        ),
    ),
    "a quoted flag": (
        [("branch: main", 'branch: main\nderive_aliases: "no"')],
        (
            "versions.yaml:4:17: derive_aliases: write `true` or `false` without quotes, or "
            "remove `derive_aliases`"
        ),
    ),
    "a missing key": (
        [("branch: main\n", "")],
        (
            "versions.yaml:1:1: `branch` is missing; add it: the branch that contains the commits "
            "in the manifest."
        ),
    ),
    "a checksum that is not a SHA-256": (
        [(f"sha256: {{source: {SHA}}}", "sha256: {source: 123abc}")],
        (
            'versions.yaml:66:22: releases["3.13"].sha256.source: invalid value "123abc": '
            "expected a SHA-256: 64 hexadecimal digits in lower case; it has 6 digits, not 64"
        ),
    ),
    "a checksum without its last digit": (
        [(f"sha256: {{source: {SHA}}}", f"sha256: {{source: {SHA[:-1]}}}")],
        (
            f'versions.yaml:66:22: releases["3.13"].sha256.source: invalid value "{SHA[:-1]}": '
            "expected a SHA-256: 64 hexadecimal digits in lower case; it has 63 digits, not 64"
        ),
    ),
    "a checksum that YAML reads as a number": (
        [(f"sha256: {{source: {SHA}}}", f"sha256: {{source: {'1' * 63}}}")],
        (
            f'versions.yaml:66:22: releases["3.13"].sha256.source: YAML reads {"1" * 63} as a '
            "number; expected a SHA-256: 64 hexadecimal digits in lower case; it has 63 digits, "
            "not 64"
        ),
    ),
    "a checksum in upper case": (
        [
            (
                f"sha256: {{source: {SHA}}}",
                (
                    "sha256: {source: ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABA"
                    "BABAB}"
                ),
            )
        ],
        (
            'versions.yaml:66:22: releases["3.13"].sha256.source: invalid value '
            '"ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB": expected a '
            "SHA-256: 64 hexadecimal digits in lower case"
        ),
    ),
    "a suffix with a space": (
        [("tags: [slim]", 'tags: ["a b"]')],
        (
            'versions.yaml:22:31: flavors.slim.on_default_suite.tags[0]: invalid value "a b": '
            "expected the suffix of a tag, such as slim or slim-{suite} (it may contain {suite}, "
            "{cycle}, {version}, {name}, and axes)"
        ),
    ),
    "a comparison that there is not": (
        [('when: {cycles: ">=3.14"}', 'when: {cycles: "~=3.14"}')],
        (
            'versions.yaml:51:20: settings.lto.when.cycles: invalid value "~=3.14": expected '
            'comparisons such as ">=3.11,<3.14", or a list of cycles such as ["3.14"]'
        ),
    ),
    "a condition with an unknown key": (
        [('when: {cycles: ">=3.14"}', "when: {cycle: '3.14'}")],
        "versions.yaml:51:12: settings.lto.when.cycle: unknown key; did you mean cycles?",
    ),
    "a name in braces without quotes": (
        [('name: "{suite}"', "name: {suite}")],
        (
            "versions.yaml:11:11: flavors.default.name: YAML reads {suite} as a mapping; write it "
            'in quotes: "{suite}"'
        ),
    ),
    "a name that begins with braces": (
        [("name: slim-{suite}", "name: {suite}-slim")],
        ('versions.yaml:17:18: a text cannot begin with {; write it in quotes: "{suite}-slim"'),
    ),
    "a day that the calendar lacks": (
        [("end_of_life: 2030-10-31", "end_of_life: 2030-13-01")],
        (
            'versions.yaml:63:18: releases["3.14"].end_of_life: invalid date 2030-13-01: the '
            "calendar has no such day; write year, month and day, such as 2030-10-31"
        ),
    ),
    "an architecture by another name": (
        [("architectures: [amd64, arm64v8]}", "architectures: [x86_64, linux/arm64v9]}")],
        (
            'versions.yaml:39:54: suites.trixie.architectures[0]: "x86_64" is not known; '
            "expected an architecture of official-images or OCI, such as arm64v8 or linux/arm64; "
            "did you mean amd64?\n"
            'versions.yaml:39:62: suites.trixie.architectures[1]: "linux/arm64v9" is not known; '
            "expected an architecture of official-images or OCI, such as arm64v8 or linux/arm64; "
            "did you mean arm64v8?"
        ),
    ),
    "a condition with an empty list": (
        [('when: {cycles: ">=3.14"}', "when: {suites: []}")],
        (
            "versions.yaml:51:20: settings.lto.when.suites: this list is empty; name at least "
            "one, or leave the key out to select all"
        ),
    ),
    "an unknown architecture": (
        [("- architectures: [mips64le]", "- architectures: [mips64el]")],
        (
            'versions.yaml:46:21: exclude[0].architectures[0]: "mips64el" is not '
            "known; expected an architecture of official-images or OCI, such as arm64v8 or "
            "linux/arm64; did you mean mips64le?"
        ),
    ),
    "a rule without a reason": (
        [("    why: No maintainer fixes what breaks there.\n", "")],
        (
            "versions.yaml:46:5: exclude[0]: `why` is missing; add it: the reason, for "
            "later maintainers."
        ),
    ),
    "a rule with a blank reason": (
        [("why: No maintainer fixes what breaks there.", 'why: " "')],
        (
            'versions.yaml:47:10: exclude[0].why: invalid value " ": expected a sentence with the '
            "reason"
        ),
    ),
    "a folder that leaves the tree": (
        [("folder: windows/{name}", "folder: ../{name}")],
        (
            'versions.yaml:31:13: flavors.windows.folder: invalid value "../{name}": expected a '
            "folder inside the cycle's folder, such as windows/{name} (no `..`, not absolute; it "
            "may contain {suite}, {cycle}, {version}, {name}, and axes)"
        ),
    ),
    "an absolute folder": (
        [("folder: windows/{name}", "folder: /{name}")],
        (
            'versions.yaml:31:13: flavors.windows.folder: invalid value "/{name}": expected a '
            "folder inside the cycle's folder, such as windows/{name} (no `..`, not absolute; it "
            "may contain {suite}, {cycle}, {version}, {name}, and axes)"
        ),
    ),
    "a release's folder that leaves the tree": (
        [('version: "3.14.6"', 'version: "3.14.6"\n    folder: a/../b')],
        (
            'versions.yaml:61:13: releases["3.14"].folder: invalid value "a/../b": expected a '
            "folder inside library/ (no `..`, not absolute)"
        ),
    ),
    "a variant that occurs twice": (
        [("    end_of_life: 2030-10-31\n", "    variants: [trixie, trixie]\n")],
        (
            'versions.yaml:63:24: releases["3.14"].variants[1]: "trixie" is twice in this list; '
            "keep one"
        ),
    ),
    "a fingerprint in lower case": (
        [("A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1A1", "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1")],
        (
            "versions.yaml:54:22: release_managers.Ada.openpgp_key: "
            'invalid value "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1": expected a '
            "fingerprint: 40 hexadecimal digits in upper case"
        ),
    ),
    "a repository that is not an address": (
        [("https://git.example/sample.git", "sample")],
        (
            'versions.yaml:2:13: repository: invalid value "sample": expected a '
            "git repository such as https://github.com/me/image.git"
        ),
    ),
    "a pattern with an unknown word": (
        [("base: alpine:{suite}", "base: alpine:{suit}")],
        (
            "versions.yaml:25:11: flavors.alpine.base: there is no placeholder {suit} here; did "
            "you mean {suite}?"
        ),
    ),
    "an image's name in upper case": (
        [("image: sample", "image: Sample")],
        (
            'versions.yaml:1:8: image: invalid value "Sample": expected the '
            "image's name in lower case, such as python"
        ),
    ),
    "a link that is not an address": (
        [("link: https://example.org/mips", "link: example.org")],
        (
            'versions.yaml:48:11: exclude[0].link: invalid value "example.org": '
            "expected an address such as https://example.org/why"
        ),
    ),
    "an unknown way to take versions apart": (
        [("branch: main", "branch: main\nversion_parts: full")],
        (
            'versions.yaml:4:16: version_parts: "full" is not known; expected '
            "full+cycle or all; there are full+cycle and all"
        ),
    ),
    "an unknown builder": (
        [("builder: classic", "builder: clasic")],
        (
            'versions.yaml:37:14: flavors.windows.builder: "clasic" is not known; '
            "expected a builder of official-images; did you mean classic?"
        ),
    ),
    "a branch with a space": (
        [("branch: main", 'branch: "a b"')],
        (
            'versions.yaml:3:9: branch: invalid value "a b": expected the name of '
            "a branch, such as main"
        ),
    ),
}


@pytest.mark.parametrize(("changes", "message"), CASES.values(), ids=CASES)
def test_messages(changes: list[tuple[str, str]], message: str) -> None:
    """The message for an invalid value has its place and the expected value."""
    assert refusal(edit(*changes)) == message


def test_all_at_once() -> None:
    """One run reports all problems, in the order of the file."""
    text = edit(
        ("branch: main", "brunch: main"),
        ("follows: default", "follow: default"),
        ("- architectures: [mips64le]", "- architectures: [mips]"),
        ('version: "3.14.6"', "version: 3.14"),
        ("2030-10-31", "soon"),
    )
    assert [line.split(": ")[:2] for line in refusal(text).split("\n")] == [
        ["versions.yaml:1:1", "`branch` is missing; add it"],
        ["versions.yaml:3:1", "brunch"],
        ["versions.yaml:21:5", "flavors.slim.follow"],
        ["versions.yaml:46:21", "exclude[0].architectures[0]"],
        ["versions.yaml:60:14", 'releases["3.14"].version'],
        ["versions.yaml:63:18", 'releases["3.14"].end_of_life'],
    ]


def test_long_version() -> None:
    """A version of thousands of digits is refused, and not shown in whole."""
    text = edit(('version: "3.14.6"', f'version: "{"9" * 5_000}"'))
    assert refusal(text) == (
        f'versions.yaml:60:14: releases["3.14"].version: "{"9" * 79}…" is too long (5,000 '
        'characters; at most 128 are allowed); expected a version such as "3.14.6" or "3.15.0b3" '
        "(numbers, then a, b or rc and a number: PEP 440)"
    )


@pytest.mark.slow
def test_many_problems() -> None:
    """Of thousands of problems, a run quickly reports the first, and that there are more."""
    text = GOOD + "".join(f"flavours{number}: x\n" for number in range(40_000))
    lines = refusal(text).split("\n")
    assert len(lines) == 201
    assert lines[0] == "versions.yaml:68:1: flavours0: unknown key; did you mean flavors?"
    assert lines[-1] == "versions.yaml: there may be more; fix these 200 first"


@pytest.mark.parametrize(
    "value",
    [
        "{suite}",
        "mcr.example.com:5000/windows/servercore:{suite}",
        "debian@sha256:" + "0" * 64,
        "python:{version}-{suite}",
    ],
)
def test_bases(value: str) -> None:
    """A base is any image, with a registry, a port or a digest."""
    load(edit(("base: alpine:{suite}", f'base: "{value}"')))


@pytest.mark.parametrize("value", ["debian:", "{image}:", "debian@", "a/", "example.org:5000/"])
def test_unfinished_bases(value: str) -> None:
    """A base without its tag, digest or name is refused."""
    message = refusal(edit(("base: alpine:{suite}", f'base: "{value}"')))
    assert f'flavors.alpine.base: invalid value "{value}": expected an image' in message


@pytest.mark.parametrize("folder", ["a/b", ".hidden", "..a", "a..b", "{cycle}/{name}", "{suite}.d"])
def test_folders(folder: str) -> None:
    """A folder may have dots in its names and any word of a pattern."""
    load(edit(("folder: windows/{name}", f'folder: "{folder}/{{suite}}"')))


@pytest.mark.parametrize(
    "folder", ["..", ".", "a/..", "../a", "a//b", "/a", "a/", "a\\\\b", "~/a b"]
)
def test_folders_outside(folder: str) -> None:
    """A folder that leaves its place, or that a shell would read otherwise, is refused."""
    text = edit(("folder: windows/{name}", f'folder: "{folder}"'))
    assert "flavors.windows.folder: " in refusal(text)


def test_a_suite_is_not_a_parent_folder() -> None:
    """A suite cannot be called `..`, which a pattern would make a folder of."""
    assert refusal(edit(("  ltsc2022: {flavors", '  "..": {flavors'))) == (
        'versions.yaml:44:3: suites[".."]: invalid value "..": expected a suite such as '
        'trixie, "3.24" or ltsc2025'
    )


def texts(shape: Any, seen: set[int]) -> list[Text]:  # noqa: ANN401 (any of the shapes)
    """Return all texts of a shape."""
    if id(shape) in seen:
        return []
    seen.add(id(shape))
    if isinstance(shape, Text):
        return [shape]
    inner: list[Any] = []
    if isinstance(shape, Record):
        inner = [entry.shape for entry in shape.fields.values()]
    elif isinstance(shape, Either):
        inner = list(shape.shapes.values())
    elif isinstance(shape, ListOf):
        inner = [shape.item]
    elif isinstance(shape, MapOf):
        inner = [shape.key, shape.value]
    return [text for part in inner for text in texts(part, seen)]


def test_no_text_takes_long() -> None:
    """No text of the format is slow to read, however long it is and whatever it repeats."""
    found = texts(VERSIONS, set())
    assert len(found) > 20
    for shape in found:
        for piece in ("a", "1", "-", ".", "/", "@", " ", "{suite}", ">=3,", "a.", "a/", "x@", "\n"):
            text = (piece * (shape.longest // len(piece)))[:-1] + "\0"
            shape.read(Scalar(text, "str", Place(1, 1), plain=False), (), Reading())


def test_every_key_is_described() -> None:
    """Each key of each record has a description: one or more sentences."""

    def records(shape: Any) -> list[Record]:  # noqa: ANN401 (any of the shapes)
        if isinstance(shape, Record):
            inner = [entry.shape for entry in shape.fields.values()]
            return [shape, *(record for part in inner for record in records(part))]
        if isinstance(shape, MapOf):
            return records(shape.value)
        if isinstance(shape, ListOf):
            return records(shape.item)
        if isinstance(shape, Either):
            return [record for part in shape.shapes.values() for record in records(part)]
        return []

    keys = [(name, key) for record in records(VERSIONS) for name, key in record.fields.items()]
    assert len(keys) > 60
    for name, key in keys:
        assert isinstance(key, Field)
        assert key.description.endswith("."), name


def test_architectures_by_the_names_of_oci() -> None:
    """A list has official-images' names or those of OCI; each counts once."""
    names = "[linux/amd64, arm64, linux/arm/v7, windows/amd64, linux/386]"
    config, _ = load(edit(("architectures: [amd64, arm64v8]}", f"architectures: {names}}}")))
    found = ("amd64", "arm64v8", "arm32v7", "windows-amd64", "i386")
    assert config.suites["trixie"].architectures["slim"] == found
    twice = edit(("architectures: [amd64, arm64v8]}", "architectures: [arm64v8, linux/arm64]}"))
    assert '"linux/arm64" is twice in this list' in refusal(twice)


def test_every_key_is_read() -> None:
    """What a key of a record holds is what its value is called in the result."""
    config, _ = load(GOOD)
    assert (config.image, config.branch) == ("sample", "main")
    assert config.default_suites == {"default": "trixie", "alpine": "3.24"}
    slim = config.flavors["slim"]
    short = Suffix(suffix="slim", on_default=("suite",), extra=True)
    assert slim.tags == (Suffix(suffix="{name}"), short)
    assert config.flavors["windows"].shared_tags == (Suffix(suffix="windows"), Suffix(suffix=""))
    assert config.suites["trixie"].architectures["slim"] == ("amd64", "arm64v8")
    assert config.exclude[0].link == "https://example.org/mips"
    release = config.releases[1]
    assert (release.cycle, release.folder, release.version) == ("3.14", "3.14", "3.14.6")
    assert release.openpgp_key == "A1" * 20
    assert str(release.end_of_life) == "2030-10-31"
    assert release.sha256 == {"source": SHA, "installer": SHA}
