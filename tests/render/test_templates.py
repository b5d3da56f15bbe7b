"""Templates: strict and sandboxed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix.config import parse
from tagmatrix.matrix.expand import expand
from tagmatrix.render.dockerfiles import by_cycle, context
from tagmatrix.render.template_folder import MAX_TEMPLATE_BYTES, TemplateError
from tagmatrix.render.templates import Templates
from tests.projects import VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.config import Release

IMAGES = expand(parse(VERSIONS)).images
IMAGE = IMAGES[0]
ALPINE = next(image for image in IMAGES if image.flavor == "alpine")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Return a folder of templates with an empty one."""
    folder = tmp_path / "templates"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts/finish.j2").write_text("")
    return folder


def text_of(folder: Path, source: str | bytes) -> str:
    """Return the text of a template with this source, for the first image."""
    data = source if isinstance(source, bytes) else source.encode()
    (folder / "x.j2").write_bytes(data)
    return Templates(folder).render("x.j2", **context(IMAGE))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ image.name }} {{ image.flavor }} {{ image.suite }}", "trixie default trixie"),
        ("{{ image.cycle }} {{ image.base }} {{ image.folder }}", "2.1 debian:trixie 2.1/trixie"),
        ("{{ image.architectures | join(',') }}", "amd64,arm64v8,riscv64"),
        (
            "{{ release.cycle }} {{ release.version }} {{ release.final_version }}",
            "2.1 2.1.3 2.1.3",
        ),
        ("{{ release.sha256.source[:3] }}", "111"),
        ("{% if settings.lto %}yes{% endif %}{{ settings.flags }}", "yes-O2"),
        ("{% if not release.manager %}none{% endif %}", "none"),
        ("{% if settings.nothing is defined %}a{% else %}b{% endif %}", "b"),
        ("a\n{% if true %}\nb\n{% endif %}\nc\n\n", "a\nb\nc\n\n"),
        ("a  {# #}\r\nb\r\n", "a  b\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("{{ 'x' if false }}|", "|"),
        ("<&> {{ '<&>' }} ü", "<&> <&> ü"),
        ("{{ 'a' | code }}{{ 3 }}{{ 1.5 }}", "`a`31.5"),
        ("{% set x = [1] %}{{ x | length }}{{ x[0] + 1 }}", "12"),
        ("{{ 2 * 3 }}", "6"),
    ],
)
def test_text(templates: Path, source: str | bytes, text: str) -> None:
    """A template sees its image, its release and its settings; its text stays unchanged."""
    assert text_of(templates, source) == text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("\n{{ nothing }}", "templates/x.j2:2: 'nothing' is undefined"),
        ("{% if nothing %}{% endif %}", "templates/x.j2:1: 'nothing' is undefined"),
        ("{{ settings.lot }}", 'templates/x.j2:1: there is no setting "lot"; did you mean lto?'),
        ("{{ release.sha256.windoze }}", 'there is no checksum "windoze"'),
        ("{{ image.nme }}", 'templates/x.j2:1: there is no value .*"nme"'),
        ("{{ image.name.nothing }}", "templates/x.j2:1: "),
        ("{% for %}", "templates/x.j2:1: "),
        ("\n\n{% if x %}", "templates/x.j2:3: "),
        ("{{ 1 / 0 }}", "templates/x.j2:1: division by zero"),
        ("{{ 'a' + 1 }}", "templates/x.j2:1: "),
        ("{{ 'a' | nothing }}", "templates/x.j2:1: No filter named 'nothing'"),
        ("{% include 'y.j2' %}", "templates/y.j2: no such template, included by templates/x.j2:1"),
        ("{% include 'x.j2' %}", "templates/x.j2:1: .*without an end"),
        ("\n{% for i in [1] %}{% include 'x.j2' %}{% endfor %}", "templates/x.j2:2: .*without an"),
        # Python's limit is reached in the call, or at the beginning of the macro
        (
            "\n{% macro f() %}\n{{ f() }}{% endmacro %}{{ f() }}",
            "templates/x.j2:[23]: .*without an",
        ),
        (
            "\n" + "{% for i in [1] %}\n" * 99 + "{% endfor %}" * 99,
            r"templates/x.j2:\d+: .*deeply",
        ),
        ("\n" + "{% if 1 %}\n" * 199 + "{% endif %}" * 199, r"templates/x.j2:\d+: .*deeply"),
        (
            "\n{{ " + "(" * 500 + "1" + ")" * 500 + " }}",
            "templates/x.j2:2: this is nested too deep",
        ),
        ("\n{{ " + "+".join("1" * 2000) + " }}", "templates/x.j2:2: this is nested too deeply"),
        ("\n{% include 'ü' %}", '^templates/x.j2:2: invalid template name "ü"'),
        ("\n{% include '' %}", '^templates/x.j2:2: invalid template name ""'),
        ("\n{% include 'parts' %}", "^templates/x.j2:2: templates/parts: Is a directory"),
        (
            "\n{% include 'parts/finsh.j2' %}",
            r"parts/finsh.j2: .* included by templates/x.j2:2; did you mean parts/finish.j2\?$",
        ),
        ("{% include 'far/away/from/all.j2' %}", "all.j2: no such template, included by [^;]*$"),
        ("\n{% set n = namespace() %}{% include [n.x] %}", "x.j2:2: .* has no attribute 'x'"),
        ("{% extends 'y.j2' %}", "templates/y.j2: no such template"),
        ("{% import 'y.j2' as y %}", "templates/y.j2: no such template"),
        ("{{ range(10 ** 9) | list }}", "templates/x.j2:1: "),
        ("{{ 2 ** 2 }}", r"templates/x.j2:1: not allowed in a template: `\*\*` is not available"),
        ("{{ 'a' * 3 }}", r"templates/x.j2:1: .* `\*` is only for integers"),
        ("{{ '%d' % 1e300 }}", "templates/x.j2:1: .*a number has more than 64 bits"),
        ("{{ 1e300 | string }}", "templates/x.j2:1: .*a number has more than 64 bits"),
        ("{{ 1e308.as_integer_ratio() | join }}", "templates/x.j2:1: .*'as_integer_ratio'"),
        ("{{ 'a'.encode('punycode') | length }}", "templates/x.j2:1: .*'encode' of 'str'"),
        ("{{ ('a' | e).escape([range]) }}", "templates/x.j2:1: .*'escape' of 'Markup'"),
        ("{{ ('a' | safe) | attr('escape') }}", "templates/x.j2:1: .*'escape' of 'Markup'"),
        ("\n{% autoescape true %}{{ 'a'.upper }}{% endautoescape %}", "x.j2:2: `autoescape` is"),
        ("{{ 1" + "0" * 5000 + " }}", "templates/x.j2:1: a number has more than 64 bits"),
        ("{{ 9999999999 * 9999999999 }}", "templates/x.j2:1: .*a number has more than 64 bits"),
        ("{% set n = 4294967296 %}{{ n * n * -n }}", "templates/x.j2:1: .* more than 64 bits"),
        ("{{ 3 * 'a' }}", r"templates/x.j2:1: .* `\*` is only for integers"),
        ("{{ ([1] * 3) | length }}", "templates/x.j2:1: not allowed in a template: "),
        (b"\xff", "templates/x.j2 is not UTF-8"),
    ],
)
def test_mistakes(templates: Path, source: str | bytes, words: str) -> None:
    """The message of an error has its place and explains it to the template's author."""
    with pytest.raises(TemplateError, match=words):
        text_of(templates, source)


