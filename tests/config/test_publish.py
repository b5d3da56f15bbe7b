"""The keys `publish`, `test` and `secrets`: what they hold, and the messages for mistakes."""

from __future__ import annotations

import re

import pytest

from tagmatrix.config.model import Condition
from tagmatrix.config.publishing import Attest, Destination, ImageTest, Publish, Runner, Secret
from tests.config.samples import GOOD, edit, load, refusal

PUBLISH = """\
publish:
  registries:
    - ghcr.io/me/sample
    - {repository: "localhost:5000/preview", final: false, when: {flavors: [slim]}}
  runners:
    amd64: {label: ubuntu-24.04, architectures: [amd64], emulates: [s390x]}
    arm64: {label: ubuntu-24.04-arm, architectures: [arm64v8]}
    windows: {label: windows-2025, architectures: [windows-amd64]}
  required: [amd64]
  stamp: "{tag}-{date}"
  attest: {sbom: true, provenance: max}
  labels: {org.opencontainers.image.vendor: Me}
  weights: {slim: 2, default: 10}
"""
FLAVOR = ("    template: alpine\n", "    template: alpine\n{}")


def in_flavor(text: str) -> str:
    """Return the good file with a line more in the flavor alpine."""
    return edit((FLAVOR[0], FLAVOR[1].format(f"    {text}\n")))


def test_all_keys() -> None:
    """Every key of `publish` is read."""
    config, _ = load(GOOD + PUBLISH)
    assert config.publish == Publish(
        registries=(
            Destination(repository="ghcr.io/me/sample"),
            Destination(
                repository="localhost:5000/preview",
                final=False,
                when=Condition(flavors=("slim",)),
            ),
        ),
        runners={
            "amd64": Runner(label="ubuntu-24.04", architectures=("amd64",), emulates=("s390x",)),
            "arm64": Runner(label="ubuntu-24.04-arm", architectures=("arm64v8",)),
            "windows": Runner(label="windows-2025", architectures=("windows-amd64",)),
        },
        required=("amd64",),
        stamp="{tag}-{date}",
        attest=Attest(sbom=True, provenance="max"),
        labels={"org.opencontainers.image.vendor": "Me"},
        weights={"slim": 2, "default": 10},
    )


def test_defaults() -> None:
    """Without the key nothing is published, all architectures are required, nothing attached."""
    assert load(GOOD)[0].publish == Publish()
    assert load(GOOD + "publish: {required: all}\n")[0].publish == Publish()


