"""Check that mistakes are noticed: `python -m tests.e2e.mutations [--build] [--all] [WORD...]`.

The command makes each mistake of mutations.yaml in a copy of the templates, then runs the rules
and hadolint on the rendered files. --build also builds and tests an image for each mistake that
they miss. --all builds images for the other mistakes too; this takes hours. Words select mistakes
by name.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.e2e import debian
from tests.e2e.bases import TOOLS, Bases
from tests.e2e.buildah import Buildah
from tests.e2e.certificates import make_authority
from tests.e2e.commands import CommandError, run
from tests.e2e.images import Images, Variant
from tests.e2e.mutants import broken_rules, read_mutations, render
from tests.e2e.place import REPOSITORY, find_place, locked
from tests.e2e.sources import find_source
from tests.e2e.standin import HOSTS, Site, serve

if TYPE_CHECKING:
    from tests.e2e.mutants import Mutation

BUILT: Final = "slim-trixie"
GOAL: Final = 28


def main() -> int:
    """Print the checks that notice each mistake; fail if too few mistakes are noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--build",
        action="store_true",
        help="build images with mistakes that the rules and hadolint miss",
    )
    parser.add_argument(
        "--all", action="store_true", help="build images with the other mistakes too"
    )
    parser.add_argument("words", nargs="*", help="only mistakes with one of these words")
    options = parser.parse_args()
    chosen = [one for one in read_mutations() if _chosen(one, options.words)]
    noticed = 0
    with ExitStack() as stack:
        images = _images(stack) if options.build or options.all else None
        for mutation in chosen:
            found = _static(mutation)
            if images is not None and (options.all or not found):
                found = [*found, *_built(mutation, images)]
            noticed += bool(found)
            print(f"{mutation.name}: {', '.join(found) or 'NOT NOTICED'}", flush=True)
    print(f"{noticed} of {len(chosen)} noticed")
    return 0 if noticed >= len(chosen) - (30 - GOAL) else 1


def _chosen(mutation: Mutation, words: list[str]) -> bool:
    return not words or any(word in mutation.name for word in words)


def _static(mutation: Mutation) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        files = render(mutation, Path(name, "mutant"))
        hadolint = Path(sys.executable).with_name("hadolint")
        config = ("--config", REPOSITORY / ".hadolint.yaml", "--format", "json")
        said = json.loads(run(hadolint, *config, *files).text) if files else []
        rules = sorted(f"rule {rule}" for rule in broken_rules(files))
        return [*rules, *sorted({f"hadolint {one['code']}" for one in said})]


def _images(stack: ExitStack) -> Images:
    debian.install(*TOOLS, "binutils", "openssl")
    place = find_place()
    stack.enter_context(locked(place))
    authority = make_authority(place.folder("tls"), *HOSTS)
    site = Site()
    stack.enter_context(serve(site, authority))
    trusted = authority.certificate.parent
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return Images(site, Bases(place, trusted), Buildah(place, trusted), folder)


def _built(mutation: Mutation, images: Images) -> list[str]:
    """Return the output of a real build of the image with the mistake, and of the image tests."""
    variant = Variant(BUILT, find_source(images.bases.place, "3.13"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mutation.write(folder)
        one = Images(images.site, images.bases, images.buildah, folder / "project")
        rendered = one.render(variant, folder / "templates")
        if rendered.joinpath("Dockerfile").read_bytes() == _right(variant, images, folder):
            return []  # the mistake is in another kind of image
        if images.buildah.build(rendered, variant.tag).code != 0:
            return ["build"]
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                one.look(variant)
        except CommandError:
            return ["image suite"]
    return []


def _right(variant: Variant, images: Images, folder: Path) -> bytes:
    right = Images(images.site, images.bases, images.buildah, folder / "right")
    return (right.render(variant) / "Dockerfile").read_bytes()


if __name__ == "__main__":
    sys.exit(main())
