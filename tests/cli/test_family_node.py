"""An image in the manner of node: archives for glibc and musl, and yarn as a component."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.config import parse
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

REFUSED: Final = 5
SHA512: Final = hashlib.sha512(b"yarn").hexdigest()
OWN: Final = '    aliases: [krypton, lts]\n    components:\n      yarn: {version: "1.22.23"}\n'


@pytest.fixture
def node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the fixture, published."""
    return publish_fixture("node", tmp_path / "node", capsys)


def test_a_component_is_in_some_images(node: Project) -> None:
    """Templates, `show` and the JSON have the component of the images where it holds."""
    digest = parse(node.read("versions.yaml")).components["yarn"].sha512[""]
    assert f'echo "{digest} *yarn.tgz"' in node.read("library/24/alpine3.24/Dockerfile")
    assert "yarn" not in node.read("library/26/trixie/Dockerfile")
    assert "  with           yarn 1.22.22\n" in node.run("show", "24").ok().out
    shown = json.loads(node.run("show", "24", "26", "--format", "json").ok().out)
    first, second = (tag["images"][0] for tag in shown["tags"])
    assert first["components"]["yarn"]["version"] == "1.22.22"
    assert "components" not in second
    catalog = json.loads(node.read("library/node.json"))
    found = {image["cycle"]: image.get("components") for image in catalog["images"]}
    assert found == {"26": None, "24": {"yarn": "1.22.22"}}


def test_the_dockerfile_must_verify_it(node: Project) -> None:
    """A component with a checksum that no instruction has is refused."""
    node.edit("templates/partials/yarn.j2", "{{ components.yarn.sha512 }}", "none")
    done = node.generate()
    assert "no instruction has the sha512 of `components.yarn`, which the variant needs" in done.err
    assert "use {{ components.yarn.sha512 }}" in done.err
    node.edit("templates/partials/yarn.j2", "none *yarn", "{{ components.yarn.sha256 }} *yarn")
    wrong = node.generate()
    assert 'there is no value components.yarn.* "sha256"' in wrong.err


def test_bump(node: Project) -> None:
    """A component moves alone or with its release, and is published."""
    node.run(
        "bump", "24", "--component", "yarn=1.22.23", "--sha512", f"components.yarn={SHA512}"
    ).ok()
    component = parse(node.read("versions.yaml")).components["yarn"]
    assert (component.version, component.sums) == ("1.22.23", {"sha512": {"": SHA512}})
    assert component.link == "https://example.org/yarn"
    node.generate("--commit").ok()
    assert SHA512 in node.read("library/24/trixie/Dockerfile")
    release = parse(node.read("versions.yaml")).releases[1]
    words = [word for name in release.sha256 for word in ("--sha256", f"{name}={_digest(name)}")]
    new = hashlib.sha512(b"new").hexdigest()
    yarn = ("--component", "yarn=1.22.24", "--sha512", f"components.yarn={new}")
    node.run("bump", "24", "24.20.0", *words, *yarn).ok()
    node.generate("--commit").ok()
    dockerfile = node.read("library/24/trixie/Dockerfile")
    assert new in dockerfile
    assert "NODE_VERSION=24.20.0" in dockerfile


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def test_bump_of_an_own_one(node: Project) -> None:
    """A component moves where its version is: in the release that has its own."""
    node.edit("versions.yaml", "    aliases: [krypton, lts]\n", OWN)
    node.run("bump", "24", "--component", "yarn=1.22.24").ok()
    text = node.read("versions.yaml")
    assert OWN.replace("1.22.23", "1.22.24") in text
    short = OWN.replace('{version: "1.22.23"}', '"1.22.24"')
    node.write("versions.yaml", text.replace(OWN.replace("1.22.23", "1.22.24"), short))
    node.run("bump", "24", "--component", "yarn=1.22.25").ok()
    assert short.replace("1.22.24", "1.22.25") in node.read("versions.yaml")
    given = ("--sha256", f"components.yarn/linux/amd64={_digest('y')}")
    node.run("bump", "24", "--component", "yarn=1.22.26", *given).ok()
    own = parse(node.read("versions.yaml")).releases[1].components["yarn"]
    assert own
    assert (own.version, own.sums) == ("1.22.26", {"sha256": {"linux/amd64": _digest("y")}})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--component", "yarm=1"], 2, 'there is no component "yarm"; did you mean yarn?'),
        (["--component", "yarn"], 2, "invalid component 'yarn': expected NAME=VERSION"),
        (["--component", "yarn=new"], 2, 'yarn: invalid version "new": expected a version such as'),
        (["--component", "yarn=2", "--component", "yarn=3"], 2, "has two different values"),
        (
            ["--component", "yarn=1.22.23"],
            2,
            "the checksums of yarn 1.22.23 are needed: give --sha512 components.yarn=HEX",
        ),
        (
            ["--component", "yarn=1.22.23", "--sha512", "components.yarn=12"],
            2,
            'components.yarn: invalid SHA-512 "12": expected a SHA-512: 128 hexadecimal digits',
        ),
        (
            ["--component", "yarn=1.22.21", "--sha512", f"components.yarn={SHA512}"],
            REFUSED,
            "yarn is at 1.22.22, and 1.22.21 is lower: tagmatrix never lowers a version",
        ),
        (
            ["--component", "yarn=1.22.22", "--sha512", f"components.yarn={SHA512}"],
            REFUSED,
            "yarn 1.22.22 has another SHA-512 than before",
        ),
        (
            ["--sha512", f"components.yarn={SHA512}"],
            2,
            "--sha512 components.yarn needs --component yarn=VERSION",
        ),
    ],
)
def test_what_bump_refuses(node: Project, words: list[str], code: int, message: str) -> None:
    """A wrong component is refused and nothing is written."""
    before = node.read("versions.yaml")
    done = node.run("bump", "24", *words)
    assert done.code == code
    assert message in done.err
    assert node.read("versions.yaml") == before


