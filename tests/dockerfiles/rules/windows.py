"""Rules for PowerShell: it stops at failures, and nothing unverified runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.dockerfiles.parse import Dockerfile

SHELL: Final = (
    '["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; '
    "$ProgressPreference = 'SilentlyContinue';\"]"
)
INSTALLER: Final = "C:\\setup\\python.exe"
ARGUMENTS: Final = (
    *("/quiet", "InstallAllUsers=1", "TargetDir=C:\\Python", "PrependPath=1", "Include_pip=1"),
    *("Include_doc=0", "Include_test=0", "Shortcuts=0"),
)

ORDER: Final = (
    ("the address must be https", "'https://www.python.org/ftp/python/"),
    ("it is not the 64-bit installer", "/python-{0}-amd64.exe' -f $env:PYTHON_VERSION"),
    ("the installer is not downloaded", f"Invoke-WebRequest -Uri $url -OutFile {INSTALLER}"),
    ("its checksum is not computed", f"Get-FileHash {INSTALLER} -Algorithm SHA256"),
    ("its checksum is not compared", "if ($sha256 -ne $env:PYTHON_SHA256) {"),
    ("a wrong checksum does not stop the build", "throw"),
    ("the installer is not run to its end", f"Start-Process {INSTALLER} -Wait"),
    ("its exit code is not checked", "if ($installer.ExitCode -ne 0) {"),
    ("a failed installer does not stop the build", "throw"),
    ("the installer stays", "Remove-Item -Recurse -Force C:\\setup"),
    ("PATH is not that of the machine", "$env:PATH = [Environment]::GetEnvironmentVariable"),
    ("bytecode is left behind", "$env:PYTHONDONTWRITEBYTECODE = '1'"),
    ("Python is not tested", "$version = python --version"),
    ("its version is not compared", "$LASTEXITCODE -ne 0 -or $version -ne"),
    ("a wrong version does not stop the build", "throw"),
    ("pip is not tested", "pip --version"),
    ("its exit code is not checked", "if ($LASTEXITCODE -ne 0) {"),
    ("a pip that does not work does not stop the build", "throw"),
)


def shell(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Backslashes are for paths, and an error stops PowerShell."""
    if file.directives.get("escape") != "`":
        yield 1, "backslashes in paths need the directive escape=`"
    shells = file.named("SHELL")
    if [one.value for one in shells] != [SHELL]:
        yield 1, f"without {SHELL} PowerShell goes on after errors, and downloads slowly"
    if file.environment().get("PYTHONIOENCODING") != "UTF-8":
        yield 1, "without PYTHONIOENCODING=UTF-8 texts have the console's code page"


def in_order(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Download, verify, install, remove, test: each is present and checked, in this order."""
    for run in file.named("RUN"):
        at = 0
        for message, text in ORDER:
            found = run.value.find(text, at)
            if found < 0:
                yield run.line, f"{message}: `{text}` at its place"
            else:
                at = found + len(text)


def arguments(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """The installer asks no questions, and installs for all users with the usual options."""
    for run in file.named("RUN"):
        found = re.findall(r"'([^']*)'", run.value)
        for word in ARGUMENTS:
            if word not in found:
                yield run.line, f"the installer does not get {word}"


def terminated(file: Dockerfile) -> Iterator[tuple[int, str]]:
    """Each line ends its statement or opens one."""
    for run in file.named("RUN"):
        for line in run.lines[:-1]:
            text = line.text.rstrip().removesuffix("`").rstrip()
            if not text.endswith((";", "{", "(", ",", "'")):
                yield line.number, "the line does not end its statement: is there a `;` missing?"


RULES: Final = (shell, in_order, arguments, terminated)