def test_of_a_flavor() -> None:
    """A flavor has a test and secrets."""
    config, _ = load(
        in_flavor("test: {command: [sh, -c, 'exit 0'], wait: 5, options: [--network=none]}")
    )
    assert config.flavors["alpine"].test == ImageTest(
        command=("sh", "-c", "exit 0"), wait=5, options=("--network=none",)
    )
    config, _ = load(in_flavor("secrets: [{id: token, env: TOKEN, unless: {cycles: '<3.14'}}]"))
    (secret,) = config.flavors["alpine"].secrets
    assert isinstance(secret, Secret)
    assert (secret.id, secret.env, secret.when) == ("token", "TOKEN", None)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "staging: ghcr.io/me/x:1",
            (
                '72:21: publish.staging: invalid value "ghcr.io/me/x:1": remove the tag; '
                "tags come from the matrix"
            ),
        ),
        (
            "registries: [{repository: a/b, allow_http: maybe}]",
            (
                "72:55: publish.registries[0].allow_http: write `true` or `false` without quotes, "
                "or remove `allow_http`"
            ),
        ),
        (
            'registries: ["me:secret@ghcr.io/me/x"]',
            (
                "72:25: publish.registries[0]: invalid image name: it must not have credentials; "
                "use `docker login`; expected a repository such as ghcr.io/me/python"
            ),
        ),
        (
            "registries: [ghcr.io/Me/x]",
            (
                "72:25: publish.registries[0]: invalid image name 'ghcr.io/Me/x': the path 'Me/x' "
                "must have lowercase letters, digits and single separators only; expected a "
                "repository such as ghcr.io/me/python"
            ),
        ),
        (
            'registries: ["ghcr.io/me/x:1"]',
            (
                '72:25: publish.registries[0]: invalid value "ghcr.io/me/x:1": remove the tag; '
                "tags come from the matrix"
            ),
        ),
        (
            f"registries: ['ghcr.io/me/x@sha256:{'a' * 64}']",
            (
                f'72:25: publish.registries[0]: invalid value "ghcr.io/me/x@sha256:{"a" * 64}": '
                "remove the digest; tags come from the matrix"
            ),
        ),
        (
            "registries: [{repository: a/b, when: {architectures: [amd64]}}]",
            (
                "72:50: publish.registries[0].when.architectures: this is about whole images, "
                "which have several architectures; remove `architectures`"
            ),
        ),
        (
            "registries: [{repository: a/b, when: {flavors: [slm]}}]",
            (
                '72:60: publish.registries[0].when.flavors[0]: there is no flavor "slm"; did you '
                "mean slim?"
            ),
        ),
        (
            "registries: [docker.io/me/x, {repository: me/x, final: true}]",
            (
                "72:41: publish.registries[1]: me/x is the same repository as docker.io/me/x of "
                "registries[0]; write it in one way"
            ),
        ),
        (
            "registries: []",
            (
                "72:24: publish.registries: this list is empty; name a repository, or leave the "
                "key out"
            ),
        ),
        (
            "runners: {one: {label: x}}",
            (
                "72:22: publish.runners.one: this runner builds nothing; list its `architectures`, "
                "or what it `emulates`"
            ),
        ),
        (
            "runners: {one: {label: x, architectures: [amd64], emulates: [amd64]}}",
            (
                "72:73: publish.runners.one.emulates[0]: it builds amd64 natively; keep it in one "
                "of the two lists"
            ),
        ),
        (
            'stamp: "{tag}-x"',
            (
                '72:19: publish.stamp: invalid value "{tag}-x": expected a tag with {tag} and '
                "{date} or {key}, such as {tag}-{date}"
            ),
        ),
        (
            'stamp: "{tag}+{date}"',
            (
                '72:19: publish.stamp: invalid value "{tag}+{date}": expected a tag with {tag} and '
                "{date} or {key}, such as {tag}-{date}"
            ),
        ),
        (
            "required: most",
            '72:22: publish.required: "most" is not known; expected all',
        ),
        (
            "attest: {provenance: yes}",
            (
                "72:33: publish.attest.provenance: YAML reads yes as true or false; expected min "
                "or max"
            ),
        ),
        (
            "weights: {slm: 1}",
            '72:22: publish.weights.slm: there is no flavor "slm"; did you mean slim?',
        ),
        (
            "weights: {slim: 1001}",
            (
                "72:28: publish.weights.slim: write a number from 0 to 1000 without quotes, or "
                "remove `slim`"
            ),
        ),
        (
            "labels: {org.opencontainers.image.revision: b}",
            (
                '72:21: publish.labels["org.opencontainers.image.revision"]: tagmatrix sets '
                "org.opencontainers.image.revision for each image; remove it, or take another name"
            ),
        ),
        (
            "labels: {A: b}",
            (
                '72:21: publish.labels.A: invalid value "A": expected a label such as '
                "org.opencontainers.image.vendor"
            ),
        ),
    ],
)
def test_messages(line: str, message: str) -> None:
    """A mistake is reported with its place."""
    found = refusal(GOOD.rstrip("\n") + f"\npublish: {{ {line} }}\n")
    number = len(GOOD.splitlines()) + 1
    assert found == f"versions.yaml:{message}".replace(":72:", f":{number}:")


@pytest.mark.parametrize(
    "option",
    [
        *("-d", "-itd", "-d=true", "--detach", "--detach=1", "--cidfile", "--cidfile=x", "--help"),
        *("--rm=false", "--rm=0", "--platform=linux/arm64", "--restart=always", "--"),
    ],
)
def test_options_that_break_tests(option: str) -> None:
    """An option that changes how tests run is refused with its place."""
    found = refusal(in_flavor(f'test: {{command: [x], options: [--init, "{option}"]}}'))
    where = "flavors.alpine.test.options[1]: the option "
    assert f'{where}"{option}" breaks the test: ' in found
    assert re.match(r"versions.yaml:\d+:44: ", found)


@pytest.mark.parametrize(
    "option", ["--rm", "--rm=true", "-edebug", "-it", "--detach-keys=a", "--dns=::"]
)
def test_options_that_tests_may_have(option: str) -> None:
    """Other options are read, also those that begin with the same letters."""
    config, _ = load(in_flavor(f'test: {{command: [x], options: ["{option}"]}}'))
    assert config.flavors["alpine"].test == ImageTest(command=("x",), options=(option,))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("test: {command: []}", "flavors.alpine.test.command: this list is empty; write the"),
        ("test: {command: [x], wait: 0}", "flavors.alpine.test.wait: write a number of seconds, 1"),
        (
            "test: {command: [x], options: [network]}",
            'flavors.alpine.test.options[0]: invalid value "network": expected an option such as',
        ),
        (
            "secrets: [{id: a, env: 1A}]",
            'flavors.alpine.secrets[0].env: invalid value "1A": expected the name of a variable',
        ),
        (
            "secrets: [{id: a, env: A, when: {architectures: [amd64]}}]",
            "flavors.alpine.secrets[0].when.architectures: this is about whole images",
        ),
    ],
)
def test_messages_of_flavors(line: str, message: str) -> None:
    """A mistake in a test or a secret is reported with its place."""
    assert message in refusal(in_flavor(line))
