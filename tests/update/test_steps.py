"""The edits of bump, add, promote and retire, and their refusals."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config.model import Suffix
from tagmatrix.editing import Put
from tagmatrix.errors import GuardError, InputError
from tagmatrix.update.steps.add import NewCycle, add
from tagmatrix.update.steps.bump import bump
from tagmatrix.update.steps.checksums import VersionChecksums
from tagmatrix.update.steps.promote import promote
from tagmatrix.update.steps.retire import retire
from tagmatrix.update.steps.state import StepPlan, read, take

if TYPE_CHECKING:
    from tagmatrix.update.steps.state import StepResult, VersionsFile

A, B, C, D, E = (letter * 64 for letter in "abcde")

TEXT = f"""\
image: app
repository: https://github.com/example/app.git
branch: main
maintainers: ["Example (@example)"]
default_suites: {{default: trixie}}
flavors:
  default:
    name: "{{suite}}"
    base: debian:{{suite}}
    template: app
    needs: [source]
    on_default_suite: {{shared_tags: [""]}}
  windows:
    name: windows-{{suite}}
    base: windows:{{suite}}
    template: app
    needs: [windows]
    shared_tags: [""]
    constraints: ["{{name}}"]
suites:
  trixie: {{flavors: [default], architectures: [amd64, s390x]}}
  ltsc2025: {{flavors: [windows], architectures: [windows-amd64]}}
settings:
  old: {{when: {{cycles: ["2.0", "1.9"]}}, why: Both are old.}}
  oldest: {{when: {{cycles: ["1.9"]}}, why: It is the oldest.}}
  newer: {{unless: {{cycles: ["1.9"]}}, why: It came with 2.0.}}
exclude:
  - architectures: [s390x]
    when: {{cycles: "<2"}}
    why: It was not there.
  - architectures: [s390x]
    when: {{cycles: ["2.1-rc"]}}
    why: It is not there yet.
release_managers:
  Ada Lovelace: {{}}
  Grace Hopper: {{}}
releases:
  # next
  "2.1-rc":
    version: "2.1.0b2"
    sha256: {{source: {A}, windows: {B}}}
    release_manager: Ada Lovelace

  "2.0":
    version: "2.0.4" # the stable one
    sha256:
      source: {C}
      windows: {D}
    release_manager: Ada Lovelace

  "1.9":
    version: "1.9.7"
    sha256: {{source: {E}}}
    artifacts: [source]
    release_manager: Grace Hopper
"""


def state(*changes: tuple[str, str]) -> VersionsFile:
    """Return the state of TEXT after replacements."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read(text.encode())


def lines(step: StepResult) -> list[str]:
    """Return the lines that differ, as a diff marks them."""
    old, new = step.before.text.splitlines(), step.after.text.splitlines()
    gone = [f"-{line.strip()}" for line in old if line not in new]
    return [*gone, *(f"+{line.strip()}" for line in new if line not in old)]


def test_bump_writes_version_and_checksums() -> None:
    """A bump changes the version and each checksum, and no other line."""
    before = state()
    step = take(
        before, bump(before.config, "2.0", "2.0.5", VersionChecksums({"source": A, "windows": B}))
    )
    assert lines(step) == [
        *('-version: "2.0.4" # the stable one', f"-source: {C}", f"-windows: {D}"),
        *('+version: "2.0.5" # the stable one', f"+source: {A}", f"+windows: {B}"),
    ]
    assert step.changes == ("Update 2.0 to 2.0.5",)
    assert step.ends == ()


def test_bump_needs_every_checksum() -> None:
    """A version without a needed checksum is refused, with the missing options."""
    with pytest.raises(
        InputError, match=r"SHA-256 of 2.0.5's windows is needed: give --sha256 win"
    ):
        bump(state().config, "2.0", "2.0.5", VersionChecksums({"source": A}))


