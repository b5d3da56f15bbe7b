"""Joins and what builds leave, as files."""

from __future__ import annotations

import json

import pytest

from tagmatrix.errors import InputError
from tagmatrix.registry.joins import BuiltImage, TestResult as Result, read_built, read_joins

DIGEST = f"sha256:{'a' * 64}"
BUILT = {
    "schema": 1,
    "plan": "0123456789abcdef",
    "build": "3-14-slim-amd64",
    "key": None,
    "commit": None,
    "platform": "linux/amd64",
    "repository": "ghcr.io/me/python",
    "digest": DIGEST,
    "media_type": "application/vnd.oci.image.manifest.v1+json",
    "size": 1234,
    "seconds": 3,
    "test": {"passed": True, "seconds": None},
}
MEMBER: dict[str, object] = {
    "build": "3-14-slim-amd64",
    "architecture": "amd64",
    "platform": "linux/amd64",
    "commit": None,
    "key": None,
    "tested": False,
    "constraints": [],
    "annotations": {},
}
BUILD = {"id": "3-14-slim-amd64", "repository": "ghcr.io/me/staging"}
JOIN = {
    "repository": "ghcr.io/me/python",
    "family": "python",
    "version": "3.14.6",
    "final": True,
    "tags": ["3.14.6", "3.14"],
    "stamped": [],
    "fixed": ["3.14.6"],
    "members": [MEMBER],
    "required": ["3-14-slim-amd64"],
    "annotations": {},
}


def _plan(**change: object) -> bytes:
    value = {
        "schema": 1,
        "id": "0123456789abcdef",
        "builds": [BUILD],
        "joins": [{**JOIN, **change}],
    }
    return json.dumps(value).encode()


def test_read_joins() -> None:
    """The joins of a plan are read, and its other keys are ignored."""
    found = read_joins(_plan(), "plan.json")
    assert found.id == "0123456789abcdef"
    assert found.joins[0].members[0].platform == "linux/amd64"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"repository": "ghcr.io/Me"}, r"joins\[0\]\.repository: invalid image name"),
        ({"repository": "ghcr.io/me:1"}, r"expected a repository without tag and digest"),
        ({"tags": ["a b"]}, r"plan\.json: joins\[0\]\.tags: invalid tag 'a b'"),
        ({"members": 1}, r"plan\.json: joins\[0\]\.members: expected a list, not 1"),
    ],
)
def test_bad_joins(change: dict[str, object], message: str) -> None:
    """A wrong name or tag in a plan is an error with its place."""
    with pytest.raises(InputError, match=message):
        read_joins(_plan(**change), "plan.json")


def test_bad_repository_of_a_build() -> None:
    """A wrong repository of a build is an error with its place."""
    value = {"schema": 1, "id": "a", "builds": [{**BUILD, "repository": "a b"}], "joins": []}
    with pytest.raises(InputError, match=r"plan\.json: builds\[0\]\.repository: invalid"):
        read_joins(json.dumps(value).encode(), "plan.json")


def test_two_joins_with_one_tag() -> None:
    """Two joins of a plan with one tag of one repository are an error, in any spelling."""
    spelled = {**JOIN, "repository": "GHCR.io:443/me/python", "tags": ["3.15", "3.14"]}
    value = {"schema": 1, "id": "0123456789abcdef", "builds": [BUILD], "joins": [JOIN, spelled]}
    message = r"plan\.json: joins\[1\]\.tags: 3\.14 is a tag of joins\[0\] too"
    with pytest.raises(InputError, match=message):
        read_joins(json.dumps(value).encode(), "plan.json")


def test_read_built() -> None:
    """The file of a build is read."""
    found = read_built(json.dumps(BUILT).encode(), "one.json")
    assert isinstance(found, BuiltImage)
    assert found.test == Result(passed=True, seconds=None)


def test_bad_digest() -> None:
    """A wrong digest in the file of a build is an error."""
    data = json.dumps({**BUILT, "digest": "sha256:1"}).encode()
    with pytest.raises(InputError, match=r"one\.json: digest: expected sha256: and 64 hex digits"):
        read_built(data, "one.json")
