"""What registries may send: any bytes are read or refused, without another error."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from tagmatrix.registry import current_bases, new_manifests, pruning
from tagmatrix.registry.challenges import challenges, may_have
from tagmatrix.registry.image_facts import configuration
from tagmatrix.registry.image_manifests import INDEXES, MANIFESTS
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.registry.repositories import hostname, is_loopback
from tagmatrix.registry.session import _errors
from tagmatrix.web.answers import FetchFailed, Found, NotPublished, UnreadableError
from tests.registry import images
from tests.registry.standin import body, status

if TYPE_CHECKING:
    from tagmatrix.registry.distribution import Registry
    from tagmatrix.registry.repositories import RegistryRepository
    from tests.registry.standin import Standin

KEYS = ("schemaVersion", "mediaType", "manifests", "config", "layers", "annotations", "subject")
INNER = ("digest", "size", "mediaType", "platform", "annotations", "os", "architecture")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
TYPES = st.sampled_from([*INDEXES, *MANIFESTS, f"sha256:{'0' * 64}", "linux", 2])
VALUES = st.recursive(
    SCALARS | TYPES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(INNER) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES), st.sampled_from(["", *INDEXES, *MANIFESTS]))
def test_documents(value: dict[str, object], kind: str) -> None:
    """A document is read or refused; what is read can be written again."""
    with contextlib.suppress(UnreadableError):
        found = read_document(json.dumps(value).encode(), kind)
        new_manifests.index(found.members, found.annotations)


@given(st.binary(max_size=200))
def test_bytes(raw: bytes) -> None:
    """Bytes that are not JSON are refused."""
    with contextlib.suppress(UnreadableError):
        read_document(raw)
    _errors(raw)


@given(st.text(max_size=80) | st.from_regex(r'(Bearer|Basic) (realm="[^"]*",? ?){0,3}'))
def test_challenges(text: str) -> None:
    """Any header is a list of challenges; a token server of any address is judged."""
    for challenge in challenges(text):
        assert challenge.scheme == challenge.scheme.lower()


@pytest.mark.parametrize(
    ("realm", "server", "plain", "allowed"),
    [
        ("https://registry.example.org/token", "registry.example.org", False, True),
        ("https://auth.example.org/token", "registry.example.org:5000", False, True),
        ("https://example.org/token", "registry.example.org", False, True),
        ("https://evil.org/token", "registry.example.org", False, False),
        ("https://evilexample.org/token", "registry.example.org", False, False),
        ("https://example.org@evil.org/token", "registry.example.org", False, False),
        ("https://other.io/token", "ghcr.io", False, False),
        ("https://10.0.0.2/token", "10.0.0.1", False, False),
        ("https://[::2]/token", "[::1]:5000", False, False),
        ("http://registry.lan/token", "registry.lan", False, False),
        ("http://registry.lan:5001/token", "registry.lan:5000", True, True),
        ("http://other.lan/token", "registry.lan", True, False),
        ("https:///token", "registry.lan", False, False),
    ],
)
def test_servers_that_may_have_credentials(
    realm: str, server: str, *, plain: bool, allowed: bool
) -> None:
    """Only the registry's own host, or one of its domain, and only over https."""
    assert may_have(realm, server, plain=plain) is allowed


def test_hosts() -> None:
    """A host may have a port; only addresses of this machine are loopback."""
    assert hostname("Example.org:443") == "example.org"
    assert [is_loopback(name) for name in ("127.1.2.3:1", "[::1]", "LOCALHOST", "10.0.0.1")] == [
        True,
        True,
        True,
        False,
    ]
    assert not any(map(is_loopback, ("localhost.evil.org", "127.0.0.1.org")))


def test_bases(registry: Standin, asking: Registry) -> None:
    """A base is found with its platforms, or the reason why not."""
    members = [images.push_image(registry, "debian", each) for each in (images.AMD64, images.ARM64)]
    digest = images.push_index(registry, "debian", members, "trixie")
    name = f"{registry.host}/debian"
    found = current_bases.now(asking, [f"{name}:trixie", f"{name}:none", "a b", "scratch"])
    assert set(found) == {f"{name}:trixie", f"{name}:none", "a b"}
    now = found[f"{name}:trixie"]
    assert isinstance(now, Found)
    assert now.value.to_json() == {
        "digest": digest,
        "platforms": {
            "linux/amd64": members[0]["digest"],
            "linux/arm64": members[1]["digest"],
        },
    }
    assert isinstance(found[f"{name}:none"], FetchFailed)
    assert isinstance(found["a b"], FetchFailed)
    assert current_bases.child(asking, f"{name}:trixie", digest, "amd64") == Found(
        members[0]["digest"]
    )
    assert isinstance(current_bases.child(asking, f"{name}:trixie", digest, "s390x"), FetchFailed)
    registry.faults["GET"] = status(500)
    broken = images.push_index(registry, "debian", members[:1], "broken")
    (answer,) = current_bases.now(asking, [f"{name}:broken"]).values()
    assert isinstance(answer, FetchFailed)
    assert isinstance(current_bases.child(asking, name, broken, "amd64"), FetchFailed)


def test_configurations(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """An index has no configuration; a date that is none counts as absent."""
    index = images.push_index(registry, "me/python", [], "empty")
    document = asking.document(repository, index)
    assert isinstance(document, Found)
    assert isinstance(configuration(asking, repository, document.value), FetchFailed)
    config = registry.add_blob("me/python", b'{"os": "linux", "created": "yesterday"}')
    raw = json.loads(images.manifest(b"", b""))
    raw["config"]["digest"] = config
    document = asking.document(repository, registry.add("me/python", images.encoded(raw)))
    assert isinstance(document, Found)
    found = configuration(asking, repository, document.value)
    assert isinstance(found, Found)
    assert found.value.created == ""


def test_odd_lists_of_digests(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """A list of tags and digests is read, is not there, or can't be read."""
    assert pruning.listed(asking, repository) == Found(
        pruning.RepositoryListing({}, complete=False)
    )
    registry.faults["GET"] = body(b'{"tags": null, "manifest": {}}')
    assert pruning.listed(asking, repository) == Found(pruning.RepositoryListing({}, complete=True))
    for raw in (b"[]", b"{}", b'{"tags": 3}', b'{"tags": [3]}', b'{"manifest": 3}'):
        registry.faults["GET"] = body(raw)
        assert not isinstance(pruning.listed(asking, repository), Found | NotPublished)