def test_bump_leaves_late_artifacts_out() -> None:
    """A late artifact is held back: its old checksum is removed, and its images end for now."""
    before = state()
    step = take(
        before, bump(before.config, "2.0", "2.0.5", VersionChecksums({"source": A}, ["windows"]))
    )
    release = step.after.config.releases[1]
    assert release.sha256 == {"source": A}
    assert release.held_back == {"windows": "2.0.5 not published"}
    assert "Remove windows-ltsc2025 from 2.0" in step.changes


def test_bump_brings_late_artifacts_back() -> None:
    """The missing checksum at the same version brings the images back."""
    before = state()
    held = take(
        before, bump(before.config, "2.0", "2.0.5", VersionChecksums({"source": A}, ["windows"]))
    )
    back = take(
        held.after, bump(held.after.config, "2.0", "2.0.5", VersionChecksums({"windows": B}))
    )
    release = back.after.config.releases[1]
    assert (release.sha256, release.held_back) == ({"source": A, "windows": B}, {})


def test_what_is_held_back_stays_so() -> None:
    """A bump without a held back artifact holds it back at the new version too."""
    before = state()
    held = take(
        before, bump(before.config, "2.0", "2.0.5", VersionChecksums({"source": A}, ["windows"]))
    )
    next_one = take(
        held.after, bump(held.after.config, "2.0", "2.0.6", VersionChecksums({"source": B}))
    )
    release = next_one.after.config.releases[1]
    assert release.held_back == {"windows": "2.0.6 not published"}
    assert release.sha256 == {"source": B}


def test_bump_drops_checksums_that_no_image_needs() -> None:
    """A bump removes old checksums that are no longer needed."""
    before = state((f"{{source: {E}}}", f"{{source: {E}, windows: {D}}}"))
    step = take(before, bump(before.config, "1.9", "1.9.8", VersionChecksums({"source": A})))
    assert step.after.config.releases[2].sha256 == {"source": A}


def test_the_same_version_and_checksums_change_nothing() -> None:
    """A bump to the same version and checksums has no edits."""
    before = state()
    step = take(before, bump(before.config, "2.0", "2.0.4", VersionChecksums({"source": C})))
    assert step.after is before


@pytest.mark.parametrize("version", ["2.0.3", "2.0.4rc1", "2.0"])
def test_a_version_is_never_lowered(version: str) -> None:
    """A lower version is refused, even with checksums."""
    with pytest.raises(GuardError, match=r"tagmatrix never lowers a version"):
        bump(state().config, "2.0", version, VersionChecksums({"source": A, "windows": B}))


def test_a_final_cycle_never_becomes_a_prerelease() -> None:
    """A higher pre-release is refused for a cycle with a final release."""
    with pytest.raises(GuardError, match=r"2.0.5rc1 is a pre-release, and 2.0 is final at 2.0.4"):
        bump(state().config, "2.0", "2.0.5rc1", VersionChecksums({"source": A, "windows": B}))


def test_another_checksum_at_the_same_version_alarms() -> None:
    """Both checksums are shown, and the new one is allowed only if it is accepted."""
    before = state()
    with pytest.raises(GuardError) as caught:
        bump(before.config, "2.0", "2.0.4", VersionChecksums({"source": A}))
    assert A in str(caught.value)
    assert C in str(caught.value)
    accepts = f'branch: main\naccept: [{{sha256: "{A}", why: "Upstream announced it."}}]\n'
    before = state(("branch: main\n", accepts))
    step = take(before, bump(before.config, "2.0", "2.0.4", VersionChecksums({"source": A})))
    assert lines(step) == [f"-source: {C}", f"+source: {A}"]


def test_two_files_of_one_checksum() -> None:
    """The same checksum for source and installer is refused."""
    given = VersionChecksums({"source": A, "windows": A})
    with pytest.raises(GuardError, match=r"source and windows have the same SHA-256, aaa"):
        bump(state().config, "2.0", "2.0.5", given)


