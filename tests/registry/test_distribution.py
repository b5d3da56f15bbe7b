"""The client of registries, against a server that fails on request."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tagmatrix.registry import blobs, new_manifests, referrers
from tagmatrix.registry.image_manifests import Descriptor
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.web.answers import FetchFailed, Found, NotPublished
from tests.registry import images, standin
from tests.registry.fixtures import log_in
from tests.registry.standin import serve, sha256, status, times

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.registry.distribution import Registry
    from tests.registry.standin import Handler, Standin

NAME = "me/python"


@pytest.fixture
def digest(registry: Standin) -> str:
    """Return the digest of an index with two images and the tags 3 and 3.14."""
    members = [
        images.push_image(registry, NAME, each, labels={"a": "b"})
        for each in (images.AMD64, images.ARM64)
    ]
    return images.push_index(registry, NAME, members, "3", "3.14")


@pytest.mark.parametrize("auth", ["", "basic", "bearer"])
def test_a_tag_is_found(
    registry: Standin,
    asking: Registry,
    repository: RegistryRepository,
    digest: str,
    tmp_path: Path,
    auth: str,
) -> None:
    """A HEAD gives the digest, with and without credentials; a token is requested once."""
    registry.auth = auth
    log_in(tmp_path / "docker", registry.host)
    for _ in range(3):
        head = asking.head(repository, "3.14")
        assert isinstance(head, Found)
        assert head.value.digest == digest
    assert registry.count("GET /token") == (auth == "bearer")
    assert asking.tags(repository) == Found(("3", "3.14"))
    assert isinstance(asking.head(repository, "4"), NotPublished)


def test_what_has_a_digest_is_requested_once(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A manifest is kept for good by its digest, but not if the kept file is damaged."""
    for _ in range(3):
        found = asking.document(repository, digest)
        assert isinstance(found, Found)
        assert [each.digest for each in found.value.images] == [
            each.digest for each in found.value.members
        ]
    assert registry.count("GET") == 1
    assert asking.kept.folder is not None
    (file,) = (path for path in asking.kept.folder.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes().replace(b"amd64", b"arm64"))
    assert isinstance(asking.document(repository, digest), Found)
    assert registry.count("GET") == 2


def test_pages_of_tags(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """Each page names the next one; the list ends with the last page."""
    registry.of(NAME).tags.update({f"1.{number}": digest for number in range(23)})
    registry.page = 10
    found = asking.tags(repository)
    assert isinstance(found, Found)
    assert sorted(found.value) == sorted(registry.of(NAME).tags)
    assert registry.count("GET /v2/me/python/tags") == 3


def _page(link: str) -> standin.Fault:
    def answer(handler: Handler) -> bool:
        body = json.dumps({"tags": ["3"]}).encode()
        handler.send(200, body, Link=f'<{link}>; rel="next"')
        return True

    return answer


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("/v2/me/python/tags/list?n=1000", "do not end"),
        ("http://other.example.org/v2/me/python/tags/list?n=1", "on another server"),
        ("/v2/you/python/tags/list", "on another server"),
        ("http://[", "on another server"),
    ],
)
def test_pages_that_lead_elsewhere(
    registry: Standin, asking: Registry, repository: RegistryRepository, link: str, why: str
) -> None:
    """Pages that go in circles or to another server are a failure, not a list."""
    registry.faults["GET /v2/me/python/tags"] = _page(link)
    found = asking.tags(repository)
    assert isinstance(found, FetchFailed)
    assert why in found.reason


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"{}", b'{"tags": 3}', b'{"tags": ["a b"]}', b"[" * 9999]
)
def test_a_list_that_is_none(
    registry: Standin, asking: Registry, repository: RegistryRepository, body: bytes
) -> None:
    """A list of other things than tags is a failure."""

    def answer(handler: Handler) -> bool:
        handler.send(200, body)
        return True

    registry.faults["GET /v2/me/python/tags"] = answer
    assert isinstance(asking.tags(repository), FetchFailed)