def test_other_commands_refuse_components(node: Project) -> None:
    """Only bump moves components; a release without one has none to move."""
    done = node.run("add", "28", "28.0.0", "--sha512", f"components.yarn={SHA512}")
    assert "needs --component yarn=VERSION" in done.err
    node.edit("versions.yaml", "    aliases: [krypton, lts]\n", "    components: {yarn: false}\n")
    gone = node.run("bump", "24", "--component", "yarn=2")
    assert "24 has no yarn (`yarn: false`); remove that line first" in gone.err


def test_the_guard(node: Project) -> None:
    """A component that goes back, and one that keeps its checksum, are refused."""
    text = node.read("versions.yaml")
    old = parse(text).components["yarn"].sha512[""]
    node.write("versions.yaml", text.replace('"1.22.22"', '"1.22.23"'))
    stale = node.generate()
    assert stale.code == REFUSED
    assert (
        "components.yarn.sha512: `components.yarn` of 1.22.23 has the SHA-512 of 1.22.22"
        in stale.err
    )
    assert f'to accept it: - {{sha512: "{old}", why: "..."}}' in stale.err
    check = node.generate("--check")
    assert check.code == REFUSED
    assert "differs from the result of versions.yaml" in check.out
    assert "run: tagmatrix generate" not in check.out  # it would be refused, too
    lower = text.replace('"1.22.22"', '"1.22.19"').replace(old, SHA512)
    node.write("versions.yaml", lower)
    done = node.generate()
    assert done.code == REFUSED
    assert "the component yarn goes back from 1.22.22 to 1.22.19, for 24\n" in done.err
    line = '{component: yarn, goes_back_to: "1.22.19", why: "..."}'
    assert f"to accept it: - {line}" in done.err
    meant = line.replace("...", "Its successor is broken.")
    accept = f"\naccept:\n  - {meant}\n\nreleases:"
    node.write("versions.yaml", lower.replace("\nreleases:", accept))
    node.generate("--commit").ok()
    unused = node.generate().err
    assert "the component yarn does not go back to 1.22.19; remove this" in unused


def test_add_takes_the_components_of_the_newest(node: Project) -> None:
    """A new cycle has the components of the newest one, in the same versions."""
    yarn = f'{{version: "1.22.23", sha512: {SHA512}, why: It is needed.}}'
    own = f"    aliases: [current]\n    components:\n      yarn: {yarn}\n"
    node.edit("versions.yaml", "    aliases: [current]\n", own)
    given = ("--sha256", f"glibc/amd64={_digest('a')}", "--sha256", f"musl/amd64={_digest('b')}")
    rest = [
        word
        for name in ("arm64v8", "ppc64le", "s390x")
        for word in ("--sha256", f"glibc/{name}={_digest(name)}")
    ]
    node.run("add", "28", "28.0.0", *given, *rest).ok()
    new, old = parse(node.read("versions.yaml")).releases[:2]
    assert new.components == old.components
    assert new.components["yarn"]
    assert new.components["yarn"].why == "It is needed."


def test_retire_ends_a_condition(node: Project) -> None:
    """A component that was for a retired cycle alone applies to no cycle."""
    node.edit("versions.yaml", 'when: {cycles: "<26"}', 'when: {cycles: ["24"]}')
    done = node.run("retire", "24").ok()
    assert "the component yarn applies to no cycle now" in done.out + done.err
