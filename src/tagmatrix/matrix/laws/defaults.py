"""Default suites that a release does not have, so that no image gets their short tags."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from tagmatrix.matrix.variants import default_path, default_suite
from tagmatrix.problems import format_path
from tagmatrix.util.nearest import nearest
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from tagmatrix.config.model import Config
    from tagmatrix.matrix.expand import Matrix
    from tagmatrix.problems import ValuePath


class Lacking(Struct, frozen=True):
    """A flavor's default suite, and the releases that have the flavor, but not on this suite.

    `path` leads to the default. `everywhere` is set if no release has the flavor on it.
    """

    path: ValuePath
    flavor: str
    suite: str
    cycles: tuple[str, ...]
    everywhere: bool

    def __str__(self) -> str:
        if self.everywhere:
            return f"no release has {self.flavor} on {self.suite}"
        has = "has" if len(self.cycles) == 1 else "have"
        return f"{join_names(self.cycles)} {has} no {self.flavor} on {self.suite}"

    def advice(self, config: Config) -> str:
        """Return what to do, as the end of a message."""
        if not self.everywhere:
            release = format_path(("releases", self.cycles[0]))
            where = "" if self.path[0] == "releases" else f" in {release}"
            way = f"set{where} `default_suites: {{{self.path[-1]}: ...}}`"
            return f"; add that variant to it, or {way}"
        if self.suite in config.suites:
            return "; name another suite, or null"
        return nearest(self.suite, config.suites)


def lacking(config: Config, matrix: Matrix) -> list[Lacking]:
    """Return the default suites that releases do not have."""
    present = {(image.cycle, image.flavor, image.suite) for image in matrix.images}
    flavors: defaultdict[str, set[str]] = defaultdict(set)
    for cycle, flavor, _ in present:
        flavors[cycle].add(flavor)
    without: defaultdict[tuple[ValuePath, str, str], list[str]] = defaultdict(list)
    owned = set()
    for release in config.releases:
        for flavor in config.flavors:
            suite = default_suite(config, release, flavor)
            if flavor not in flavors[release.cycle] or suite is None:
                continue
            path = default_path(config, release, flavor)
            if (release.cycle, flavor, suite) in present:
                owned.add((path, flavor))
            else:
                without[path, flavor, suite].append(release.cycle)
    return [
        Lacking(
            path,
            flavor,
            suite,
            tuple(cycles),
            everywhere=(path, flavor) not in owned and path[0] == "default_suites",
        )
        for (path, flavor, suite), cycles in without.items()
    ]
