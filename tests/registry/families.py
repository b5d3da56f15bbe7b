"""A small family on a base of the same registry: planned, built by a stand-in, and published."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tagmatrix.cli import main
from tests.registry import images
from tests.registry.commands import Output
from tests.registry.plans import PLATFORMS
from tests.repos import make_repo

if TYPE_CHECKING:
    from pathlib import Path

    from tests.registry.standin import Standin

VERSIONS = """\
image: app
repository: https://github.com/example/app.git
branch: main
maintainers: ["A U Thor <author@example.org> (@author)"]
default_suites: {{default: trixie}}
publish:
  registries: ["{host}/me/app"]
  staging: "{host}/me/staging"
flavors:
  default:
    name: "{{suite}}"
    base: {host}/base/debian:{{suite}}
    template: all
    on_default_suite: {{tags: [""]}}
  dev:
    name: dev-{{suite}}
    base: "{{image}}:{{cycle}}-{{suite}}"
    template: all
    follows: default
    on_default_suite: {{tags: [dev]}}
suites:
  trixie: {{flavors: [default, dev], architectures: [amd64, arm64v8]}}
  bookworm: {{flavors: [default], architectures: [amd64, arm64v8]}}
releases:
  "2.0": {{version: "2.0.1"}}
"""
BASES = ("trixie", "bookworm")


def run(root: Path, *words: object) -> Output:
    """Run tagmatrix in this process, and return what it did."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["-C", str(root), *map(str, words)])
    return Output(code, out.getvalue(), err.getvalue())


@dataclass
class Family:
    """The family in a repository of its own."""

    registry: Standin
    root: Path

    def begin(self) -> None:
        """Write and commit the family; push its bases."""
        repo = make_repo(self.root)
        repo.write("versions.yaml", VERSIONS.format(host=self.registry.host))
        repo.write("templates/all.Dockerfile.j2", "FROM {{ image.base }}\n")
        repo.commit()
        assert run(self.root, "generate", "--commit").code == 0
        for suite in BASES:
            self.base(suite)

    def base(self, suite: str, words: str = "", *, only: str = "") -> str:
        """Push a base, or another one for one architecture, and return its digest."""
        members = [
            images.push_image(
                self.registry,
                "base/debian",
                platform,
                words if only in {"", platform["architecture"]} else "",
            )
            for platform in (images.AMD64, images.ARM64)
        ]
        return images.push_index(self.registry, "base/debian", members, suite)

    def plan(self, *words: str) -> tuple[dict[str, Any], Output]:
        """Return the plan of some options, and what the command printed."""
        done = run(self.root, "plan", "--format", "json", *words)
        return json.loads(done.out), done

    def build(self, plan: dict[str, Any], folder: Path) -> Path:
        """Push an image for each build by digest, and leave plan and digests in a folder."""
        digests = folder / "digests"
        digests.mkdir(parents=True)
        for build in plan["builds"]:
            platform = PLATFORMS[build["architecture"]][1]
            host, _, name = build["repository"].partition("/")
            assert host == self.registry.host
            descriptor = images.push_image(self.registry, name, platform, f"{build['key']}")
            value = {
                "schema": 1,
                "plan": plan["id"],
                "build": build["id"],
                "key": build["key"],
                "commit": build["commit"],
                "platform": build["platform"],
                "repository": build["repository"],
                "digest": descriptor["digest"],
                "media_type": descriptor["mediaType"],
                "size": descriptor["size"],
                "seconds": 1,
                "test": None,
            }
            (digests / f"{build['id']}.json").write_text(json.dumps(value))
        (folder / "plan.json").write_text(json.dumps(plan))
        return folder

    def publish(self, folder: Path) -> Output:
        """Publish what was built."""
        plan, digests = folder / "plan.json", folder / "digests"
        return run(self.root, "registry", "publish", "--plan", plan, "--digests", digests)