def test_absence_needs_a_registry(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """404 of a web server that is not a registry is a failure, not an absence."""
    assert isinstance(asking.head(repository, "3"), NotPublished)
    registry.faults[""] = status(404)
    other = RegistryRepository(registry.host.replace("127.0.0.1", "localhost"), NAME)
    found = asking.head(other, "3")
    assert isinstance(found, FetchFailed)
    assert "is not a registry" in found.reason


def test_a_head_without_a_digest(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """Where a HEAD gives no digest, or is not allowed, a GET gives it."""

    def bare(handler: Handler) -> bool:
        handler.send(200, b"")
        return True

    for fault in (bare, status(405)):
        registry.faults["HEAD"] = fault
        found = asking.head(repository, "3")
        assert isinstance(found, Found)
        assert found.value.digest == digest


def test_other_bytes_than_those_of_the_digest(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A manifest whose bytes do not have its digest is an alarm, and is not kept."""
    kind, raw = registry.of(NAME).manifests[digest]
    registry.of(NAME).manifests[digest] = (kind, raw.replace(b"amd64", b"arm64"))
    for name in (digest, "3"):
        found = asking.manifest(repository, name)
        assert isinstance(found, FetchFailed)
        assert found.alarm
        assert "other bytes" in found.reason


def test_a_head_that_names_another_digest(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A HEAD of a digest that names another digest is a failure."""
    other = sha256(b"other")

    def answer(handler: Handler) -> bool:
        handler.send(200, b"x", **{"Docker-Content-Digest": other})
        return True

    registry.faults["HEAD"] = answer
    found = asking.head(repository, digest)
    assert isinstance(found, FetchFailed)
    assert "another digest" in found.reason


def test_a_limit_that_is_used_up(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """After ratelimit-remaining: 0 no counted request is sent, but HEADs are."""

    def last(handler: Handler) -> bool:
        kind, raw = registry.of(NAME).manifests[digest]
        more = {"Content-Type": kind, "ratelimit-remaining": "0;w=21600"}
        handler.send(200, raw, **more)
        return True

    registry.faults["GET /v2/me/python/manifests/3"] = last
    assert isinstance(asking.manifest(repository, "3"), Found)
    asked = len(registry.asked)
    found = asking.manifest(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "ratelimit-remaining: 0" in found.reason
    assert len(registry.asked) == asked
    assert isinstance(asking.head(repository, "3"), Found)


def test_a_pause_that_the_registry_asks_for(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """429 with Retry-After is tried again; a long wait is a failure."""
    registry.faults["HEAD"] = times(1, status(429, **{"Retry-After": "0"}))
    head = asking.head(repository, "3")
    assert isinstance(head, Found)
    assert head.value.digest == digest
    registry.faults["HEAD"] = status(429, **{"Retry-After": "3600"})
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "asks to wait 3600 seconds" in found.reason


def test_a_token_that_ends(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str, tmp_path: Path
) -> None:
    """A token that the registry accepts no longer is renewed, once for each request."""
    registry.auth, registry.lasting = "bearer", 2
    log_in(tmp_path / "docker", registry.host)
    heads = [asking.head(repository, "3") for _ in range(6)]
    assert [isinstance(each, Found) and each.value.digest for each in heads] == [digest] * 6
    assert registry.count("GET /token") == 3


def test_401_again_and_again(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path
) -> None:
    """A registry that accepts none of its own tokens is asked three times, not for ever."""
    registry.auth, registry.lasting = "bearer", 0
    log_in(tmp_path / "docker", registry.host)
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "401 again and again" in found.reason
    assert registry.count("HEAD") == 3


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_credentials_that_are_missing_or_wrong(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path, auth: str
) -> None:
    """The message names the command that gives credentials, not the credentials."""
    registry.auth = auth
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert f"docker login {registry.host}" in found.reason
    log_in(tmp_path / "docker", registry.host, word="secret-that-is-wrong")
    asking.session.authority._known.clear()
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "secret" not in found.reason


def test_an_identity_token(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str, tmp_path: Path
) -> None:
    """An identity token is sent in the body of a POST to the token server."""
    registry.auth = "bearer"
    token = f"refresh-{standin.PASSWORD}"
    folder = tmp_path / "docker"
    folder.mkdir()
    config = {"auths": {registry.host: {"identitytoken": token}}}
    (folder / "config.json").write_text(json.dumps(config))
    head = asking.head(repository, "3")
    assert isinstance(head, Found)
    assert head.value.digest == digest
    assert registry.count("POST /token") == 1


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "in an unknown way"),
        ("Negotiate", "in an unknown way"),
        ('Bearer realm="ftp://x/"', "no valid address"),
        ('Bearer realm="https://a:b@example.org/"', "no valid address"),
    ],
)
def test_odd_challenges(
    registry: Standin, asking: Registry, repository: RegistryRepository, header: str, why: str
) -> None:
    """A challenge that can't be answered is a failure."""
    registry.faults["HEAD"] = status(401, **({"WWW-Authenticate": header} if header else {}))
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert why in found.reason


@pytest.mark.parametrize(
    "body",
    [
        b"no",
        b"[]",
        b"{}",
        b'{"token": 3}',
        b'{"token": "a\\nb"}',
        b'{"token": "a", "expires_in": "x"}',
    ],
)
def test_answers_without_a_token(
    registry: Standin, asking: Registry, repository: RegistryRepository, body: bytes
) -> None:
    """A token server that sends no token is a failure."""

    def answer(handler: Handler) -> bool:
        handler.send(200, body)
        return True

    registry.auth = "bearer"
    registry.faults["GET /token"] = answer
    found = asking.head(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "sent no token" in found.reason


def test_a_token_server_on_another_host(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path
) -> None:
    """The credentials of a registry are not sent to a token server on another host."""
    registry.auth = "bearer"
    log_in(tmp_path / "docker", registry.host)
    with serve() as other:
        other.auth = "bearer"
        where = other.host.replace("127.0.0.1", "localhost")
        registry.realm = f"http://{where}/token"
        found = asking.head(repository, "3")
        assert isinstance(found, FetchFailed)
        assert f"docker login {where}" in found.reason
        assert all("Authorization" not in headers for _, _, headers in other.asked)


def test_a_blob_on_another_host(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str, tmp_path: Path
) -> None:
    """A redirect to another host is followed, without the credentials."""
    registry.auth = "basic"
    log_in(tmp_path / "docker", registry.host)
    document = asking.document(repository, digest)
    assert isinstance(document, Found)
    child = asking.document(repository, document.value.members[0].digest)
    assert isinstance(child, Found)
    config = child.value.config
    assert config is not None
    with serve() as other:
        other.of(NAME).blobs.update(registry.of(NAME).blobs)

        def elsewhere(handler: Handler) -> bool:
            handler.send(307, b"", Location=f"http://{other.host}{handler.path}")
            return True

        registry.faults["GET /v2/me/python/blobs"] = elsewhere
        content = blobs.read(asking, repository, config)
        assert isinstance(content, Found)
        assert sha256(content.value) == config.digest
        assert [headers.get("Authorization") for _, _, headers in other.asked] == [None]


def _blob(content: bytes) -> Descriptor:
    return Descriptor(media_type=images.LAYER, digest=sha256(content), size=len(content))


def test_blobs_are_uploaded_once(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path
) -> None:
    """A blob is uploaded from bytes or a file, and downloaded; a second upload sends nothing."""
    file = tmp_path / "blob"
    for content in (b"layer", b"", b"x" * 200_000):
        file.write_bytes(content)
        assert blobs.upload(asking.session, repository, _blob(content), file) == Found(None)
        assert registry.of(NAME).blobs[sha256(content)] == content
        posts = registry.count("POST")
        assert blobs.upload(asking.session, repository, _blob(content), content) == Found(None)
        assert registry.count("POST") == posts
        to = tmp_path / "down"
        assert blobs.download(asking.session, repository, _blob(content), to) == Found(None)
        assert to.read_bytes() == content


def test_an_upload_that_breaks_off(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """500 in the middle of an upload is tried again; the blob counts, not the answer."""
    registry.faults["PUT /v2/me/python/blobs"] = times(1, status(500))
    assert blobs.upload(asking.session, repository, _blob(b"a"), b"a") == Found(None)

    def lost(handler: Handler) -> bool:
        registry.add_blob(NAME, handler.body)
        handler.error(404, "BLOB_UPLOAD_UNKNOWN")
        return True

    registry.faults["PUT /v2/me/python/blobs"] = lost
    assert blobs.upload(asking.session, repository, _blob(b"b"), b"b") == Found(None)
    registry.faults["PUT /v2/me/python/blobs"] = status(400, "DIGEST_INVALID")
    found = blobs.upload(asking.session, repository, _blob(b"c"), b"c")
    assert isinstance(found, FetchFailed)
    assert "answered 400: DIGEST_INVALID" in found.reason
    registry.faults["PUT /v2/me/python/blobs"] = status(503)
    found = blobs.upload(asking.session, repository, _blob(b"c"), b"c")
    assert isinstance(found, FetchFailed)
    assert "_state" not in found.reason
    registry.faults["POST /v2/me/python/blobs"] = status(403)
    found = blobs.upload(asking.session, repository, _blob(b"c"), b"c")
    assert isinstance(found, FetchFailed)
    assert "can't begin an upload" in found.reason


def test_an_upload_without_an_address(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """A registry that names no address for an upload, or does not know blobs, fails."""

    def nowhere(handler: Handler) -> bool:
        handler.send(202, b"")
        return True

    registry.faults["POST"] = nowhere
    found = blobs.upload(asking.session, repository, _blob(b"a"), b"a")
    assert isinstance(found, FetchFailed)
    assert "no address" in found.reason
    registry.faults["HEAD"] = status(403)
    found = blobs.upload(asking.session, repository, _blob(b"a"), b"a")
    assert isinstance(found, FetchFailed)
    assert isinstance(blobs.mount(asking.session, repository, _blob(b"a"), repository), FetchFailed)


def test_blobs_that_are_damaged_or_absent(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path
) -> None:
    """A blob with other bytes, or none, is a failure, also if it is too large to read."""
    blob = _blob(b"right")
    registry.of(NAME).blobs[blob.digest] = b"wrong"
    for found in (
        blobs.read(asking, repository, blob),
        blobs.download(asking.session, repository, blob, tmp_path / "blob"),
    ):
        assert isinstance(found, FetchFailed)
        assert "other bytes" in found.reason
    del registry.of(NAME).blobs[blob.digest]
    assert isinstance(blobs.read(asking, repository, blob), FetchFailed)
    down = blobs.download(asking.session, repository, blob, tmp_path / "blob")
    assert isinstance(down, FetchFailed)
    large = Descriptor(media_type="", digest=blob.digest, size=10**9)
    assert isinstance(blobs.read(asking, repository, large), FetchFailed)
    registry.faults["GET"] = status(500)
    assert isinstance(blobs.read(asking, repository, blob), FetchFailed)
    down = blobs.download(asking.session, repository, blob, tmp_path / "blob")
    assert isinstance(down, FetchFailed)


def test_digests_of_other_algorithms(
    registry: Standin, asking: Registry, repository: RegistryRepository, tmp_path: Path
) -> None:
    """A digest may be SHA-512."""
    digest = f"sha512:{hashlib.sha512(b'a').hexdigest()}"
    registry.of(NAME).blobs[digest] = b"a"
    blob = Descriptor(media_type="", digest=digest, size=1)
    assert blobs.read(asking, repository, blob) == Found(b"a")
    assert blobs.download(asking.session, repository, blob, tmp_path / "a") == Found(None)


@pytest.mark.parametrize("api", [True, False])
def test_referrers(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str, *, api: bool
) -> None:
    """What refers to an image is listed by the API, or by the fallback tag without one."""
    registry.referrers = api
    subject = asking.head(repository, "3")
    assert isinstance(subject, Found)
    for text in ("a", "b", "a"):
        artifact = new_manifests.artifact("application/x", subject.value, {"key": text})
        assert referrers.attach(asking, repository, artifact) == Found(artifact.digest)
    found = referrers.referrers(asking, repository, digest)
    assert isinstance(found, Found)
    assert found.value.api is api
    assert sorted(each.annotations["key"] for each in found.value.descriptors) == ["a", "b"]
    assert {each.artifact_type for each in found.value.descriptors} == {"application/x"}
    assert (referrers.fallback_tag(digest) in registry.of(NAME).tags) is not api


def test_referrers_that_fail(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A failure is not an empty list, so that nothing is overwritten."""
    subject = asking.head(repository, "3")
    assert isinstance(subject, Found)
    artifact = new_manifests.artifact("application/x", subject.value, {})

    def rubbish(handler: Handler) -> bool:
        handler.send(200, b"{}")
        return True

    for fault in (status(500), status(403), rubbish):
        registry.faults["GET /v2/me/python/referrers"] = fault
        assert isinstance(referrers.attach(asking, repository, artifact), FetchFailed)
    del registry.faults["GET /v2/me/python/referrers"]
    registry.referrers = False
    for begin in ("GET /v2/me/python/manifests/sha256-", "PUT /v2/me/python/manifests/sha256-"):
        registry.faults = {begin: status(500)}
        assert isinstance(referrers.attach(asking, repository, artifact), FetchFailed)
    registry.faults = {"POST": status(403)}
    registry.of(NAME).blobs.clear()
    assert isinstance(referrers.attach(asking, repository, artifact), FetchFailed)
    assert digest in registry.of(NAME).manifests


def test_manifests_are_pushed_and_removed(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A tag and a digest can be written and removed, where the registry allows it."""
    document = asking.document(repository, digest)
    assert isinstance(document, Found)
    assert asking.put(repository, "new", document.value) == Found(digest)
    assert asking.delete(repository, "new") == Found(None)
    assert isinstance(asking.delete(repository, "new"), NotPublished)
    registry.deletes = frozenset()
    found = asking.delete(repository, "3")
    assert isinstance(found, FetchFailed)
    assert "UNSUPPORTED" in found.reason
    registry.faults["PUT"] = status(403)
    assert isinstance(asking.put(repository, "new", document.value), FetchFailed)

    def other(handler: Handler) -> bool:
        handler.send(201, b"", **{"Docker-Content-Digest": sha256(b"")})
        return True

    registry.faults["PUT"] = other
    found_digest = asking.put(repository, "new", document.value)
    assert isinstance(found_digest, FetchFailed)
    assert "stored another digest" in found_digest.reason
    registry.faults[""] = status(500)
    assert isinstance(asking.put(repository, "new", document.value), FetchFailed)
    assert isinstance(asking.delete(repository, "new"), FetchFailed)
    assert isinstance(asking.manifest(repository, "new"), FetchFailed)
    assert isinstance(asking.tags(repository), FetchFailed)


def test_http_only_where_it_is_allowed(asking: Registry) -> None:
    """A host that is not on loopback is asked over https, unless versions.yaml allows http."""
    far = RegistryRepository("registry.example.org", NAME)
    assert asking.session.url(far, "x").startswith("https://registry.example.org/v2/me/python/")
    lax = replace(asking.session, allow_http={"Registry.Example.org"})
    assert lax.url(far, "x").startswith("http://")


def test_names_are_checked_before_anything_is_sent(
    registry: Standin, asking: Registry, repository: RegistryRepository
) -> None:
    """A text that is neither a tag nor a digest is never sent."""
    with pytest.raises(ValueError, match="neither a tag nor a digest"):
        asking.head(repository, "a/../b?x=1")
    assert not registry.asked


def test_a_public_repository(
    registry: Standin, asking: Registry, repository: RegistryRepository, digest: str
) -> None:
    """A public repository is read with a token that needs no credentials, but not written."""
    registry.auth, registry.public = "bearer", True
    head = asking.head(repository, "3")
    assert isinstance(head, Found)
    document = asking.document(repository, digest)
    assert isinstance(document, Found)
    assert isinstance(asking.put(repository, "new", document.value), FetchFailed)
    assert all(
        headers.get("Authorization", "Bearer").startswith("Bearer")
        for _, _, headers in registry.asked
    )
