"""Components: other products in the image, their versions and their checksums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.config import parse
from tests.config.samples import SHA, edit, load, refusal, warnings

if TYPE_CHECKING:
    from tagmatrix.matrix.expand import Image

SHA512: Final = SHA * 2
SHA1: Final = SHA[:40]
YARN: Final = f'{{version: "1.22.22", sha512: {SHA512}}}'


def with_component(value: str, own: str = "") -> str:
    """Return the sample with a component `yarn`, and with an own one in 3.14."""
    text = edit(("settings:\n", f"components:\n  yarn: {value}\nsettings:\n"))
    if not own:
        return text
    line = "    end_of_life: 2030-10-31\n"
    return text.replace(line, f"{line}    components: {own}\n")


@pytest.mark.parametrize(
    ("value", "version", "sums"),
    [
        (YARN, "1.22.22", {"sha512": {"": SHA512}}),
        ('"25.0.4_7"', "25.0.4_7", {}),
        ("{}", "", {}),
        (
            f'{{version: "1.19", sha256: {{amd64: {SHA}, windows-amd64: {SHA}}}}}',
            "1.19",
            {"sha256": {"amd64": SHA, "windows-amd64": SHA}},
        ),
        (
            f'{{version: "1.19", sha256: {{linux: {{amd64: {SHA}}}, src: {SHA}}}}}',
            "1.19",
            {"sha256": {"linux/amd64": SHA, "src": SHA}},
        ),
        (f'{{version: "1", sha1: {SHA1}, why: It is old.}}', "1", {"sha1": {"": SHA1}}),
    ],
)
def test_components(value: str, version: str, sums: dict[str, dict[str, str]]) -> None:
    """A component has a version, in the loose style, and checksums of one file or of several."""
    component = parse(with_component(value)).components["yarn"]
    assert (component.version, component.sums) == (version, sums)


def versions(text: str) -> dict[str, str | None]:
    """Return the version of yarn in the image of each release on trixie."""
    _, matrix = load(text)
    found = {image.cycle: image.components["yarn"] for image in matrix.images if _usual(image)}
    return {cycle: each.version if each else None for cycle, each in found.items()}


def _usual(image: Image) -> bool:
    return image.name == "trixie"


def test_a_release_has_its_own() -> None:
    """A release's version replaces version and checksums, and `false` removes the component."""
    assert versions(with_component(YARN)) == dict.fromkeys(("3.15-rc", "3.14", "3.13"), "1.22.22")
    own = with_component(YARN, '{yarn: "1.22.23"}')
    assert versions(own) == {"3.15-rc": "1.22.22", "3.14": "1.22.23", "3.13": "1.22.22"}
    _, matrix = load(own)
    image = next(image for image in matrix.images if image.cycle == "3.14")
    assert image.components["yarn"]
    assert image.components["yarn"].sums == {}
    assert versions(with_component(YARN, "{yarn: false}"))["3.14"] is None


def test_conditions() -> None:
    """A component is in the images for which its condition holds, in any version."""
    limited = YARN.replace("}", ', when: {cycles: ">=3.14"}, unless: {suites: [bookworm]}}')
    assert versions(with_component(limited, '{yarn: "2"}')) == {
        "3.15-rc": "1.22.22",
        "3.14": "2",
        "3.13": None,
    }
    _, matrix = load(with_component(limited))
    assert not any(image.components["yarn"] for image in matrix.images if image.suite == "bookworm")


