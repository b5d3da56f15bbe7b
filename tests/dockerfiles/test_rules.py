"""Every rendered Dockerfile keeps every rule, and every rule can be broken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.dockerfiles.parse import parse
from tests.dockerfiles.rules import LINUX, WINDOWS, check, rules_for

if TYPE_CHECKING:
    from tests.dockerfiles.rules import Rule

LIBRARY = Path(__file__).parents[2] / "library"
FILES = {path.parent.relative_to(LIBRARY).as_posix(): path for path in LIBRARY.rglob("Dockerfile")}
PARSED = {name: parse(path.read_text()) for name, path in sorted(FILES.items())}
RULES = tuple(dict.fromkeys((*LINUX, *WINDOWS)))

SLIM, DEFAULT, ALPINE = "3.13/slim-trixie", "3.14/trixie", "3.12/alpine3.24"
SERVER, OLD, NEW = "3.14/windows/windowsservercore-ltsc2025", "3.11/slim-bookworm", "3.15-rc/trixie"

BROKEN = {
    "known_instructions": [
        (SLIM, "FROM debian", "FRM debian"),
        (SLIM, 'CMD ["python3"]', 'CMD --shell=no ["python3"]'),
        (SLIM, "RUN set -eux; \\\n\tscratch", "run set -eux; \\\n\tscratch"),
    ],
    "known_directives": [(SERVER, "# escape=`", "# escpe=`")],
    "one_stage": [
        (ALPINE, "FROM alpine:3.24", "FROM alpine:latest"),
        (SLIM, "FROM debian:trixie-slim", "FROM debian"),
        (SLIM, "CMD [", "COPY python /usr/local/bin/\n\nCMD ["),
        (SLIM, "CMD [", "FROM debian:trixie\n\nCMD ["),
    ],
    "values": [
        (SLIM, "ENV PYTHON_VERSION=", "ENV PYTHON_VERSION "),
        (SLIM, 'CMD ["python3"]', "CMD ['python3']"),
    ],
    "command": [(SLIM, 'CMD ["python3"]', 'CMD ["python"]')],
    "versions": [
        (SLIM, "ENV PYTHON_VERSION=3.13.", "ENV PYTHON_VERSION=3."),
        (SLIM, "ENV PYTHON_SHA256=", "ENV PYTHON_SHA256=sha256:"),
    ],
    "characters": [
        (SLIM, "mkdir -p /usr", "mkdir -p\N{NO-BREAK SPACE}/usr"),
        (SERVER, "'Python {0}'", "'Python\N{NO-BREAK SPACE}{0}'"),
        (ALPINE, "\t\tzlib-dev", "\t\tzlib\N{NON-BREAKING HYPHEN}dev"),
    ],
    "readable": [
        (SLIM, "\tdone; \\\n", ""),
        (SERVER, "throw 'pip does not work'; `\n\t}; `", "throw 'pip does not work'; `\n\t; `"),
        (SLIM, 'echo "$PYTHON_SHA256 *python.tar.xz" >', "cat <<EOF >"),
    ],
    "stops_at_failures": [(SLIM, "\tldconfig; \\", "\tset +e; \\\n\tldconfig; \\")],
    "hides_no_failure": [
        (SLIM, "\tldconfig; \\", "\t! ldconfig; \\"),
        (SLIM, "\tldconfig; \\", "\tldconfig & \\"),
        (SLIM, "python.tar.xz; \\\n\tgpgconf", "python.tar.xz & gpgconf"),
        (DEFAULT, "zlib'", "zlib' &"),
        (SLIM, "\tldconfig; \\", "\tif ldconfig; then :; fi; \\"),
        (SLIM, "\tldconfig; \\", "\tuntil ldconfig; do :; done; \\"),
    ],
    "substitutions_can_fail": [(ALPINE, "\tmachine=", "\texport machine=")],
    "laid_out": [(SLIM, "\t\ttzdata \\\n\t; \\", "\t\ttzdata \\")],
    "ends": [(SLIM, ", ssl, zlib'", ", ssl, zlib'; \\")],
    "scratch_folder": [(SLIM, '> "$scratch/owners"', "> /owners")],
    "quoted": [(SLIM, 'cd "$scratch"', "cd $scratch")],
    "over_https": [
        (SLIM, "wget -nv", "wget --no-check-certificate -nv"),
        (SLIM, "wget -nv --no-hsts", "wget -nv"),
        (SLIM, "wget -nv --no-hsts -O python.tar.xz ", "curl -o python.tar.xz "),
    ],
    "verified": [
        (SLIM, "$PYTHON_SHA256 *python", "$SHA *python"),
        (SLIM, "> python.sha256; \\\n", "> python.other; \\\n"),
    ],
    "signed": [
        (SLIM, "7169605F62C751356D054A26A821E680E5FA6305", "E5FA6305"),
        (SLIM, "--recv-keys ", "--recv-keys A035C8C19219BA821ECEA86B64E628F8D684696D "),
        (SLIM, "\tgpgconf --kill all; \\\n", ""),
        (SLIM, '"$scratch/gnupg"; \\\n\tmkdir', '"/gnupg"; \\\n\tmkdir'),
        (SLIM, "gpg --batch --verify", "gpg --verify"),
    ],
    "right_address": [(NEW, "/ftp/python/3.15.0/", "/ftp/python/3.15/")],
    "installed": [
        (ALPINE, "\t\tlibtirpc-dev \\\n", ""),
        (ALPINE, "\t\tca-certificates \\\n", "\t\tca-certificates \\\n\t\tgcc \\\n"),
        (SLIM, "\t\ttzdata \\\n", "\t\ttzdata \\\n\t\twget \\\n"),
        (SLIM, "\t\ttk-dev \\\n", "\t\ttk-dev \\\n\t\ttzdata \\\n"),
    ],
    "sorted_lists": [(SLIM, "\t\tmake \\\n\t\ttk-dev \\\n", "\t\ttk-dev \\\n\t\tmake \\\n")],
    "apt_commands": [
        (DEFAULT, "\tapt-get update; \\\n", ""),
        (DEFAULT, "\tapt-get dist-clean", "\trm -rf /var/lib/apt/lists/*"),
        (OLD, "\trm -rf /var/lib/apt/lists/*; \\\n", "\tapt-get dist-clean; \\\n"),
    ],
    "apk_commands": [
        (ALPINE, "apk add --no-cache \\", "apk add \\"),
        (ALPINE, "apk del --no-network .build-dependencies", "apk del --no-network .build"),
    ],
    "slim_again": [(SLIM, "\tldconfig; \\\n", ""), (SLIM, "--auto-remove -o", "-o")],
    "alpine_again": [(ALPINE, "\tapk del --no-network .build-dependencies; \\\n", "")],
    "path_and_locale": [
        (SLIM, "ENV PATH=/usr/local/bin:$PATH", "ENV PATH=$PATH:/usr/local/bin"),
        (ALPINE, "ENV LANG=C.UTF-8\n", ""),
    ],
    "configured": [
        (SLIM, "\t\t--with-ensurepip \\\n", ""),
        (SLIM, "riscv64-*", "riscv-*"),
        (SLIM, './configure "$@"', "./configure"),
        (
            ALPINE,
            "\t\t--enable-shared \\\n",
            "\t\t--enable-shared \\\n\t\t--enable-optimizations \\\n",
        ),
        (NEW, "\t\t--without-system-libmpdec \\\n", ""),
        (NEW, "set -- \\\n", "set -- \\\n\t\t--without-frame-pointers \\\n"),
        (SLIM, "set -- \\\n", "set -- \\\n\t\t--with-lto \\\n"),
        (SLIM, '*) set -- "$@" --with-lto', "*) set -- --with-lto"),
        (NEW, "i?86-*) set", "x86_64-*) set"),
    ],
    "configured_for": [(SLIM, "DEB_BUILD_GNU_TYPE", "DEB_HOST_ARCH")],
    "compiled": [(SLIM, "\trm python; \\\n", ""), (SLIM, '-j "$(nproc)" EXTRA', "EXTRA")],
    "flags": [
        (SLIM, " -Wl,--strip-all", " -Wl,--strip-debug"),
        (SLIM, " -mno-omit-leaf-frame-pointer", ""),
        (DEFAULT, "dpkg-buildflags --get CFLAGS", "dpkg-buildflags --get CXXFLAGS"),
        (ALPINE, "stack-size=0x100000", "stack-size=0x10000"),
        (ALPINE, "'-DTHREAD_STACK_SIZE=0x100000'", ""),
        (SLIM, "x86_64-*|aarch64-*) cflags", "aarch64-*) cflags"),
    ],
    "pruned": [
        (SLIM, "-exec rm -rf '{}' +", "-print"),
        (SLIM, "\tcd /; \\\n", ""),
    ],
    "named": [(SLIM, "idle3 pip3 pydoc3", "pip3 pydoc3"), (SLIM, "ln -svT", "ln -sv")],
    "tried": [
        (DEFAULT, ", tkinter, zlib", ", zlib"),
        (SLIM, "\tpip --version; \\\n", ""),
        (SLIM, "\tpip --version; \\\n", "\tpip --version; \\\n\trm /usr/local/bin/pip3; \\\n"),
    ],
    "no_bytecode": [(OLD, " --no-compile", "")],
    "pinned": [
        (OLD, "\t\t'setuptools==79.0.1' \\\n", ""),
        (OLD, "'setuptools==79.0.1'", "'setuptools'"),
        (OLD, "'wheel==0.46.3'", "'wheel<0.47'"),
        (OLD, "'wheel==0.46.3'", "'wheel==0.45.1'"),
        (OLD, "'wheel==0.46.3'", "'wheel==0.99.0'"),
        (OLD, "'setuptools==79.0.1'", "'setuptools==82.0.0'"),
    ],
    "machines": [
        (SLIM, "x86_64-*|aarch64-*)", "x86_64-*|arm64-*)"),
        (SLIM, "i?86-*) ;;", "i386-*) ;;"),
        (SLIM, 'case "$machine" in', 'case "$(uname -m)" in'),
    ],
    "gdb_helper": [
        (DEFAULT, "auto-load$python-gdb.py", "auto-load/python-gdb.py"),
        (DEFAULT, "readlink -e ", "readlink "),
    ],
    "instructions_in_order": [
        (SLIM, "CMD [", "USER daemon\n\nCMD ["),
        (SLIM, "RUN set", "RUN --network=none set"),
    ],
    "directives": [(SLIM, "# Generated", "# syntax=docker/dockerfile:1\n# Generated")],
    "statements_in_order": [
        (SLIM, "\tldconfig; \\\n", "\tldconfig -n /usr; \\\n"),
        (ALPINE, "apk add --no-cache --virtual", "apk add --no-cache --allow-untrusted --virtual"),
        (SERVER, "::Tls12", "::Tls"),
        (SERVER, "-ne ('Python {0}'", "-ne ('Python  {0}'"),
        (SLIM, "s/: .*//'", "s/:  .*//'"),
        (SLIM, "s/: .*//'", "s/:\t.*//'"),
        (SLIM, "\t\ttzdata \\\n\t; \\", "\t\ttzdata \\\n\t> /dev/null 2>&1; \\"),
        (SLIM, "zlib'", "zlib' 2> /dev/null"),
        (OLD, "--no-compile \\", "--no-compile '--pre' \\"),
        (SLIM, "\tldconfig; \\", "\tldconfig & \\"),
    ],
    "shell": [
        (SERVER, "'Stop'; $Pro", "'Continue'; $Pro"),
        (SERVER, "# escape=`\n", ""),
        (SERVER, "'SilentlyContinue'", "'Continue'"),
        (SERVER, "=UTF-8", "=UTF-16"),
    ],
    "in_order": [
        (SERVER, "-Wait -NoNewWindow", "-NoNewWindow"),
        (SERVER, "-amd64.exe", "-arm64.exe"),
        (SERVER, "-amd64.exe", ".exe"),
    ],
    "arguments": [(SERVER, "\t\t'Include_test=0', `\n", "")],
    "terminated": [(SERVER, "-UseBasicParsing; `", "-UseBasicParsing `")],
}
"""By rule: a file, a text in it, and a replacement that breaks the rule."""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_kept(rule: Rule) -> None:
    """No file breaks the rule, and the rule applies to some file."""
    held = [name for name, file in PARSED.items() if rule in rules_for(file)]
    assert held
    found = [f"{FILES[name]}:{line}: {said}" for name in held for line, said in rule(PARSED[name])]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "name", "old", "new"),
    [(rule, *change) for rule, changes in BROKEN.items() for change in changes],
)
def test_broken(rule: str, name: str, old: str, new: str) -> None:
    """The rule finds a file that breaks it."""
    text = FILES[name].read_text()
    assert old in text
    found = [line.split(": ")[1] for line in check(parse(text.replace(old, new, 1)))]
    assert rule in found


def test_all_can_be_broken() -> None:
    """Every rule has a case that breaks it, and no two have the same name."""
    names = [rule.__name__ for rule in RULES]
    assert set(BROKEN) == set(names)
    assert len(set(names)) == len(names)
