"""The inputs of outputs: configuration, matrix, templates and commits."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from tagmatrix.publish.outputs.new_manifest import manifest
from tagmatrix.render.template_hashes import TemplateHashes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tagmatrix.config import Config
    from tagmatrix.manifest import Manifest
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.render.templates import Templates


class Inputs(Struct, frozen=True, kw_only=True, dict=True):
    """What outputs are made of.

    Attributes:
        config: versions.yaml.
        matrix: all images, in order, and those that are left out.
        templates: the templates of the image.
        commits: the commit of each image, by its `folder`; empty if commits are not known.
        prefix: the path of the image's folder inside the repository; "" at its top.
        hashes: those of versions.yaml and templates/, if something is kept for later runs.
    """

    config: Config
    matrix: Matrix
    templates: Templates
    commits: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    hashes: TemplateHashes = TemplateHashes()

    @cached_property
    def manifest(self) -> Manifest:
        """Return the manifest, which several outputs use. Raises ManifestError."""
        return manifest(self.config, self.matrix.images, self.commits, prefix=self.prefix)
