"""`tagmatrix suite`: suites by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project

MANIFEST = """\
Maintainers: A U Thor (@author)
GitRepo: https://github.com/example/debian.git
GitCommit: 0123456789012345678901234567890123456789

Tags: forky, testing
Architectures: amd64, arm64v8, riscv64, vax

Tags: forky-slim
Architectures: amd64, arm64v8
"""


def line(project: Project, name: str) -> str:
    """Return the line of a suite in versions.yaml."""
    text = project.read("versions.yaml")
    return next(each.strip() for each in text.splitlines() if each.startswith(f"  {name}:"))


def test_add_like_another(project: Project) -> None:
    """It has the flavors and the architectures of the other one, and comes before it."""
    done = project.run("suite", "add", "3.25", "--like", "3.24").ok()
    assert line(project, '"3.25"') == '"3.25": {flavors: [alpine], architectures: [amd64]}'
    text = project.read("versions.yaml")
    assert text.index('"3.25"') < text.index('"3.24": {')
    assert "alpine3.25 is new" in done.out
    assert "tagmatrix suite default alpine 3.25" in done.err
    project.generate().ok()
    assert (project.root / "library/2.1/alpine3.25/Dockerfile").exists()


def test_add_with_architectures_of_manifests(project: Project, tmp_path: Path) -> None:
    """They are read in a checkout of official-images; unknown ones are left out."""
    folder = tmp_path / "official-images" / "library"
    folder.mkdir(parents=True)
    (folder / "debian").write_text(MANIFEST)
    command = ("suite", "add", "forky", "--flavor", "default", "--flavor", "slim")
    project.run(
        *command, "--official-images", str(folder.parent), "--end-of-life", "2030-06-30"
    ).ok()
    assert line(project, "forky") == (
        "forky: {flavors: [default, slim], architectures: {default: [amd64, arm64v8, riscv64], "
        "slim: [amd64, arm64v8]}, end_of_life: 2030-06-30}"
    )


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("trixie", "--like", "bookworm"), 2, "there is a suite trixie already"),
        (("a b", "--like", "bookworm"), 2, 'invalid suite "a b"'),
        (("forky",), 2, "name the flavors of forky: --flavor NAME"),
        (
            ("forky", "--like", "trixi"),
            2,
            'no suite "trixi" in versions.yaml; did you mean trixie?',
        ),
        (("forky", "--flavor", "slm", "--arch", "amd64"), 2, "did you mean slim?"),
        (
            ("forky", "--flavor", "slim"),
            2,
            "of forky: --arch ARCH; those of another suite: --like SUITE",
        ),
        (("forky", "--flavor", "slim", "--arch", "vax"), 2, "vax"),
        (("forky", "--flavor", "slim", "--bases", "--offline"), 4, "offline"),
        (("x", "--flavor", "windowsservercore", "--bases"), 2, "is not in official-images"),
    ],
)
def test_add_refuses(project: Project, args: tuple[str, ...], code: int, message: str) -> None:
    """Nothing is guessed, and nothing is written."""
    before = project.read("versions.yaml")
    done = project.run("suite", "add", *args)
    assert (done.code, message in done.err) == (code, True), done
    assert project.read("versions.yaml") == before


def test_a_base_that_is_not_published(project: Project, tmp_path: Path) -> None:
    """The message names the base."""
    folder = tmp_path / "official-images" / "library"
    folder.mkdir(parents=True)
    (folder / "debian").write_text(MANIFEST)
    done = project.run(
        *("suite", "add", "duke", "--flavor", "slim"), "--official-images", str(folder.parent)
    )
    assert (done.code, "official-images has no debian:duke-slim" in done.err) == (2, True)


def test_drop(project: Project) -> None:
    """The suite goes, with the exclusion that is only for it."""
    done = project.run("suite", "drop", "bookworm").ok()
    text = project.read("versions.yaml")
    assert "bookworm" not in text
    assert "exclude" not in text  # mips64le was only on bookworm
    assert "bookworm is retired" in done.out
    project.generate().ok()
    assert not (project.root / "library/2.1/bookworm").exists()


def test_drop_names_what_it_leaves(project: Project) -> None:
    """A setting that no longer depends on a suite is named, with the lines that use it."""
    project.edit(
        "versions.yaml",
        "settings:\n",
        "settings:\n  clean:\n    unless: {suites: [bookworm]}\n    why: It came later.\n"
        "  both:\n    when: {suites: [trixie, bookworm], variants: [trixie, bookworm]}\n"
        "    why: Two of them.\n",
    )
    project.edit("templates/linux.Dockerfile.j2", "make", "make {{ settings.clean }}")
    done = project.run("suite", "drop", "bookworm").ok()
    text = project.read("versions.yaml")
    assert "  clean:\n    why: It came later.\n" in text
    assert "when: {suites: [trixie], variants: [trixie]}" in text
    assert (
        "the setting clean no longer depends on a suite; templates use it: "
        "templates/linux.Dockerfile.j2:6\n" in done.err
    )


def test_drop_refuses_a_setting_in_use(project: Project) -> None:
    """A setting for this suite alone goes only if no template uses it."""
    project.edit(
        "versions.yaml",
        "settings:\n",
        "settings:\n  old:\n    when: {suites: [bookworm]}\n    why: It is old.\n",
    )
    old = "make CFLAGS={{ settings.flags }}"
    project.edit("templates/linux.Dockerfile.j2", old, f"make {{{{ settings['old'] }}}}; {old}")
    done = project.run("suite", "drop", "bookworm")
    assert done.code == 2
    assert (
        "the setting old is only for bookworm, but templates use it: "
        "templates/linux.Dockerfile.j2:6. Keep there only what they print without the setting, and "
        "run this again\n" in done.err
    )
    project.edit("templates/linux.Dockerfile.j2", "make {{ settings['old'] }}; ", "")
    project.run("suite", "drop", "bookworm").ok()
    assert "  old:" not in project.read("versions.yaml")


@pytest.mark.parametrize(
    ("lines", "places"),
    [
        (["{% if settings.old %}", "RUN a", "{% endif %}"], ["7 (block to line 9)"]),
        (["{%- if x and", "settings['old'] -%}", "{%- endif %}"], ["8 (block to line 9)"]),
        (["{% for x in 'ab' if settings.old %}", "# x", "{% endfor %}"], ["7"]),
        (["{% if settings.old %}# x{% endif %}", "# y"], ["7"]),
        (
            [
                "{% if 'a' %}{{ settings.old }}",
                "{% if settings.old %}",
                "",
                "{% endif %}{% endif %}",
            ],
            ["7", "8 (block to line 10)"],
        ),
        (["{% raw %}{% if settings.old %}", "{% endif %}{% endraw %}"], ["7"]),
        (["{% if settings.old %}", "{% if %}", "{{ '"], ["7"]),
    ],
)
def test_drop_names_blocks(project: Project, lines: list[str], places: list[str]) -> None:
    """The message says where the block ends that a setting begins."""
    project.edit(
        "versions.yaml",
        "settings:\n",
        "settings:\n  old:\n    when: {suites: [bookworm]}\n    why: It is old.\n",
    )
    text = "\n".join(["# a", *["# b"] * 5, *lines])
    (project.root / "templates/part.j2").write_text(text)
    done = project.run("suite", "drop", "bookworm")
    named = " and ".join(f"templates/part.j2:{place}" for place in places)
    assert (done.code, f"templates use it: {named}. Keep" in done.err) == (2, True), done.err


def test_drop_names_lines_with_the_suite(project: Project) -> None:
    """Lines that have the suite or its variants in quotes are named; the suite is dropped."""
    lines = [
        "{% if image.suite == 'bookworm' or image.suite == \"trixie\" %}{% endif %}",
        "{% if image.suite.endswith('worm') or settings.bookworm %}{% endif %}",
        '{% if image.name == "slim-bookworm" %}{% endif %}',
        '{% if image.suite in ("buster", "bookworm") %}{% endif %}',
        "{% if image.suite == 'bookworm-2' or image.name == \"xbookworm\" %}{% endif %}",
    ]
    (project.root / "templates/part.j2").write_text("\n".join(lines))
    (project.root / "templates/files").mkdir()
    (project.root / "templates/files/logo.png").write_bytes(b"\x89PNG\xff")
    done = project.run("suite", "drop", "bookworm").ok()
    assert (
        "templates have bookworm or one of its variants in quotes; check: templates/part.j2:1, "
        "templates/part.j2:3 and templates/part.j2:4\n" in done.err
    )
    assert "in quotes" not in project.run("suite", "drop", "ltsc2025").err


@pytest.mark.parametrize(
    ("suite", "message"),
    [
        ("trixie", "first: tagmatrix suite default default SUITE"),
        ("bookwrm", "did you mean bookworm?"),
    ],
)
def test_drop_refuses(project: Project, suite: str, message: str) -> None:
    """A default suite stays, and an unknown one is an error."""
    before = project.read("versions.yaml")
    done = project.run("suite", "drop", suite)
    assert (done.code, message in done.err) == (2, True)
    assert project.read("versions.yaml") == before


def test_drop_refuses_the_default_of_a_cycle(project: Project) -> None:
    """The command for the cycle is in the message."""
    project.edit(
        "versions.yaml",
        '    version: "2.0.9"\n',
        '    version: "2.0.9"\n    default_suites: {default: bookworm}\n',
    )
    done = project.run("suite", "drop", "bookworm")
    assert "tagmatrix suite default default SUITE --cycle 2.0" in done.err


def test_default(project: Project) -> None:
    """The short tags of a flavor move, and the guard sees what they lose."""
    done = project.run("suite", "default", "default", "bookworm")
    assert (done.code, "riscv64" in done.err) == (5, True)
    project.run("suite", "default", "default", "bookworm", "--cycle", "2.0", "-n")
    project.edit("versions.yaml", "arm64v8, mips64le]", "arm64v8, mips64le, riscv64]")
    project.run("suite", "default", "default", "bookworm").ok()
    assert "  default: bookworm\n" in project.read("versions.yaml")


def test_default_of_a_cycle(project: Project) -> None:
    """It is written into the release."""
    project.edit("versions.yaml", "arm64v8, mips64le]", "arm64v8, mips64le, riscv64]")
    project.run("suite", "default", "default", "bookworm", "--cycle", "2.0").ok()
    assert "default: bookworm" in project.read("versions.yaml").partition('"2.0":')[2]
    done = project.run("suite", "default", "default", "trixie", "-n")
    assert "2.0 has its own default suite of default, which stays" in done.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("slim", "bookworm"), "slim follows default: tagmatrix suite default default bookworm"),
        (("alpine", "trixie"), "the suite trixie has no flavor alpine"),
        (("alpin", "3.24"), "did you mean alpine?"),
        (("alpine", "3.2"), "did you mean 3.24?"),
        (("alpine", "3.24", "--cycle", "2.2"), 'no release cycle "2.2"'),
    ],
)
def test_default_refuses(project: Project, args: tuple[str, ...], message: str) -> None:
    """Wrong names are errors with the nearest name."""
    done = project.run("suite", "default", *args)
    assert (done.code, message in done.err) == (2, True), done


def test_end(project: Project) -> None:
    """The last day is written, and the sentence for the page."""
    project.run("suite", "end", "bookworm", "2028-06-30", "--deprecated", "Use trixie.").ok()
    assert line(project, "bookworm").endswith("end_of_life: 2028-06-30, deprecated: Use trixie.}")
    assert project.run("suite", "end", "bookworm", "2028-6-30").code == 2
    assert project.run("suite", "end", "bokworm", "2028-06-30").code == 2
