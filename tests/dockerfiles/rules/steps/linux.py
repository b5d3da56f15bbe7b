"""The steps on Debian and Alpine."""

from __future__ import annotations

from typing import Final

from tests.dockerfiles.rules.steps.step import Step

ADDRESS: Final = "https://www.python.org/ftp/python/{final}/Python-$PYTHON_VERSION.tar.xz"
INSTALL: Final = "apt-get install -y --no-install-recommends …"
LISTS: Final = (
    Step(
        "rm -rf /var/lib/apt/lists/*", "lists get old, and bookworm has no dist-clean", "bookworm"
    ),
    Step("apt-get dist-clean", "lists get old; the InRelease files stay", "debian !bookworm"),
)
SLIM_LISTS: Final = tuple(Step(one.text, one.why, f"slim {one.when}") for one in LISTS)
FLAGS: Final = 'EXTRA_CFLAGS="$cflags" LDFLAGS="$ldflags'
PURGE: Final = "apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false"
AUTO: Final = '"so:" $i'
OURS: Final = "find /usr/local -type f -executable ! -name '_tkinter*' -exec"

PREPARATION: Final = (
    Step("set -eux", "a failure must stop the build", "debian"),
    Step("apt-get update", "packages are installed from fresh lists", "debian"),
    Step(INSTALL, "Python needs these packages when it runs or is built", "debian"),
    *LISTS,
    Step("apk add --no-cache …", "Python needs these packages when it runs", "alpine"),
)

_PACKAGES: Final = (
    Step("set -eux", "a failure must stop the build"),
    Step('scratch="$(mktemp -d)"', "temporary files have one folder, which is removed"),
    Step('apt-mark showmanual > "$scratch/manual"', "earlier packages must stay", "slim"),
    Step("apt-get update", "packages are installed from fresh lists", "slim"),
    Step(INSTALL, "the build needs these packages", "slim"),
    Step("apk add --no-cache --virtual .build-dependencies …", "the build needs these", "alpine"),
)

_SOURCE: Final = (
    Step('cd "$scratch"', "downloads are temporary"),
    Step(f'wget -nv --no-hsts -O python.tar.xz "{ADDRESS}"', "this is the source", "debian"),
    Step(f'wget -q -O python.tar.xz "{ADDRESS}"', "this is the source", "alpine"),
    Step('echo "$PYTHON_SHA256 *python.tar.xz" > python.sha256', "this is its checksum"),
    Step("sha256sum -c python.sha256", "another file must stop the build"),
    Step(
        f'wget -nv --no-hsts -O python.tar.xz.asc "{ADDRESS}.asc"',
        "this is its signature",
        "debian signed",
    ),
    Step(f'wget -q -O python.tar.xz.asc "{ADDRESS}.asc"', "this is its signature", "alpine signed"),
    Step('export GNUPGHOME="$scratch/gnupg"', "the keyring is temporary", "signed"),
    Step('mkdir -m 700 "$GNUPGHOME"', "gpg wants a folder of its own", "signed"),
    Step(
        "gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys …",
        "this is the signer's key",
        "signed",
    ),
    Step(
        "gpg --batch --verify python.tar.xz.asc python.tar.xz",
        "a wrong signature must stop the build",
        "signed",
    ),
    Step("gpgconf --kill all", "agents must not run on", "signed"),
    Step("mkdir -p /usr/src/python", "the source has a folder"),
    Step(
        "tar -x -J -f python.tar.xz -C /usr/src/python --strip-components=1",
        "the source is unpacked after all checks",
    ),
)

_CONFIGURE: Final = (
    Step("cd /usr/src/python", "the build runs in the source's folder"),
    Step(
        'machine="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"',
        "the kernel may be of another architecture",
    ),
    Step('set -- --build="$machine" -…', "these are configure's options"),
    Step(
        'case "$machine" in riscv64-*) ;; *) set -- "$@" --with-lto ;; esac',
        "LTO makes Python faster, and takes too long on riscv64",
    ),
    Step(
        'case "$machine" in i?86-*) set -- "$@" --without-frame-pointers ;; esac',
        "32-bit x86 has no register for frame pointers",
        "frames-by-default",
    ),
    Step('./configure "$@"', "configure gets its options"),
)