def test_the_source_is_never_late() -> None:
    """A late source is refused by bump, promote and add."""
    given = VersionChecksums({"windows": A}, ["source"])
    with pytest.raises(InputError, match=r"source can't be left out of 2.1.0"):
        promote(state().config, "2.1-rc", "2.1.0", given)
    with pytest.raises(InputError, match=r"source can't be left out of 2.2.0a1"):
        add(state().config, NewCycle("2.2-rc", "2.2.0a1"), given)
    held = f"    sha256: {{source: {A}, windows: {B}}}\n"
    before = state((held, f"    sha256: {{source: {A}}}\n    held_back: {{windows: late}}\n"))
    with pytest.raises(InputError, match=r"source and windows can't be left out of 2.1.0b3"):
        bump(before.config, "2.1-rc", "2.1.0b3", VersionChecksums({}, ["source"]))
    with pytest.raises(InputError) as caught:
        bump(before.config, "2.1-rc", "2.1.0b3", VersionChecksums({}))
    assert "the SHA-256 of 2.1.0b3's source is needed" in str(caught.value)
    assert "--late" not in str(caught.value), "--late is not suggested for the source"


def test_what_is_published_is_not_late() -> None:
    """A published artifact of the current version can't be held back."""
    with pytest.raises(
        GuardError, match=r"windows of 2.0.4 is published: published artifacts stay"
    ):
        bump(state().config, "2.0", "2.0.4", VersionChecksums({}, ["windows"]))


@pytest.mark.parametrize(
    ("cycle", "version", "given", "message"),
    [
        (
            "2.00",
            "2.0.5",
            VersionChecksums({}),
            'no release cycle "2.00" in versions.yaml; did you mean 2.0?',
        ),
        ("2.0", "2.1.0", VersionChecksums({}), "2.1.0 is not a version of 2.0"),
        ("2.0", "2.0.x", VersionChecksums({}), 'invalid version "2.0.x": write one such as'),
        ("2.0", "../2.0.5", VersionChecksums({}), 'invalid version "../2.0.5"'),
        ("2.0", "2.0.5", VersionChecksums({"sources": A}), "needs sources; did you mean source?"),
        ("1.9", "1.9.8", VersionChecksums({"windows": A}), "(its `artifacts` are source)"),
        (
            "2.0",
            "2.0.5",
            VersionChecksums({"source": "abc"}),
            'source: invalid SHA-256 "abc": expected a SHA-256: 64 hexadecimal digits',
        ),
        (
            "2.0",
            "2.0.5",
            VersionChecksums({"source": A}, ["source"]),
            "source has a SHA-256 and is late; remove one of the two",
        ),
        ("2.1-rc", "2.1.0", VersionChecksums({}), "tagmatrix promote 2.1-rc 2.1.0"),
        (
            "2.0",
            "2.0.5",
            VersionChecksums({}, ["source", "windows"]),
            "The source is never left out",
        ),
        (
            "2.0",
            "2.0.5",
            VersionChecksums({"windows": A}, ["source"]),
            "source can't be left out of 2.0.5",
        ),
    ],
)
def test_what_bump_refuses(cycle: str, version: str, given: VersionChecksums, message: str) -> None:
    """A refused bump says why, and what to do."""
    with pytest.raises(InputError) as caught:
        bump(state().config, cycle, version, given)
    assert message in str(caught.value)


def test_variants_of_their_own_version_stay() -> None:
    """A variant with its own version keeps it, with a note."""
    own = f'variants: [{{name: trixie, version: "1.9.6", sha256: {{source: {B}}}}}]'
    before = state(("    artifacts: [source]\n", f"    artifacts: [source]\n    {own}\n"))
    plan = bump(before.config, "1.9", "1.9.8", VersionChecksums({}))
    assert plan.notes == ("trixie stays at 1.9.6, its own version",)
    assert take(before, plan).after.config.releases[2].sha256 == {}


def test_no_variant_keeps_a_checksum_of_the_version_before() -> None:
    """A bump refuses to make a variant's own checksum stale."""
    own = f"variants: [{{name: trixie, sha256: {{source: {B}}}}}]"
    before = state(("    artifacts: [source]\n", f"    artifacts: [source]\n    {own}\n"))
    with pytest.raises(InputError, match=r"variants\[0\].sha256 is of 1.9.7"):
        bump(before.config, "1.9", "1.9.8", VersionChecksums({"source": A}))


