"""Flavors and suites, and the variants that are listed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.format.names import (
    ALIASES,
    ARCHITECTURE_LIST,
    ARTIFACTS,
    BASE,
    BUILDER,
    CHECKSUMS,
    CONSTRAINTS,
    FOLDER,
    NAME,
    NAME_PATTERN,
    PATH_PATTERN,
    SENTENCE,
    SUITE,
    TAGS,
    TEMPLATE,
    VARIANT,
    VERSION,
)
from tagmatrix.config.model import Flavor, Suite, VariantChoice
from tagmatrix.config.shapes import Count, Day, Either, Field, ListOf, MapOf, Nothing, Record, Text

if TYPE_CHECKING:
    from collections.abc import Mapping


def _flavor(**values: Any) -> Flavor:  # noqa: ANN401 (the fields of FLAVOR)
    extra = values.pop("on_default_suite")
    return Flavor(
        **values, default_suite_tags=extra["tags"], default_suite_shared_tags=extra["shared_tags"]
    )


_SPELLINGS: Final[Mapping[str, Field]] = {
    "tags": Field(TAGS, "Suffixes of its simple tags, in order.", default=("{name}",)),
    "shared_tags": Field(TAGS, "Suffixes of its shared tags, in order.", default=()),
}

FLAVOR: Final = Record(
    {
        "name": Field(NAME_PATTERN, "The variant's name, such as slim-{suite}.", required=True),
        "folder": Field(FOLDER, "Its folder inside the cycle's.", default="{name}"),
        "base": Field(BASE, "The image after FROM.", required=True, default=""),
        "template": Field(TEMPLATE, "templates/NAME.Dockerfile.j2.", required=True, default=""),
        "needs": Field(ARTIFACTS, "Artifacts whose sha256 its Dockerfile checks.", default=()),
        **_SPELLINGS,
        "on_default_suite": Field(
            Record(
                {
                    "tags": Field(TAGS, "More simple tags.", default=()),
                    "shared_tags": Field(TAGS, "More shared tags.", default=()),
                },
                dict,
                "tags and shared_tags",
            ),
            'What the variant on the default suite is called as well; "" is the bare version.',
            default={"tags": (), "shared_tags": ()},
        ),
        "follows": Field(NAME, "The flavor whose default suite this one shares."),
        "constraints": Field(CONSTRAINTS, "Constraints in the manifest.", default=()),
        "builder": Field(BUILDER, "Its builder, where it is not the global one."),
        "late": Field(
            Text("wait or leave_out", choices=("wait", "leave_out")),
            "What `update` does while an artifact that it needs is late: nothing, or the new "
            "version without it.",
            default="wait",
        ),
        "wait_days": Field(
            Count("a number of days", 365),
            "So many days after upstream's release date waiting ends; then it is left out.",
            default=3,
        ),
    },
    _flavor,
    "a flavor",
)


def _suite(
    *,
    flavors: tuple[str, ...],
    architectures: tuple[str, ...] | Mapping[str, tuple[str, ...]],
    **lifecycle: Any,  # noqa: ANN401 (the fields of LIFECYCLE)
) -> Suite:
    if isinstance(architectures, tuple):
        architectures = dict.fromkeys(flavors, architectures)
    return Suite(flavors=flavors, architectures=architectures, **lifecycle)


LIFECYCLE: Final[Mapping[str, Field]] = {
    "end_of_life": Field(Day(), "The last day of its support; `--as-of` warns after it."),
    "deprecated": Field(
        SENTENCE, "Why it will go, and what to use instead; readers of the page see it."
    ),
}

SUITE_ENTRY: Final = Record(
    {
        "flavors": Field(
            ListOf(NAME, "flavors", needed="name a flavor, or remove the suite"),
            "Its flavors, in order.",
            required=True,
        ),
        "architectures": Field(
            Either(
                "a list of architectures, or one for each flavor",
                {
                    "list": ARCHITECTURE_LIST,
                    "mapping": MapOf(NAME, ARCHITECTURE_LIST, "flavors and their architectures"),
                },
            ),
            "What its base images are published for; a list, or one for each flavor.",
            required=True,
        ),
        **LIFECYCLE,
    },
    _suite,
    "a suite",
)

_VARIANT_RECORD: Final = Record(
    {
        "name": Field(VARIANT, 'Its name; "" is the bare version.', required=True),
        "flavor": Field(NAME, "Its flavor; by default that of the known variant of this name."),
        "suite": Field(SUITE, "Its suite; likewise."),
        "folder": Field(
            Text("a folder inside the cycle's (no `..`, not absolute)", rf"(?:{PATH_PATTERN})?"),
            'Its folder; "" is the cycle\'s own, {name} if neither it nor a flavor says it.',
        ),
        "base": Field(BASE, "The image after FROM."),
        "template": Field(TEMPLATE, "templates/NAME.Dockerfile.j2."),
        "needs": Field(ARTIFACTS, "Artifacts whose sha256 its Dockerfile checks."),
        "tags": Field(
            TAGS,
            "Suffixes of its simple tags, all of them; {name} if neither it nor a flavor says any.",
        ),
        "shared_tags": Field(TAGS, "Suffixes of its shared tags, all of them."),
        "architectures": Field(ARCHITECTURE_LIST, "What its base is published for."),
        "constraints": Field(CONSTRAINTS, "Constraints in the manifest."),
        "builder": Field(BUILDER, "Its builder."),
        "version": Field(VERSION, "Its version, where it lags behind the release's."),
        "aliases": Field(ALIASES, "All its aliases, instead of the release's."),
        "sha256": Field(CHECKSUMS, "The SHA-256 of its own version's artifacts."),
    },
    VariantChoice,
    "a variant",
)


class _VariantName(Text):
    """A variant by its name alone."""

    def read(self, node: Any, path: Any, reading: Any) -> Any:  # noqa: ANN401 (as in Text)
        name = super().read(node, path, reading)
        return VariantChoice(name=name) if isinstance(name, str) else name


VARIANTS: Final = ListOf(
    Either(
        "a variant's name, or a mapping that says more",
        {
            "scalar": _VariantName(VARIANT.what, VARIANT.pattern),
            "mapping": _VARIANT_RECORD,
        },
    ),
    "variants",
    needed="name a variant, or leave the key out",
)

DEFAULT_SUITES: Final = MapOf(
    NAME,
    Either("a suite or null", {"null": Nothing(), "scalar": SUITE}),
    "flavors and their default suites",
)
