"""The steps on Windows."""

from __future__ import annotations

from typing import Final

from tests.dockerfiles.rules.steps.step import Step

SETUP: Final = "C:\\setup\\python.exe"
ADDRESS: Final = "https://www.python.org/ftp/python/{final}/python-{0}-amd64.exe"

STEPS: Final = (
    Step("New-Item -ItemType Directory C:\\setup | Out-Null", "downloads have one folder"),
    Step(f"$url = '{ADDRESS}' -f $env:PYTHON_VERSION", "this is the 64-bit installer"),
    Step("Write-Host ('Downloading {0}' -f $url)", "the log says what is done"),
    Step(
        "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12",
        "older Windows would use an older TLS",
    ),
    Step(f"Invoke-WebRequest -Uri $url -OutFile {SETUP} -UseBasicParsing", "it is downloaded"),
    Step(
        f"$sha256 = (Get-FileHash {SETUP} -Algorithm SHA256).Hash",
        "its checksum is computed",
    ),
    Step(
        "if ($sha256 -ne $env:PYTHON_SHA256) { "
        "throw ('sha256 is {0}, not {1}' -f $sha256, $env:PYTHON_SHA256); }",
        "another file must stop the build",
    ),
    Step("Write-Host 'Installing'", "the log says what is done"),
    Step(
        f"$installer = Start-Process {SETUP} -Wait -NoNewWindow -PassThru -ArgumentList @( "
        "'/quiet', '/log', 'C:\\setup\\install.log', 'InstallAllUsers=1', "
        "'TargetDir=C:\\Python', 'PrependPath=1', 'Include_pip=1', 'Include_doc=0', "
        "'Include_test=0', 'Shortcuts=0' )",
        "the installer asks nothing, and runs to its end",
    ),
    Step(
        "if ($installer.ExitCode -ne 0) { Get-ChildItem C:\\setup\\*.log | Get-Content; "
        "throw ('the installer failed with exit code {0}' -f $installer.ExitCode); }",
        "a failed installer must stop the build",
    ),
    Step("Remove-Item -Recurse -Force C:\\setup", "users do not need the installer"),
    Step(
        "$env:PATH = [Environment]::GetEnvironmentVariable('PATH', 'Machine')",
        "this shell does not know the new PATH",
    ),
    Step("$env:PYTHONDONTWRITEBYTECODE = '1'", "Python runs from here on"),
    Step("$version = python --version", "this Python must run"),
    Step(
        "if ($LASTEXITCODE -ne 0 -or $version -ne ('Python {0}' -f $env:PYTHON_VERSION)) { "
        "throw ('python --version: {0}' -f $version); }",
        "another version must stop the build",
    ),
    Step("pip --version", "pip must run"),
    Step("if ($LASTEXITCODE -ne 0) { throw 'pip does not work'; }", "it must stop the build"),
    Step("Write-Host ('Installed {0}' -f $version)", "the log says what is done"),
)
