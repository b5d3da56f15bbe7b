"""Flavors and suites, and the variants that are listed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from tagmatrix.config.artifacts import NAMES
from tagmatrix.config.format.architecture_shapes import ARCHITECTURE_LIST
from tagmatrix.config.format.axes import AXES_OF_A_PART
from tagmatrix.config.format.checksums import CHECKSUMS, NEEDS, with_reason
from tagmatrix.config.format.context_files import CONTEXT_FILES
from tagmatrix.config.format.name_shapes import (
    ALIAS_PATTERN,
    ALSO_VERSIONS,
    AXIS,
    AXIS_VALUE,
    BASE,
    BUILDER,
    CONSTRAINTS,
    DOCKERFILE_NAME,
    FOLDER,
    NAME,
    NAME_PATTERN,
    REF,
    SENTENCE,
    SUITE,
    TAGS,
    TEMPLATE,
    VARIANT,
    VERSION,
    WRAPPED_ALIAS,
)
from tagmatrix.config.format.publish import SECRETS, TEST
from tagmatrix.config.model import Flavor, Suffix, Suite, VariantChoice
from tagmatrix.config.shapes import NULL, Constant, Day, Either, Field, ListOf, MapOf, Record, Text
from tagmatrix.layout import DOCKERFILE

if TYPE_CHECKING:
    from collections.abc import Mapping


def _flavor(**values: Any) -> Flavor:  # noqa: ANN401 (the fields of FLAVOR)
    extra = values.pop("on_default_suite")
    for key, suffixes in extra.items():
        values[key] += tuple(
            replace(each, on_default=tuple(dict.fromkeys(("suite", *each.on_default))), extra=True)
            for each in suffixes
        )
    return Flavor(**values)


_DAYS: Final = Constant(
    "a number of days, 0 to 365",
    {str(days): days for days in range(366)},
    {"type": "integer", "minimum": 0, "maximum": 365},
)

FLAVOR: Final = Record(
    {
        "name": Field(NAME_PATTERN, "The variant's name, such as slim-{suite}.", required=True),
        "folder": Field(FOLDER, "Its folder inside the cycle's folder.", default="{name}"),
        "dockerfile": Field(
            DOCKERFILE_NAME, "The name of its Dockerfile in this folder.", default=DOCKERFILE
        ),
        "base": Field(BASE, "The base image, after FROM.", required=True, default=""),
        "template": Field(
            TEMPLATE, "Its template: templates/NAME.Dockerfile.j2.", required=True, default=""
        ),
        "needs": Field(
            NEEDS,
            "The artifacts whose checksums its Dockerfile checks. `{name: linux, by: "
            "architecture}` is an artifact with a file for each architecture.",
            default=(),
        ),
        "files": Field(
            CONTEXT_FILES,
            "The files beside its Dockerfile, which are made from templates/files/.",
            default=(),
        ),
        "alias": Field(
            WRAPPED_ALIAS,
            "The form of the aliases in its tags: with `cli-{alias}`, 2.12 gives cli-2.12, and "
            "`latest` gives cli.",
            default="{alias}",
        ),
        "tags": Field(
            TAGS,
            "The suffixes of its simple tags, in order.",
            default=(Suffix(suffix="{name}"),),
        ),
        "shared_tags": Field(TAGS, "The suffixes of its shared tags, in order.", default=()),
        "on_default_suite": Field(
            Record(
                {
                    "tags": Field(TAGS, "More simple tags.", default=()),
                    "shared_tags": Field(TAGS, "More shared tags.", default=()),
                },
                dict,
                "tags and shared_tags",
            ),
            'More tags of the variant on the default suite; the suffix "" gives the bare version.',
            default={"tags": (), "shared_tags": ()},
        ),
        **AXES_OF_A_PART,
        "ref": Field(
            REF,
            "The branch or tag of git that has its folder, if it is not `branch`. `generate` does "
            "not make its files; the manifest names the newest commit there.",
        ),
        "follows": Field(NAME, "The flavor whose default suite this flavor uses too."),
        "constraints": Field(CONSTRAINTS, "Its constraints in the manifest.", default=()),
        "builder": Field(BUILDER, "Its builder, if it is not the global one."),
        "test": Field(TEST, "The test of each image after its build."),
        "secrets": Field(SECRETS, "The secrets that its builds need.", default=()),
        "late": Field(
            Text("wait or leave_out", choices=("wait", "leave_out")),
            "What `update` does while an artifact that this flavor needs is late: keep the old "
            "version (`wait`), or take the new version without this flavor (`leave_out`).",
            default="wait",
        ),
        "wait_days": Field(
            _DAYS,
            "How many days after upstream's release date `update` waits before it leaves the "
            "flavor out.",
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
    "end_of_life": Field(Day(), "The last day of its support. `--as-of` warns after this date."),
    "deprecated": Field(
        SENTENCE, "Why it will be removed, and its replacement. The page shows this text."
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
                "a list of architectures, or a list for each flavor",
                {
                    "list": ARCHITECTURE_LIST,
                    "mapping": MapOf(NAME, ARCHITECTURE_LIST, "flavors and their architectures"),
                },
            ),
            "The architectures of its base images: one list, or a list for each flavor.",
            required=True,
        ),
        **LIFECYCLE,
    },
    _suite,
    "a suite",
)

_VARIANT_RECORD: Final = Record(
    {
        "name": Field(VARIANT, 'Its name; "" gives the bare version.', required=True),
        "flavor": Field(
            NAME, "Its flavor. If absent: the flavor of the known variant with this name."
        ),
        "suite": Field(
            SUITE, "Its suite. If absent: the suite of the known variant with this name."
        ),
        "folder": Field(
            FOLDER,
            "Its folder; \"\" is the cycle's folder. If absent: the flavor's, or {name} without a "
            "flavor.",
        ),
        "dockerfile": Field(DOCKERFILE_NAME, "The name of its Dockerfile in this folder."),
        "base": Field(BASE, "The base image, after FROM."),
        "template": Field(TEMPLATE, "Its template: templates/NAME.Dockerfile.j2."),
        "needs": Field(NEEDS, "The artifacts whose checksums its Dockerfile checks."),
        "files": Field(
            CONTEXT_FILES, "All files beside its Dockerfile; they replace the flavor's."
        ),
        "alias": Field(WRAPPED_ALIAS, "The form of the aliases in its tags, such as cli-{alias}."),
        "tags": Field(
            TAGS,
            "All suffixes of its simple tags. If absent: the flavor's, or {name} without a flavor.",
        ),
        "shared_tags": Field(TAGS, "All suffixes of its shared tags."),
        "ref": Field(REF, "The branch or tag of git that has its folder."),
        "axes": Field(
            MapOf(AXIS, AXIS_VALUE, "axes and a value of each"),
            "Its value of each axis. If absent: those of the known variant with this name.",
            default={},
        ),
        "architectures": Field(ARCHITECTURE_LIST, "The architectures of its base image."),
        "constraints": Field(CONSTRAINTS, "Its constraints in the manifest."),
        "builder": Field(BUILDER, "Its builder."),
        "version": Field(VERSION, "Its version, if it is older than the release's."),
        "aliases": Field(
            ListOf(ALIAS_PATTERN, "aliases"), "All its aliases; they replace the release's."
        ),
        "also_versions": Field(ALSO_VERSIONS, "Versions of other products that its aliases name."),
        **{
            name: Field(shape, f"The {NAMES[name]} of its own version's artifacts.")
            for name, shape in CHECKSUMS.items()
        },
    },
    lambda **values: VariantChoice(**with_reason(values)),
    "a variant",
)


VARIANTS: Final = ListOf(
    Either(
        "a variant's name, or a mapping with its keys",
        {
            "scalar": replace(VARIANT, build=lambda name: VariantChoice(name=name)),
            "mapping": _VARIANT_RECORD,
        },
    ),
    "variants",
    needed="name a variant, or leave the key out",
)

DEFAULT_SUITES: Final = MapOf(
    NAME,
    Either("a suite or null", {"null": NULL, "scalar": SUITE}),
    "flavors and their default suites",
)
