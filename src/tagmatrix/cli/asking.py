"""Where the steps get what is not given on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.cli.stepping import given_checksums
from tagmatrix.errors import InputError
from tagmatrix.steps.checksums import Given

if TYPE_CHECKING:
    import argparse


def given(args: argparse.Namespace) -> Given:
    """Return what is known of a version: what is given, and what upstream answers.

    Raises InputError if upstream would have to be asked and can't be.
    """
    if args.download:
        raise InputError("--download: upstream can't be asked yet; give --sha256 NAME=HEX")
    return Given(given_checksums(args), tuple(args.late))
