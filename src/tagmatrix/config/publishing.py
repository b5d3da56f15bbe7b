"""The keys of versions.yaml about building and publishing, as frozen data: `publish` and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config.rule_model import Condition


class Destination(Struct, frozen=True, kw_only=True):
    """A repository to publish to, and the images for which it is.

    `final` limits it to final versions (True) or to pre-releases (False). `allow_http` lets its
    registry use http.
    """

    repository: str
    final: bool | None = None
    allow_http: bool = False
    when: Condition | None = None
    unless: Condition | None = None


class Runner(Struct, frozen=True, kw_only=True):
    """A class of machines: its label, and what it builds natively or by emulation.

    `constraints` limits it to images with one of these constraints: Windows builds.
    """

    label: str
    architectures: tuple[str, ...] = ()
    emulates: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()


class Attest(Struct, frozen=True, kw_only=True):
    """The attestations of images; none by default, because they make rebuilds differ."""

    sbom: bool = False
    provenance: str | None = None


class Publish(Struct, frozen=True, kw_only=True):
    """Where images are built and published.

    `staging` is where builds are pushed by digest; if it is None, they are pushed to the first
    of the image's repositories. `runners` is empty for the default ones. `required` is None for
    all architectures.
    """

    registries: tuple[Destination, ...] = ()
    staging: str | None = None
    runners: Mapping[str, Runner] = field(default_factory=dict)
    required: tuple[str, ...] | None = None
    stamp: str | None = None
    attest: Attest = Attest()
    labels: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, int] = field(default_factory=dict)


BREAKING: Final = (
    r"-[iPqt]*d.*|--|--(?:detach|cidfile|platform|restart|help)(?:=.*)?|--rm=(?![1tT]).*"
)
"""Options with which `docker run` does not run the test, wait for it, or remove its container."""
BREAKS: Final = (
    "breaks the test: tagmatrix sets the platform, waits for the container and removes it; remove "
    "this option"
)


class ImageTest(Struct, frozen=True, kw_only=True):
    """The test of a built image: a command in a container, and how long to wait for it."""

    command: tuple[str, ...]
    wait: int = 60
    options: tuple[str, ...] = ()


class Secret(Struct, frozen=True, kw_only=True):
    """A secret of a build: its id in the Dockerfile, and the variable that has its value."""

    id: str
    env: str
    when: Condition | None = None
    unless: Condition | None = None
