"""The report says in words what was listed, what is missing, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tagmatrix.imports import import_report
from tagmatrix.imports.comparing import differences
from tagmatrix.manifest import Entry, parse
from tagmatrix.matrix import load
from tests.facts import facts
from tests.imports import drupal
from tests.imports.samples import entry, imported, product
from tests.imports.table import measure, published

IMAGES = Path(__file__).parents[1] / "images"
BY_HAND = Path(__file__).with_name("by_hand")


def test_differences() -> None:
    """Tags are sets, and each field that differs is named; commits do not count."""
    wanted = Entry(tags=("1.2", "1", "latest"), architectures=("amd64", "arm64v8"), directory="a")
    same = replace(
        wanted,
        tags=("latest", "1", "1.2"),
        architectures=("arm64v8", "amd64"),
        git_commit="c0" * 20,
        git_repo="https://example.org/other.git",
    )
    assert differences(same, wanted) == []
    made = replace(
        wanted,
        tags=("1.2", *(f"1.2-{number}" for number in range(6))),
        shared_tags=("2",),
        file="x",
    )
    assert differences(made, wanted) == [
        "Tags without 1 and latest",
        "Tags with 1.2-0, 1.2-1, 1.2-2, 1.2-3 and 2 more",
        "SharedTags with 2",
        "File",
    ]


def test_the_order_of_entries() -> None:
    """With axes the order may be another; the report says it."""
    aliases = ["9.0.1", "9.0", "9", "latest"]
    result = imported(
        *(
            entry(product(aliases, [f"{kind}{java}"]), f"9.0/{kind}{java}", Architectures="amd64")
            for java in ("21", "17")
            for kind in ("jdk", "jre")
        )
    )
    assert not result.missed
    text = import_report.text(result, with_checkout=False)
    assert "the entries come in another order, by release, suite and flavor" in text
    assert "scratch where the name does not show it" in text


def test_lists() -> None:
    """Each list in the file is named, with its reason."""
    suffixes = ("a-trixie", "a-bookworm", "b-trixie", "b-bookworm")
    result = imported(
        *(
            entry(product(["2.1.0", "2.1", "2", "lts"], [suffix]), f"2.1/{suffix}")
            for suffix in suffixes
        ),
        *(
            entry(
                product(["2.0.9", "2.0"], [suffix]),
                f"2.0/{suffix}",
                Architectures="amd64, s390x" if suffix == "a-trixie" else "amd64",
            )
            for suffix in suffixes
        ),
        entry(["1.9.0-a-trixie", "1.9-a-trixie", "1-a-trixie"], "1.9/a-trixie"),
    )
    assert not result.missed
    assert dict(import_report.lists(result)) == {
        "`variants`": "suites and flavors do not give the order of the manifest",
        "`variants` of 1.9": "not all releases have all variants",
        "`exclude`, 1 rule about architectures": "some releases do not have them",
        "`aliases` of 2.1": "versions and cycles do not give them",
        "`hold`": "these aliases are not those of the newest releases",
    }
    assert "listed `hold`, because these aliases are not" in import_report.text(
        result, with_checkout=True
    )


@pytest.mark.parametrize("name", ["golang", "node", "php", "redis", "tomcat", "wordpress"])
def test_imported_files_are_as_short_as_those_of_people(name: str) -> None:
    """An imported file has at most half more lines than one that was written by hand."""
    by_hand = (IMAGES / name / "versions.yaml").read_text(encoding="utf-8")
    assert measure(name, published()[name]).lines <= 1.5 * len(by_hand.splitlines())


@pytest.mark.parametrize("name", ["drupal", "eclipse-temurin", "postgres", "rabbitmq"])
def test_files_of_people_make_the_same(name: str) -> None:
    """A file that was written by hand for a whole manifest makes it, and is hardly shorter."""
    published_text = manifests()[name]
    text = (BY_HAND / f"{name}.yaml").read_text(encoding="utf-8")
    _, matrix = load.parse(text)
    made = [
        (sorted(tag.name for tag in image.tags), image.directory, sorted(image.architectures))
        for image in matrix.images
    ]
    entries = parse(published_text).entries
    wanted = [(sorted(one.tags), one.directory, sorted(one.architectures)) for one in entries]
    if name in {"eclipse-temurin", "drupal"}:  # these go by flavor or by axis, then by suite
        made, wanted = sorted(made), sorted(wanted)
    assert made == wanted
    assert measure(name, published_text).lines <= 1.5 * len(text.splitlines())


def manifests() -> dict[str, str]:
    """Return the published manifests by name, and one like that of drupal."""
    newest: str = facts("histories")["eclipse-temurin"][-1]["new"]
    return {**published(), "drupal": drupal.manifest(), "eclipse-temurin": newest}
