"""The format of versions.yaml: every key, its shape and its meaning, once.

The loader reads with these shapes and the JSON Schema is written from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tagmatrix.config.model import (
    Acceptance,
    Condition,
    Exclusion,
    Flavor,
    PageFacts,
    Regenerate,
    ReleaseManager,
    Setting,
    Suite,
    Upstream,
    VariantChoice,
)
from tagmatrix.config.shapes import (
    Count,
    Day,
    Either,
    Field,
    Flag,
    ListOf,
    MapOf,
    Nothing,
    Record,
    Text,
)
from tagmatrix.cycles import COMPARISONS_PATTERN, parse_comparisons
from tagmatrix.library.architectures import ARCHITECTURES

if TYPE_CHECKING:
    from collections.abc import Mapping

# A segment of a path: a tag's letters, and not `..`, so that no folder can leave the tree.
_SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9_.-]+"
_PATH = rf"{_SEGMENT}(?:/{_SEGMENT})*"
# The same for texts with {suite}, {cycle}, {version}, {name} in them.
_HOLE = r"\{(?:suite|cycle|version|name)\}"
_PIECE = rf"(?!\.{{1,2}}(?:/|$))(?:[A-Za-z0-9_.-]|{_HOLE})+"
_PATH_PATTERN = rf"{_PIECE}(?:/{_PIECE})*"
# What ends up in a tag is no longer than a tag.
_LONGEST = 128
_BEGUN = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"

NAME: Final = Text("a name (letters, digits, `_`, `.`, `-`)", _BEGUN, longest=_LONGEST)
WORD: Final = Text("a name in snake_case", r"[a-z][a-z0-9_]*")
CYCLE: Final = Text('a release cycle such as "3.14" or "3.15-rc"', _BEGUN, longest=_LONGEST)
VERSION: Final = Text(
    'a version such as "3.14.6" or "3.15.0b3"', r"\d[A-Za-z0-9_.-]*", longest=_LONGEST
)
ALIAS: Final = Text('an alias such as "3" or "lts"', _BEGUN, longest=_LONGEST)
SUITE: Final = Text('a suite such as trixie, "3.24" or ltsc2025', _BEGUN, longest=_LONGEST)
VARIANT: Final = Text(
    "the name of a variant such as slim-trixie", rf"(?:{_BEGUN})?", longest=_LONGEST
)
ARTIFACT: Final = Text("an artifact such as source or windows", r"[a-z][a-z0-9_]*")
SHA256: Final = Text("a SHA-256: 64 hexadecimal digits in lower case", r"[0-9a-f]{64}")
ARCHITECTURE: Final = Text(
    "an architecture of official-images", choices=tuple(sorted(ARCHITECTURES))
)
SENTENCE: Final = Text("a sentence that says why", r".*\S.*")
LINK: Final = Text("an address such as https://example.org/why", r"https?://\S+")
TAG: Final = Text(
    "the suffix of a tag, such as slim or slim-{suite} "
    "({suite}, {cycle}, {version}, {name} may stand in it)",
    rf"(?:[A-Za-z0-9_.-]|{_HOLE})*",
    longest=_LONGEST,
)
NAME_PATTERN: Final = Text(
    "the name of variants, such as slim-{suite} ({suite}, {cycle}, {version} may stand in it)",
    r"(?:(?:[A-Za-z0-9_]|\{(?:suite|cycle|version)\})"
    r"(?:[A-Za-z0-9_.-]|\{(?:suite|cycle|version)\})*)?",
    longest=_LONGEST,
)
FOLDER: Final = Text(
    "a folder inside the cycle's folder, such as windows/{name} (no `..`, not absolute; "
    "{suite}, {cycle}, {version}, {name} may stand in it)",
    _PATH_PATTERN,
)
BASE: Final = Text(
    "an image such as debian:{suite}-slim ({suite}, {cycle}, {version}, {name} may stand in it)",
    rf"(?:[a-z0-9]|{_HOLE})(?:[a-zA-Z0-9_.:/@-]|{_HOLE})*",
)
TEMPLATE: Final = Text("the name of templates/NAME.Dockerfile.j2", _PATH)
BUILDER: Final = Text("a builder of official-images", choices=("buildkit", "classic", "oci-import"))

_TAGS = ListOf(TAG, "tags")
_CONSTRAINTS = ListOf(
    Text(
        "a constraint ({suite}, {cycle}, {version}, {name} may stand in it)",
        rf"(?:[^\s,{{}}]|{_HOLE})+",
    ),
    "constraints",
)
_ARCHITECTURES = ListOf(ARCHITECTURE, "architectures", needed="name one, or leave the key out")
_ARTIFACTS = ListOf(ARTIFACT, "artifacts")
_CHECKSUMS = MapOf(ARTIFACT, SHA256, "artifacts and their SHA-256")
_ALIASES = ListOf(ALIAS, "aliases")


def _condition(
    *, cycles: tuple[str, ...] | str | None, **others: tuple[str, ...] | None
) -> Condition:
    return Condition(
        comparisons=parse_comparisons(cycles) if isinstance(cycles, str) else (),
        cycles=cycles if isinstance(cycles, tuple) else (),
        flavors=others["flavors"] or (),
        suites=others["suites"] or (),
        variants=others["variants"] or (),
    )


_NEEDED = "name what is meant, or leave the key out: then all are meant"

CONDITION: Final = Record(
    {
        "cycles": Field(
            Either(
                'comparisons such as ">=3.11" or a list of cycles',
                {
                    "scalar": Text(
                        'comparisons such as ">=3.11,<3.14", or a list of cycles such as ["3.14"]',
                        COMPARISONS_PATTERN,
                    ),
                    "list": ListOf(CYCLE, "cycles", needed=_NEEDED),
                },
            ),
            "Comparisons with the cycle's numbers, or a list of cycles.",
        ),
        "flavors": Field(ListOf(NAME, "flavors", needed=_NEEDED), "One of these flavors."),
        "suites": Field(ListOf(SUITE, "suites", needed=_NEEDED), "One of these suites."),
        "variants": Field(
            ListOf(VARIANT, "variants", needed=_NEEDED), "One of these variants, by name."
        ),
    },
    _condition,
    "a condition",
    "Which images are meant: each key that is given has to hold.",
)

_ANY_TEXT = Text("a text", longest=100_000)
_SETTING_VALUE = Either(
    "true, false, a text or a list of texts",
    {"bool": Flag(), "scalar": _ANY_TEXT, "list": ListOf(_ANY_TEXT, "texts")},
)

_WHY = Field(SENTENCE, "The reason, for whoever reads it in two years.", required=True)
_LINK = Field(LINK, "Where the reason can be checked.", default="")
_WHEN = Field(CONDITION, "Where this holds; everywhere if absent.")
_UNLESS = Field(CONDITION, "Where this does not hold, although `when` does.")

SETTING: Final = Record(
    {
        "value": Field(
            _SETTING_VALUE, "What templates see where the condition holds.", default=True
        ),
        "when": _WHEN,
        "unless": _UNLESS,
        "why": _WHY,
        "link": _LINK,
    },
    Setting,
    "a setting",
    "A value that templates see as settings.NAME: `value` where the condition holds, else false.",
)

EXCLUSION: Final = Record(
    {
        "architectures": Field(
            _ARCHITECTURES, "What is not built; without it the images themselves.", default=()
        ),
        "when": _WHEN,
        "unless": _UNLESS,
        "why": _WHY,
        "link": _LINK,
    },
    Exclusion,
    "an exclusion",
)


def _acceptance(*, tag: str | tuple[str, ...] | None, **effect: Any) -> Acceptance:  # noqa: ANN401 (the fields of ACCEPTANCE)
    return Acceptance(tags=(tag,) if isinstance(tag, str) else tag or (), **effect)


_TAG_PATTERN = Text(
    'a tag such as alpine, or a pattern such as "3.12-windowsservercore*"',
    r"[A-Za-z0-9_.*-]+",
    longest=_LONGEST,
)

ACCEPTANCE: Final = Record(
    {
        "tag": Field(
            Either(
                "a tag, a pattern, or a list of them",
                {
                    "scalar": _TAG_PATTERN,
                    "list": ListOf(_TAG_PATTERN, "tags", needed="name a tag"),
                },
            ),
            "Which tags; `*` stands for any characters, or none. Needed with all but `sha256`.",
        ),
        "loses": Field(
            ListOf(ARCHITECTURE, "architectures", needed="name one"),
            "It is no longer built for these architectures.",
            default=(),
        ),
        "goes_back_to": Field(VERSION, "It moves to this version, which is lower than its own."),
        "prerelease": Field(VERSION, "It moves from a final release to this pre-release."),
        "windows_only": Field(Flag(), "It is left on Windows only; write true."),
        "vanishes": Field(
            Flag(), "It ends although its cycle and variant are still published; write true."
        ),
        "sha256": Field(
            SHA256, "Upstream replaced a file of an unchanged version by one with this SHA-256."
        ),
        "why": _WHY,
        "link": _LINK,
    },
    _acceptance,
    "an acceptance",
    "One effect that is let pass: exactly one of `loses`, `goes_back_to`, `prerelease`, "
    "`windows_only`, `vanishes` and `sha256`.",
)


def _flavor(**values: Any) -> Flavor:  # noqa: ANN401 (the fields of FLAVOR)
    extra = values.pop("on_default_suite")
    return Flavor(
        **values, default_suite_tags=extra["tags"], default_suite_shared_tags=extra["shared_tags"]
    )


_SPELLINGS: Final[Mapping[str, Field]] = {
    "tags": Field(_TAGS, "Suffixes of its simple tags, in order.", default=("{name}",)),
    "shared_tags": Field(_TAGS, "Suffixes of its shared tags, in order.", default=()),
}

FLAVOR: Final = Record(
    {
        "name": Field(NAME_PATTERN, "The variant's name, such as slim-{suite}.", required=True),
        "folder": Field(FOLDER, "Its folder inside the cycle's.", default="{name}"),
        "base": Field(BASE, "The image after FROM.", required=True),
        "template": Field(TEMPLATE, "templates/NAME.Dockerfile.j2.", required=True),
        "needs": Field(_ARTIFACTS, "Artifacts whose sha256 its Dockerfile checks.", default=()),
        **_SPELLINGS,
        "on_default_suite": Field(
            Record(
                {
                    "tags": Field(_TAGS, "More simple tags.", default=()),
                    "shared_tags": Field(_TAGS, "More shared tags.", default=()),
                },
                dict,
                "tags and shared_tags",
            ),
            'What the variant on the default suite is called as well; "" is the bare version.',
            default={"tags": (), "shared_tags": ()},
        ),
        "follows": Field(NAME, "The flavor whose default suite this one shares."),
        "constraints": Field(_CONSTRAINTS, "Constraints in the manifest.", default=()),
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

_UPSTREAM_NAME = Text("python.org", choices=("python.org",))
_ADDRESS = Text("an address such as https://mirror.example.org/python/", r"https?://[^\s?#]+")
_MANIFESTS = "https://raw.githubusercontent.com/docker-library/official-images/master/library/"

UPSTREAM: Final = Record(
    {
        "name": Field(_UPSTREAM_NAME, "The source's name.", required=True),
        "api": Field(_ADDRESS, "Its API v2.", default="https://www.python.org/api/v2/"),
        "downloads": Field(
            _ADDRESS, "Its download tree.", default="https://www.python.org/ftp/python/"
        ),
        "release_cycles": Field(
            _ADDRESS,
            "Phase and end of life of its cycles, in the form of the PEPs or of endoflife.date.",
            default="https://peps.python.org/api/release-cycle.json",
        ),
        "manifests": Field(
            _ADDRESS,
            "The library/ folder of official-images: architectures of bases, published versions.",
            default=_MANIFESTS,
        ),
        "allow_http": Field(
            Flag(),
            "Whether addresses may be http, which anybody on the way can change.",
            default=False,
        ),
    },
    Upstream,
    "a source with its addresses",
)


class _UpstreamName(Text):
    """A source by its name alone: its own addresses."""

    def read(self, node: Any, path: Any, reading: Any) -> Any:  # noqa: ANN401 (as in Text)
        name = super().read(node, path, reading)
        if not isinstance(name, str):
            return name
        addresses = {key: field.default for key, field in UPSTREAM.fields.items()}
        return Upstream(**(addresses | {"name": name}))


def _suite(
    *,
    flavors: tuple[str, ...],
    architectures: tuple[str, ...] | Mapping[str, tuple[str, ...]],
    **lifecycle: Any,  # noqa: ANN401 (the fields of _LIFECYCLE)
) -> Suite:
    if isinstance(architectures, tuple):
        architectures = dict.fromkeys(flavors, architectures)
    return Suite(flavors=flavors, architectures=architectures, **lifecycle)


_LIFECYCLE: Final[Mapping[str, Field]] = {
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
                    "list": _ARCHITECTURES,
                    "mapping": MapOf(NAME, _ARCHITECTURES, "flavors and their architectures"),
                },
            ),
            "What its base images are published for; a list, or one for each flavor.",
            required=True,
        ),
        **_LIFECYCLE,
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
            Text("a folder inside the cycle's (no `..`, not absolute)", rf"(?:{_PATH_PATTERN})?"),
            'Its folder; "" is the cycle\'s own, {name} if neither it nor a flavor says it.',
        ),
        "base": Field(BASE, "The image after FROM."),
        "template": Field(TEMPLATE, "templates/NAME.Dockerfile.j2."),
        "needs": Field(_ARTIFACTS, "Artifacts whose sha256 its Dockerfile checks."),
        "tags": Field(
            _TAGS,
            "Suffixes of its simple tags, all of them; {name} if neither it nor a flavor says any.",
        ),
        "shared_tags": Field(_TAGS, "Suffixes of its shared tags, all of them."),
        "architectures": Field(_ARCHITECTURES, "What its base is published for."),
        "constraints": Field(_CONSTRAINTS, "Constraints in the manifest."),
        "builder": Field(BUILDER, "Its builder."),
        "version": Field(VERSION, "Its version, where it lags behind the release's."),
        "aliases": Field(_ALIASES, "All its aliases, instead of the release's."),
        "sha256": Field(_CHECKSUMS, "The SHA-256 of its own version's artifacts."),
    },
    VariantChoice,
    "a variant",
)


class _VariantName(Text):
    """A variant by its name alone."""

    def read(self, node: Any, path: Any, reading: Any) -> Any:  # noqa: ANN401 (as in Text)
        name = super().read(node, path, reading)
        return VariantChoice(name=name) if isinstance(name, str) else name


_VARIANTS = ListOf(
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

_DEFAULT_SUITES = MapOf(
    NAME,
    Either("a suite or null", {"null": Nothing(), "scalar": SUITE}),
    "flavors and their default suites",
)

RELEASE: Final = Record(
    {
        "version": Field(VERSION, "The exact version, quoted.", required=True),
        "folder": Field(
            Text("a folder inside of library/ (no `..`, not absolute)", _PATH),
            "Its folder, where it is not the cycle.",
        ),
        "sha256": Field(
            _CHECKSUMS,
            "The SHA-256 of each artifact that its variants need.",
            default={},
        ),
        "release_manager": Field(
            Text("a name of `release_managers`", r"\S.*"),
            "Who made the release: one of `release_managers`.",
        ),
        **_LIFECYCLE,
        "aliases": Field(_ALIASES, "More aliases, after the derived ones.", default=()),
        "artifacts": Field(
            _ARTIFACTS,
            "All that upstream publishes for it; variants that need another are left out.",
        ),
        "held_back": Field(
            MapOf(ARTIFACT, SENTENCE, "artifacts and reasons"),
            "Artifacts that are late and why: their variants are left out until they come.",
            default={},
        ),
        "default_suites": Field(
            _DEFAULT_SUITES, "Where it differs from the global `default_suites`.", default={}
        ),
        "variants": Field(_VARIANTS, "Its variants in order, where they differ from the others'."),
        "settings": Field(
            MapOf(WORD, _SETTING_VALUE, "settings and values"),
            "Values of `settings` that hold for this release alone.",
            default={},
        ),
    },
    dict,
    "a release",
)

_LINKS = MapOf(
    Text("words without brackets", r"[^\s\[\]](?:[^\[\]\n]*[^\s\[\]])?"), LINK, "words and links"
)

PAGE: Final = Record(
    {
        "title": Field(
            Text("a title, such as Python", r"[^\n]+"), "Its heading; else the image.", default=""
        ),
        "description": Field(
            Text("one line of 100 characters at most", r"[^\n]*[^\s][^\n]*", longest=100),
            "What the image is, for lists of images: Docker Hub's short description.",
            default="",
        ),
        "help": Field(_LINKS, "Where to ask for help.", default={}),
        "issues": Field(LINK, "Where to file issues; else the repository's own.", default=""),
        "licenses": Field(_LINKS, "The licences of what is in the image.", default={}),
    },
    PageFacts,
    "the facts of the page",
    "What the image's page says besides the matrix; its texts are templates/readme/.",
)

BRANCH: Final = Text("the name of a branch, such as main", r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
PERSON: Final = Text(
    'a name and a mail address, such as "Ada Lovelace <ada@example.org>"',
    r"[^<>\s](?:[^<>\n]*[^<>\s])? <[^<>\s@]+@[^<>\s@]+>",
    longest=300,
)

REGENERATE: Final = Record(
    {
        "branch": Field(BRANCH, "The branch that it commits on.", default=Regenerate().branch),
        "author": Field(PERSON, "Who the author of its commits is; else git's `user`."),
        "committer": Field(PERSON, "Who commits; else git's `user`."),
    },
    Regenerate,
    "the settings of the scheduled job",
    "How `tagmatrix regenerate` commits; its options win over this.",
)

VERSIONS: Final = Record(
    {
        "image": Field(
            Text("the image's name in lower case, such as python", r"[a-z0-9]+(?:[._-][a-z0-9]+)*"),
            "The image's name, and the manifest's.",
            required=True,
        ),
        "repository": Field(
            Text(
                "a git repository such as https://github.com/me/image.git",
                r"[a-z][a-z+]*://\S+|\S+@\S+:\S+",
            ),
            "Where this repository can be fetched: GitRepo in the manifest.",
            required=True,
        ),
        "branch": Field(
            BRANCH,
            "The branch that holds the commits named in the manifest.",
            required=True,
        ),
        "maintainers": Field(
            ListOf(Text("a maintainer", r"[^,\n]+"), "maintainers"),
            "Who answers for the image.",
            required=True,
        ),
        "page": Field(PAGE, "What the image's page says besides the matrix."),
        "builder": Field(BUILDER, "The builder of all images that name no other."),
        "upstream": Field(
            Either(
                "the name of a source, or a mapping with its addresses",
                {
                    "scalar": _UpstreamName(_UPSTREAM_NAME.what, choices=_UPSTREAM_NAME.choices),
                    "mapping": UPSTREAM,
                },
            ),
            "Where `update` and `status` learn of new releases.",
        ),
        "regenerate": Field(REGENERATE, "How the scheduled job commits: `tagmatrix regenerate`."),
        "version_parts": Field(
            Text("full+cycle or all", choices=("full+cycle", "all")),
            "Aliases of a version: itself and its cycle, or all its parts (22.3.1, 22.3, 22).",
            default="full+cycle",
        ),
        "derive_aliases": Field(
            Flag(), "Whether the newest final cycles own their major and `latest`.", default=True
        ),
        "hold": Field(
            MapOf(
                ALIAS, Either("a cycle or null", {"null": Nothing(), "scalar": CYCLE}), "aliases"
            ),
            "Derived aliases that stay at a cycle (null: with nobody), such as latest.",
            default={},
        ),
        "default_suites": Field(
            _DEFAULT_SUITES, "The suite behind each flavor's short tags.", default={}
        ),
        "flavors": Field(
            MapOf(NAME, FLAVOR, "flavors"), "The kinds of image, by name.", required=True
        ),
        "suites": Field(
            MapOf(SUITE, SUITE_ENTRY, "suites"),
            "The releases of base systems, in the order of the manifest.",
            required=True,
        ),
        "variants": Field(
            _VARIANTS, "The variants of a release in order; by default suites x flavors."
        ),
        "settings": Field(
            MapOf(WORD, SETTING, "settings"), "Facts that templates ask for.", default={}
        ),
        "exclude": Field(
            ListOf(EXCLUSION, "exclusions"),
            "What is not built although it could be, and why.",
            default=(),
        ),
        "accept": Field(
            ListOf(ACCEPTANCE, "acceptances"),
            "What the guard would refuse, and is meant; to be removed once it is published.",
            default=(),
        ),
        "release_managers": Field(
            MapOf(
                Text("a name", r"\S.*"),
                Record(
                    {
                        "openpgp_key": Field(
                            Text(
                                "a fingerprint: 40 hexadecimal digits in upper case",
                                r"[0-9A-F]{40}",
                            ),
                            "The fingerprint of the key that signs sources.",
                        )
                    },
                    ReleaseManager,
                    "a release manager",
                ),
                "release managers",
            ),
            "Who signs the sources.",
            default={},
        ),
        "releases": Field(
            MapOf(CYCLE, RELEASE, "releases"), "The release cycles, newest first.", required=True
        ),
    },
    dict,
    "the mapping of versions.yaml",
    "Which releases of an image are published in which variants.",
)
