"""The settings of upstream: its name and addresses, lateness, accepted checksums."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.config.format.upstream import SOURCES, upstream_choice
from tagmatrix.config.shapes import INVALID, Reading
from tagmatrix.config.yaml import tree
from tagmatrix.problems import ConfigError
from tests.projects import VERSIONS

DIGEST = "a" * 64


def loaded(old: str, new: str) -> config.Config:
    """Load the sample with something replaced."""
    assert old in VERSIONS
    return config.parse(VERSIONS.replace(old, new))


def test_name_or_mapping() -> None:
    """The name alone means python.org's own addresses; a mapping says some otherwise."""
    assert config.parse(VERSIONS).upstream is None
    named = loaded("builder: buildkit", "upstream: python.org").upstream
    assert named is not None
    assert named.addresses["api"] == "https://www.python.org/api/v2/"
    assert not named.allow_http
    mapping = "upstream: {name: python.org, api: http://mirror/, allow_http: true}"
    mirror = loaded("builder: buildkit", mapping).upstream
    assert mirror is not None
    assert mirror.addresses == {**named.addresses, "api": "http://mirror/"}
    assert mirror.allow_http


def test_another_source() -> None:
    """A line in the table adds a source: its name, and only the addresses that it has."""
    own = {"api": "https://example.org/api/", "index": "https://example.org/index.json"}
    table = {**SOURCES, "example.org": own}
    shape = upstream_choice(table)

    def read(text: str) -> tuple[Any, list[str]]:
        reading = Reading()
        ((_, node),) = tree.read(f"upstream: {text}".encode(), "versions.yaml").items
        value = shape.read(node, ("upstream",), reading)
        return value, [problem.message for problem in reading.problems]

    plain, _ = read("example.org")
    assert (plain.name, plain.addresses) == ("example.org", own)
    mirror, _ = read("{name: example.org, index: 'https://mirror/'}")
    assert mirror == replace(plain, addresses={**own, "index": "https://mirror/"})
    _, (message,) = read("{name: python.org, index: 'https://mirror/'}")
    assert message == (
        "unknown key; there are name, api, downloads, release_cycles, manifests, allow_http and add"
    )
    _, (message,) = read("{downloads: 'https://mirror/', name: example.org}")
    assert message == "unknown key; there are name, api, index, manifests, allow_http and add"
    validator = jsonschema.Draft202012Validator(shape.schema())
    assert validator.is_valid({"name": "example.org", "index": "https://mirror/"})
    assert not validator.is_valid({"name": "python.org", "index": "https://mirror/"})
    for wrong in ("example.com", "{name: example.com}"):
        value, (message,) = read(wrong)
        assert value is INVALID
        assert message.startswith('"example.com" is not known; expected python.org or ')