_BUILD: Final = (
    Step('cflags="$(dpkg-buildflags --get CFLAGS)"', "Debian hardens its programs", "debian"),
    Step('ldflags="$(dpkg-buildflags --get LDFLAGS)"', "Debian hardens its programs", "debian"),
    Step("cflags='-DTHREAD_STACK_SIZE=0x100000'", "libpython's threads need a stack", "alpine"),
    Step("ldflags='-Wl,-z,stack-size=0x100000'", "a program's threads need a stack", "alpine"),
    Step('ldflags="$ldflags -Wl,--strip-all"', "small images have no symbols", "!default"),
    Step(
        'case "$machine" in i?86-*) ;; x86_64-*|aarch64-*) cflags="$cflags '
        '-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer" ;; *) cflags="$cflags '
        '-fno-omit-frame-pointer" ;; esac',
        "profilers walk the stack by frame pointers",
        "frames",
    ),
    Step(f'make -j "$(nproc)" {FLAGS}"', "Python is compiled with the flags"),
    Step("rm python", "make would not link an up-to-date program again"),
    Step(
        f'make -j "$(nproc)" {FLAGS} -Wl,-rpath=\'\\$\\$ORIGIN/../lib\'" python',
        "the program looks for libpython next to itself first",
    ),
    Step("make install", "Python is installed"),
    Step('python="$(readlink -e /usr/local/bin/python3)"', "gdb needs the real name", "default"),
    Step(
        'install -D -m 644 Tools/gdb/libpython.py "/usr/share/gdb/auto-load$python-gdb.py"',
        "gdb loads its helper from this path only",
        "default",
    ),
)

_PRUNE: Final = (
    Step("cd /", "a folder is removed from outside"),
    Step("rm -rf /usr/src/python", "users do not need the source"),
    Step(
        "find /usr/local -depth \\( -type d \\( -name test -o -name tests -o -name idle_test -o "
        "-name __pycache__ \\) -o -type f \\( -name '*.pyc' -o -name 'libpython*.a' \\) \\) "
        "-exec rm -rf '{}' +",
        "users do not need tests, bytecode and the static library",
    ),
    Step("ldconfig", "the linker must know the new library", "debian"),
    Step(f"{OURS} ldd '{{}}' ';' > \"$scratch/links\"", "these are the libraries", "slim"),
    Step(
        'awk \'$2 == "=>" && $3 !~ "^/usr/local/" && !seen[$3]++ { sub("^/(usr/)?", "*/", $3); '
        'print $3 }\' "$scratch/links" > "$scratch/libraries"',
        "dpkg knows a library with or without /usr",
        "slim",
    ),
    Step(
        'xargs dpkg-query --search < "$scratch/libraries" > "$scratch/owners"',
        "these packages own the libraries",
        "slim",
    ),
    Step(
        "sed -i '/^diversion by /d; s/: .*//' \"$scratch/owners\"",
        "dpkg's answer has more than names",
        "slim",
    ),
    Step("apt-mark auto '.*' > /dev/null", "only what is marked stays", "slim"),
    Step('xargs apt-mark manual < "$scratch/manual" > /dev/null', "earlier packages stay", "slim"),
    Step('xargs apt-mark manual < "$scratch/owners"', "the libraries' packages stay", "slim"),
    Step(f"{PURGE} adduser", "dirmngr brought adduser", "slim signed !bookworm"),
    Step(PURGE, "the packages for the build are removed", "slim !signed"),
    Step(PURGE, "the packages for the build are removed", "slim signed bookworm"),
    *SLIM_LISTS,
    Step(
        f"{OURS} scanelf --needed --nobanner --format '%n#p' '{{}}' ';' > \"$scratch/links\"",
        "these are the libraries",
        "alpine",
    ),
    Step(
        "awk -F , '{ for (i = 1; i <= NF; i++) if ($i !~ /^libpython/ && !seen[$i]++) print "
        f'{AUTO} }}\' "$scratch/links" > "$scratch/libraries"',
        "apk knows a library as so:NAME",
        "alpine",
    ),
    Step(
        'xargs apk add --no-network --virtual .python-libraries < "$scratch/libraries"',
        "the libraries' packages stay",
        "alpine",
    ),
    Step(
        "apk del --no-network .build-dependencies",
        "the packages for the build are removed",
        "alpine",
    ),
    Step('rm -rf "$scratch"', "temporary files are removed"),
)

_FINISH: Final = (
    Step("export PYTHONDONTWRITEBYTECODE=1", "Python runs from here on"),
    Step(
        "pip3 install --disable-pip-version-check --no-cache-dir --no-compile …",
        "before 3.12 setuptools and wheel are part of the image",
        "pinned",
    ),
    Step(
        "for name in idle3 pip3 pydoc3 python3 python3-config; do "
        'plain="${name%3*}${name#*3}"; [ -s "/usr/local/bin/$name" ]; '
        '[ ! -e "/usr/local/bin/$plain" ]; ln -svT "$name" "/usr/local/bin/$plain"; done',
        "the names without the 3 are links",
    ),
    Step('[ "$(python --version)" = "Python $PYTHON_VERSION" ]', "this Python must run"),
    Step("pip --version", "pip must run"),
    Step("python -c …", "a module without its library is left out of the build unnoticed"),
)

STEPS: Final = (*_PACKAGES, *_SOURCE, *_CONFIGURE, *_BUILD, *_PRUNE, *_FINISH)
