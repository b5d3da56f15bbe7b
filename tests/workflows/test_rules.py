"""The workflows keep the project's rules, and a broken workflow breaks each of them."""

from __future__ import annotations

import re

import pytest

from tests.workflows import files, rules


@pytest.mark.slow
@pytest.mark.parametrize("name", files.NAMES)
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_rule(name: str, rule: rules.Rule) -> None:
    """The workflow keeps the rule."""
    assert rule(files.parse(files.text(name))) == []


@pytest.mark.parametrize("name", files.REUSABLE)
@pytest.mark.parametrize("rule", [rules.pins, rules.plain_scripts], ids=["pins", "plain_scripts"])
def test_rule_of_reusable_workflows(name: str, rule: rules.Rule) -> None:
    """A workflow that others call keeps the rules about pins and about texts in scripts."""
    assert rule(files.parse(files.text(name))) == []


BROKEN = [
    (
        "pins",
        "ci.yml",
        "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10",
        "actions/checkout@v6",
    ),
    (
        "pins",
        "ci.yml",
        "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10",
        "actions/checkout@df4cb1c",
    ),
    ("pins", "ci.yml", "python:3.13-bookworm@sha256:", "python:3.13-bookworm # "),
    (
        "split",
        "update.yml",
        "    permissions:\n      contents: read\n    outputs",
        "    permissions:\n      contents: write\n    outputs",
    ),
    (
        "split",
        "update.yml",
        "      - name: Push the branch\n",
        "      - run: make .venv/.ready\n      - name: Push the branch\n",
    ),
    (
        "split",
        "publish.yml",
        "          BEFORE: $",
        "          GH_TOKEN: ${{ github.token }}\n          BEFORE: $",
    ),
    ("privileged", "ci.yml", "    if: github.event_name", "    name2: github.event_name"),
    ("privileged", "ci.yml", "== github.repository", "!= github.repository"),
    ("plain_scripts", "ci.yml", "run: make lint", "run: echo ${{ github.head_ref }}"),
    (
        "plain_scripts",
        "publish.yml",
        '--base "$BEFORE"',
        "--base ${{ steps.publish.outputs.before }}",
    ),
    (
        "secrets",
        "update.yml",
        "    env:\n      GIT_AUTHOR_NAME",
        "    env:\n      T: ${{ secrets.T }}\n      GIT_AUTHOR_NAME",
    ),
    ("secrets", "update.yml", 'push.sh "', 'push.sh "${{ secrets.UPDATE_TOKEN }}" "'),
    ("secrets", "update.yml", 'regenerate.sh "', 'regenerate.sh "${{ github.token }}" "'),
    ("permissions", "ci.yml", "permissions: {}\n", ""),
    ("permissions", "ci.yml", "permissions: {}", "permissions: read-all"),
    ("permissions", "ci.yml", "    permissions:\n      contents: read\n", ""),
    ("permissions", "ci.yml", "contents: read", "contents: write"),
    ("triggers", "ci.yml", "  pull_request:", "  pull_request_target:"),
    ("timeouts", "publish.yml", "    timeout-minutes: 15\n", ""),
    ("history", "ci.yml", "          fetch-depth: 0\n", ""),
    ("history", "update.yml", "fetch-depth: 0", "fetch-depth: 50"),
    ("history", "ci.yml", "          persist-credentials: false\n", ""),
    ("history", "publish.yml", "persist-credentials: false", "persist-credentials: true"),
    ("shells", "ci.yml", "defaults:\n  run:\n    shell: bash\n", ""),
    (
        "concurrency",
        "update.yml",
        "concurrency:\n  group: update\n  cancel-in-progress: false\n",
        "",
    ),
    ("concurrency", "publish.yml", "cancel-in-progress: false", "cancel-in-progress: true"),
    ("short_scripts", "ci.yml", "run: make lint", "run: |\n" + "          make lint\n" * 6),
]


@pytest.mark.parametrize(("rule", "name", "old", "new"), BROKEN)
def test_can_fail(rule: str, name: str, old: str, new: str) -> None:
    """The rule finds a workflow that breaks it."""
    text = files.text(name)
    assert old in text
    assert getattr(rules, rule)(files.parse(text.replace(old, new))) != []


USES = re.compile(r"uses: (\S+)@(\S+)(.*)")


@pytest.mark.parametrize("name", files.NAMES)
def test_version_of_pin(name: str) -> None:
    """Each commit of an action has its version next to it, for people and for dependabot."""
    found = USES.findall(files.text(name))
    assert found
    assert [
        (action, said) for action, _, said in found if not re.fullmatch(r" # v\d+\.\d+\.\d+", said)
    ] == []


def test_one_pin() -> None:
    """All workflows use the same commit of an action."""
    found = {match for name in files.EVERY for match in USES.findall(files.text(name))}
    assert len(found) == len({action for action, *_ in found})


def test_every_rule_is_broken() -> None:
    """For every rule there is a workflow that breaks it."""
    assert {rule.__name__ for rule in rules.RULES} == {rule for rule, *_ in BROKEN}
