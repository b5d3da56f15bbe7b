"""The commands of a job, as shell: prepare, build, test, export of the digests.

They run at the top of the repository, in one folder with the plan: `plan.json`. They leave
DIGESTS/ID.json for each build.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tagmatrix.plan.bake import not_baked
from tagmatrix.plan.classic import classic_commands, local_name, pull, waits_for_digests
from tagmatrix.plan.handover import DIGESTS, METADATA, PLAN
from tagmatrix.plan.parents import with_parents
from tagmatrix.registry.joins import TEMPORARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config.publishing import ImageTest
    from tagmatrix.plan.records import Build, Job, Plan

BAKE: Final = "bake.json"
_EMULATORS: Final = "tonistiigi/binfmt"
"""https://docs.docker.com/build/building/multi-platform/#qemu"""


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands of a job; each part is a script of its own, and may be empty."""

    prepare: str
    build: str
    test: str
    export: str

    def all(self) -> list[str]:
        """Return the parts that are not empty, in order."""
        return [part for part in (self.prepare, self.build, self.test, self.export) if part]


def commands(plan: Plan, job: Job, every: Mapping[str, Build] | None = None) -> Commands:
    """Return the commands of a job.

    `every` has the builds of the plan by id, for callers that ask for many jobs.
    """
    if every is None:
        every = by_id(plan)
    builds = [every[name] for name in job.builds]
    # A build without BuildKit needs its parents in the engine; BuildKit builds them itself.
    own = [build for build in builds if not build.in_bake]
    needed = with_parents(every, own, follow=lambda build: not build.in_bake)
    loaded = [build for build in needed if build.in_bake]
    local = {build.id for build in loaded}
    baked = [build for build in builds if build.in_bake and build.id not in local]
    classic = [build for build in needed if not build.in_bake]
    parts = [*([_bake(baked)] if baked else []), *([_load(loaded)] if loaded else [])]
    parts += [classic_commands(build, every) for build in classic]
    return Commands(
        prepare=_prepare(
            plan, job, bake=bool(baked or loaded), wait=any(map(waits_for_digests, classic))
        ),
        build="\n".join([f"rm -rf {METADATA}", *parts]),
        test="\n".join(filter(None, map(_test, builds))) if plan.push else "",
        export=f"tagmatrix plan {_source(plan)} --record {METADATA}" if plan.push else "",
    )


def by_id(plan: Plan) -> dict[str, Build]:
    """Return the builds of a plan by id."""
    return {build.id: build for build in plan.builds}


def _source(plan: Plan) -> str:
    """Return the options that read the plan, and the digests of earlier stages."""
    return f"--from {PLAN} --digests {DIGESTS}" if plan.push else f"--from {PLAN}"


def _prepare(plan: Plan, job: Job, *, bake: bool, wait: bool) -> str:
    """Return what comes before builds; it fails if the digests are those of another plan."""
    lines = [f"mkdir -p {DIGESTS}"]
    if job.emulates:
        lines.append(f"docker run --privileged --rm {_EMULATORS} --install {_machines(job)}")
    if bake:
        lines.append(f"tagmatrix plan {_source(plan)} --format bake > {BAKE}")
    elif wait:
        lines.append(f"tagmatrix plan {_source(plan)} --format json > /dev/null")
    return "\n".join(lines)


def _machines(job: Job) -> str:
    """Return the machines that a job emulates, as the installer of emulators calls them."""
    return ",".join(dict.fromkeys(platform.split("/")[1] for platform in job.emulates))


def _bake(builds: Sequence[Build]) -> str:
    """Return the build of targets, one after another: bake does not limit what it runs at once.

    Docker's own builder cannot push by digest: there a build pushes a tag of its own.
    """
    loops: dict[str | None, list[str]] = {}
    for build in builds:
        loops.setdefault(build.repository, []).append(build.id)
    lines = [f"mkdir -p {METADATA}"]
    if any(loops):
        lines.append("driver=$(docker buildx inspect | sed -n 's/^Driver: *//p')")
    return "\n".join([*lines, *(_loop(ids, repository) for repository, ids in loops.items())])


def _load(builds: Sequence[Build]) -> str:
    """Return the build of parents for the engine itself, which has them under their own names."""
    lines = [f"mkdir -p {METADATA}"]
    for build in builds:
        output = f"{build.id}.output=type=docker,name={local_name(build)}"
        words = ["--provenance=false", "--sbom=false", "--set", output, build.id]
        lines.append(shlex.join(["docker", "buildx", "bake", "--file", BAKE, *words]))
    return "\n".join(lines)


def _loop(ids: Sequence[str], repository: str | None) -> str:
    by_tag = ""
    if repository:
        output = f"type=image,name={repository}:{TEMPORARY}$id,push=true,oci-mediatypes=true"
        by_tag = f"""
  if [ "$driver" = docker ]; then set -- --set "$id.output={output}"; fi"""
    return f"""\