def test_promote_renames_and_aliases_follow() -> None:
    """Key, version, checksums and rules change; the place stays, and `latest` moves."""
    before = state()
    given = VersionChecksums({"source": D, "windows": E})
    step = take(before, promote(before.config, "2.1-rc", "2.1.0", given))
    assert lines(step) == [
        '-when: {cycles: ["2.1-rc"]}',
        '-"2.1-rc":',
        '-version: "2.1.0b2"',
        f"-sha256: {{source: {A}, windows: {B}}}",
        '+when: {cycles: ["2.1"]}',
        '+"2.1":',
        '+version: "2.1.0"',
        f"+sha256: {{source: {D}, windows: {E}}}",
    ]
    assert step.changes == ("Add 2.1 at 2.1.0", "Remove 2.1-rc", "Move 2 to 2.1")
    assert "2.1-rc-trixie" in step.ends


def test_promote_takes_a_written_folder_along() -> None:
    """A folder with the cycle's name is renamed; another one stays, with a note."""
    given = VersionChecksums({"source": D, "windows": E})
    version = '    version: "2.1.0b2"\n'
    before = state((version, f'{version}    folder: "2.1-rc"\n'))
    step = take(before, promote(before.config, "2.1-rc", "2.1.0", given))
    assert step.after.config.releases[0].folder == "2.1"
    before = state((version, f"{version}    folder: next\n"))
    plan = promote(before.config, "2.1-rc", "2.1.0", given)
    assert plan.notes == ("its folder stays next",)


TIED = """\
components:
  tool: {version: "1", upstream: {name: npm, project: a}, with: ["2.1-rc", "1.9", "2.0"]}
  alone: {version: "1", upstream: {name: npm, project: b}, with: ["1.9"]}
settings:
"""


def test_ties_to_a_cycle_follow_it() -> None:
    """`with` names the promoted cycle by its new name, also in its block, and no retired cycle."""
    version = '    version: "2.1.0b2"\n'
    tool = '{version: "1", upstream: {name: npm, project: c}, with: [2.1-rc]}'
    own = f"    components: {{tool: {tool}}}\n"
    before = state(("settings:\n", TIED), (version, version + own))
    given = VersionChecksums({"source": D, "windows": E})
    config = take(before, promote(before.config, "2.1-rc", "2.1.0", given)).after.config
    assert config.components["tool"].together == ("2.1", "1.9", "2.0")
    moved = config.releases[0].components["tool"]
    assert moved
    assert moved.together == ("2.1",)
    config = take(before, retire(before.config, "1.9")).after.config
    assert config.components["tool"].together == ("2.1-rc", "2.0")
    assert config.components["alone"].together == ()
    config = take(before, retire(before.config, "2.1-rc")).after.config
    assert config.components["tool"].together == ("1.9", "2.0")


@pytest.mark.parametrize(
    ("cycle", "version", "message"),
    [
        ("2.1-rc", "2.1.0rc1", "2.1.0rc1 is a pre-release; promote needs a final version, such as"),
        (
            "2.0",
            "2.0.5",
            "2.0 is already final, with 2.0.4; to move it to 2.0.5: tagmatrix bump 2.0 2.0.5",
        ),
        ("2.0", "2.0.4", "2.0 is already final, with 2.0.4; there is nothing to promote"),
        ("2.0", "2.1.0", "2.0 is already final, with 2.0.4; there is nothing to promote"),
        ("2.1-rc", "2.2.0", "2.2.0 is not a version of 2.1-rc"),
        ("2.1-cr", "2.1.0", "did you mean 2.1-rc?"),
        ("2.1-rc", "2.1.0", "the SHA-256 of 2.1.0's source and windows is needed"),
    ],
)
def test_what_promote_refuses(cycle: str, version: str, message: str) -> None:
    """A refused promotion says why, and what to do."""
    with pytest.raises(InputError) as caught:
        promote(state().config, cycle, version, VersionChecksums({}))
    assert message in str(caught.value)


