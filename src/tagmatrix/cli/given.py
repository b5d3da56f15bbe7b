"""What a step knows of a version: what is given on the command line, and what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.errors import InputError
from tagmatrix.steps.checksums import Given

if TYPE_CHECKING:
    import argparse

    from tagmatrix.config import Config


def known(
    args: argparse.Namespace, config: Config, cycle: str, *, default: str = ""
) -> tuple[str, Given]:
    """Return the version that a cycle is to be at, and its checksums.

    Args:
        args: `version`, `sha256`, `late` and `download`.
        config: versions.yaml.
        cycle: the cycle.
        default: the version if none is given; empty for none.

    Raises InputError if upstream would have to be asked and can't be.
    """
    del config
    if args.download:
        raise InputError("--download: upstream can't be asked yet; give --sha256 NAME=HEX")
    version = args.version or default
    if not version:
        raise InputError(f"name the version that {cycle} is to be at")
    return version, Given(_checksums(args), tuple(args.late))


def _checksums(args: argparse.Namespace) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, digest in args.sha256:
        if found.setdefault(name, digest) != digest:
            raise InputError(f"--sha256 {name}: two different ones are given; keep one")
    return found
