"""Manifests as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tagmatrix.manifest import ManifestError, from_json, parse, to_json

from .samples import A40, ENTRY, manifest


def sample() -> dict[str, Any]:
    """Return the JSON of a manifest with every field."""
    text = manifest(
        ENTRY + "SharedTags: s\nConstraints: c\nBuilder: b\ni386-Directory:\n", head="Directory:\n"
    )
    value: dict[str, Any] = json.loads(json.dumps(to_json(parse(text))))
    return value


def test_shape() -> None:
    """Fields have the file's names, in a fixed order; empty ones are left out."""
    value = sample()
    assert list(value) == ["schema", "global", "entries"]
    assert "Directory" not in value["global"]
    assert list(value["entries"][0].items()) == [
        ("Maintainers", [{"Name": "A B", "Email": "a@b.c", "Handle": "ab"}]),
        ("Tags", ["1"]),
        ("SharedTags", ["s"]),
        ("Architectures", ["amd64"]),
        ("Constraints", ["c"]),
        ("GitRepo", "https://x/y.git"),
        ("GitFetch", "refs/heads/master"),
        ("GitCommit", A40),
        ("Directory", "."),
        ("File", "Dockerfile"),
        ("Builder", "b"),
        ("ArchValues", {"i386-Directory": ""}),
    ]


def test_round_trip() -> None:
    """JSON gives the same manifest again, also with more fields or without a schema."""
    value = sample()
    manifest = from_json(value)
    assert to_json(manifest) == value
    del value["schema"]
    value |= {"generated_by": "someone", "string": "..."}
    assert from_json(value) == manifest


@pytest.mark.parametrize(
    ("path", "new", "field"),
    [
        (["schema"], 2, "schema"),
        (["schema"], "1", "schema"),
        (["schema"], True, "schema"),
        (["schema"], 0, "schema"),
        (["global"], None, "global"),
        (["global", "Maintainers"], [], "global.Maintainers"),
        (["global", "Tags"], ["1"], "global.Tags"),
        (["global", "Maintainers", 0, "Handle"], "a b", "global.Maintainers[0]"),
        (["global", "Maintainers", 0], "A (@a)", "global.Maintainers[0]"),
        (["global", "Architectures"], ["x86"], "global.Architectures"),
        (["entries"], {}, "entries"),
        (["entries", 0], [], "entries[0]"),
        (["entries", 0, "Tags"], "1", "entries[0].Tags"),
        (["entries", 0, "Tags"], [1], "entries[0].Tags"),
        (["entries", 0, "Tags"], [], "entries[0].Tags"),
        (["entries", 0, "SharedTags"], ["1"], "entries[0].SharedTags"),
        (["entries", 0, "Constraints"], ["a,b"], "entries[0].Constraints"),
        (["entries", 0, "GitCommit"], "FETCH_HEAD", "entries[0].GitCommit"),
        (["entries", 0, "GitRepo"], "\ud800", "entries[0].GitRepo"),
        (["entries", 0, "File"], None, "entries[0].File"),
        (["entries", 0, "ArchValues"], {"i386-Tags": "x"}, "entries[0].ArchValues"),
        (["entries", 0, "ArchValues"], {"i386-File": 1}, "entries[0].ArchValues.i386-File"),
    ],
)
def test_refusal_names_the_path(path: list[Any], new: object, field: str) -> None:
    """An invalid manifest is rejected with the path of the value."""
    value = sample()
    inner: Any = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    with pytest.raises(ManifestError) as caught:
        from_json(value)
    assert (caught.value.field, caught.value.line) == (field, None)


def test_not_an_object() -> None:
    """A value that is not an object is rejected."""
    with pytest.raises(ManifestError, match="expected an object"):
        from_json([])  # type: ignore[arg-type]  # wrong on purpose


def test_numbers_that_python_does_not_print() -> None:
    """A number of thousands of digits is rejected like another one."""
    with pytest.raises(ManifestError, match="schema: version of type int is newer"):
        from_json({"schema": 10**5000})
    with pytest.raises(ManifestError, match="schema: invalid value of type int: expected a number"):
        from_json({"schema": -(10**5000)})
    with pytest.raises(
        ManifestError, match="global: invalid value of type list: expected an object"
    ):
        from_json({"global": [10**5000]})


def test_several_manifests_are_not_one() -> None:
    """The JSON of several manifests is rejected with the command that selects one."""
    with pytest.raises(
        ManifestError, match="manifests: this is a list of several manifests: select one"
    ):
        from_json({"schema": 1, "manifests": []})
