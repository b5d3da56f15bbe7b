"""A real registry on this machine, with a client and what tests push to it."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

from tagmatrix.cli import main
from tagmatrix.registry import blobs
from tagmatrix.registry.credentials import Logins
from tagmatrix.registry.distribution import Registry
from tagmatrix.registry.image_manifests import Descriptor
from tagmatrix.registry.manifest_reader import read_document
from tagmatrix.registry.repositories import RegistryRepository
from tagmatrix.registry.session import Session
from tagmatrix.web.answers import Found
from tagmatrix.web.client import Client
from tests.registry import images
from tests.registry.plans import PLATFORMS, Plan
from tests.registry.standin import sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

NAME = "me/python"
KINDS = ("docker-registry", "docker-registry with users and deletes", "crane")


class Real:
    """A real registry, with a client and what tests push by themselves."""

    def __init__(
        self, kind: str, host: str, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.kind = kind
        self.host = host
        self.folder = folder
        self.capsys = capsys
        logins = Logins(folder / "docker/config.json")
        self.client = Registry(Session(Client(), logins))
        self.repository = RegistryRepository(host, NAME)
        self.plan = Plan(folder)

    def run(self, *words: object) -> tuple[int, str, str]:
        """Run `tagmatrix registry WORDS` in the folder."""
        self.capsys.readouterr()
        code = main(["-C", str(self.folder), "registry", *map(str, words)])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def push(
        self, platform: Mapping[str, str], words: str = "", to: RegistryRepository | None = None
    ) -> dict[str, Any]:
        """Push an image by digest, as a build does, and return its descriptor."""
        where = to or self.repository
        raw = io.BytesIO()
        with tarfile.open(fileobj=raw, mode="w") as archive:
            content = f"{dict(platform)} {words}".encode()
            info = tarfile.TarInfo("hello")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        layer = gzip.compress(raw.getvalue(), mtime=0)
        diff = sha256(raw.getvalue())
        rootfs = {"type": "layers", "diff_ids": [diff]}
        # buildah counts the layers in the history
        history = [{"created_by": "tests"}]
        value = {**platform, "config": {}, "rootfs": rootfs, "history": history}
        config = images.encoded(value)
        for blob in (config, layer):
            known = Descriptor(media_type="", digest=sha256(blob), size=len(blob))
            done = blobs.upload(self.client.session, where, known, blob)
            assert done == Found(None)
        document = read_document(images.manifest(config, layer))
        assert isinstance(self.client.put(where, document.digest, document), Found)
        return {
            "mediaType": document.media_type,
            "digest": document.digest,
            "size": len(document.raw),
            "platform": dict(platform),
        }

    def image(self, *tags: str, architectures: tuple[str, ...]) -> None:
        """Add a join to the plan whose builds are pushed by digest."""
        join = self.plan.join(str(self.repository), *tags)
        for architecture in architectures:
            build = f"{tags[0].replace('.', '-')}-{architecture}"
            self.plan.member(join, build, architecture)
            self.leave(build, architecture, self.push(PLATFORMS[architecture][1], build))

    def leave(self, build: str, architecture: str, descriptor: Mapping[str, Any]) -> None:
        """Leave what a build leaves."""
        member = next(
            each
            for join in self.plan.value["joins"]
            for each in join["members"]
            if each["build"] == build
        )
        value = {
            "schema": 1,
            "plan": self.plan.value["id"],
            "build": build,
            "key": member["key"],
            "commit": member["commit"],
            "platform": PLATFORMS[architecture][0],
            "repository": str(self.repository),
            "digest": descriptor["digest"],
            "media_type": descriptor["mediaType"],
            "size": descriptor["size"],
            "seconds": 1,
            "test": None,
        }
        (self.plan.digests / f"{build}.json").write_text(json.dumps(value))

    def publish(self, *more: object) -> tuple[int, str, str]:
        """Publish the plan."""
        words = ("--plan", self.plan.file, "--digests", self.plan.digests, *more)
        return self.run("publish", *words)