def test_a_missing_template_of_a_dockerfile(templates: Path) -> None:
    """The hint is the name that versions.yaml should have."""
    (templates / "debian.Dockerfile.j2").write_text("")
    (templates / "debain.j2").write_text("")
    hint = r"^templates/debain.Dockerfile.j2: no such template; did you mean debian\?$"
    with pytest.raises(TemplateError, match=hint):
        Templates(templates).render("debain.Dockerfile.j2")
    with pytest.raises(TemplateError, match=r"zzz.Dockerfile.j2: no such template$"):
        Templates(templates).render("zzz.Dockerfile.j2")


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("settings", "a mapping"),
        ("release.sha256", "a mapping"),
        ("release.manager", "None"),
        ("settings.lto", "True"),
        ("not settings.lto", "False"),
        ("image.architectures", "a list"),
        ("image.name.upper", "a function"),
        ("[1]", "a list"),
        ("{}", "a mapping"),
        ("range", "a function"),
    ],
)
def test_what_is_not_a_text_is_not_printed(templates: Path, expression: str, kind: str) -> None:
    """A forgotten condition or call does not print into a Dockerfile."""
    with pytest.raises(TemplateError, match=rf"x.j2:2: this prints {kind}: expected a text or a"):
        text_of(templates, f"\n{{{{ {expression} }}}}")