def test_add_on_top() -> None:
    """A new cycle is above the others and their comments, with the same layout."""
    before = state()
    new = NewCycle("2.2-rc", "2.2.0a1", "Grace Hopper", dt.date(2031, 10, 31))
    step = take(before, add(before.config, new, VersionChecksums({"source": A, "windows": B})))
    assert step.after.text == TEXT.replace(
        "  # next\n",
        '  "2.2-rc":\n'
        '    version: "2.2.0a1"\n'
        f"    sha256: {{source: {A}, windows: {B}}}\n"
        "    release_manager: Grace Hopper\n"
        "    end_of_life: 2031-10-31\n"
        "\n"
        "  # next\n",
    )
    assert step.changes == ("Add 2.2-rc at 2.2.0a1",)


@pytest.mark.parametrize(
    ("cycle", "order"),
    [
        ("2.10-rc", ["2.10-rc", "2.1-rc", "2.0", "1.9"]),
        ("1.10", ["2.1-rc", "2.0", "1.10", "1.9"]),
        ("1.8", ["2.1-rc", "2.0", "1.9", "1.8"]),
    ],
)
def test_add_keeps_newest_first(cycle: str, order: list[str]) -> None:
    """A cycle's place is by its numbers, never by its text."""
    before = state()
    version = f"{cycle.removesuffix('-rc')}.0" + ("a1" if cycle.endswith("-rc") else "")
    step = take(
        before,
        add(before.config, NewCycle(cycle, version), VersionChecksums({"source": A, "windows": B})),
    )
    assert [release.cycle for release in step.after.config.releases] == order
    assert step.notes == (
        f"{cycle} has no release_manager; set one with --release-manager, or by hand",
    )


def test_add_takes_the_variants_of_the_newest() -> None:
    """Variants are copied without the values that belong to a version."""
    own = (
        'variants: [trixie, {name: windows-ltsc2025, tags: ["w", '
        '{suffix: y, aliases: ["{version}"]}], '
        f'files: [a, {{template: b}}], version: "2.1.0b1", '
        f"sha256: {{windows: {D}}}, shared_tags: []}}]"
    )
    before = state(('    version: "2.1.0b2"\n', f'    version: "2.1.0b2"\n    {own}\n'))
    plan = add(
        before.config, NewCycle("2.2-rc", "2.2.0a1"), VersionChecksums({"source": A, "windows": B})
    )
    step = take(before, plan)
    trixie, windows = step.after.config.releases[0].variants or ()
    assert trixie.name == "trixie"
    assert windows.tags == (Suffix(suffix="w"), Suffix(suffix="y", aliases=("{version}",)))
    assert [file.name for file in windows.files or ()] == ["a", "b"]
    assert (windows.version, windows.sha256) == (None, None)


def test_add_knows_a_new_manager() -> None:
    """A new manager is added; one with nearly the same name as another is refused."""
    before = state()
    given = VersionChecksums({"source": A, "windows": B})
    plan = add(before.config, NewCycle("2.2-rc", "2.2.0a1", "Katherine Johnson"), given)
    assert "Katherine Johnson" in take(before, plan).after.config.release_managers
    assert plan.notes == (
        "Katherine Johnson is a new entry in release_managers, without an OpenPGP key",
    )
    with pytest.raises(InputError, match=r"did you mean Grace Hopper"):
        add(before.config, NewCycle("2.2-rc", "2.2.0a1", "Grace Hooper"), given)