BAD: Final = {
    "tied without a source": (
        with_component('{version: "1", with: ["3.14"]}'),
        "components.yarn.with: no source moves yarn; add `upstream`, or remove `with`",
    ),
    "tied to an unknown name": (
        with_component('{version: "1", upstream: {name: npm, project: yarn}, with: ["3.41"]}'),
        'components.yarn.with[0]: there is no component or cycle "3.41"',
    ),
    "tied to itself": (
        with_component('{version: "1", upstream: {name: npm, project: yarn}, with: [yarn]}'),
        "components.yarn.with[0]: this is the component itself; name another one",
    ),
    "tied to a component without a source": (
        with_component(
            '{version: "1", upstream: {name: npm, project: yarn}, with: [tini]}\n  tini: "1"'
        ),
        "components.yarn.with[0]: no source moves tini; give it an `upstream`",
    ),
    "tied in a release to a component without a source": (
        with_component(
            '{version: "1", upstream: {name: npm, project: yarn}}\n  tini: "1"',
            '{yarn: {version: "1", upstream: {name: npm, project: yarn}, with: [tini]}}',
        ),
        'releases["3.14"].components.yarn.with[0]: no source moves tini; give it an `upstream`',
    ),
    "a list of versions for each cycle": (
        with_component('{version: "1", upstream: {releases: {json: "https://x/{cycle}"}}}'),
        "components.yarn.upstream.releases: {cycle} has no value here: a component has no cycle",
    ),
    "tied to a text": (
        with_component('{version: "1", upstream: {name: npm, project: yarn}, with: "3.14"}'),
        'components.yarn.with: expected a list of names, not "3.14"; write ["3.14"]',
    ),
    "an unknown component": (
        with_component(YARN, '{yarm: "1"}'),
        'releases["3.14"].components.yarm: there is no component "yarm"; did you mean yarn?',
    ),
    "a number": (
        with_component("1.22"),
        'components.yarn: YAML reads 1.22 as a number; write it in quotes: "1.22"',
    ),
    "a list": (
        with_component("[a]"),
        "components.yarn: expected a version, or a mapping with `version`, not a list",
    ),
    "true": (
        with_component(YARN, "{yarn: true}"),
        'releases["3.14"].components.yarn: write `false` without quotes',
    ),
    "a word": (
        with_component('"new"'),
        'components.yarn: invalid value "new": expected a version such as "1.22.22" or "25.0.4_7"',
    ),
    "a name with a hyphen": (
        edit(("settings:\n", 'components:\n  a-b: "1"\nsettings:\n')),
        'components.a-b: invalid value "a-b": expected a name in snake_case',
    ),
    "an own one without a version": (
        with_component(YARN, "{yarn: {}}"),
        'releases["3.14"].components.yarn: `version` is missing; add it: its version in this',
    ),
    "a condition of an own one": (
        with_component(YARN, '{yarn: {version: "1", when: {suites: [trixie]}}}'),
        'releases["3.14"].components.yarn.when: unknown key',
    ),
    "checksums without a version": (
        with_component(f"{{sha256: {SHA}}}"),
        "components.yarn: a checksum belongs to a version; add `version`, or remove the checksum",
    ),
    "no version at all": (
        with_component("{}", '{yarn: "1"}'),
        'releases["3.15-rc"]: the version of the component yarn is missing, and',
    ),
    "a SHA-1 alone": (
        with_component(f'{{version: "1", sha1: {SHA1}}}'),
        (
            "components.yarn.sha1: SHA-1 can be forged, and yarn has no other checksum; add its "
            "sha256 or sha512, or say why there is none: `why: ...`"
        ),
    ),
    "a SHA-1 alone for an architecture": (
        with_component(YARN, f'{{yarn: {{version: "2", sha1: {{amd64: {SHA1}}}}}}}'),
        'releases["3.14"].components.yarn.sha1: SHA-1 can be forged, and yarn amd64 has no other',
    ),
    "a checksum of another length": (
        with_component(f'{{version: "1", sha512: {SHA}}}'),
        "components.yarn.sha512: invalid value",
    ),
    "an unknown architecture": (
        with_component(f'{{version: "1", sha256: {{linux: {{amd46: {SHA}}}}}}}'),
        'sha256.linux.amd46: "amd46" is not known; expected an architecture of official-images',
    ),
    "an unknown architecture of the only file": (
        with_component(f'{{version: "1", sha256: {{amd64: {SHA}, amd46: {SHA}}}}}'),
        'sha256.amd46: "amd46" is not known; expected an architecture of official-images; did you',
    ),
    "another name of an architecture": (
        with_component(YARN, f'{{yarn: {{version: "2", sha512: {{x86_64: {SHA512}}}}}}}'),
        'x86_64: "x86_64" is not known; expected an architecture of official-images; did you',
    ),
    "an unknown suite": (
        with_component('{version: "1", when: {suites: [trixy]}}'),
        'components.yarn.when.suites[0]: there is no suite "trixy"; did you mean trixie?',
    ),
    "a condition on architectures": (
        with_component('{version: "1", when: {architectures: [amd64]}}'),
        "components.yarn.when.architectures: a component cannot depend on the architecture",
    ),
    "a control character": (
        with_component('{version: "1", why: "\\e[1m"}'),
        "components.yarn.why: the character U+001B is not printable; remove it",
    ),
    "another checksum of the same version": (
        with_component(YARN, f"{{yarn: {YARN.replace('0123', 'ffff')}}}"),
        (
            'releases["3.14"].components.yarn: yarn 1.22.22 has another SHA-512 here than at '
            "components.yarn; correct one of the two"
        ),
    ),
    "an acceptance of two things": (
        edit(
            (
                "settings:\n",
                'accept: [{component: a, setting: lto, goes_back_to: "1.0", why: x}]\nsettings:\n',
            )
        ),
        "accept[0]: this is about a setting and a component; write an entry for each",
    ),
    "an acceptance of a component that vanishes": (
        edit(
            (
                "settings:\n",
                "accept: [{component: a, tag: b, vanishes: true, why: x}]\nsettings:\n",
            )
        ),
        "accept[0].component: `vanishes` does not take a `component`; remove `component`",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_components_that_are_refused(text: str, message: str) -> None:
    """A wrong component is refused at its place."""
    assert message in refusal(text)


def test_a_component_that_no_image_has() -> None:
    """A component without images is probably outdated: a warning."""
    found = warnings(with_component('{version: "1", when: {cycles: "<3"}}'))
    message = "no image has the component yarn; fix its condition, or remove it"
    assert any(line.endswith(f"components.yarn: {message}") for line in found)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("{upstream: npm}", "add `version`, or remove `upstream`"),
        ('{version: "1.2", upstream: python.org}', "lists the releases of a cycle"),
        ('{version: "1.2", upstream: {name: python.org}}', "lists the releases of a cycle"),
        ('{version: "1.2", upstream: adoptium}', "adoptium lists the releases of a cycle"),
        ('{version: "1.2", upstream: bogus}', '"bogus" is not known'),
        ('{version: "1.2", upstream: []}', "the name of a source, or a mapping"),
        ('{version: "1.2", upstream: {releases: {yml: "https://a.b/"}}}', "this names no document"),
        ('{version: "1.2", upstream: {name: npm, project: yarn, cycle: "1"}}', "cycle"),
        (
            '{version: "1.2", upstream: {name: npm, project: yarn, token: a}}',
            "environment variable",
        ),
    ],
)
def test_a_source_that_is_wrong(value: str, says: str) -> None:
    """A wrong source of a component is an error at its key."""
    problem = refusal(with_component(value))
    assert "components.yarn" in problem
    assert says in problem


def test_the_source_of_a_component() -> None:
    """A component has the source that it names or describes."""
    named = parse(with_component('{version: "1.2", upstream: {name: npm, project: yarn}}'))
    source = named.components["yarn"].upstream
    assert source is not None
    assert (source.name, source.project) == ("npm", "yarn")
