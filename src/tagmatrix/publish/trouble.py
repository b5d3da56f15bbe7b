"""What may be wrong with a file that tagmatrix did not write."""

from __future__ import annotations

import enum


class Trouble(enum.StrEnum):
    """What is wrong with a file that tagmatrix did not write, and what to do."""

    UNTRACKED = (
        "not from tagmatrix, and git does not track it, so the commit of its folder lacks it: "
        "commit it, list it under `files`, or remove it"
    )
    IGNORED = (
        "not from tagmatrix, and git ignores it, so the commit of its folder lacks it: commit it "
        "with git add --force, list it under `files`, or remove it"
    )
    UNCOMMITTED = "not from tagmatrix, and it differs from HEAD: commit it, or restore it"
    DOCKERFILE = "a Dockerfile that tagmatrix did not write: remove it"
    CHANGED = (
        "no longer needed, but changed since tagmatrix wrote it, so it is kept: move it into "
        "templates/files/, or remove it"
    )
    LEFT = (
        "no longer needed, but HEAD still has it as tagmatrix wrote it: remove it, or list it "
        "under `files`"
    )
    REPOSITORY = (
        "a git repository of its own, so git adds none of its files: remove its .git and commit "
        "the files, list them under `files`, or remove it"
    )
    SUBMODULE = (
        "a submodule, so the commit of its folder lacks its files: commit the files in its place, "
        "list them under `files`, or remove it"
    )
    HOMELESS = "in a folder of no image, and not from tagmatrix: move it, or remove it"
