"""Compare a repository with versions.yaml and git."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.registry import images
from tests.registry.commands import Commands, shorten
from tests.registry.standin import status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.projects import Project
    from tests.registry.standin import Standin

NAME = "me/sample"
ARCHITECTURES = {
    "amd64": images.AMD64,
    "arm64v8": images.ARM64,
    "riscv64": {"os": "linux", "architecture": "riscv64"},
    "windows-amd64": images.windows("10.0.26100.1"),
}


@pytest.fixture
def sample(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """Return what runs commands in the sample, which is committed."""
    shorten(monkeypatch)
    return Commands(project.root, capsys)


def publish_all(
    registry: Standin, sample: Commands, annotations: Mapping[str, str] | None = None
) -> dict[str, list[str]]:
    """Put every tag of the sample into a registry; return the tags by their image."""
    catalog = json.loads((sample.root / "library/sample.json").read_text())
    groups: dict[str, list[str]] = {}
    owners: dict[str, list[dict[str, Any]]] = {}
    for entry in catalog["entries"]:
        for tag in [*entry["Tags"], *entry.get("SharedTags", [])]:
            owners.setdefault(tag, []).append(entry)
    for tag, entries in owners.items():
        words = "+".join(entry["Directory"] for entry in entries)
        groups.setdefault(words, []).append(tag)
        members = [
            {
                **images.push_image(registry, NAME, ARCHITECTURES[name], entry["Directory"]),
                "annotations": {"org.opencontainers.image.revision": entry["GitCommit"]},
            }
            for entry in entries
            for name in entry["Architectures"]
        ]
        images.push_index(registry, NAME, members, tag, annotations=annotations)
    return groups


def test_a_clean_registry(registry: Standin, sample: Commands) -> None:
    """All tags are ok: one HEAD a tag, one GET a digest; a second run sends no GET."""
    groups = publish_all(registry, sample)
    where = f"{registry.host}/{NAME}"
    done = sample.run("check", "--registry", where, "--extra")
    tags = sum(map(len, groups.values()))
    assert (done.code, done.out, done.err) == (0, "", f"{tags} tags checked: {tags} ok\n")
    assert registry.count("HEAD") == tags
    assert registry.count("GET /v2/me/sample/manifests") == len(groups)
    registry.asked.clear()
    assert sample.run("check", "--registry", where).code == 0
    assert registry.count("GET") == 0


def test_what_is_behind(registry: Standin, sample: Commands, project: Project) -> None:
    """An image of an older commit is behind; one of a newer commit is not."""
    publish_all(registry, sample)
    where = f"{registry.host}/{NAME}"
    head = project.repo.head()
    project.repo.write("library/2.1/trixie/Dockerfile", "FROM debian:trixie\nRUN true\n")
    project.repo.commit()
    done = sample.run("check", "2.1-trixie", "2.0-trixie", "--registry", where)
    assert done.code == 3
    assert "2.1-trixie  behind  amd64 was built from" in done.out
    assert "2.0-trixie" not in done.out
    members = [
        {
            **images.push_image(registry, NAME, ARCHITECTURES[name]),
            "annotations": {"org.opencontainers.image.revision": project.repo.head()},
        }
        for name in ("amd64", "arm64v8", "riscv64")
    ]
    images.push_index(registry, NAME, members, "2.0-trixie")
    assert sample.run("check", "2.0-trixie", "--registry", where).code == 0
    assert "split" in sample.run("check", "2.0-trixie", "2.0.9-trixie", "--registry", where).out
    assert head != project.repo.head()


def test_labels_where_there_are_no_annotations(registry: Standin, sample: Commands) -> None:
    """The labels of an image count only where its index has no annotations."""
    label = {"org.opencontainers.image.version": "2.1.2"}
    members = [
        images.push_image(registry, NAME, ARCHITECTURES[name], "x", label)
        for name in ("amd64", "arm64v8", "riscv64")
    ]
    images.push_index(registry, NAME, members, "2.1-trixie")
    where = f"{registry.host}/{NAME}"
    done = sample.run("check", "2.1-trixie", "--registry", where)
    assert "amd64 has 2.1.2, not 2.1.3" in done.out
    own = {"org.opencontainers.image.version": "2.1.3"}
    images.push_index(registry, NAME, members, "2.1-trixie", annotations=own)
    assert sample.run("check", "2.1-trixie", "--registry", where).code == 0
    for raw in (b"{", b'{"config": {"Labels": {"a": 3}}}'):
        config = registry.add_blob(NAME, raw)
        value = json.loads(registry.of(NAME).manifests[members[0]["digest"]][1])
        value["config"]["digest"] = config
        member = {**members[0], "digest": registry.add(NAME, images.encoded(value))}
        images.push_index(registry, NAME, [member], "2.1-trixie")
        assert sample.run("check", "2.1-trixie", "--registry", where).code == 4


VERSION = "org.opencontainers.image.version"
BASE = "org.opencontainers.image.base.name"


@pytest.mark.parametrize(
    ("annotations", "state"),
    [
        ({VERSION: "2.1.3"}, ""),
        ({VERSION: "2.1.3-trixie"}, ""),  # official-images' builders write the first tag
        ({VERSION: "2.1.2-trixie"}, "behind  amd64 has 2.1.2-trixie, not 2.1.3"),
        ({VERSION: "2.0.9"}, "behind  amd64 has 2.0.9, not 2.1.3"),
        ({VERSION: "2.1.4"}, "other  amd64: it has version 2.1.4, not 2.1.3"),
        ({VERSION: "2.1.3-alpine"}, "other  amd64: it has version 2.1.3-alpine, not 2.1.3"),
        ({VERSION: "nightly"}, "other  amd64: it has version nightly, not 2.1.3"),
        ({BASE: "docker.io/library/debian:trixie"}, ""),
        ({BASE: "mirror.example.org/debian:trixie"}, ""),
        ({BASE: "debian:trixie-slim"}, "other  amd64: it is built on debian:trixie-slim, not"),
        ({BASE: "ubuntu:trixie"}, "other  amd64: it is built on ubuntu:trixie, not on debian:"),
        ({BASE: "not a name"}, "other  amd64: it is built on not a name, not on debian:trixie"),
        ({"tagmatrix.image": "2.1/trixie"}, ""),
        ({"tagmatrix.image": "2.1/slim-trixie"}, "other  amd64: it is the image 2.1/slim-trixie,"),
    ],
)
def test_another_image(
    registry: Standin, sample: Commands, annotations: dict[str, str], state: str
) -> None:
    """A tag with another variant, base or version is reported, as far as annotations say it."""
    members = [
        images.push_image(registry, NAME, ARCHITECTURES[name])
        for name in ("amd64", "arm64v8", "riscv64")
    ]
    images.push_index(registry, NAME, members, "2.1-trixie", annotations=annotations)
    done = sample.run("check", "2.1-trixie", "--registry", f"{registry.host}/{NAME}")
    assert done.code == (3 if state else 0)
    assert state in done.out


def test_a_member_without_a_platform(registry: Standin, sample: Commands) -> None:
    """The platform of a member that names none is that of its configuration."""
    members = [
        images.push_image(registry, NAME, ARCHITECTURES[name])
        for name in ("amd64", "arm64v8", "riscv64")
    ]
    for member in members:
        del member["platform"]
    images.push_index(registry, NAME, members, "2.1-trixie")
    where = f"{registry.host}/{NAME}"
    assert sample.run("check", "2.1-trixie", "--registry", where).code == 0
    images.push_index(
        registry, NAME, [{**members[0], "digest": f"sha256:{'0' * 64}"}], "2.1-trixie"
    )
    assert sample.run("check", "2.1-trixie", "--registry", where).code == 4


def test_split_tags(registry: Standin, sample: Commands) -> None:
    """The tag that has another digest than most tags of its image is split."""
    groups = publish_all(registry, sample)
    tags = next(each for each in groups.values() if len(each) > 2)
    content = registry.of(NAME)
    value = json.loads(content.manifests[content.tags[tags[1]]][1])
    images.push_index(registry, NAME, value["manifests"], tags[1], annotations={"a": "b"})
    done = sample.run("check", "--registry", f"{registry.host}/{NAME}", "--format", "json")
    assert done.code == 3
    found = {
        each["tag"]: [state["state"] for state in each["states"]]
        for each in json.loads(done.out)["tags"]
    }
    assert {tag for tag, states in found.items() if states != ["ok"]} == {tags[1]}
    assert found[tags[1]] == ["split"]


def test_extra_tags(registry: Standin, sample: Commands) -> None:
    """Tags that no image has are extra; those that list referrers are not."""
    publish_all(registry, sample)
    content = registry.of(NAME)
    digest = content.tags["latest"]
    content.tags |= {"by-hand": digest, digest.replace(":", "-"): digest}
    where = f"{registry.host}/{NAME}"
    done = sample.run("check", "--registry", where, "--extra")
    assert (done.code, done.out.count("extra")) == (3, 1)
    assert "by-hand" in done.out
    path = sample.root / "versions.yaml"
    path.write_text(path.read_text() + '\npublish: {stamp: "{tag}-{date}"}\n')
    content.tags |= {"1.9-slim-20260101": digest, "1.9-2026": digest}
    done = sample.run("check", "--registry", where, "--extra")
    assert "1.9-slim-20260101" not in done.out
    assert "1.9-2026" in done.out
    registry.faults["GET /v2/me/sample/tags"] = status(500)
    assert sample.run("check", "--registry", where, "--extra").code == 4
    del registry.repositories[NAME]
    registry.faults.clear()
    assert sample.run("check", "--registry", where, "--extra").code == 3


def test_extra_tags_that_tagmatrix_made(registry: Standin, sample: Commands) -> None:
    """Fixed tags of earlier versions, builds and dates are kept; build-ID is not listed."""
    publish_all(registry, sample)
    where = f"{registry.host}/{NAME}"

    def push(version: str, image: str, *tags: str) -> None:
        notes = {VERSION: version, "tagmatrix.image": image}
        members = [{**images.push_image(registry, NAME, images.AMD64), "annotations": notes}]
        images.push_index(registry, NAME, members, *tags)

    push("2.1.2", "2.1/trixie", "2.1.2-trixie", "2.1.2", "2.1-by-hand")
    push("2.1.3", "2.1/jessie", "2.1.3-jessie", "build-2-1-jessie-arm64v8", "build-tools")
    push("2.1.3", "2.1/trixie", "2.1.3-by-hand", "2.1.3_7-trixie", "stable-20260801-trixie")
    done = sample.run("check", "--registry", where, "--extra", "--format", "json")
    states = {each["tag"]: each["states"][0]["state"] for each in json.loads(done.out)["tags"]}
    found = {tag: state for tag, state in states.items() if state != "ok"}
    assert found == {
        "2.1.2": "kept",
        "2.1.2-trixie": "kept",
        "2.1.3-jessie": "kept",
        "2.1.3_7-trixie": "kept",
        "stable-20260801-trixie": "kept",
        "2.1-by-hand": "extra",
        "2.1.3-by-hand": "extra",
        "build-tools": "extra",
    }
    done = sample.run("check", "--registry", where, "--extra")
    assert done.code == 3
    assert "kept" not in done.out
    assert "5 kept" in done.err
    assert "3 extra" in done.err
    content = registry.of(NAME)
    for tag in ("2.1-by-hand", "2.1.3-by-hand", "build-tools"):
        del content.tags[tag]
    assert sample.run("check", "--registry", where, "--extra").code == 0
    registry.faults["HEAD /v2/me/sample/manifests/2.1.2"] = status(500)
    assert sample.run("check", "--registry", where, "--extra").code == 4


def test_architectures_that_are_not_required(registry: Standin, sample: Commands) -> None:
    """A line has all tags of an image with all that they lack; only required ones count."""
    where = f"{registry.host}/{NAME}"
    aliases = ("2.1.3-slim", "2.1-slim", "2-slim", "slim")
    own = (*(f"{alias}-trixie" for alias in aliases), *aliases)
    images.push_index(registry, NAME, [images.push_image(registry, NAME, images.AMD64)], *own)
    words = ("check", *own, "--registry", where)
    done = sample.run(*words)
    assert done.code == 3
    (_, line) = done.out.splitlines()
    assert line.split("  ")[1:] == [
        "2.1.3-slim-trixie, 2.1-slim-trixie, 2-slim-trixie and 5 more",
        "lacks arm64v8, riscv64",
    ]
    assert done.err == "8 tags checked: 8 lacks\n"
    found = json.loads(sample.run(*words, "--format", "json").out)
    lacks = [[state["architecture"] for state in tag["states"]] for tag in found["tags"]]
    assert lacks == [["arm64v8", "riscv64"]] * 8
    path = sample.root / "versions.yaml"
    text = path.read_text()
    for required, lacking in (
        ("amd64", ""),
        ("amd64, arm64v8", "arm64v8"),
        ("windows-amd64", "arm64v8, riscv64"),  # an image without it needs all of its own
    ):
        path.write_text(f"{text}publish: {{required: [{required}]}}\n")
        done = sample.run(*words)
        assert done.code == (3 if lacking else 0)
        assert (f"lacks {lacking}\n" in done.out) is bool(lacking)


def test_names_that_are_wrong(registry: Standin, sample: Commands) -> None:
    """An unknown tag, or a name that is not a repository, is bad input."""
    done = sample.run("check", "2.1-trixi", "--registry", f"{registry.host}/{NAME}")
    assert done.code == 2
    assert "there is no tag 2.1-trixi; did you mean 2.1-trixie?" in done.err
    for name in ("me/Python", "me/python:3", "a b", "user:secret@host/x"):
        done = sample.run("check", "--registry", name)
        assert done.code == 2
        assert "secret" not in done.err


def test_without_git(registry: Standin, commands: Commands, sample: Commands) -> None:
    """Without git images that are behind are not found, and the command says that."""
    publish_all(registry, sample)
    text = (sample.root / "versions.yaml").read_text()
    (commands.root / "versions.yaml").write_text(text)
    done = commands.run("check", "2.1-trixie", "--registry", f"{registry.host}/{NAME}")
    assert done.code == 0
    assert "images that are behind are not found" in done.err


def test_list_and_show(registry: Standin, sample: Commands) -> None:
    """`list` has a line for each tag, `show` all parts of one image; both as JSON too."""
    publish_all(registry, sample)
    content = registry.of(NAME)
    content.tags[content.tags["latest"].replace(":", "-")] = content.tags["latest"]
    where = f"{registry.host}/{NAME}"
    done = sample.run("list", where)
    assert done.code == 0
    assert "latest" in done.out
    assert "windows/amd64:10.0.26100.1" in done.out
    assert "1 tag that lists referrers" in done.err
    tags = json.loads(sample.run("list", where, "--format", "json").out)["repositories"][where]
    assert tags["latest"]["digest"] == content.tags["latest"]
    done = sample.run("show", f"{where}:latest")
    assert done.code == 0
    assert "windows/amd64 10.0.26100.1" in done.out
    assert "annotation" in done.out
    value = json.loads(sample.run("show", where, "--format", "json").out)
    assert {each["platform"] for each in value["images"]} >= {"linux/amd64", "windows/amd64"}
    single = images.push_image(registry, NAME, images.AMD64, tag="one")
    assert single["digest"] in sample.run("show", f"{where}:one").out
    assert sample.run("show", f"{where}:none").code == 2
    assert sample.run("list", f"{registry.host}/none").code == 0
    assert sample.run("list").code == 2


def test_order_of_list(registry: Standin, commands: Commands) -> None:
    """`list` has the newest version first, and words after all versions."""
    tags = (
        "slim",
        "3.9-slim",
        "latest",
        "3",
        "3.14.7-slim",
        "3.14",
        "3.14.7",
        "3.15.0b1",
        "3.9",
        "3.0",
    )
    images.push_index(registry, NAME, [images.push_image(registry, NAME, images.AMD64)], *tags)
    done = commands.run("list", f"{registry.host}/{NAME}")
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == [
        *("3.15.0b1", "3.14.7", "3.14.7-slim", "3.14", "3.9", "3.9-slim", "3.0", "3"),
        *("latest", "slim"),
    ]


def test_images_that_can_not_be_shown(registry: Standin, sample: Commands) -> None:
    """What can't be read is an error, and the rest is listed."""
    where = f"{registry.host}/{NAME}"
    one = images.push_image(registry, NAME, images.AMD64, tag="one")
    inner = images.push_index(registry, NAME, [one])
    kind, raw = registry.of(NAME).manifests[inner]
    member = {"mediaType": kind, "digest": inner, "size": len(raw)}
    images.push_index(registry, NAME, [member], "nested")
    images.push_index(registry, NAME, [{**one, "digest": f"sha256:{'1' * 64}"}], "gone")
    done = sample.run("list", where)
    assert done.code == 4
    assert "an index inside an index" in done.err
    assert sum(line.endswith("?") for line in done.out.splitlines()) == 2
    assert sample.run("list", where, "--format", "json").code == 4
    assert sample.run("show", f"{where}:nested").code == 4
    registry.of(NAME).blobs.clear()
    (sample.root.parent / "cache").exists()
    for name in ("one", "gone"):
        registry.of(NAME).tags["again"] = registry.of(NAME).tags[name]
    registry.faults["GET /v2/me/sample/tags"] = status(500)
    assert sample.run("list", where).code == 4
    registry.faults["GET /v2/me/sample/manifests"] = status(500)
    registry.faults["HEAD"] = status(500)
    assert sample.run("show", f"{where}:fresh").code == 4


