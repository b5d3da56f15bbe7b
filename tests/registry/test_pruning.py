"""Delete old images, in the staging repository only."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import VERSIONS
from tests.registry import images
from tests.registry.standin import body, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.registry.commands import Commands, Output
    from tests.registry.standin import Standin

NAME = "me/staging"


@pytest.fixture
def prune(registry: Standin, commands: Commands) -> Callable[..., Output]:
    """Return what prunes a staging repository with two images under tags, as of a later day."""
    _write(commands, registry, f"staging: {registry.host}/{NAME}")
    for number in range(2):
        label = {"org.opencontainers.image.revision": str(number) * 40}
        images.push_image(registry, NAME, images.AMD64, str(number), label, f"build-{number}")

    def run(*more: object) -> Output:
        words = ("--older-than", "2w", "--as-of", "2026-12-13")
        return commands.run("prune", *words, *more)

    return run


def _write(commands: Commands, registry: Standin, line: str) -> None:
    text = f"publish:\n  registries: [{registry.host}/me/sample]\n  {line}\n"
    (commands.root / "versions.yaml").write_text(VERSIONS + text)


def test_images_with_a_tag(registry: Standin, prune: Callable[..., Output]) -> None:
    """Where a registry lists no digests, only images with a tag are found, with a warning."""
    images.push_image(registry, NAME, images.ARM64)
    done = prune("--dry-run")
    assert (done.code, done.out.count("would be deleted")) == (3, 2)
    assert "does not list digests" in done.err
    assert len(registry.of(NAME).manifests) == 3
    done = prune("--as-of", "2026-12-12")
    assert (done.code, done.out) == (0, "")
    done = prune()
    assert (done.code, done.out.count("  deleted")) == (0, 2)
    assert len(registry.of(NAME).manifests) == 1


def test_what_a_plan_names_stays(
    registry: Standin, commands: Commands, prune: Callable[..., Output]
) -> None:
    """Digests, commits and builds that a plan names stay."""
    digest = registry.of(NAME).tags["build-0"]
    plan, built = commands.root / "plan.json", commands.root / "built.json"
    plan.write_text(json.dumps({"builds": [{"commit": "1" * 40}]}))
    built.write_text(json.dumps({"digest": digest}))
    done = prune("--plan", plan, "--plan", built)
    assert (done.code, done.out.count("stays: a plan names"), done.out.count("delete")) == (0, 2, 0)
    value = json.loads(prune("--plan", plan, "--plan", built, "--format", "json").out)
    assert {each["image"].partition("@")[2] for each in value["images"]} >= {digest}
    assert prune("--plan", commands.root / "none.json").code == 2
    plan.write_text(json.dumps({"builds": [{"id": "0"}]}))
    done = prune("--plan", plan)
    assert (done.code, done.out.count("stays: a plan names its build")) == (0, 1)
    assert done.out.count("  deleted") == 1
    assert set(registry.of(NAME).manifests) == {digest}


def test_digests_with_the_times_of_their_pushes(
    registry: Standin, prune: Callable[..., Output]
) -> None:
    """Where a registry lists digests, the time of the push counts, not that of the image."""
    kept, going = registry.of(NAME).tags["build-0"], registry.of(NAME).tags["build-1"]
    single = images.push_image(registry, NAME, images.ARM64)
    index = images.push_index(registry, NAME, [single])
    new = int(dt.datetime(2026, 12, 12, tzinfo=dt.UTC).timestamp() * 1000)
    registry.uploaded = {kept: new, going: 0, single["digest"]: 0, index: new}
    done = prune()
    assert (done.code, done.out.count("deleted")) == (0, 1)
    assert going in done.out
    assert "an index has it" in done.out
    assert "does not list digests" not in done.err
    assert set(registry.of(NAME).manifests) == {kept, single["digest"], index}


@pytest.mark.parametrize(
    ("begin", "code"),
    [
        ("GET /v2/me/staging/tags", 4),
        ("HEAD", 4),
        ("GET /v2/me/staging/blobs", 4),
        ("DELETE", 4),
    ],
)
def test_failures(registry: Standin, prune: Callable[..., Output], begin: str, code: int) -> None:
    """What can't be read or deleted is an error, and nothing else is deleted."""
    registry.faults[begin] = status(500)
    assert prune().code == code
    registry.faults[begin] = status(403)
    assert prune().code == (5 if begin == "DELETE" else 4)
    assert len(registry.of(NAME).manifests) == 2


def test_lists_that_can_not_be_read(registry: Standin, prune: Callable[..., Output]) -> None:
    """A list of other things is an error; a repository that is not there has nothing."""
    del registry.repositories[NAME]
    assert prune().code == 0
    registry.faults["GET"] = body(b'{"tags": [], "manifest": {"a": 3}}')
    assert prune().code == 0  # not a digest
    bad = b'{"tags": [], "manifest": {"sha256:%s": {"timeUploadedMs": "x"}}}' % (b"0" * 64)
    registry.faults["GET"] = body(bad)
    assert prune().code == 4


def test_only_in_staging(registry: Standin, commands: Commands) -> None:
    """Without a staging repository, or with a published one, nothing is deleted."""
    for line, words in (
        ("labels: {}", "has no `publish.staging`"),
        (f"staging: {registry.host}/me/sample", "is one of `publish.registries`"),
    ):
        _write(commands, registry, line)
        done = commands.run("prune", "--older-than", "14d")
        assert done.code == 2
        assert words in done.err
    assert registry.asked == []


def test_ages(commands: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    """An age is a number of days or weeks."""
    for text in ("14", "0d", "-1d", "14h", "1.5d"):
        with pytest.raises(SystemExit):
            commands.run("prune", f"--older-than={text}")
        assert "invalid age" in capsys.readouterr().err