@pytest.mark.parametrize(
    "expression",
    [
        "image.name.__class__",
        "image.name.__class__.__mro__",
        "''.__class__.__base__.__subclasses__()",
        "settings.__init__.__globals__",
        "settings.__class__",
        "settings.what",
        "settings.missing('x')",
        "settings.update({'a': 'b'})",
        "settings.keys()",
        "release.sha256.pop('source')",
        "image.architectures.__len__()",
        "self.__init__.__globals__",
        "self._TemplateReference__context",
        "cycler.__init__.__globals__.os",
        "joiner.__init__.__globals__",
        "namespace.__init__.__globals__",
        "range.__self__",
        "''.format.__self__",
        "'{0.__class__}'.format(image)",
        "'{0.__class__}'.format_map({'0': image})",
        "('%s' | format).__class__",
        "image | attr('__class__')",
        "image | map(attribute='__class__') | list | first",
        "lipsum()",
        "[1, 2, 3] | random",
        "image is sameas image",
        "(1).__class__",
        "[].append(1)",
        "{}.update({'a': 1})",
        "config",
        "request",
    ],
)
def test_nothing_gets_out(templates: Path, expression: str) -> None:
    """Access to Python's internals, changes of arguments, and random functions are refused."""
    with pytest.raises(TemplateError, match=r"^templates/x\.j2:1: "):
        text_of(templates, f"{{{{ {expression} }}}}")


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../x",
            "/etc/passwd",
            "a/../../x",
            "./x",
            "",
            ".",
            "..",
            ".hidden",
            "a//b",
            "a/",
            "a\\b",
        ),
        *("a/./b", "a\nb", "\0", "~/x", "a b", "ü", "a/.b"),
    ],
)
def test_names_that_lead_out(templates: Path, name: str) -> None:
    """A template's name must be a plain path below templates/."""
    (templates.parent / "x").write_text("outside")
    for source in (f"{{% include {name!r} %}}", f"{{% import {name!r} as x %}}"):
        with pytest.raises(TemplateError, match=r"invalid template name|x\.j2"):
            text_of(templates, source)


def test_a_setting_may_have_any_name(templates: Path) -> None:
    """A method of the settings object never hides a setting of the same name."""
    names = ("items", "values", "keys", "get", "missing", "what", "pop", "update", "copy")
    image = replace(IMAGE, settings={name: f"<{name}>" for name in names})
    (templates / "x.j2").write_text("".join(f"{{{{ settings.{name} }}}}" for name in names))
    text = Templates(templates).render("x.j2", **context(image))
    assert text == "".join(f"<{name}>" for name in names)


