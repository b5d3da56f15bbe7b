"""Builds the core of Python with musl, as on Alpine, and loads it from another program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.e2e import debian
from tests.e2e.commands import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.commands import Done
    from tests.e2e.sources import Source

PACKAGES: Final = ("musl-tools", "gcc", "make", "libc6-dev", "linux-libc-dev")

COMPILER: Final = """\
#!/bin/sh
# musl-gcc, with the kernel's headers, and the name of the system that it compiles for.
for word; do
	if [ "$word" = --print-multiarch ]; then echo x86_64-linux-musl; exit; fi
done
exec musl-gcc "$@" -idirafter {headers}
"""

PROGRAM: Final = r"""
#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **words) {
    void *library = dlopen(words[1], RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) return puts(dlerror()), 3;
    ((void (*)(int)) dlsym(library, "Py_InitializeEx"))(0);
    return ((int (*)(const char *)) dlsym(library, "PyRun_SimpleString"))(words[2]);
}
"""
"""A program like a server: its own threads have musl's small stack, and it loads libpython."""

RECURSION: Final = """
import _thread, time
class Deep:
    def __repr__(self): return repr(self)
done = []
def work():
    try: repr(Deep())
    except RecursionError: done.append('RecursionError')
_thread.start_new_thread(work, ())
while not done: time.sleep(0.02)
print(done[0])
"""


@dataclass(frozen=True, slots=True)
class Core:
    """The source in a folder, and the program that loads what is built from it."""

    folder: Path

    @classmethod
    def unpack(cls, folder: Path, source: Source) -> Core:
        """Unpack the source, and make the compiler and the program."""
        debian.install(*PACKAGES)
        headers = folder / "headers"
        headers.mkdir(parents=True)
        for name, place in (("linux", ""), ("asm-generic", ""), ("asm", "x86_64-linux-gnu/")):
            headers.joinpath(name).symlink_to(f"/usr/include/{place}{name}")
        compiler = folder / "musl-cc"
        compiler.write_text(COMPILER.format(headers=headers))
        compiler.chmod(0o755)
        (folder / "program.c").write_text(PROGRAM)
        run("musl-gcc", "program.c", "-o", "program", cwd=folder).ok()
        (folder / "source").mkdir()
        run("tar", "-xJf", source.tarball, "-C", folder / "source", "--strip-components=1").ok()
        return cls(folder)

    def build(self, name: str, cflags: str, ldflags: str) -> Path:
        """Build libpython with flags, which make gets as in a Dockerfile; return its folder."""
        folder = self.folder / name
        folder.mkdir()
        configure = (self.folder / "source" / "configure", "--build=x86_64-linux-musl")
        settings = {"CC": str(self.folder / "musl-cc")}
        run(*configure, "--enable-shared", "--without-ensurepip", cwd=folder, env=settings).ok()
        flags = (f"EXTRA_CFLAGS={cflags}", f"LDFLAGS={ldflags}")
        run("make", "-j2", *flags, "libpython3.13.so", cwd=folder).ok()
        return folder

    def recurse(self, folder: Path) -> Done:
        """Load libpython in the program, and recurse in a thread until Python refuses."""
        library = folder / "libpython3.13.so.1.0"
        modules = {"PYTHONPATH": str(self.folder / "source" / "Lib"), "PYTHONHOME": str(folder)}
        program = (self.folder / "program", library, RECURSION)
        return run(*program, cwd=folder, env={**modules, "LD_LIBRARY_PATH": str(folder)})