def test_late() -> None:
    """A flavor waits three days by default."""
    flavors = loaded("    builder: classic\n", "    late: leave_out\n    wait_days: 10\n").flavors
    assert [(flavor.late, flavor.wait_days) for flavor in flavors.values()] == [
        *[("wait", 3)] * 3,
        ("leave_out", 10),
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("builder: buildkit", "upstream: ruby", '"ruby" is not known; expected python.org'),
        ("builder: buildkit", "upstream: {api: https://x/}", "`name` is missing"),
        ("builder: buildkit", "upstream: {name: python.org, api: ftp://x}", "an address such as"),
        ("builder: buildkit", "upstream: {releases: {each: a}}", "names no document; write one of"),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/', yaml: 'https://x/'}}",
            "this has json and yaml; write one of json,",
        ),
        ("builder: buildkit", "upstream: {releases: {text: 'https://x/'}}", "a text needs `match`"),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/', url: 'https://x/'}}",
            "releases.url: has no effect here: it is about files of `artifacts`; remove it",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, artifacts: {a: {json: 'https://x/', strip: 'sha256:'}}}",
            "artifacts.a.strip: has no effect here: it changes versions of `releases`; remove it",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, artifacts: {a: [{sums: 'https://x/', replace: {a: b}}]}}",
            "artifacts.a[0].replace: has no effect here",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, cycles: {json: 'https://x/', strip: v}}",
            "cycles.strip: has no effect here",
        ),
        ("builder: buildkit", "upstream: {releases: 'https://x/'}", "expected a document and what"),
        *(
            (
                "builder: buildkit",
                f"upstream: {{releases: {{tags: '{scheme}:///srv/a.git'}}}}",
                f'yaml:6:29: upstream.releases.tags: "{scheme}:///srv/a.git" is not https: nothing',
            )
            for scheme in ("file", "git", "http")
        ),
        (
            "builder: buildkit",
            "upstream: {name: npm, artifacts: {a: [{sums: 'https://x/', url: 'file:///b'}]}}",
            'upstream.artifacts.a[0].url: "file:///b": only `tags` may be at file://; use https',
        ),
        (
            "    sha256:\n",
            "    upstream: {releases: {json: 'git://x/b'}, allow_http: true}\n    sha256:\n",
            '"git://x/b": only `tags` may be at git://; use https://, or the kind `tags`',
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/', each: 'a['}}",
            '"a[": not a JMESPath expression',
        ),
        (
            "builder: buildkit",
            "upstream: {name: npm, artifacts: {a: {json: http://x, each: '{listed}', file: f}}}",
            """; a key from a placeholder needs quotes of JMESPath: '"{listed}"'""",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {text: 'https://x/', match: '(a'}}",
            '"(a": not a regular expression of RE2 (missing )',
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {text: 'https://x/', match: 'a'}}",
            "it has no group; put what to take in",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/{versoin}'}}",
            "unknown placeholder {versoin}; did you mean version",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/{version}'}}",
            "upstream.releases.json: {version} has no value here; use {cycle} and {project}",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/', where: \"a=='{final}'\"}}",
            "upstream.releases.where: {final} has no value here",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, cycles: {json: 'https://x/{architecture}'}}",
            "upstream.cycles.json: {architecture} has no value here",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, artifacts: {a: {sums: 'https://x/{cycle}'}}}",
            "artifacts.a.sums: {cycle} has no value here; use {version}, {listed}, {final},",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, artifacts: {a: [{sums: 'https://x/{file}'}]}}",
            "artifacts.a[0].sums: {file} has no value here",
        ),
        (
            "builder: buildkit",
            "upstream: {name: github, artifacts: {a: {sums: 'https://x/', match: '(a)'}}}",
            "artifacts.a.match: has no effect here: it is about versions",
        ),
        (
            "builder: buildkit",
            "upstream: {name: npm, artifacts: {a: {json: http://x, match: (a), take: {file: f}}}}",
            "artifacts.a.match: has no effect here: it is about versions",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/'}, api: 'https://x/'}",
            "unknown key",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x/', each: 'length(sort_py(@))'}}",
            "JMESPath has no function sort_py; did you mean sort_by?",
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://['}}",
            '"https://[": not an address (Invalid IPv6 URL)',
        ),
        (
            "builder: buildkit",
            "upstream: {releases: {json: 'https://x:99999/'}}",
            "not an address (Port out of range",
        ),
        (
            "builder: buildkit",
            "upstream: {command: [./a], token: A}",
            "upstream.token: has no effect beside `command`; remove one of the two",
        ),
        ("    builder: classic\n", "    late: never\n", '"never" is not known'),
        (
            "    builder: classic\n",
            '    wait_days: "3"\n',
            "write a number of days, 0 to 365 without quotes",
        ),
        (
            "    builder: classic\n",
            "    wait_days: -1\n",
            "write a number of days, 0 to 365 without quotes",
        ),
        (
            "    builder: classic\n",
            "    wait_days: 366\n",
            "write a number of days, 0 to 365 without quotes",
        ),
        (
            "exclude:\n",
            f"accept: [{{sha256: {DIGEST}, tag: x, why: y}}]\nexclude:\n",
            "`sha256` does not take a `tag`; remove `tag`",
        ),
        ("exclude:\n", "accept: [{vanishes: true, why: y}]\nexclude:\n", "`tag` is missing"),
    ],
)
def test_what_is_wrong(old: str, new: str, why: str) -> None:
    """The message for an invalid value has what to write."""
    with pytest.raises(ConfigError, match=r"versions\.yaml:") as caught:
        loaded(old, new)
    assert why in str(caught.value)


def test_an_accepted_checksum() -> None:
    """A checksum is accepted without naming a tag."""
    accept = f"accept: [{{sha256: {DIGEST}, why: Announced.}}]\nexclude:\n"
    (entry,) = loaded("exclude:\n", accept).accept
    assert (entry.sha256, entry.tags) == (DIGEST, ())
