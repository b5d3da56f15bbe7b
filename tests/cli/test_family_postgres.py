"""An image in the manner of postgres: packages by suite, entrypoints, and gosu as a component."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pytest

from tagmatrix.config import parse
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

REFUSED: Final = 5
SOURCE: Final = hashlib.sha256(b"source").hexdigest()


@pytest.fixture
def postgres(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Project:
    """Return the fixture, published."""
    return publish_fixture("postgres", tmp_path / "postgres", capsys)


def test_each_suite_has_its_package(postgres: Project) -> None:
    """A Dockerfile has the version of its suite, the checksums of gosu, and the entrypoints."""
    trixie = postgres.read("library/18/trixie/Dockerfile")
    assert "PG_VERSION=18.1-1.pgdg13+2\n" in trixie
    assert "PG_VERSION=18.1-1.pgdg12+2\n" in postgres.read("library/18/bookworm/Dockerfile")
    component = parse(postgres.read("versions.yaml")).components["gosu"]
    assert all(f"sum={digest} ;;" in trixie for digest in component.sha256.values())
    assert "gosu" not in postgres.read("library/18/alpine3.24/Dockerfile")
    assert "docker-ensure-initdb.sh" in trixie
    shown = postgres.run("show", "18").ok().out
    assert "apt_version = 18.1-1.pgdg13+2" in shown
    assert 'locales = [{"name": "en_US", "charset": "UTF-8"}' in shown


def test_a_pre_release_of_a_final_cycle(postgres: Project) -> None:
    """19beta3 has its own tags, and no tag of its cycle before it is final."""
    manifest = postgres.read("library/postgres")
    assert "Tags: 19beta3-trixie, 19beta3\n" in manifest
    postgres.run("bump", "19", "19beta4", "--sha256", f"source={SOURCE}").ok()
    postgres.generate("--commit").ok()
    assert "Tags: 19beta4-trixie, 19beta4\n" in postgres.read("library/postgres")


def test_the_guard_compares_packages_and_components(postgres: Project) -> None:
    """A component that goes back is refused, and so is a gosu of an old checksum."""
    text = postgres.read("versions.yaml")
    postgres.write("versions.yaml", text.replace('"1.19"', '"1.20"'))
    done = postgres.generate()
    assert done.code == REFUSED
    assert (
        "components.gosu.sha256.amd64: `components.gosu/amd64` of 1.20 has the SHA-256 of 1.19"
    ) in done.err
    postgres.write("versions.yaml", text.replace(", bookworm: 17.7-3.pgdg12+1", ""))
    missing = postgres.generate()
    assert missing.code == 2
    assert "the setting apt_version has no value for bookworm, and 17/bookworm needs it" in (
        missing.err
    )


def test_bump_of_a_component_for_each_architecture(postgres: Project) -> None:
    """A bump needs the checksum of each architecture that the component has."""
    one = ("--component", "gosu=1.20", "--sha256", f"components.gosu/amd64={SOURCE}")
    done = postgres.run("bump", "18", *one)
    assert done.code == 2
    assert "the checksums of gosu 1.20 are needed: give --sha256 components.gosu/arm64v8=HEX" in (
        done.err
    )
    other = hashlib.sha256(b"other").hexdigest()
    postgres.run("bump", "18", *one, "--sha256", f"components.gosu/arm64v8={other}").ok()
    component = parse(postgres.read("versions.yaml")).components["gosu"]
    assert component.sha256 == {"amd64": SOURCE, "arm64v8": other}
    postgres.generate("--commit").ok()
    assert SOURCE in postgres.read("library/17/bookworm/Dockerfile")


def test_bump_names_the_packages_that_stay(postgres: Project) -> None:
    """A bump says which settings of the release still contain the old version."""
    done = postgres.run("bump", "18", "18.2", "--sha256", f"source={SOURCE}").ok()
    message = "the setting apt_version of 18 still contains 18.1; change it by hand"
    assert message in done.out + done.err
    other = postgres.run("bump", "17", "17.8", "--sha256", f"source={'1' * 64}").ok()
    assert "apt_version of 17 still contains 17.7" in other.out + other.err


def test_drop_a_suite(postgres: Project) -> None:
    """The values of a dropped suite go with it, and a component that was for it alone."""
    old = "components:\n"
    own = '  only: {version: "1", when: {suites: [bookworm]}}\n'
    postgres.edit("versions.yaml", old, old + own)
    text = postgres.read("versions.yaml")
    start = text.index('  "18":\n    version: "18.1"\n')
    more = '  "18":\n    components: {only: "2"}\n    version: "18.1"\n'
    postgres.write("versions.yaml", text[:start] + more + text[start:].partition('"18.1"\n')[2])
    done = postgres.run("suite", "drop", "bookworm").ok()
    assert "the component only was for bookworm alone" in done.out + done.err
    config = parse(postgres.read("versions.yaml"))
    assert config.components.keys() == {"gosu"}
    assert [release.components for release in config.releases] == [{}, {}, {}]
    assert config.releases[1].settings["apt_version"] == {"trixie": "18.1-1.pgdg13+2"}