NESTED = MappingProxyType({"items": "own", "a": (MappingProxyType({"name": "n"}), 1), "b": None})


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ settings.x.items }} {{ settings.x['a'][1] }}", "own 1"),
        ("{{ settings.x.a[0].name }}", "n"),
        (
            "{% for key, value in settings.x.a[0].items() %}{{ key }}={{ value }}{% endfor %}",
            "name=n",
        ),
        (
            "{% for key, value in settings.x.a[0] | items %}{{ key }}={{ value }}{% endfor %}",
            "name=n",
        ),
        ("{{ settings.x.keys() | join(' ') }} {{ settings.x.get('c', 'none') }}", "items a b none"),
    ],
)
def test_nested_settings(templates: Path, source: str, text: str) -> None:
    """A template reads nested values by key, by number and by the methods of a mapping."""
    (templates / "x.j2").write_text(source)
    image = replace(IMAGE, settings={"x": NESTED})
    assert Templates(templates).render("x.j2", **context(image)) == text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("{{ settings.x.aa }}", 'there is no key "aa"; did you mean a?'),
        ("{{ settings.x.a[0].nam }}", 'there is no key "nam"'),
        ("{{ settings.x.update({}) }}", 'there is no key "update"'),
        ("{{ settings.x.missing('a') }}", 'there is no key "missing"'),
        ("{{ settings.x }}", "this prints a mapping: expected a text or a number"),
        ("{{ settings.x.b }}", "this prints None: expected a text or a number"),
        ("{{ releases['9.9'].version }}", 'there is no release "9.9"'),
        (
            "{{ releases['2.1'].versoin }}",
            'there is no value releases.* "versoin"; did you mean ver',
        ),
    ],
)
def test_nested_values_that_do_not_exist(templates: Path, source: str, message: str) -> None:
    """A key that does not exist, and a mapping that is printed, are errors with the line."""
    (templates / "x.j2").write_text(source)
    image = replace(IMAGE, settings={"x": NESTED})
    (release,) = _releases("2.1")
    with pytest.raises(TemplateError) as error:
        Templates(templates).render("x.j2", **context(image, by_cycle([release])))
    assert str(error.value).startswith(f"templates/x.j2:1: {message}")


def _releases(*cycles: str) -> list[Release]:
    return [release for release in parse(VERSIONS).releases if release.cycle in cycles]


def test_tags_and_other_releases(templates: Path) -> None:
    """A template sees the names of the image's tags, and all releases by their cycles."""
    (templates / "x.j2").write_text(
        "{{ image.tags | join(' ') }}|{{ image.shared_tags | join(' ') }}|"
        "{{ releases['2.0'].version }} {{ releases['2.0'].sha256.source }}"
    )
    (release,) = _releases("2.0")
    values = context(IMAGE, by_cycle([release]))
    tags, shared = ([tag.name for tag in some] for some in (IMAGE.tags, IMAGE.shared_tags))
    assert Templates(templates).render("x.j2", **values) == (
        f"{' '.join(tags)}|{' '.join(shared)}|{release.version} {release.sha256['source']}"
    )


def test_size(templates: Path) -> None:
    """The size of a template has a limit."""
    assert text_of(templates, "x" * MAX_TEMPLATE_BYTES)
    with pytest.raises(TemplateError, match=r"x\.j2 is larger than 1,048,576 bytes"):
        text_of(templates, "x" * (MAX_TEMPLATE_BYTES + 1))


@pytest.mark.parametrize("kind", ["folder", "loop", "link out", "folder out", "unreadable"])
def test_what_is_not_a_template(templates: Path, kind: str) -> None:
    """A folder, a loop and a link to the outside are refused by name."""
    place = templates / "y.j2"
    match kind:
        case "folder":
            place.mkdir()
        case "loop":
            place.symlink_to(place)
        case "link out":
            (templates.parent / "secret").write_text("secret")
            place.symlink_to("../secret")
        case "folder out":
            (templates.parent / "other").mkdir()
            (templates.parent / "other/z.j2").write_text("secret")
            place.symlink_to("../other")
        case _:
            place.symlink_to("/proc/self/mem")
    name = "y.j2/z.j2" if kind == "folder out" else "y.j2"
    with pytest.raises(TemplateError, match=r"templates/y\.j2"):
        text_of(templates, f"{{% include '{name}' %}}")


def test_links_within(templates: Path) -> None:
    """A link to another template in the folder is another name for it."""
    (templates / "y.j2").write_text("y")
    (templates / "z.j2").symlink_to("y.j2")
    assert text_of(templates, "{% include 'z.j2' %}") == "y"
