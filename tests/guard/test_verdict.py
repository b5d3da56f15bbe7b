"""The verdict about a versions.yaml, compared with a published manifest: no git, no files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tagmatrix import config
from tagmatrix.diff import Effect
from tagmatrix.errors import GuardError
from tagmatrix.git.baseline import Baseline
from tagmatrix.guard import judge, without_baseline
from tagmatrix.guard.acceptance import lowered_with_acceptances, of_tag, with_acceptances
from tagmatrix.guard.causes import explained
from tagmatrix.guard.setting_versions import Lowered
from tagmatrix.matrix.expand import expand
from tests.projects import MANIFEST, NEW_CYCLE, VERSIONS

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.guard import Verdict

TRIXIE = "trixie: {flavors: [default, slim], architectures: [amd64, arm64v8, riscv64]}"
AMD64 = (TRIXIE, "trixie: {flavors: [default, slim], architectures: [amd64]}")
NO_RISCV = (TRIXIE, "trixie: {flavors: [default, slim], architectures: [amd64, arm64v8]}")
EXCLUDED = ("exclude:\n", "exclude:\n  - {when: {flavors: [alpine]}, why: Old.}\n")
HELD_BACK = ('version: "2.1.3"\n', 'version: "2.1.3"\n    held_back: {windows: late}\n')
NO_ALPINE = ('  alpine: "3.24"\n', "  alpine: null\n")


@pytest.fixture(scope="session")
def baseline(published_repository: Path) -> Baseline:
    """Return the published manifest of the sample."""
    file = published_repository / MANIFEST
    return Baseline(
        path=MANIFEST,
        manifest=file.read_bytes(),
        catalog=file.with_suffix(".json").read_bytes(),
        versions=(VERSIONS.encode(),),
    )


def changed(*changes: tuple[str, str]) -> str:
    """Return the sample after some changes."""
    text = VERSIONS
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def accepting(*lines: str) -> tuple[str, str]:
    """Return a change that adds acceptances."""
    return "\nsettings:\n", "\naccept:\n" + "".join(
        f"  - {each}\n" for each in lines
    ) + "\nsettings:\n"


def judged(baseline: Baseline, *changes: tuple[str, str]) -> Verdict:
    """Return the verdict about the sample after some changes."""
    loaded = config.parse(changed(*changes))
    return judge(loaded, expand(loaded), baseline)


def test_nothing_moves(baseline: Baseline) -> None:
    """Without a change there is nothing to say."""
    verdict = judged(baseline)
    assert (verdict.text(), verdict.lines(), verdict.accepted) == ("", [], [])
    assert not verdict.refused
    verdict.check()


def test_lines_of_two_effects(baseline: Baseline) -> None:
    """Each effect has a line that accepts it; the last line says where they belong."""
    verdict = judged(baseline, AMD64, NO_ALPINE)
    with pytest.raises(GuardError) as caught:
        verdict.check()
    lines = str(caught.value).splitlines()
    assert lines[1] == '  to accept it: - {tag: "*alpine", vanishes: true, why: "..."}'
    assert lines[3] == (
        '  to accept it: - {tag: ["*trixie", "*slim", "latest", "2", "2.1", "2.0", "2.1.3", '
        '"2.0.9"], loses: [arm64v8, riscv64], why: "..."}'
    )
    assert lines[-1] == (
        "nothing was written; fix versions.yaml or, if the change is intended, add these lines "
        "below `accept:` there, with the reason as `why`"
    )
    (ends, loses) = verdict.lines()
    assert ends.startswith("breaking: alpine, 2-alpine, 2.1-alpine")
    assert loses.endswith(" are no longer built for arm64v8 and riscv64")
    assert verdict.text().startswith("breaking:\n  alpine, 2-alpine, 2.1-alpine")


@pytest.mark.parametrize(
    ("effect", "message"),
    [
        ("loses: [riscv64, s390x]", "loses riscv64, s390x"),
        ('goes_back_to: "2.0.8"', "goes back to 2.0.8"),
        ('prerelease: "2.2.0b1"', "moves from a final release to 2.2.0b1"),
        ("windows_only: true", "is left on Windows only"),
        ("vanishes: true", "vanishes while its cycle and variant are published"),
    ],
)
def test_unused_acceptances(baseline: Baseline, effect: str, message: str) -> None:
    """An acceptance that matches nothing is named with its tags and its effect."""
    line = f"{{tag: [alpine, '*slim'], {effect}, why: x}}"
    what = f"no tag that matches `alpine, *slim` {message}; remove this"
    assert judged(baseline, accepting(line)).unused == ((("accept", 0), what),)


def test_all_unused_acceptances(baseline: Baseline) -> None:
    """Each acceptance that matches nothing is named, whatever it accepts."""
    lines = (
        "{tag: alpine, vanishes: true, why: x}",
        "{setting: pip, goes_back_to: '25.9', why: x}",
        "{component: yarn, goes_back_to: '1.9.0', why: x}",
    )
    tag, *others = judged(baseline, accepting(*lines)).unused
    assert tag[0] == ("accept", 0)
    assert others == [
        (("accept", 1), "the setting pip does not go back to 25.9; remove this"),
        (("accept", 2), "the component yarn does not go back to 1.9.0; remove this"),
    ]


def test_a_setting_and_a_component_of_one_name() -> None:
    """An acceptance of a setting is not one of a component with its name."""
    kinds = ("setting", "component")
    lines = [f"{{{kind}: pip, goes_back_to: '25.9', why: A {kind}.}}" for kind in kinds]
    loaded = config.parse(changed(accepting(*lines)))
    back = [
        Lowered(kind=kind, name="pip", old="25.10", new="25.9", cycles=("2.1",)) for kind in kinds
    ]
    found = lowered_with_acceptances(loaded, back)
    assert [one.accepted for one in found] == ["A setting.", "A component."]


def test_accepted(baseline: Baseline) -> None:
    """What is accepted has the reason, with its link."""
    line = "{tag: '*', loses: [riscv64], why: 'No user.', link: 'https://example.org'}"
    verdict = judged(baseline, NO_RISCV, accepting(line))
    verdict.check()
    lost = "latest, 2, 2.1, 2.0, slim, trixie and 18 more are no longer built for riscv64"
    why = "No user. (https://example.org)"
    assert verdict.accepted == [(lost, why)]
    assert verdict.lines() == [f"breaking: {lost} (accepted: {why})"]


@pytest.mark.parametrize(
    ("change", "key", "kind"),
    [
        (NO_RISCV, "loses: [riscv64]", Effect.LOSES),
        (NO_ALPINE, "vanishes: true", Effect.VANISHES),
        (("  default: trixie\n", "  default: null\n"), "windows_only: true", Effect.WINDOWS_ONLY),
        (('version: "2.1.3"', 'version: "2.1.2"'), 'goes_back_to: "2.1.2"', Effect.GOES_BACK),
        (('version: "2.1.3"', 'version: "2.1.4rc1"'), 'prerelease: "2.1.4rc1"', Effect.PRERELEASE),
    ],
)
def test_each_effect(baseline: Baseline, change: tuple[str, str], key: str, kind: Effect) -> None:
    """Each effect has a key that accepts it, for the tags of a pattern only."""
    refused = judged(baseline, change).changes.changes
    tags = [each.tag for each in refused if each.reason.kind is kind]
    assert tags
    found = judged(baseline, change, accepting(f"{{tag: '*', {key}, why: x}}")).changes.changes
    assert [each.tag for each in found if each.accepted] == tags
    (tag, *_) = tags
    found = judged(baseline, change, accepting(f"{{tag: '{tag}', {key}, why: x}}")).changes.changes
    assert [each.tag for each in found if each.accepted] == [tag]


@pytest.mark.parametrize(
    ("change", "causes"),
    [
        (('version: "2.1.3"', 'version: "2.1.2"'), {""}),
        (
            ("releases:\n", 'hold: {latest: "2.0"}\nreleases:\n'),
            {"`latest`: versions.yaml holds it at 2.0"},
        ),
    ],
)
def test_causes_of_a_step_back(
    baseline: Baseline, change: tuple[str, str], causes: set[str]
) -> None:
    """A tag that moves to another release has the reason why it is there as the cause."""
    found = judged(baseline, change).changes.changes
    assert {each.cause for each in found if each.reason.kind is Effect.GOES_BACK} == causes


def test_no_cause_without_the_image(baseline: Baseline) -> None:
    """A tag that no image of the matrix has, has no cause."""
    change = ("releases:\n", 'hold: {latest: "2.0"}\nreleases:\n')
    found = judged(baseline, change).changes
    loaded = config.parse(changed(change))
    matrix = expand(loaded)
    untagged = tuple(replace(each, tags=(), shared_tags=()) for each in matrix.images)
    for images in ((), untagged):
        after = explained(found, loaded, replace(matrix, images=images)).changes
        assert {each.cause for each in after if each.reason.kind is Effect.GOES_BACK} == {""}


def test_the_first_acceptance_has_the_reason(baseline: Baseline) -> None:
    """Of two acceptances of one change, the first one has the reason."""
    lines = [f"{{tag: '*', loses: [riscv64], why: {why}}}" for why in ("First.", "Second.")]
    verdict = judged(baseline, NO_RISCV, accepting(*lines))
    assert {why for _, why in verdict.accepted} == {"First."}
    lines = [f"{{setting: pip, goes_back_to: '25.9', why: {why}}}" for why in ("First.", "Second.")]
    loaded = config.parse(changed(accepting(*lines)))
    back = Lowered(kind="setting", name="pip", old="25.10", new="25.9", cycles=("2.1",))
    (one,) = lowered_with_acceptances(loaded, [back])
    assert one.accepted == "First."


def test_the_place_of_what_goes_back() -> None:
    """A setting that goes back is reported where its release has it, or else where all have it."""
    text = changed(
        ("\nsettings:\n", "\nsettings:\n  pip: {value: '25.9', why: x}\n"),
        ('version: "2.0.9"\n', 'version: "2.0.9"\n    settings: {pip: "25.8"}\n'),
    )
    loaded = config.parse(text)
    lines = text.splitlines()
    for cycles, line in (
        (("2.1",), "  pip: {value: '25.9', why: x}"),
        (("2.1", "2.0"), '    settings: {pip: "25.8"}'),
    ):
        back = Lowered(kind="setting", name="pip", old="25.10", new="25.8", cycles=cycles)
        (one,) = lowered_with_acceptances(loaded, [back])
        assert one.place.split(":")[1] == str(lines.index(line) + 1)


@pytest.mark.parametrize(
    ("change", "effect", "tags"),
    [
        (NO_RISCV, "loses: [riscv64]", {"latest", "2.1", "2.1-slim-trixie", "2.0-trixie"}),
        (NO_ALPINE, "vanishes: true", {"alpine", "2.1-alpine", "2.0-alpine"}),
        (EXCLUDED, "vanishes: true", {"alpine", "2.1-alpine3.24", "2.0-alpine"}),
    ],
)
def test_held_back_accepts_nothing_else(
    baseline: Baseline, change: tuple[str, str], effect: str, tags: set[str]
) -> None:
    """A loss with another cause needs an acceptance, also where an artifact is held back."""
    windows = "windows is held back: late"
    verdict = judged(baseline, HELD_BACK, change)
    refused = {tag for group in verdict.changes.refused for tag in group.tags}
    assert tags <= refused
    assert "windowsservercore" not in refused
    assert {why for _, why in verdict.accepted} == {windows}
    accepted = judged(baseline, HELD_BACK, change, accepting(f"{{tag: '*', {effect}, why: x}}"))
    accepted.check()
    lost = [(tag, group.accepted) for group in accepted.changes.groups for tag in group.tags]
    assert {(tag, "x") for tag in tags} | {("windowsservercore", windows)} <= {*lost}


def test_held_back_without_the_published_tags(baseline: Baseline) -> None:
    """Without the published tags, nothing is accepted because an artifact is held back."""
    found = judged(baseline, HELD_BACK).changes.map(lambda change: replace(change, accepted=""))
    assert found.refused
    assert with_acceptances(config.parse(changed(HELD_BACK)), found) == found


def test_held_back_in_two_cycles(baseline: Baseline) -> None:
    """A tag that moves on to a cycle has the reason why that cycle, not its old one, lacks it."""
    new = NEW_CYCLE.replace('"2.2":', '"2.2":\n    held_back: {windows: late}')
    old = ('version: "2.1.3"', 'version: "2.1.3"\n    held_back: {windows: broken}')
    verdict = judged(baseline, ("releases:\n", new), old)
    verdict.check()
    why = {each.tag: each.accepted for each in verdict.changes.changes if each.accepted}
    assert {tag for tag, reason in why.items() if reason == "windows is held back: late"} == {
        *("latest", "2", "windowsservercore", "2-windowsservercore"),
        *("windowsservercore-ltsc2025", "2-windowsservercore-ltsc2025"),
    }
    assert why["2.1"] == why["2.1-windowsservercore"] == "windows is held back: broken"


@pytest.mark.parametrize(
    ("version", "key"), [("2.1.2+6", "goes_back_to"), ("2.1.4-ea+10", "prerelease")]
)
def test_accepted_version_with_a_plus(baseline: Baseline, version: str, key: str) -> None:
    """An acceptance names the version as upstream writes it, although no tag has a plus."""
    loose = "builder: buildkit\n", "builder: buildkit\nversion_style: loose\n"
    change = 'version: "2.1.3"', f'version: "{version}"'
    verdict = judged(
        baseline, loose, change, accepting(f"{{tag: '*', {key}: '{version}', why: x}}")
    )
    assert verdict.accepted
    assert verdict.unused == ()


def test_the_acceptances_of_a_tag() -> None:
    """A tag has the acceptances whose patterns match it."""
    first = "{tag: ['*slim', alpine], vanishes: true, why: x}"
    loaded = config.parse(changed(accepting(first, "{tag: 2-slim, vanishes: true, why: x}")))
    assert of_tag(loaded, "2-slim") == [("accept", 0), ("accept", 1)]
    assert of_tag(loaded, "alpine") == [("accept", 0)]
    assert of_tag(loaded, "2") == []


def test_a_checksum_of_another_file(baseline: Baseline) -> None:
    """A checksum that stays while the version changes is refused with or without a manifest."""
    change = ('version: "2.1.3"', 'version: "2.1.4"')
    verdict = judged(baseline, change)
    problem = (
        'releases["2.1"].sha256.source: `source` of 2.1.4 has the SHA-256 of 2.1.3: the version '
        "changed, but the checksum did not"
    )
    assert verdict.refused
    assert f"breaking: {problem}" in verdict.lines()
    line = f"{{sha256: '{'1' * 64}', why: It is the same.}}"
    accepted = judged(baseline, change, accepting(line))
    assert f"breaking: {problem} (accepted: It is the same.)" in accepted.text().splitlines()
    assert (problem, "It is the same.") in accepted.accepted
    same = config.parse(VERSIONS.replace("2" * 64, "1" * 64))
    assert without_baseline(same).refused