@pytest.mark.parametrize(
    ("cycle", "version", "message"),
    [
        (
            "2.0",
            "2.0.5",
            "there is a cycle 2.0 already; to change its version: tagmatrix bump 2.0 2.0.5",
        ),
        (
            "2.1",
            "2.1.0",
            "2.1 has the same numbers as 2.1-rc: bump 2.1-rc, or make it final with",
        ),
        ("2.2-rc", "2.3.0a1", "2.3.0a1 is not a version of 2.2-rc"),
        ("../2.2", "2.2.0", 'invalid release cycle "../2.2"'),
        ("2.2-rc", "2.2.0a1", "the SHA-256 of 2.2.0a1's source and windows is needed"),
    ],
)
def test_what_add_refuses(cycle: str, version: str, message: str) -> None:
    """A refused addition says why, and what to do."""
    with pytest.raises(InputError) as caught:
        add(state().config, NewCycle(cycle, version), VersionChecksums({}))
    assert message in str(caught.value)
    # there is no block yet to say it in
    assert "artifacts" not in str(caught.value)


def test_retire_takes_what_names_it_along() -> None:
    """Block and rules of only this cycle are removed; a setting stays, for no cycle."""
    before = state()
    step = take(before, retire(before.config, "1.9"))
    config = step.after.config
    assert [release.cycle for release in config.releases] == ["2.1-rc", "2.0"]
    assert step.after.text.endswith("release_manager: Ada Lovelace\n")
    assert [rule.why for rule in config.exclude] == ["It is not there yet."]
    assert next(image.settings for image in step.after.matrix.images if image.cycle == "2.0") == {
        "old": True,
        "oldest": False,
        "newer": True,
    }
    assert step.ends == ("1.9.7-trixie", "1.9-trixie", "1-trixie", "1.9.7", "1.9", "1")
    assert step.notes == (
        "the setting oldest applies to no cycle now; templates may still use it",
        "no other cycle needs Grace Hopper in release_managers",
    )


def test_retire_takes_spent_architectures_along() -> None:
    """A rule loses only the architectures that it no longer excludes."""
    before = state(
        ("architectures: [amd64, s390x]", "architectures: [amd64, s390x, ppc64le]"),
        (
            '  - architectures: [s390x]\n    when: {cycles: ["2.1-rc"]}',
            '  - architectures: [s390x, ppc64le]\n    when: {cycles: ["2.1-rc", "1.9"]}',
        ),
        ('when: {cycles: "<2"}', 'when: {cycles: "<2.1"}'),
    )
    step = take(before, retire(before.config, "2.1-rc"))
    assert 'architectures: [ppc64le]\n    when: {cycles: ["1.9"]}' in step.after.text


def test_retire_asks_before_it_lets_go_of_held_aliases() -> None:
    """A cycle in `hold` is retired only with --drop-hold."""
    before = state(("branch: main\n", 'branch: main\nhold: {"2": "2.0", latest: "2.0"}\n'))
    with pytest.raises(InputError, match=r"`hold` keeps `2` and `latest` at 2.0"):
        retire(before.config, "2.0")
    step = take(before, retire(before.config, "2.0", drop_hold=True))
    assert "hold" not in step.after.text


def test_the_last_cycle_stays() -> None:
    """The only release cycle can't be retired."""
    before = state()
    for cycle in ("1.9", "2.1-rc"):
        before = take(before, retire(before.config, cycle)).after
    with pytest.raises(InputError, match=r"2.0 is the only release cycle"):
        retire(before.config, "2.0")


def test_a_held_alias_is_not_an_obstacle() -> None:
    """A cycle can move although `hold` names another one."""
    before = state(("branch: main\n", 'branch: main\nhold: {latest: "2.0"}\n'))
    step = take(before, bump(before.config, "1.9", "1.9.8", VersionChecksums({"source": A})))
    assert step.changes == ("Update 1.9 to 1.9.8",)


def test_a_step_that_breaks_a_law_is_not_taken() -> None:
    """A step that would break a law is refused, with the place in the new text."""
    before = state()
    plan = StepPlan((Put(("releases", "2.0", "artifacts"), ["windows"]),))
    with pytest.raises(
        InputError, match=r"versions.yaml would be invalid after this step"
    ) as caught:
        take(before, plan)
    assert "windows" in str(caught.value).lower()
