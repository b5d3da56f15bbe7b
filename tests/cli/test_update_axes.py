"""`update`, `status` and `regenerate` of axes that have a source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tagmatrix.config import parse
from tests.fixtures import publish_fixture

if TYPE_CHECKING:
    from pathlib import Path

    from tests.projects import Project, Result
    from tests.web.site import Site

FILE = "versions.yaml"
QUICK = ("--timeout", "0.4", "--attempts", "1", "--as-of", "2026-08-20")
AXIS = """  php:
    values: ["8.4", "8.3"]
    from:
      releases: {json: BASE/php.json, take: tag, strip: php-}
      allow_http: true
    newest: 2
    min: "8.3"
"""


@pytest.fixture
def blog(
    tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Project:
    """Return the blog fixture, published, whose axis has a source."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    project = publish_fixture("blog", tmp_path / "blog", capsys)
    project.edit(FILE, '  php: ["8.4", "8.3"]\n', AXIS.replace("BASE", site.base))
    project.repo.git("commit", "-qam", "Give the axis a source")
    php(site, "8.4.12", "8.3.25", "8.2.29")
    return project


def php(site: Site, *versions: str) -> None:
    """List versions of PHP."""
    tags = [{"tag": f"php-{version}"} for version in versions]
    site.upstream.tree["/php.json"] = json.dumps(tags)


def update(project: Project, *args: str) -> Result:
    """Update with short time limits."""
    return project.run("update", *args, *QUICK)


def values(project: Project) -> tuple[str, ...]:
    """Return the values of the axis."""
    return parse(project.read(FILE)).axes["php"]


def test_nothing_new(blog: Project, site: Site) -> None:
    """Newer patches, pre-releases and old values change nothing; generate sends no request."""
    php(site, "8.5.0rc1", "8.4.13", "8.3.26", "8.2.30")
    before = blog.read(FILE)
    assert "axes.php: 8.4, 8.3 is upstream's newest" in update(blog).ok().out
    assert blog.read(FILE) == before
    site.asked.clear()
    blog.generate("--check").ok()
    assert not site.asked


def test_a_value_that_drops_out_goes_through_the_guard(blog: Project, site: Site) -> None:
    """A default value stays; else the guard announces the tags that end with the value."""
    php(site, "8.5.0", "8.4.13", "8.3.26")
    before = blog.read(FILE)
    done = update(blog)
    assert (done.code, blog.read(FILE)) == (5, before)
    assert f"{FILE}:" in done.err
    assert "axes.php: not applied: " in done.err
    assert "no image has php 8.3" in done.err  # the default of the axis
    blog.edit(FILE, '  php: "8.3"\n', '  php: "8.4"\n')
    text = blog.read(FILE)
    begin, end = text.index("exclude:\n"), text.index("settings:\n")
    blog.write(FILE, text[:begin] + text[end:])
    blog.repo.git("commit", "-qam", "Change the default")
    blog.generate("--commit").ok()
    done = update(blog).ok()
    assert "axes.php: gets 8.5 and loses 8.3" in done.out
    moves = done.out.partition("what it moves:")[2]
    assert "7.1-php8.3" in moves
    assert values(blog) == ("8.5", "8.4")


def test_a_new_value(blog: Project, site: Site) -> None:
    """With room for it, a new value comes first, and images of it are generated."""
    php(site, "8.5.0", "8.4.13", "8.3.26")
    blog.edit(FILE, "    newest: 2\n", "    newest: 3\n")
    shown = blog.run("status", *QUICK).ok().out
    assert "axes.php: gets 8.5" in shown
    assert "tagmatrix update axes" not in shown
    assert "  tagmatrix update" in shown
    assert update(blog, "--dry-run").code == 3
    assert values(blog) == ("8.4", "8.3")
    update(blog).ok()
    assert values(blog) == ("8.5", "8.4", "8.3")
    blog.generate().ok()
    assert (blog.root / "7.1/php8.5/fpm/Dockerfile").exists()
    assert "nothing to write" in update(blog).ok().out


def test_a_bad_entry_blocks_its_value_alone(blog: Project, site: Site) -> None:
    """A value with an entry that can't be read is reported and does not change; others do."""
    php(site, "8.6.0 (security)", "8.5.0", "8.4.13", "8.3 LTS", "nightly")
    blog.edit(FILE, "    newest: 2\n", "")
    done = update(blog)
    assert (done.code, values(blog)) == (4, ("8.5", "8.4", "8.3"))
    assert "axes.php: gets 8.5\n" in done.out
    why = "upstream's list of releases: {}: it is not a version"
    for value, text in (("8.6", "8.6.0 (security)"), ("8.3", "8.3 LTS")):
        assert f"axes.php {value}: not changed: {why.format(text)}" in done.err
    assert "nightly" not in done.err
    shown = blog.run("status", *QUICK)
    assert shown.code == 4
    assert "axes.php 8.6" in shown.out
    seen = blog.run("upstream", "test", *QUICK[:4])
    assert seen.code == 4
    assert f"  8.6: failed: {why.format('8.6.0 (security)')}" in seen.out
    assert "  taken: 8.5, 8.4 and 8.3\n" in seen.out


