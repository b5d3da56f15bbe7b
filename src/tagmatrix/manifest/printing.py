"""Print a manifest as canonical text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.manifest.model import DEFAULTS
from tagmatrix.manifest.values import ARCH_FIELDS, LIST_FIELDS, byte_order

if TYPE_CHECKING:
    from tagmatrix.manifest.model import Entry, Manifest

_LISTS = {"Maintainers": "maintainers", **LIST_FIELDS}


def dumps(manifest: Manifest, *, comment: str = "") -> str:
    r"""Return the manifest's text as bashbrew prints it.

    https://github.com/docker-library/bashbrew/blob/master/manifest/rfc2822.go

    Fields have a fixed order, and lists are on one line. An entry leaves out the values
    of the first paragraph, and the first paragraph leaves out the format's defaults.

    The format cannot express two kinds of entries, which bashbrew prints regardless: an
    entry *without* a value that the first paragraph sets, and an entry with more
    maintainers or constraints than the first paragraph (parsed again, it has the common
    ones twice). `build` rejects manifests that would change when parsed again.

    Args:
        manifest: the manifest to print.
        comment: lines to print above it, each after `# `, followed by an empty line.

    >>> from tagmatrix.manifest.model import Entry, Maintainer, Manifest
    >>> defaults = Entry(maintainers=(Maintainer(name="Ada", handle="ada"),), git_repo="r")
    >>> print(dumps(Manifest(global_=defaults), comment="Do not edit."), end="")
    # Do not edit.
    <BLANKLINE>
    Maintainers: Ada (@ada)
    GitRepo: r
    """
    paragraphs = [_print_entry(manifest.global_, DEFAULTS)]
    paragraphs += [_print_entry(entry, manifest.global_) for entry in manifest.entries]
    if comment:
        lines = [f"# {line}".rstrip() for line in comment.rstrip("\n").split("\n")]
        paragraphs.insert(0, "\n".join(lines))
    return "\n\n".join(paragraphs) + "\n"


def _print_entry(entry: Entry, defaults: Entry) -> str:
    """Return the paragraph of the values that differ from the defaults."""
    lines = []
    for name, attribute in _LISTS.items():
        own, common = getattr(entry, attribute), getattr(defaults, attribute)
        if own is not common and (text := _join(own)) and text != _join(common):
            lines.append(f"{name}: {text}")
    for name, attribute in ARCH_FIELDS.items():
        text = getattr(entry, attribute)
        if text and text != getattr(defaults, attribute):
            lines.append(f"{name}: {text}")
    if entry.arch_values is not defaults.arch_values:
        common = defaults.arch_values
        names = [
            name for name, text in entry.arch_values.items() if text and common.get(name) != text
        ]
        lines += [f"{name}: {entry.arch_values[name]}" for name in sorted(names, key=byte_order)]
    if (text := _join(entry.constraints)) and text != _join(defaults.constraints):
        lines.append(f"Constraints: {text}")
    return "\n".join(lines)


def _join(items: tuple[object, ...]) -> str:
    """Return a list in the format's notation."""
    return ", ".join(map(str, items))
