"""Check that each listed variant is known, or defines all that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tagmatrix.config.cells import axes_of
from tagmatrix.config.checks.defined import unknown
from tagmatrix.util.wording import join_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tagmatrix.config.checks.defined import Defined, Finding
    from tagmatrix.config.model import Config, Flavor, VariantChoice
    from tagmatrix.problems import ValuePath


def variants(config: Config, names: Defined) -> Iterator[Finding]:
    """Check that each listed variant is known, or defines all that it needs."""
    seen: set[tuple[ValuePath, str]] = set()
    for path, choice in config.listed_variants():
        if (path[:-1], choice.name) in seen:
            yield path, f'variant "{choice.name}" is twice in this list; keep one'
        seen.add((path[:-1], choice.name))
        if choice.flavor is not None and choice.flavor not in names.flavors:
            yield (*path, "flavor"), unknown("flavor", choice.flavor, names.flavors)
        elif choice.suite is not None and choice.suite not in names.suites:
            yield (*path, "suite"), unknown("suite", choice.suite, names.suites)
        elif names.made is not None and choice.name not in names.made:
            flavor = config.flavors[choice.flavor] if choice.flavor else None
            if message := _incomplete(config, choice, flavor, names.made):
                yield path, message


def _incomplete(
    config: Config, choice: VariantChoice, flavor: Flavor | None, known: Collection[str]
) -> str:
    """Return the message for missing keys of a variant that flavors and suites do not define."""
    if flavor is None and choice.base is None and choice.template is None:
        message = unknown("variant", choice.name, [name for name in known if name])
        return f"{message} (a new variant needs `base`, `template` and `architectures`)"
    missing = [
        key
        for key in ("base", "template", "architectures")
        if flavor is None and getattr(choice, key) is None
    ]
    if flavor is not None and choice.suite is None and "{suite}" in str(flavor):
        missing.append("suite")
    if flavor is not None and axes_of(config, flavor) and not choice.axes:
        missing.append("axes")
    which = join_names([f"`{key}`" for key in missing])
    return f'variant "{choice.name}" needs {which}; add it' if missing else ""