@pytest.mark.slow
def test_the_order_of_the_file(blog: Project, site: Site) -> None:
    """A list with the oldest value first stays so."""
    php(site, "8.5.0", "8.4.13", "8.3.26")
    blog.edit(FILE, '["8.4", "8.3"]', '["8.3", "8.4"]')
    blog.edit(FILE, "    newest: 2\n", "")
    update(blog).ok()
    assert values(blog) == ("8.3", "8.4", "8.5")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "code", "says"),
    [
        ("html", 4, "not JSON"),
        ("half", 4, "not JSON"),
        ("404", 4, "is it the right address"),
        ("old", 5, "upstream's newest value is 8.3 (it may have sent an old list)"),
        ("gone", 5, "upstream no longer lists 8.3"),
        ("none", 5, "upstream lists no value that `min` allows"),
        ("empty", 4, "the list is empty"),
        ("shape", 4, "php_8.5.0: it is not a version"),
    ],
)
def test_nothing_wrong_is_written(
    blog: Project, site: Site, fault: str, code: int, says: str
) -> None:
    """What is wrong upstream changes no value, and no cycle."""
    before = blog.read(FILE)
    lists = {
        "old": ["8.3.26", "8.2.1"],
        "gone": ["8.5.0", "8.4.13"],
        "none": ["8.2.1", "8.1.1"],
        "empty": [],
    }
    if fault in lists:
        php(site, *lists[fault])
    elif fault == "shape":
        site.upstream.tree["/php.json"] = json.dumps(
            [{"tag": "php-8.4.1"}, {"tag": "php_8.5.0"}, {"tag": "php-8.3.1"}]
        )
    elif fault == "404":
        del site.upstream.tree["/php.json"]
    else:
        change = {"html": lambda _: b"<html>", "half": lambda body: body[: len(body) // 2]}[fault]
        site.faults["/php.json"] = site.body(change)
    done = update(blog)
    assert (done.code, blog.read(FILE)) == (code, before), done.err
    assert says in done.out + done.err


@pytest.mark.slow
def test_the_job(blog: Project, site: Site) -> None:
    """The job commits the values by themselves, and keeps them while upstream is away."""
    php(site, "8.5.0", "8.4.13", "8.3.26")
    blog.edit(FILE, "    newest: 2\n", "    newest: 3\n")
    blog.repo.git("commit", "-qam", "Allow three")
    run = ("regenerate", "--branch", "update", *QUICK)
    blog.run(*run).ok()
    assert parse(blog.repo.git("show", f"update:{FILE}")).axes["php"] == ("8.5", "8.4", "8.3")
    head = blog.repo.git("rev-parse", "update")
    site.faults["/php.json"] = site.status(404)
    assert blog.run(*run).code == 4
    assert blog.repo.git("rev-parse", "update") == head


def test_what_upstream_answers(blog: Project, site: Site, tmp_path: Path) -> None:
    """`upstream test` asks the source of an axis, records it, and says which values it takes."""
    php(site, "8.5.0rc1", "8.4.13", "8.3.26", "8.2.30")
    tape = tmp_path / "tape"
    run = ("upstream", "test", *QUICK[:4])
    seen = blog.run(*run, "--record", str(tape)).ok().out
    assert f"axes.php:\n  asked {site.base}/php.json\n  releases: 8.5.0rc1, 8.4.13, " in seen
    assert (
        "  taken: 8.4 and 8.3\n"
        "  not taken: 8.5.0rc1: a pre-release\n"
        "  not taken: 8.2: older than `min`, 8.3\n"
    ) in seen
    site.upstream.tree.clear()
    assert blog.run(*run, "--replay", str(tape)).ok().out == seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('    values: ["8.4", "8.3"]\n', "", "axes.php: `values` is missing"),
        ('["8.4", "8.3"]', "[]", "axes.php.values: this list is empty"),
        ('["8.4", "8.3"]', '["8.4", edge]', "axes.php.values[1]: edge is not a part of a version"),
        ('["8.4", "8.3"]', '["8.4", "8"]', "axes.php.values: the values have different numbers"),
        ("newest: 2", "newest: 0", "axes.php.newest: "),
        ("newest: 2", "newest: two", "axes.php.newest: "),
        ('min: "8.3"', "min: old", "axes.php.min: old is not a version"),
        ("newest: 2", "oldest: 2", "axes.php.oldest: unknown key"),
        ("releases: {json", "releases: {jsn", "axes.php.from.releases: this names no document"),
        (AXIS[AXIS.index("    from:") :], "    newest: 2\n", "axes.php: `from` is missing"),
        (
            AXIS[AXIS.index("    from:") : AXIS.index("    newest")],
            "    from: python.org\n",
            "axes.php.from: python.org lists the releases of a cycle",
        ),
    ],
)
def test_bad_input(blog: Project, site: Site, old: str, new: str, says: str) -> None:
    """A source of an axis that is wrong is an error with its place."""
    blog.edit(FILE, old.replace("BASE", site.base), new)
    done = update(blog)
    assert done.code == 2
    assert f"{FILE}:" in done.err
    assert says in done.err