def test_repositories_of_versions_yaml(
    registry: Standin, sample: Commands, project: Project
) -> None:
    """Each repository has the images that its conditions select."""
    publish_all(registry, sample)
    text = (project.root / "versions.yaml").read_text()
    one, other = f"{registry.host}/{NAME}", f"{registry.host}/me/preview"
    publish = f"""
publish:
  registries:
    - repository: {one}
      final: true
      when: {{flavors: [alpine]}}
    - {{repository: {other}, final: false}}
    - {{repository: registry.example.org/me/sample, when: {{cycles: ["2.0"]}}, allow_http: true}}
"""
    (project.root / "versions.yaml").write_text(text + publish)
    done = sample.run("check", "--registry", one)
    assert (done.code, done.err) == (0, "12 tags checked: 12 ok\n")
    assert sample.run("check", "--registry", other).err == "0 tags checked: none\n"
    done = sample.run("check", "2.0-alpine")
    assert done.code == 4
    assert "http://registry.example.org/v2/me/sample" in done.out


@pytest.mark.parametrize("text", ["x" * 5000, "\x1b[31m" * 900, "é" * 201, "a\nb" * 300])
def test_words_of_an_image_are_bounded(registry: Standin, sample: Commands, text: str) -> None:
    """A label is shown in one short line, without controls; JSON has it as it is."""
    images.push_image(registry, NAME, images.AMD64, labels={"a": text, text: "b"}, tag="one")
    where = f"{registry.host}/{NAME}:one"
    lines = [line for line in sample.run("show", where).out.splitlines() if "label" in line]
    assert len(lines) == 2
    assert all(line.isprintable() and len(line) < 230 for line in lines)
    (image,) = json.loads(sample.run("show", where, "--format", "json").out)["images"]
    assert image["labels"] == {"a": text, text: "b"}
