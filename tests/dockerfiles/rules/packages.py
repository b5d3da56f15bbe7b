"""Rules for packages: packages for the build are installed, only those for running stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Command, Dockerfile

LISTS: Final = ("rm", "-rf", "/var/lib/apt/lists/*")
DIST_CLEAN: Final = ("apt-get", "dist-clean")
"""It keeps the InRelease files, which protect against downgrades; bookworm's apt lacks it."""

APT: Final = ("-y", "--no-install-recommends")
PURGE: Final = ("apt-get", "purge", "-y", "--auto-remove", "-o")
FIND: Final = "find /usr/local -type f -executable ! -name '_tkinter*'"
"""Tk's libraries need half of X11, so they are removed too."""

RECOMMENDED: Final = "APT::AutoRemove::RecommendsImportant=false"

# For each flavor: the packages for running and for building that the base lacks. A build that does
# not find a module's library omits the module without an error.
RUNTIME: Final = {
    "slim": {"ca-certificates", "netbase", "tzdata"},
    "alpine": {"ca-certificates", "tzdata"},
    "default": set[str](),
}
BUILD: Final = {
    "slim": {
        *("dpkg-dev", "gcc", "libbluetooth-dev", "libbz2-dev", "libc6-dev", "libdb-dev"),
        *("libffi-dev", "libgdbm-dev", "liblzma-dev", "libncurses-dev", "libreadline-dev"),
        *("libsqlite3-dev", "libssl-dev", "make", "tk-dev", "uuid-dev", "wget", "xz-utils"),
        "zlib1g-dev",
    },
    "alpine": {
        *("bluez-dev", "bzip2-dev", "dpkg", "dpkg-dev", "findutils", "gcc", "gdbm-dev", "libc-dev"),
        *("libffi-dev", "linux-headers", "make", "ncurses-dev", "openssl-dev", "pax-utils"),
        *("readline-dev", "sqlite-dev", "tar", "tcl-dev", "tk", "tk-dev", "util-linux-dev", "xz"),
        *("xz-dev", "zlib-dev"),
    },
    "default": {"libbluetooth-dev", "tk-dev", "uuid-dev"},
}
"""Those of default stay: its base has compilers and headers, too."""

NEWER: Final = {
    "slim": {"g++", "libzstd-dev"},
    "alpine": {"g++", "zstd-dev"},
    "default": {"libzstd-dev"},
}
"""From 3.14 on there is compression.zstd; from 3.14.6 on configure records g++ if it finds it."""

SIGNATURES: Final = {"slim": {"dirmngr", "gnupg"}, "alpine": {"gnupg"}, "default": set[str]()}


def flavor_of(file: Dockerfile) -> str:
    """Return the kind of the file's base."""
    if file.base.startswith("alpine:"):
        return "alpine"
    return "slim" if file.base.endswith("-slim") else "default"


def version_of(file: Dockerfile) -> Version:
    """Return the version of Python."""
    return Version(file.environment().get("PYTHON_VERSION", "0"))


