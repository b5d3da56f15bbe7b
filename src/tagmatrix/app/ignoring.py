"""What .dockerignore hides: folders by their usual names, and files that may hold secrets."""

from __future__ import annotations

import re
import sys
from itertools import islice
from typing import TYPE_CHECKING, Final

from tagmatrix.app.reading.dependencies import refuse_lines_with_credentials
from tagmatrix.app.report import SourceLine
from tagmatrix.dockerfile.ignore import IGNORE_FILE, ignore_rules, is_ignored

if TYPE_CHECKING:
    from tagmatrix.app.reading.application import Application
    from tagmatrix.app.reading.folder import Folder
    from tagmatrix.app.report import Report
    from tagmatrix.dockerfile.ignore import IgnoreRule

FOLDERS: Final = ("venv", "env", "build", "dist")
"""Environments and build results, unless they are packages of the application."""
SECRET_FOLDERS: Final = ("secrets",)
"""Folders of secrets, unless they are packages of the application."""
SECRETS: Final = (
    "**/.env", "**/.env.*", "**/.netrc", "**/_netrc", "**/.pypirc", "**/pip.conf", "**/pip.ini",
    "**/auth.toml", "**/.git-credentials", "**/.htpasswd", "**/.npmrc", "**/.aws", "**/.ssh",
    "**/.streamlit/secrets.toml", "**/id_dsa", "**/id_ecdsa", "**/id_ed25519", "**/id_rsa",
    "**/*.kdbx", "**/*.key", "**/*.p12", "**/*.pfx",
)  # fmt: skip
_EXAMPLES: Final = ("!**/.env.example", "!**/.env.sample", "!**/.env.template", "!**/.env.dist")
_KEY: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_SETTINGS: Final = re.compile(r".*\.(?:cfg|in|ini|lock|toml|txt)|Pipfile")
_MOST: Final = 2000


def packages(application: Application) -> frozenset[str]:
    """Return the folders that have a usual name, but are packages of the application."""
    imported = set().union(*application.sources.imports.values()) - sys.stdlib_module_names
    return frozenset(
        name
        for name in (*FOLDERS, *SECRET_FOLDERS)
        if name in application.project.roots
        or application.folder.is_package(name)
        or (name in imported and _has_sources(application.folder, name))
    )


def check(folder: Folder, rules: tuple[IgnoreRule, ...], report: Report, *, own: bool) -> None:
    """Refuse settings with credentials, and warn of other secrets, that the rules do not hide.

    `own` is whether .dockerignore is tagmatrix's: then only private keys are left to find.
    """
    at = SourceLine(IGNORE_FILE)
    secret = ignore_rules("\n".join((*SECRETS, *_EXAMPLES)))
    for path in islice(folder.files(lambda path: not is_ignored(path, rules)), _MOST):
        if is_ignored(path, rules):
            continue
        if "/" not in path.removeprefix("requirements/") and _SETTINGS.fullmatch(path):
            refuse_lines_with_credentials(folder.quiet_text(path) or "", path, report)
        if (not own and is_ignored(path, secret)) or (
            path.endswith(".pem") and _KEY.search(folder.quiet_text(path) or "")
        ):
            fix = "move it out of this folder" if own else f"add {path}"
            report.warn(f"does not hide {path}, which may be secret: {fix}", at)
    report.stop()


def _has_sources(folder: Folder, name: str) -> bool:
    files = [path for path, is_folder in folder.names(name) if not is_folder]
    return "pyvenv.cfg" not in files and any(path.endswith(".py") for path in files)