for id in {" ".join(ids)}; do
  start=$(date +%s)
  set --{by_tag}
  docker buildx bake --file {BAKE} --metadata-file "{METADATA}/$id.json" "$@" "$id"
  echo $(($(date +%s) - start)) > "{METADATA}/$id.seconds"
done"""


def _test(build: Build) -> str:
    """Return the test of an image, which runs on its digest and notes its result.

    The image is pulled first: the time limit is that of the test alone.
    """
    if build.test is None:
        return ""
    digest = f'"$(sed -n {_DIGEST} {METADATA}/{build.id}.json | head -n 1)"'
    if not build.in_bake:
        digest = f'"$(cat {METADATA}/{build.id}.digest)"'
    result, container = f"{METADATA}/{build.id}.test", f"{METADATA}/{build.id}.container"
    image = f'{shlex.quote(build.repository or build.family)}"@$TAGMATRIX_DIGEST"'
    run = _run(build, build.test, container, image)
    return f"""\
TAGMATRIX_DIGEST={digest}
{pull(image, build)}
start=$(date +%s)
rm -f {container}
if {run}; then result=passed; else
  result=failed
  if [ -s {container} ]; then docker rm --force "$(cat {container})" > /dev/null 2>&1 || true; fi
fi
echo "$result $(($(date +%s) - start))" > {result}"""


_DIGEST: Final = (
    """'s/.*"\\(containerimage.\\)\\{0,1\\}digest": *"\\(sha256:[0-9a-f]*\\)".*/\\2/p'"""
)


def _run(build: Build, test: ImageTest, container: str, image: str) -> str:
    """Return the command of a test, which ends at the time limit; `image` is a word of the shell.

    The file `container` then has the id of the container. It still runs, because its first process
    may ignore the signals that docker passes on.
    """
    known: Mapping[str, str] = {
        "TAGMATRIX_VERSION": build.version or "",
        "TAGMATRIX_VARIANT": build.variant or "",
        "TAGMATRIX_PLATFORM": build.platform,
    }
    # The long options are those of GNU's program alone; docker's image has that of BusyBox.
    words = ["timeout", "-s", "KILL", str(test.wait)]
    words += ["docker", "run", "--rm", "--platform", build.platform]
    for name, text in known.items():
        words += ["--env", f"{name}={text}"]
    start = shlex.join([*words, *test.options, "--cidfile", container])
    return f'{start} --env TAGMATRIX_DIGEST="$TAGMATRIX_DIGEST" {image} {shlex.join(test.command)}'


def script(plan: Plan, *, simple: bool) -> str:
    """Return the whole plan as one script, for a machine that has docker only."""
    lines = [*_needs(plan), *(_simple(plan) if simple else _distributed(plan))]
    return "\n".join(["#!/bin/sh", "set -eu", *lines]) + "\n"


def _needs(plan: Plan) -> Sequence[str]:
    """Return the checks that fail before anything is built."""
    found = [_need("command -v tagmatrix", "tagmatrix is not on the PATH; install it")]
    if any(build.in_bake for build in plan.builds):
        found.append(_need("docker buildx version", "this script needs docker with buildx"))
    elif plan.builds:
        found.append(_need("docker version", "this script needs docker"))
    found.append(
        _need(f"test -f {PLAN}", f"{PLAN} is missing: tagmatrix plan --format json > {PLAN}")
    )
    return found


def _need(command: str, message: str) -> str:
    return f"{command} > /dev/null 2>&1 || {{ echo {shlex.quote(message)} >&2; exit 1; }}"


def _simple(plan: Plan) -> Sequence[str]:
    found = []
    left = {item.what for item in not_baked(plan)}
    others = [build.id for build in plan.builds if not build.in_bake or build.id in left]
    if len(others) == len(plan.builds):
        found.append("# there is nothing to build here")
        return [*found, *_not_here(others)]
    if plan.push:
        found += [
            "# what the registry would refuse:",
            f"tagmatrix registry publish --plan {PLAN} --dry-run",
        ]
    found.append(f"tagmatrix plan --from {PLAN} --simple --format bake > {BAKE}")
    found.append(f"docker buildx bake --file {BAKE}")
    return [*found, *_not_here(others)]


def _not_here(ids: Sequence[str]) -> Sequence[str]:
    """Return the comment that names what a simple script does not build."""
    return [f"# not built here (Windows, classic, and on them): {', '.join(ids)}"] if ids else []


def _distributed(plan: Plan) -> Sequence[str]:
    found = []
    every = by_id(plan)
    for job in plan.jobs:
        builds = ", ".join(job.builds)
        found.append(f"\n# {job.id} (stage {job.stage}, {job.label}): {builds}")
        found += commands(plan, job, every).all()
    if not plan.jobs:
        found.append("\n# there is nothing to build")
    if plan.push and plan.joins:
        found.append("\n# the tags")
        found.append(f"mkdir -p {DIGESTS}")
        found.append(f"tagmatrix registry publish --plan {PLAN} --digests {DIGESTS}")
    return found
