"""The architectures of base images, by official-images, and what changes with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tagmatrix.editing import Put
from tagmatrix.manifest.architectures import ARCHITECTURES
from tagmatrix.upstream.official_images import parse_base
from tagmatrix.util.wording import join_names
from tagmatrix.util.workers import at_once
from tagmatrix.web.answers import FetchFailed, Found
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.editing import Edit
    from tagmatrix.upstream.official_images import Base, Manifests
    from tagmatrix.web.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOutcome:
    """What follows for a suite: as `CycleOutcome`."""

    suite: str
    edits: tuple[Edit, ...] = ()
    news: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def bases(config: Config) -> dict[tuple[str, str], Base]:
    """Return the base of each suite and flavor that is an image of official-images."""
    found = {}
    for name, suite in config.suites.items():
        for flavor in suite.flavors:
            base = parse_base(config.flavors[flavor].base.replace("{suite}", name))
            if base is not None:
                found[name, flavor] = base
    return found


def ask(config: Config, manifests: Manifests) -> dict[tuple[str, str], Answer[tuple[str, ...]]]:
    """Return what each suite's and flavor's base is published for.

    Raises InputError for a checkout that is none of official-images.
    """
    wanted = bases(config)
    images = sorted({base.image for base in wanted.values()})
    manifests.check(images)
    at_once([partial(manifests.manifest, image) for image in images], AT_ONCE)
    return {place: manifests.architectures(base) for place, base in wanted.items()}


def decide(
    config: Config, answers: Mapping[tuple[str, str], Answer[tuple[str, ...]]]
) -> list[SuiteOutcome]:
    """Return what follows for each suite. Pure.

    What is published for more, or less, is a fact and becomes an edit; a base that
    official-images does not have any more keeps what we know of it. An architecture that
    nobody here knows cannot stand in versions.yaml: it is told, and left out.
    """
    names = bases(config)
    outcomes = []
    for name, suite in config.suites.items():
        new: dict[str, tuple[str, ...]] = {}
        news: list[str] = []
        warnings: list[str] = []
        failures: list[str] = []
        for flavor in suite.flavors:
            ours = suite.architectures[flavor]
            new[flavor] = ours
            answer = answers.get((name, flavor))
            if isinstance(answer, FetchFailed):
                failures.append(answer.reason)
            elif isinstance(answer, Found):
                base = str(names[name, flavor])
                known = tuple(each for each in answer.value if each in ARCHITECTURES)
                if unknown := [each for each in answer.value if each not in ARCHITECTURES]:
                    warnings.append(_unknown(base, unknown, alone=not known))
                if known and set(known) != set(ours):
                    new[flavor] = known
                    news.append(_news(base, ours, known))
            elif answer is not None:
                warnings.append(f"{answer.what}; what we know of it is kept")
        edits = (edit(name, suite.flavors, new),) if news and not failures else ()
        outcomes.append(
            SuiteOutcome(
                suite=name,
                edits=edits,
                news=tuple(news) if edits else (),
                warnings=tuple(dict.fromkeys(warnings)),
                failures=tuple(dict.fromkeys(failures)),
            )
        )
    return outcomes


def edit(suite: str, flavors: tuple[str, ...], new: Mapping[str, tuple[str, ...]]) -> Edit:
    """Return the edit that gives a suite's flavors these architectures."""
    path = ("suites", suite, "architectures")
    if len({frozenset(names) for names in new.values()}) == 1:
        return Put(path, list(new[flavors[0]]))
    return Put(path, {flavor: list(names) for flavor, names in new.items()})


def _unknown(base: str, names: Sequence[str], *, alone: bool) -> str:
    them = "it" if len(names) == 1 else "them"
    what = f"{base} is published for {join_names(names)}; tagmatrix does not know {them}"
    return f"{what}, so what we know of {base} is kept" if alone else f"{what}: left out"


def _news(base: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    gained = [name for name in new if name not in old]
    lost = [name for name in old if name not in new]
    said = [f"is published for {', '.join(gained)} as well"] if gained else []
    said += [f"is published for {', '.join(lost)} no more"] if lost else []
    return f"{base} {' and '.join(said)}"
