"""Dockerfiles, tags and manifests for families of container images."""

from __future__ import annotations

__all__ = ["__version__"]

__version__ = "0.1.0"
