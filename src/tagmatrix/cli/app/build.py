"""Build an image of an application; write no Dockerfile into its folder.

The first of docker, buildah and podman that answers builds it. The same files give the same
image: its date is that of the newest commit, or of the newest file. At the end tagmatrix
prints the command that runs the image.

The options and the base are those of the Dockerfile that `app write` wrote, unless others are
given.
"""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tagmatrix.app import rendering
from tagmatrix.app.engines import build_context, engine
from tagmatrix.app.flow import context_rules, prepare
from tagmatrix.app.report import SourceLine
from tagmatrix.cli.app import arguments
from tagmatrix.cli.output import note, say
from tagmatrix.errors import InputError

if TYPE_CHECKING:
    import argparse

    from tagmatrix.app.application_plan import ApplicationPlan
    from tagmatrix.app.flow import Prepared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_folder(parser)
    parser.add_argument(
        "--tag",
        "-t",
        dest="image",
        metavar="NAME:TAG",
        type=arguments.new_image,
        required=True,
        help="the name of the image",
    )
    parser.add_argument("--push", action="store_true", help="push the image to its registry")
    parser.add_argument(
        "--secret",
        metavar="SPEC",
        action="append",
        default=[],
        help="a build secret, as the engine takes it: id=netrc,src=FILE; may be repeated",
    )
    parser.add_argument(
        "--network",
        choices=engine.NETWORKS,
        default="",
        help="the network of the build's commands, for engines without a network of their own: "
        "host (default: the engine's)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="use no layers of earlier builds, which keep the times of those builds",
    )
    arguments.add_engine(parser)
    arguments.add_options(parser)
    arguments.add_as_of(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Build the image, and return the exit code."""
    folder = root / args.folder
    prepared = _prepare(root, folder, args)
    rules = context_rules(folder, prepared.files)
    builder = engine.find(args.engine, builds=True)
    _warn_of_engine(builder, prepared)
    arguments.show_warnings(prepared.report)
    arguments.show(prepared.report)
    with tempfile.TemporaryDirectory(prefix="tagmatrix-") as name:
        place = Path(name)
        files = build_context.stage(folder, place / "context", rules)
        date = build_context.epoch(folder, files)
        build_context.fix_times(place / "context", date)
        dockerfile = place / rendering.DOCKERFILE
        dockerfile.write_bytes(prepared.files[rendering.DOCKERFILE])
        build = engine.LocalBuild(
            context=place / "context",
            dockerfile=dockerfile,
            archive=place / "image.tar",
            name=args.image,
            epoch=date,
            secrets=tuple(args.secret),
            network=args.network,
            cache=not args.no_cache,
            push=args.push,
        )
        for command in builder.build(build):
            note(shlex.join(command))
            code = engine.run(command)
            if code:
                raise InputError(f"{command[0]} failed with exit code {code}: see its messages")
    say(_run_line(prepared.plan, builder, str(args.image)))
    return 0


def _prepare(root: Path, folder: Path, args: argparse.Namespace) -> Prepared:
    """Return the plan: by the options, and by the Dockerfile of `app write`.

    What is wrong with its base is a warning here.
    """
    given = arguments.options(root, args)
    options, there = arguments.again(folder, given, args)
    renew = any((given.manifest, given.tag, given.variant, given.digest))
    prepared = prepare(folder, options, args.as_of, there, renew=renew)
    for one in prepared.report.findings:
        prepared.report.warn(one.text, one.source)
    if there is not None and not there.generated:
        prepared.report.warn(
            "has no header of tagmatrix, so it is a person's, and this build does not use it: "
            "build it with your engine",
            SourceLine(rendering.DOCKERFILE),
        )
    if prepared.kept is not None:
        note(f"the base is that of {rendering.DOCKERFILE}: {prepared.kept}")
    return prepared


def _warn_of_engine(builder: engine.Engine, prepared: Prepared) -> None:
    """Warn of what an engine leaves out of the image."""
    report = prepared.report
    if builder.name != "docker" and prepared.plan.process.health:
        report.warn(
            f"{builder.name} builds an image in OCI's format, which has no health check: use "
            "docker, or build the Dockerfile of `app write` with --format=docker"
        )
    if not builder.exports:
        report.warn(
            "this engine's image store keeps the times of the build, so each build is another "
            "image: turn on containerd's image store, or create a builder with docker buildx create"
        )


def _run_line(plan: ApplicationPlan, builder: engine.Engine, name: str) -> str:
    """Return the command that runs the image, with its port and the variable of the port."""
    words = [builder.runner, "run", "--rm", "--read-only", "--tmpfs=/tmp"]
    process = plan.process
    if process.port:
        words.append(f"--publish={process.port}:{process.port}")
    if process.port_variable:
        words.append(f"--env={process.port_variable}={process.port}")
    return shlex.join([*words, name])
