"""Dockerfiles, tags and manifests for families of container images."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from tagmatrix import api

__all__ = ["__version__", "api"]

__version__ = "0.1.0"

if not TYPE_CHECKING:  # a type checker would accept every name

    def __getattr__(name: str) -> ModuleType:
        """Import `tagmatrix.api` when it is first used: commands start without it."""
        if name != "api":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module("tagmatrix.api")
