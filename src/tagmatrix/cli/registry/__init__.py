"""Registries of images: what is there, against what versions.yaml says, and safe changes of it.

Credentials come from docker's config.json, from its credential helpers and stores, and from
nowhere else: `docker login` writes them. A registry must use https, unless it is on loopback.
"""

from __future__ import annotations

from typing import Final

SUBCOMMANDS: Final = {
    "check": "compare the tags of a repository with versions.yaml",
    "list": "list the tags of a repository, with digests and platforms",
    "prune": "delete old images from the staging repository",
    "publish": "publish the images of a plan: indexes, then tags",
    "retire": "attach an end of life to images; nothing is deleted",
    "show": "show one image: its platforms, layers and labels",
    "stale": "list the images that were built on a base that has moved",
    "tag": "give an image other tags",
    "untag": "remove tags; their images stay",
}
