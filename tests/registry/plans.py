"""Plans for tests, and what their builds leave."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.registry import images

if TYPE_CHECKING:
    from pathlib import Path

    from tests.registry.standin import Standin

COMMIT = "c" * 40
PLATFORMS = {
    "amd64": ("linux/amd64", images.AMD64),
    "arm64v8": ("linux/arm64/v8", images.ARM64),
    "arm32v7": ("linux/arm/v7", images.ARM7),
    "windows-amd64": ("windows/amd64", images.windows("10.0.26100.1")),
}


@dataclass
class Plan:
    """A plan in a folder, with the digests of its builds; tests change both as JSON."""

    folder: Path
    value: dict[str, Any] = field(
        default_factory=lambda: {"schema": 1, "id": "p" * 16, "builds": [], "joins": []}
    )

    @property
    def file(self) -> Path:
        """Return the plan's file, up to date."""
        path = self.folder / "plan.json"
        path.write_text(json.dumps(self.value))
        return path

    @property
    def digests(self) -> Path:
        """Return the folder of digests."""
        path = self.folder / "digests"
        path.mkdir(parents=True, exist_ok=True)
        return path

    def join(self, repository: str, *tags: str, **more: object) -> dict[str, Any]:
        """Add a join without members, and return it."""
        join = {
            "repository": repository,
            "family": "python",
            "version": "3.14.6",
            "final": True,
            "tags": list(tags),
            "stamped": [],
            "fixed": [tag for tag in tags if tag.startswith("3.14.6")],
            "members": [],
            "required": [],
            "annotations": {"org.opencontainers.image.version": "3.14.6"},
            **more,
        }
        self.value["joins"].append(join)
        return join

    def member(self, join: dict[str, Any], build: str, architecture: str) -> None:
        """Add a required member to a join."""
        join["members"].append(
            {
                "build": build,
                "architecture": architecture,
                "platform": PLATFORMS[architecture][0],
                "commit": COMMIT,
                "key": "a" * 64,
                "tested": False,
                "constraints": [],
                "annotations": {"tagmatrix.key": "a" * 64},
            }
        )
        join["required"].append(build)

    def built(
        self,
        registry: Standin,
        repository: str,
        build: str,
        architecture: str,
        words: str = "",
        **more: object,
    ) -> dict[str, Any]:
        """Push the image of a build by digest, leave its file, and return its descriptor."""
        name = repository.partition("/")[2]
        descriptor = images.push_image(registry, name, PLATFORMS[architecture][1], words or build)
        value = {
            "schema": 1,
            "plan": self.value["id"],
            "build": build,
            "key": "a" * 64,
            "commit": COMMIT,
            "platform": PLATFORMS[architecture][0],
            "repository": repository,
            "digest": descriptor["digest"],
            "media_type": descriptor["mediaType"],
            "size": descriptor["size"],
            "seconds": 1,
            "test": None,
            **more,
        }
        (self.digests / f"{build}.json").write_text(json.dumps(value))
        self.value["builds"].append({"id": build, "repository": repository})
        return descriptor

    def image(
        self,
        registry: Standin,
        name: str,
        *tags: str,
        architectures: tuple[str, ...],
        **more: object,
    ) -> dict[str, Any]:
        """Add a join with its builds, pushed, and return the join."""
        repository = f"{registry.host}/{name}"
        join = self.join(repository, *tags, **more)
        for architecture in architectures:
            build = f"{tags[0].replace('.', '-')}-{architecture}"
            self.member(join, build, architecture)
            self.built(registry, repository, build, architecture)
        return join
