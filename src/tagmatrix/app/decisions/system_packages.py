"""Packages of the system: for what has to be compiled, and for what loads libraries by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tagmatrix.app.reading.dependencies import Dependency
    from tagmatrix.app.report import Report

_COMPILERS: Final = (("gcc", "libc6-dev"), ("gcc", "musl-dev", "linux-headers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DistroPackages:
    """What a distribution needs on Debian and on Alpine, as names with spaces between.

    Attributes:
        dev: to compile it.
        run: to run it, besides the libraries that its modules link to.
        wheels: whether it has wheels for Linux, so that most builds compile nothing.
        musl: whether it has wheels for Alpine too.
    """

    dev: tuple[str, str] = ("", "")
    run: tuple[str, str] = ("", "")
    wheels: bool = True
    musl: bool = True


TABLE: Final[dict[str, DistroPackages]] = {
    "cairocffi": DistroPackages(run=("libcairo2", "cairo"), dev=("libffi-dev", "libffi-dev")),
    "cairosvg": DistroPackages(run=("libcairo2", "cairo")),
    "cffi": DistroPackages(dev=("libffi-dev", "libffi-dev")),
    "confluent-kafka": DistroPackages(dev=("librdkafka-dev", "librdkafka-dev"), musl=False),
    "cryptography": DistroPackages(
        dev=("cargo libffi-dev libssl-dev", "cargo libffi-dev openssl-dev")
    ),
    "dbus-python": DistroPackages(
        dev=("libdbus-1-dev libglib2.0-dev pkg-config", "dbus-dev glib-dev pkgconf"), wheels=False
    ),
    "fiona": DistroPackages(dev=("g++ libgdal-dev", "g++ gdal-dev"), musl=False),
    "gdal": DistroPackages(dev=("g++ libgdal-dev", "g++ gdal-dev"), wheels=False),
    "gevent": DistroPackages(dev=("libffi-dev make", "libffi-dev make")),
    "gssapi": DistroPackages(dev=("libkrb5-dev", "krb5-dev"), wheels=False),
    "h5py": DistroPackages(dev=("libhdf5-dev pkg-config", "hdf5-dev pkgconf"), musl=False),
    "kerberos": DistroPackages(dev=("libkrb5-dev", "krb5-dev"), wheels=False),
    "lxml": DistroPackages(
        dev=("libxml2-dev libxslt1-dev zlib1g-dev", "libxml2-dev libxslt-dev zlib-dev")
    ),
    "m2crypto": DistroPackages(dev=("libssl-dev swig", "openssl-dev swig"), wheels=False),
    "mariadb": DistroPackages(dev=("libmariadb-dev", "mariadb-connector-c-dev"), wheels=False),
    "mysqlclient": DistroPackages(
        dev=("default-libmysqlclient-dev pkg-config", "mariadb-connector-c-dev pkgconf"),
        wheels=False,
    ),
    "numpy": DistroPackages(dev=("g++ libopenblas-dev pkg-config", "g++ openblas-dev pkgconf")),
    "opencv-python": DistroPackages(run=("libgl1 libglib2.0-0t64", "mesa-gl glib"), musl=False),
    "pandas": DistroPackages(dev=("g++", "g++")),
    "pdf2image": DistroPackages(run=("poppler-utils", "poppler-utils")),
    "pillow": DistroPackages(
        dev=(
            "libfreetype-dev libjpeg62-turbo-dev libtiff-dev libwebp-dev zlib1g-dev",
            "freetype-dev libjpeg-turbo-dev tiff-dev libwebp-dev zlib-dev",
        )
    ),
    "psycopg": DistroPackages(run=("libpq5", "libpq")),
    "psycopg-c": DistroPackages(dev=("libpq-dev", "libpq-dev"), wheels=False),
    "psycopg2": DistroPackages(dev=("libpq-dev", "libpq-dev"), wheels=False),
    "pycairo": DistroPackages(dev=("libcairo2-dev pkg-config", "cairo-dev pkgconf"), wheels=False),
    "pycurl": DistroPackages(dev=("libcurl4-openssl-dev libssl-dev", "curl-dev openssl-dev")),
    "pydub": DistroPackages(run=("ffmpeg", "ffmpeg")),
    "pygobject": DistroPackages(
        dev=(
            "libcairo2-dev libgirepository-2.0-dev pkg-config",
            "cairo-dev gobject-introspection-dev pkgconf",
        ),
        wheels=False,
    ),
    "pygraphviz": DistroPackages(dev=("libgraphviz-dev", "graphviz-dev"), wheels=False),
    "pyodbc": DistroPackages(
        dev=("g++ unixodbc-dev", "g++ unixodbc-dev"), run=("unixodbc", "unixodbc")
    ),
    "pyproj": DistroPackages(dev=("libproj-dev proj-bin", "proj-dev proj-util"), musl=False),
    "pytesseract": DistroPackages(run=("tesseract-ocr", "tesseract-ocr")),
    "python-ldap": DistroPackages(
        dev=("libldap2-dev libsasl2-dev", "openldap-dev libsasl"), wheels=False
    ),
    "python-magic": DistroPackages(run=("libmagic1t64", "libmagic")),
    "python-snappy": DistroPackages(dev=("g++ libsnappy-dev", "g++ snappy-dev")),
    "pyzbar": DistroPackages(run=("libzbar0t64", "zbar")),
    "rasterio": DistroPackages(dev=("g++ libgdal-dev", "g++ gdal-dev"), musl=False),
    "scipy": DistroPackages(
        dev=("g++ gfortran libopenblas-dev pkg-config", "g++ gfortran openblas-dev pkgconf")
    ),
    "shapely": DistroPackages(dev=("libgeos-dev", "geos-dev")),
    "uwsgi": DistroPackages(wheels=False),
    "weasyprint": DistroPackages(
        run=("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0", "pango harfbuzz-subset")
    ),
    "xmlsec": DistroPackages(
        dev=("libxml2-dev libxmlsec1-dev pkg-config", "libxml2-dev xmlsec-dev pkgconf"),
    ),
}
_BOOKWORM: Final = {
    "libglib2.0-0t64": "libglib2.0-0",
    "libmagic1t64": "libmagic1",
    "libzbar0t64": "libzbar0",
    "libgirepository-2.0-dev": "libgirepository1.0-dev",
}
"""Names that Debian changed after bookworm."""
_OLD_DEBIAN: Final = frozenset({"bullseye", "buster", "bookworm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPackages:
    """Packages to install: `build` to compile, `run` to run.

    Attributes:
        compiled: whether anything is compiled; `native` if the application itself is.
    """

    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    compiled: bool = False
    native: bool = False


def choose(
    dependencies: Sequence[Dependency],
    *,
    alpine: bool,
    suite: str,
    no_binary: frozenset[str],
    native: bool,
    report: Report,
) -> SystemPackages:
    """Return the packages that the dependencies need on a suite."""
    build: set[str] = set()
    run: set[str] = set()
    compiled = native
    if native:
        report.decide("compile", "the application", "it has C code")
    for one in _by_name(dependencies):
        if one.vcs:
            build.add(one.vcs)
            report.decide("fetch", one.name, f"its source is in {one.vcs}", one.source)
        needs = _needs(one)
        known = needs or DistroPackages()
        why = _why_compiled(one, needs, no_binary, alpine=alpine)
        if why:
            compiled = True
            build.update(known.dev[alpine].split())
            report.decide("compile", one.name, why, one.source)
        if known.run[alpine]:
            run.update(known.run[alpine].split())
            report.decide("system", known.run[alpine], f"{one.name} loads it", one.source)
    if compiled:
        build.update(_COMPILERS[alpine])
    old = {} if alpine or suite not in _OLD_DEBIAN else _BOOKWORM
    return SystemPackages(
        build=tuple(sorted(old.get(name, name) for name in build)),
        run=tuple(sorted(old.get(name, name) for name in run)),
        compiled=compiled,
        native=native,
    )


def _by_name(dependencies: Iterable[Dependency]) -> list[Dependency]:
    """Return one dependency of each name: the lock's, which knows about wheels."""
    found: dict[str, Dependency] = {}
    for one in dependencies:
        if one.name not in found or (
            (one.source_only or one.version) and not found[one.name].version
        ):
            found[one.name] = one
    return [found[name] for name in sorted(found)]


def _needs(one: Dependency) -> DistroPackages | None:
    if one.name == "psycopg" and one.extras & {"binary", "c"}:
        return TABLE["psycopg-c"] if "c" in one.extras else None
    return TABLE.get(one.name)


def _why_compiled(
    one: Dependency, needs: DistroPackages | None, no_binary: frozenset[str], *, alpine: bool
) -> str:
    """Return why a distribution is compiled; empty if it has a wheel or is pure Python."""
    if one.source_only:
        return "the lock has no wheel of it"
    if needs is None:
        return ""
    if no_binary & {one.name, "-all-", ":all:"} and any(needs.dev):
        return "--no-binary"
    if not needs.wheels:
        return "it has no wheels for Linux"
    if alpine and not needs.musl:
        return "it has no wheels for Alpine"
    return ""