def installed(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Each RUN installs exactly the packages that this Python needs there on this base."""
    for run, needed in zip(file.runs, _needed(file), strict=False):
        found = {name for command in run for name in _packages(command)}
        if needed - found:
            yield run[0].line, f"not installed here: {', '.join(sorted(needed - found))}"
        if found - needed:
            yield run[0].line, f"installed but not needed here: {', '.join(sorted(found - needed))}"


def _needed(file: Dockerfile) -> tuple[set[str], set[str]]:
    """Return the packages of the first RUN, which stay, and those of the second one."""
    version = version_of(file)
    flavor = flavor_of(file)
    found = BUILD[flavor] | (SIGNATURES if version < Version("3.14.0a0") else NEWER)[flavor]
    if version < Version("3.13.0a0") and flavor == "alpine":
        found = found | {"libnsl-dev", "libtirpc-dev"}
    if has_libmpdec(file):
        found = found | {"mpdecimal-dev" if flavor == "alpine" else "libmpdec-dev"}
    return (found, set()) if flavor == "default" else (RUNTIME[flavor], found)


def has_libmpdec(file: Dockerfile) -> bool:
    """Return whether Python links to the library of a package; bookworm has no such package.

    3.16 has no copy of its own: https://github.com/python/cpython/pull/133964
    """
    return version_of(file) >= Version("3.16.0a0") and "bookworm" not in file.base


def sorted_lists(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Packages are listed in order, each once."""
    for command in file.commands:
        names = list(_packages(command))
        if names != sorted(set(names)):
            yield command.line, "the packages are not in order, each once"


def apt_commands(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Apt uses fresh lists, asks no questions, installs no recommendations, leaves no lists."""
    for run in file.runs:
        words = [command.words for command in run]
        installs = [command for command in run if command.starts("apt-get", "install")]
        for command in installs:
            if command.words[2:4] != APT:
                yield command.line, f"apt-get install is not followed by {' '.join(APT)}"
            if ("apt-get", "update") not in words[: run.index(command)]:
                yield command.line, "apt-get installs without `apt-get update` in the same RUN"
        clean = LISTS if "bookworm" in file.base else DIST_CLEAN
        uses = [at for at, one in enumerate(words) if one[0] == "apt-get" and one != DIST_CLEAN]
        if installs and clean not in words[max(uses) :]:
            yield installs[0].line, f"the lists are not removed with `{' '.join(clean)}` in the end"


def apk_commands(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Apk keeps no index, and packages of a group for the build are removed as a group."""
    commands = file.commands
    for at, command in enumerate(commands):
        words = command.words
        if "apk" not in words:
            continue
        if "add" in words and not {"--no-cache", "--no-network"} & set(words):
            yield command.line, "apk add keeps its index without --no-cache"
        group = command.option("--virtual")
        gone = [one for one in commands[at:] if one.starts("apk", "del") and one.words[-1] == group]
        if "add" in words and set(words) & {"gcc"} and not (group and gone):
            yield command.line, "packages for the build are not removed as a group with `apk del`"


def slim_again(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """On slim, the same RUN removes packages for the build; libraries that Python needs stay."""
    if flavor_of(file) != "slim":
        return
    run = file.runs[-1]
    wholes = [command.whole for command in run]
    steps = [
        ("earlier packages are not recorded with `apt-mark showmanual`", "apt-mark showmanual"),
        ("nothing is compiled and installed", "make install"),
        ("ldconfig does not run after `make install`", "ldconfig"),
        ("the linked libraries (except _tkinter's) are not listed", FIND),
        ("the owners of those libraries are not listed", "xargs dpkg-query --search"),
        ("`apt-mark auto '.*'` does not give up all packages", "apt-mark auto '.*'"),
        ("earlier packages are not kept", "xargs apt-mark manual"),
        ("the libraries' packages are not kept", "xargs apt-mark manual"),
        ("nothing is purged", " ".join((*PURGE, RECOMMENDED))),
    ]
    yield from _in_order(run[0].line, wholes, steps)
    inputs = [one.redirects.get("<") for one in run if one.starts("xargs", "apt-mark", "manual")]
    if inputs != ["$scratch/manual", "$scratch/owners"]:
        yield run[0].line, "only earlier packages and the libraries' owners may be kept"
    adduser = any(one.starts(*PURGE) and one.words[-1] == "adduser" for one in run)
    gnupg = any("dirmngr" in one.words for one in run)
    if adduser is not (gnupg and "bookworm" not in file.base):
        yield (
            run[0].line,
            "if the base lacks adduser, dirmngr installed it: purge it by name",
        )


def alpine_again(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """On Alpine, a group keeps the libraries that Python needs, then all others are removed."""
    if flavor_of(file) != "alpine":
        return
    steps = [
        ("nothing is compiled and installed", "make install"),
        ("the linked libraries (except _tkinter's) are not listed", FIND),
        ("the libraries are not kept", "xargs apk add --no-network --virtual .python-libraries"),
        ("packages for the build stay", "apk del --no-network .build-dependencies"),
    ]
    yield from _in_order(file.runs[-1][0].line, [one.whole for one in file.runs[-1]], steps)


def _in_order(
    line: int, wholes: list[str], steps: list[tuple[str, str]]
) -> Iterator[tuple[int, str]]:
    at = 0
    for message, begin in steps:
        found = next((n for n, text in enumerate(wholes[at:], at) if text.startswith(begin)), None)
        if found is None:
            yield line, f"{message} (`{begin}` at its place)"
        else:
            at = found + 1


def _packages(command: Command) -> Iterator[str]:
    if command.starts("apt-get", "install"):
        yield from (word for word in command.words[2:] if not word.startswith("-"))
    elif command.starts("apk", "add"):
        group = command.option("--virtual")
        words = (word for word in command.words[2:] if not word.startswith("-"))
        yield from (word for word in words if word != group)


RULES: Final = (*(installed, sorted_lists, apt_commands, apk_commands, slim_again, alpine_again),)
