"""The commands of a build without BuildKit: `docker build`, which takes bases from the engine.

So each parent and each pinned base gets, in the engine, the name that the FROM line has.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from tagmatrix.plan.handover import DIGESTS, METADATA
from tagmatrix.registry.joins import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tagmatrix.plan.records import Build, Parent

_DIGEST: Final = r"""s/.*"digest": *"\(sha256:[0-9a-f]*\)".*/\1/p"""
"""The script of sed that finds the digest in what a build left."""
_PUSHED: Final = r"s/.*digest: \(sha256:[0-9a-f]*\).*/\1/p"
"""That for what `docker push` prints; `docker manifest inspect` refuses registries on loopback."""


def waits_for_digests(build: Build) -> bool:
    """Return whether a build reads a parent's digest from a file while it runs."""
    return any(build.repository and not parent.digest for parent in build.parents)


def local_name(build: Build) -> str:
    """Return the name of a build's image in the engine; it is pushed under it."""
    return f"{build.repository or build.family}:{TEMPORARY}{build.id}"


def classic_commands(build: Build, every: Mapping[str, Build]) -> str:
    """Return the build of an image without BuildKit; it is pushed under a tag."""
    lines = [f"mkdir -p {METADATA}", "start=$(date +%s)"]
    for parent in build.parents:
        lines += _parent(parent, build, every.get(parent.build))
    for base in build.bases:
        digest = base.platform_digest or base.digest
        if digest and "@" not in base.name:
            pinned = shlex.quote(f"{base.name.rpartition(':')[0]}@{digest}")
            lines += _named(pinned, base.name, build)
        else:
            lines.append(pull(shlex.quote(base.name), build))
    words = ["docker", "build", *_platform(build), "--tag", local_name(build)]
    words += ["--file", _dockerfile(build)]
    for name, text in build.labels.items():
        words += ["--label", f"{name}={text}"]
    if build.epoch is not None and not _is_windows(build):
        words += ["--build-arg", f"SOURCE_DATE_EPOCH={build.epoch}"]
    engine = "" if _is_windows(build) else "DOCKER_BUILDKIT=0 "
    lines.append(engine + shlex.join([*words, build.folder]))
    if build.repository:
        log, push = f"{METADATA}/{build.id}.push", shlex.join(["docker", "push", local_name(build)])
        lines.append(f"{push} > {log}")
        lines.append(f"sed -n '{_PUSHED}' {log} | tail -n 1 > {METADATA}/{build.id}.digest")
    lines.append(f"echo $(($(date +%s) - start)) > {METADATA}/{build.id}.seconds")
    return "\n".join(lines)


def _parent(parent: Parent, child: Build, own: Build | None) -> Iterator[str]:
    """Yield what gives a parent its name: from its digest, or from this engine."""
    if parent.digest:
        yield from _named(shlex.quote(f"{parent.repository}@{parent.digest}"), parent.name, child)
    elif own and own.repository:
        yield f"parent={shlex.quote(own.repository)}@$(sed -n '{_DIGEST}' {DIGESTS}/{own.id}.json)"
        yield from _named('"$parent"', parent.name, own)
    elif own:
        yield shlex.join(["docker", "tag", local_name(own), parent.name])


def _named(pinned: str, name: str, build: Build) -> Iterator[str]:
    """Yield the commands that give an image a name; `pinned` is a word of the shell."""
    yield pull(pinned, build)
    yield f"docker tag {pinned} {shlex.quote(name)}"


def pull(image: str, build: Build) -> str:
    """Return the command that pulls an image; `image` is a word of the shell."""
    return f"{shlex.join(['docker', 'pull', *_platform(build)])} {image}"


def _platform(build: Build) -> list[str]:
    """Return the option for the platform; a Windows engine has only its own."""
    return [] if _is_windows(build) else ["--platform", build.platform]


def _is_windows(build: Build) -> bool:
    return build.platform.startswith("windows/")


def _dockerfile(build: Build) -> str:
    if "://" in build.folder or "#" in build.folder:
        return build.file
    return f"{build.folder}/{build.file}"
