"""Lint manifests: report problems that bashbrew accepts; the exit code is 3 if there are any.

A note, such as one about `latest`, does not change the exit code.

Without MANIFEST, the command checks the whole library. It also checks images against
their base images, with the library's other manifests and the local git repositories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import asdict

from tagmatrix.cli import option_types
from tagmatrix.cli.library import arguments, loading
from tagmatrix.cli.output import complain, note, say, say_json
from tagmatrix.errors import DifferenceError, InputError
from tagmatrix.manifest.checks import NOTES, RULES, LintedManifest, check_document, check_family
from tagmatrix.util.wording import counted

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    rows = "\n".join(f"  {name:<21}{text}" for name, text in RULES.items())
    parser.epilog = f"rules:\n{rows}"
    arguments.add_manifests(parser)
    arguments.add_library(parser)
    arguments.add_checkout(parser)
    parser.add_argument(
        "--ignore",
        metavar="RULE",
        action="append",
        choices=sorted(RULES),
        default=[],
        help="ignore this rule; may be repeated",
    )
    option_types.add_format(parser)


def run(root: Path, args: argparse.Namespace) -> int:
    """Check the manifests."""
    if not args.manifests:
        args.all = True
    documents = []
    broken = 0
    for source in arguments.find_manifests(root, args).sources:
        try:
            documents.append(LintedManifest.read(source))
        except InputError as error:
            complain(str(error))
            broken += 1
    family = loading.family(
        root, args, [(document.name, document.manifest) for document in documents], around=True
    )
    findings = [finding for document in documents for finding in check_document(document)]
    findings += check_family(family, documents)
    findings = [finding for finding in findings if finding.rule not in args.ignore]
    names = {document.name for document in documents}
    loading.report_unknown(family, [image for image in family.images if image.name in names])
    if args.format == "json":
        say_json({"findings": list(map(asdict, findings))})
    else:
        for finding in findings:
            say(str(finding))
    count = len(documents)
    many = len(findings)
    note(f"{counted(count, 'manifest')} checked, {counted(many, 'finding')}")
    if broken:
        return InputError.exit_code
    problems = any(finding.rule not in NOTES for finding in findings)
    return DifferenceError.exit_code if problems else 0
