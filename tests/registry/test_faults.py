"""The table of faults of a registry: what each command makes of them, by its exit code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import VERSIONS
from tests.registry import images
from tests.registry.fixtures import log_in
from tests.registry.standin import serve, sha256, status, times

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.registry.commands import Commands
    from tests.registry.plans import Plan
    from tests.registry.standin import Fault, Handler, Standin

NAME = "me/python"
TAG = "2.1.3-trixie"
ARCHITECTURES = ("amd64", "arm64v8", "riscv64")
FAMILY = VERSIONS.replace("[amd64, arm64v8, riscv64]", "[amd64, arm64v8]")


def cut(handler: Handler) -> bool:
    """Send half of the body of a manifest."""
    if handler.command == "HEAD":
        return False
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"{")
    handler.close_connection = True
    return True


def other_bytes(handler: Handler) -> bool:
    """Send the body of another manifest."""
    if handler.command == "HEAD":
        return False
    body = images.encoded({"schemaVersion": 2, "mediaType": images.INDEX, "manifests": []})
    handler.send(200, body, **{"Content-Type": images.INDEX})
    return True


def wrong_digest(handler: Handler) -> bool:
    """Name a digest that the registry does not have."""
    if handler.command != "HEAD":
        return False
    handler.send(200, b"", **{"Docker-Content-Digest": sha256(b"x"), "Content-Length": "1"})
    return True


def page_instead(handler: Handler) -> bool:
    """Send a page for people, as a proxy does."""
    handler.send(200, b"<h1>Log in</h1>", **{"Content-Type": "text/html"})
    return True


def silent(handler: Handler) -> bool:
    """Close the connection without an answer."""
    handler.close_connection = True
    return True


def absent(handler: Handler) -> bool:
    """Answer 404 as a web server that is not a registry."""
    handler.send_response(404)
    handler.send_header("Content-Length", "0")
    handler.end_headers()
    return True


MANIFESTS = f"/v2/{NAME}/manifests/"
FAULTS: dict[str, tuple[dict[str, Fault], int, int]] = {
    # what happens: (the faults, the code of check, the code of publish)
    "nothing": ({}, 0, 0),
    "the tag is not there": ({f"HEAD {MANIFESTS}{TAG}": times(1, status(404))}, 3, 0),
    "a temporary 500": ({f"HEAD {MANIFESTS}": times(1, status(500))}, 0, 0),
    "500 for tags": ({f"HEAD {MANIFESTS}": status(500)}, 4, 4),
    "500 for digests": ({f"GET {MANIFESTS}sha256": status(503)}, 4, 4),
    "429 for a moment": (
        {f"HEAD {MANIFESTS}": times(1, status(429, **{"Retry-After": "0"}))},
        0,
        0,
    ),
    "429 for an hour": ({"HEAD": status(429, **{"Retry-After": "3600"})}, 4, 4),
    "403": ({"HEAD": status(403)}, 4, 4),
    "401 without a challenge": ({"HEAD": status(401)}, 4, 4),
    "404 for a digest": ({f"GET {MANIFESTS}sha256": status(404)}, 4, 4),
    "404 of another server": ({"": absent}, 4, 4),
    "half of a manifest": ({f"GET {MANIFESTS}sha256": cut}, 4, 4),
    "another manifest": ({f"GET {MANIFESTS}sha256": other_bytes}, 4, 4),
    "a digest that is not there": ({f"HEAD {MANIFESTS}{TAG}": wrong_digest}, 4, 4),
    "a page instead": ({f"GET {MANIFESTS}": page_instead}, 4, 4),
    "no answer": ({"HEAD": silent}, 4, 4),
    "a redirect in a circle": (
        {"HEAD": status(307, Location=f"{MANIFESTS}{TAG}")},
        4,
        4,
    ),
    "a redirect to a file": ({"HEAD": status(307, Location="file:///etc/passwd")}, 4, 4),
    "500 for a push": ({f"PUT {MANIFESTS}": status(500)}, 0, 4),
    "500 for the tag": ({f"PUT {MANIFESTS}{TAG}": status(500)}, 0, 4),
    "a push is denied": ({f"PUT {MANIFESTS}": status(403)}, 0, 4),
    "a push is redirected": (
        {f"PUT {MANIFESTS}": status(307, Location="/elsewhere")},
        0,
        4,
    ),
}


@pytest.fixture
def digest(registry: Standin, plan: Plan, commands: Commands) -> str:
    """Return the digest of a tag that is as versions.yaml says; a plan is ready to move it."""
    (commands.root / "versions.yaml").write_text(FAMILY)
    plan.image(
        registry, NAME, TAG, architectures=("amd64", "arm64v8"), version="2.1.3", fixed=[TAG]
    )
    members = [
        images.push_image(registry, NAME, each, "old") for each in (images.AMD64, images.ARM64)
    ]
    return images.push_index(registry, NAME, members, TAG)


WITH_TOKENS = ("nothing", "500 for tags", "half of a manifest", "500 for the tag")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "auth"),
    [*((name, "") for name in FAULTS), *((name, "bearer") for name in WITH_TOKENS)],
)
def test_faults(
    registry: Standin,
    commands: Commands,
    plan: Plan,
    digest: str,
    tmp_path: Path,
    name: str,
    auth: str,
) -> None:
    """Each fault has its exit code; a tag that was not pushed has its old digest."""
    faults, check, publish = FAULTS[name]
    registry.auth = auth
    log_in(tmp_path / "docker", registry.host)
    registry.faults = dict(faults)
    where = f"{registry.host}/{NAME}"
    done = commands.run("check", TAG, "--registry", where)
    assert done.code == check, done
    words = ("--digests", plan.digests, "--wait", "0")
    done = commands.run("publish", "--plan", plan.file, *words)
    assert done.code == publish, done
    assert "bug in tagmatrix" not in done.err
    assert (registry.of(NAME).tags[TAG] == digest) is (publish != 0)


BROKEN: dict[str, tuple[Callable[[Standin], object], str]] = {
    "missing": (lambda registry: registry.of(NAME).tags.pop(TAG), "missing"),
    "empty": (lambda registry: images.push_index(registry, NAME, [], TAG), "empty"),
    "lacks": (lambda registry: _push(registry, images.AMD64), "lacks arm64v8"),
    "extra": (
        lambda registry: _push(registry, images.AMD64, images.ARM64, images.ARM7),
        "extra arm32v7",
    ),
    "twice": (
        lambda registry: _push(registry, images.AMD64, images.AMD64, images.ARM64),
        "extra amd64",
    ),
    "one image": (
        lambda registry: images.push_image(registry, NAME, images.AMD64, tag=TAG),
        "lacks arm64v8",
    ),
    "behind": (
        lambda registry: _push(registry, images.AMD64, images.ARM64, version="2.1.2"),
        "behind",
    ),
    "an old type": (
        lambda registry: registry.add(
            NAME, b"{}", TAG, kind="application/vnd.docker.distribution.manifest.v1+prettyjws"
        ),
        "unreadable",
    ),
    "not an image": (
        lambda registry: registry.add(NAME, b"{}", TAG, kind=images.INDEX),
        "unreadable",
    ),
}


def _push(registry: Standin, *platforms: dict[str, str], version: str = "") -> None:
    members = [
        images.push_image(registry, NAME, each, str(number))
        for number, each in enumerate(platforms)
    ]
    annotations = {"org.opencontainers.image.version": version} if version else {}
    images.push_index(registry, NAME, members, TAG, annotations=annotations)


@pytest.mark.usefixtures("digest")
@pytest.mark.parametrize("name", BROKEN)
def test_broken_tags(registry: Standin, commands: Commands, name: str) -> None:
    """A tag that is broken by hand is reported, in the table and in JSON."""
    change, state = BROKEN[name]
    change(registry)
    where = f"{registry.host}/{NAME}"
    done = commands.run("check", TAG, "--registry", where)
    assert done.code == (4 if state == "unreadable" else 3)
    assert state in done.out
    done = commands.run("check", TAG, "--registry", where, "--format", "json")
    (tag,) = json.loads(done.out)["tags"]
    assert state.partition(" ")[0] in {each["state"] for each in tag["states"]}


def test_a_blob_of_another_server(
    registry: Standin, commands: Commands, digest: str, tmp_path: Path
) -> None:
    """Blobs on another host are read, and the host gets no credentials."""
    registry.auth = "basic"
    log_in(tmp_path / "docker", registry.host)
    with serve() as other:
        other.of(NAME).blobs.update(registry.of(NAME).blobs)
        registry.faults[f"GET /v2/{NAME}/blobs"] = lambda handler: _redirect(handler, other)
        done = commands.run("show", f"{registry.host}/{NAME}@{digest}")
        assert (done.code, done.err) == (0, "")
        assert other.asked
        assert all("Authorization" not in headers for _, _, headers in other.asked)


def _redirect(handler: Handler, other: Standin) -> bool:
    handler.send(307, b"", Location=f"http://{other.host}{handler.path}")
    return True
