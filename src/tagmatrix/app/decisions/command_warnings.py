"""Warnings of a command that a person wrote: a shell, a secret, a development server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tagmatrix.app.decisions import servers

if TYPE_CHECKING:
    from tagmatrix.app.decisions.command_words import Command
    from tagmatrix.app.report import Report, SourceLine

_DEVELOPMENT: Final = (
    (r"\bflask\b.*\brun\b", "gunicorn"),
    (r"\bmanage\.py\b.*\brunserver\b|\bdjango-admin\b.*\brunserver\b", "gunicorn"),
    (r"--reload\b", "the same command without --reload"),
    (r"\bfastapi\s+dev\b", "fastapi run"),
    (r"\bhttp\.server\b", "a web server"),
)
_MIGRATION: Final = re.compile(
    r"\bmanage\.py\s+migrate\b|\b(?:alembic|aerich)\b.*\bupgrade\b|\bflask\b.*\bdb\s+upgrade\b"
)
_BEAT: Final = re.compile(r"\bcelery\b.*\s(?:beat|-B|--beat)(?=\s|$)")
_SCHEDULE: Final = re.compile(r"\s(?:-s|-S|--schedule)")
_LOOPBACK: Final = re.compile(r"(?:--bind|-b|--host|-h|--listen)[ =]?(?:127\.0\.0\.1|localhost)")
_SECRET: Final = re.compile(
    r"(?<![\w$])([A-Z0-9_]*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|(?:ACCESS|PRIVATE|SECRET)_KEY))="
    r"[\"']?[^\s\"'$`]"
)
"""A variable with a literal value, by whose name it is a secret."""


def of_command(text: str, command: Command, source: SourceLine, report: Report) -> None:
    """Warn of a shell, a development server and a migration, and say what to use."""
    of_process(text, command, source, report)
    for pattern, better in _DEVELOPMENT:
        if re.search(pattern, text):
            report.warn(f"this is a development server: use {better} instead", source)
            break
    if _LOOPBACK.search(text) or (
        command.server in servers.LOCAL and servers.EVERYWHERE not in text
    ):
        report.warn("it listens in the container only: let it listen on 0.0.0.0", source)
    if _MIGRATION.search(text):
        report.warn("each container would migrate the database: run it once, by itself", source)


def of_process(written: str, command: Command, source: SourceLine, report: Report) -> None:
    """Warn of what is wrong in any process."""
    for name in dict.fromkeys(_SECRET.findall(written)):
        report.warn(
            f"with the files or the image, everyone can read {name}: remove it from the command, "
            "and give it to the container as a variable or a file",
            source,
        )
    text = " ".join(command.words)
    if _BEAT.search(text) and not _SCHEDULE.search(text):
        report.warn(
            "celery beat would write its schedule to /app, which is read-only: add --schedule "
            "/tmp/celerybeat-schedule",
            source,
        )
    if not command.gets_signals:
        report.warn(
            "the shell gets SIGTERM, and the program does not: write it without a pipe or a loop",
            source,
        )
    if command.shell:
        report.warn(
            f"the command needs a shell, because {command.shell}: write it without a shell", source
        )
