"""From the tag to an application's image: Dockerfile, .dockerignore, and the image itself.

tagmatrix reads the files of a Python application and never runs them. It writes a
Dockerfile whose FROM line is the newest tag that the application accepts, and says why.
"""

from __future__ import annotations

from typing import Final

SUBCOMMANDS: Final = {
    "write": "write Dockerfile and .dockerignore, with --with also compose.yaml and CI",
    "check": "compare the files with the application, and the base's tag with the manifest",
    "update": "renew the FROM line, and only it",
    "build": "build an image without leaving a Dockerfile behind",
    "list": "list local images",
    "tag": "give a local image another name",
    "untag": "remove a name of a local image",
}
