"""The architectures of base images in official-images, and the edits that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tagmatrix.editing import Put
from tagmatrix.manifest.architecture_names import ARCHITECTURES
from tagmatrix.upstream.official_images import parse_base
from tagmatrix.util.wording import join_names
from tagmatrix.util.workers import at_once
from tagmatrix.web.answers import FetchFailed, Found
from tagmatrix.web.limits import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tagmatrix.config import Config
    from tagmatrix.editing import Edit
    from tagmatrix.upstream.official_images import Manifests, OfficialBase
    from tagmatrix.web.answers import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteOutcome:
    """The outcome for a suite; see `CycleOutcome`."""

    suite: str
    edits: tuple[Edit, ...] = ()
    news: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


def bases(config: Config) -> dict[tuple[str, str], OfficialBase]:
    """Return the bases that are images of official-images, by suite and flavor."""
    found = {}
    for name, suite in config.suites.items():
        for flavor in suite.flavors:
            base = parse_base(config.flavors[flavor].base.replace("{suite}", name))
            if base is not None:
                found[name, flavor] = base
    return found


def ask(config: Config, manifests: Manifests) -> dict[tuple[str, str], Answer[tuple[str, ...]]]:
    """Return the architectures of the bases, by suite and flavor.

    Raises InputError if the checkout is not one of official-images.
    """
    wanted = bases(config)
    images = sorted({base.image for base in wanted.values()})
    manifests.check(images)
    at_once([partial(manifests.manifest, image) for image in images], AT_ONCE)
    return {place: manifests.architectures(base) for place, base in wanted.items()}


def decide(
    config: Config, answers: Mapping[tuple[str, str], Answer[tuple[str, ...]]]
) -> list[SuiteOutcome]:
    """Return the outcome for each suite. Pure.

    New and removed architectures become an edit. A base that official-images no longer has
    keeps its architectures. tagmatrix reports an unknown architecture and leaves it out,
    because versions.yaml must not contain it.
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
                warnings.append(f"{answer.what}; versions.yaml keeps its architectures")
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
    """Return the edit that sets the architectures of a suite's flavors."""
    path = ("suites", suite, "architectures")
    if len({frozenset(names) for names in new.values()}) == 1:
        return Put(path, list(new[flavors[0]]))
    return Put(path, {flavor: list(names) for flavor, names in new.items()})


def _unknown(base: str, names: Sequence[str], *, alone: bool) -> str:
    them = "it" if len(names) == 1 else "them"
    what = f"{base} is published for {join_names(names)}; tagmatrix does not know {them}"
    if alone:
        return f"{what}, so versions.yaml keeps the architectures of {base}"
    return f"{what} and leaves {them} out"


def _news(base: str, old: tuple[str, ...], new: tuple[str, ...]) -> str:
    gained = [name for name in new if name not in old]
    lost = [name for name in old if name not in new]
    news = [f"is now published for {join_names(gained)}"] if gained else []
    news += [f"is no longer published for {join_names(lost)}"] if lost else []
    return f"{base} {' and '.join(news)}"
