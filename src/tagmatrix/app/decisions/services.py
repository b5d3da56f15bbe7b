"""The services of compose.yaml: databases and caches that the dependencies speak to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.report import Report

PASSWORDS: Final = "secrets"
"""The folder of the files with passwords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service beside the application.

    Attributes:
        name: its name, which is its host.
        image: its image, which pins a release cycle.
        environment: its variables.
        health: the words of its health check.
        volume: the folder with its data.
        password: whether it has a password, from a file.
        client: the variables that the application gets. Few libraries read them by themselves,
            and none reads the name of the file with the password.
    """

    name: str
    image: str
    health: tuple[str, ...]
    volume: str
    environment: Mapping[str, str] = field(default_factory=dict)
    password: bool = False
    client: Mapping[str, str] = field(default_factory=dict)

    @property
    def password_file(self) -> str:
        """The file that a person puts the password into; empty if there is none."""
        return f"{PASSWORDS}/{self.name}-password.txt" if self.password else ""


_POSTGRES: Final = Service(
    name="postgres",
    image="postgres:18-trixie",
    environment={
        "POSTGRES_DB": "app",
        "POSTGRES_PASSWORD_FILE": "/run/secrets/postgres-password",
        "POSTGRES_USER": "app",
    },
    health=("CMD", "pg_isready", "--quiet", "--username=app", "--dbname=app"),
    volume="/var/lib/postgresql",
    password=True,
    client={
        "PGDATABASE": "app",
        "PGHOST": "postgres",
        "PGUSER": "app",
        "POSTGRES_PASSWORD_FILE": "/run/secrets/postgres-password",
    },
)
_MYSQL: Final = Service(
    name="mysql",
    image="mysql:8.4-oraclelinux9",
    environment={
        "MYSQL_DATABASE": "app",
        "MYSQL_PASSWORD_FILE": "/run/secrets/mysql-password",
        "MYSQL_RANDOM_ROOT_PASSWORD": "yes",
        "MYSQL_USER": "app",
    },
    health=("CMD", "mysqladmin", "ping", "--host=127.0.0.1", "--silent"),
    volume="/var/lib/mysql",
    password=True,
    client={
        "MYSQL_DATABASE": "app",
        "MYSQL_HOST": "mysql",
        "MYSQL_PASSWORD_FILE": "/run/secrets/mysql-password",
        "MYSQL_USER": "app",
    },
)
_REDIS: Final = Service(
    name="redis",
    image="redis:8-trixie",
    health=("CMD", "redis-cli", "ping"),
    volume="/data",
    client={"REDIS_URL": "redis://redis:6379/0"},
)
_CLIENTS: Final = {
    "aiomysql": _MYSQL,
    "aiopg": _POSTGRES,
    "asyncmy": _MYSQL,
    "asyncpg": _POSTGRES,
    "django-redis": _REDIS,
    "mysql-connector-python": _MYSQL,
    "mysqlclient": _MYSQL,
    "pg8000": _POSTGRES,
    "psycopg": _POSTGRES,
    "psycopg-binary": _POSTGRES,
    "psycopg-c": _POSTGRES,
    "psycopg2": _POSTGRES,
    "psycopg2-binary": _POSTGRES,
    "pymysql": _MYSQL,
    "redis": _REDIS,
    "rq": _REDIS,
}


def choose(dependencies: Sequence[Dependency], report: Report) -> tuple[Service, ...]:
    """Return the services, in a fixed order."""
    found: dict[str, Service] = {}
    for one in dependencies:
        service = _CLIENTS.get(one.name)
        if one.name == "celery" and "redis" in one.extras:
            service = _REDIS
        if service and service.name not in found:
            found[service.name] = service
            report.decide("service", service.image, f"{one.name} connects to it", one.source)
    return tuple(found[name] for name in sorted(found))
