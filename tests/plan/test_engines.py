"""Plans for GitHub, GitLab and a plain shell."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from check_jsonschema.builtin_schemas import (  # type: ignore[import-untyped]  # it has no types
    get_builtin_schema,
)
from jsonschema.validators import validator_for
from msgspec.structs import replace

from tagmatrix.config.publishing import ImageTest, Publish, Runner
from tagmatrix.errors import InputError
from tagmatrix.plan.github import github
from tagmatrix.plan.gitlab import gitlab
from tagmatrix.plan.handover import next_stage
from tagmatrix.plan.images import ImageBases
from tagmatrix.plan.records import SecretName
from tagmatrix.plan.selection import Choice
from tagmatrix.plan.shell import commands, script
from tests.plan.samples import REPOSITORY, family, image, plan
from tests.plan.test_handover import PLAN, built

if TYPE_CHECKING:
    from pathlib import Path

    from tagmatrix.plan.images import PlanImage

CHILD = image("2.1/tools", "sample:2.1-slim")
DIGEST = f"sha256:{'a' * 64}"
WINDOWS = image(
    "2.1/win",
    "mcr.example/server:ltsc2022",
    architectures=("windows-amd64",),
    constraints=("windowsservercore-ltsc2022",),
)


def validate(name: str, value: dict[str, Any]) -> None:
    """Check a value against a schema that check-jsonschema brings."""
    schema = get_builtin_schema(name)
    validator_for(schema)(schema).validate(value)


def test_github() -> None:
    """The strategy has the jobs of the first stage, and it fits into a workflow."""
    made = github(PLAN)
    assert (made["any"], made["count"], made["stage"], made["stages"]) == (True, 2, 1, 2)
    job = made["strategy"]["matrix"]["include"][0]
    assert (job["id"], job["runner"], job["builds"]) == (
        "2-1-slim-amd64",
        "ubuntu-24.04",
        "2-1-slim-amd64",
    )
    steps = [{"run": job[part]} for part in ("prepare", "build", "export")]
    own = {"runs-on": "${{ matrix.runner }}", "strategy": made["strategy"], "steps": steps}
    validate("vendor.github-workflows", {"on": "push", "jobs": {"build": own}})


def test_github_names_secrets() -> None:
    """A job names the variables of its builds' secrets, and no values."""
    secrets = (SecretName(id="a", env="TOKEN"), SecretName(id="b", env="KEY"))
    one = image("2.1/slim", architectures=("amd64",), secrets=secrets)
    two = image("2.0/slim", architectures=("amd64",))
    jobs = github(plan(family(one, two)))["strategy"]["matrix"]["include"]
    assert [job["secrets"] for job in jobs] == ["KEY TOKEN", ""]


def test_github_names_secrets_of_parents() -> None:
    """Without a push a job builds its parents too, so it needs their secrets and emulators."""
    tokens = {name: (SecretName(id="a", env=name.upper()),) for name in ("slim", "tools", "last")}
    foreign = ImageBases("debian:1", ("sample:2.1-slim", "debian:1"), foreign=("sample:2.1-slim",))
    slim = image("2.1/slim", architectures=("amd64",), secrets=tokens["slim"])
    tools = image(
        "2.1/tools",
        architectures=("arm64v8",),
        bases={"arm64v8": foreign},
        secrets=tokens["tools"],
    )
    last = image("2.1/last", "sample:2.1-tools", architectures=("arm64v8",), secrets=tokens["last"])

    def named(*, push: bool) -> dict[str, str]:
        made = github(plan(family(slim, tools, last), push=push))
        jobs = made["strategy"]["matrix"]["include"]
        return {job["id"]: f"{job['secrets']} {job['platforms']}" for job in jobs}

    assert named(push=True) == {"2-1-slim-amd64": "SLIM "}
    assert named(push=False) == {
        "2-1-slim-amd64": "SLIM ",
        "2-1-tools-arm64": "SLIM TOOLS linux/amd64",
        "2-1-last-arm64": "LAST SLIM TOOLS linux/amd64",
    }


def test_github_of_the_next_stage() -> None:
    """After the first stage the strategy has the jobs of the second; then there is none."""
    done = {build.id: built(build.id) for build in PLAN.builds[:2]}
    second = github(next_stage(PLAN, done))
    assert (second["stage"], second["count"], second["plan"]) == (2, 2, PLAN.id)
    assert [github(next_stage(PLAN, some))["stages"] for some in ({}, done)] == [2, 2]
    assert github(plan(family(image("2.1/slim"), CHILD), push=False))["stages"] == 1
    done |= {build.id: built(build.id) for build in PLAN.builds[2:]}
    last = github(next_stage(PLAN, done))
    assert (last["any"], last["count"], last["strategy"]["matrix"]["include"]) == (False, 0, [])


def test_gitlab() -> None:
    """The child pipeline has a job for each job, needs the jobs of parents, and publishes."""
    made = gitlab(PLAN)
    validate("vendor.gitlab-ci", made)
    assert made["stages"] == ["build-1", "build-2", "publish"]
    assert made["variables"] == {"TAGMATRIX_ANY": "true", "TAGMATRIX_COUNT": "4"}
    needs = made["build 2-1-tools-arm64"]["needs"]
    assert needs == [
        {"pipeline": "$PARENT_PIPELINE_ID", "job": "tagmatrix plan"},
        {"job": "build 2-1-slim-arm64", "artifacts": True},
    ]
    assert made["build 2-1-slim-arm64"]["needs"] == needs[:1]
    assert made["build 2-1-slim-arm64"]["tags"] == ["ubuntu-24.04-arm"]
    assert made["publish"]["script"] == [
        'tagmatrix -C "${TAGMATRIX_FOLDER:-.}" registry publish --plan plan.json --digests digests'
    ]
    assert "interruptible" not in made[".tagmatrix"]


def test_gitlab_without_windows() -> None:
    """The jobs run in a container with Linux, so a plan with Windows is refused."""
    with pytest.raises(InputError) as caught:
        gitlab(plan(family(image("2.1/slim"), WINDOWS)))
    assert str(caught.value) == (
        "--format gitlab: 2-1-win-windows-amd64 cannot be built in a job of GitLab, which runs in "
        "a container with Linux; plan --arch amd64 --arch arm64v8, with these architectures in "
        "`publish.required`"
    )
    with pytest.raises(InputError, match=r"container with Linux; leave them out$"):
        gitlab(plan(family(WINDOWS)))


def test_gitlab_job_that_may_fail() -> None:
    """A job that no tag waits for may fail; a pipeline that pushes nothing may be cancelled."""
    made = gitlab(plan(family(image("2.1/slim"), publish=Publish(required=("amd64",)))))
    validate("vendor.gitlab-ci", made)
    assert made["build 2-1-slim-arm64"]["allow_failure"] is True
    assert "allow_failure" not in made["build 2-1-slim-amd64"]
    assert gitlab(plan(family(image("2.1/slim")), push=False))[".tagmatrix"]["interruptible"]


def test_gitlab_without_builds() -> None:
    """A pipeline without builds has a job that does nothing, because GitLab needs a job."""
    made = gitlab(plan(family(image("2.1/slim")), choice=Choice(changed={})))
    validate("vendor.gitlab-ci", made)
    assert made["variables"]["TAGMATRIX_ANY"] == "false"
    nothing = {"stage": "publish", "script": ["echo nothing to build"]}
    assert made["nothing to build"] == nothing
    assert "publish" not in made
    assert "publish" not in gitlab(plan(family(image("2.1/slim")), push=False))


@pytest.mark.parametrize(("number", "needs"), [(49, 50), (50, None)])
def test_gitlab_with_many_parents(number: int, needs: int | None) -> None:
    """A job that needs more jobs than GitLab allows waits for the whole stage instead."""
    own = ("amd64",)
    parents = [image(f"2.1/p{each}", architectures=own) for each in range(number)]
    names = tuple(f"sample:2.1-p{each}" for each in range(number))
    bases = {"amd64": ImageBases(names[-1], names)}
    child = image("2.1/all", architectures=own, bases=bases)
    made = gitlab(plan(family(*parents, child)))
    job = made["build 2-1-all-amd64"]
    assert (len(job["needs"]) if "needs" in job else None) == needs


def test_commands_of_a_job() -> None:
    """A job prepares, builds one target after another, and exports the digests."""
    own = image("2.1/slim", architectures=("arm64v8", "arm32v7"))
    (job,) = plan(family(own)).jobs
    found = commands(plan(family(own)), job)
    assert found.prepare == (
        "mkdir -p digests\n"
        "docker run --privileged --rm tonistiigi/binfmt --install arm\n"
        "tagmatrix plan --from plan.json --digests digests --format bake > bake.json"
    )
    assert "for id in 2-1-slim-arm64v8 2-1-slim-arm32v7; do" in found.build
    assert f"name={REPOSITORY}:build-$id,push=true" in found.build
    assert found.test == ""
    assert found.export == "tagmatrix plan --from plan.json --digests digests --record metadata"
    assert found.all() == [found.prepare, found.build, found.export]


def test_commands_without_a_push() -> None:
    """A job that pushes nothing has no digests, and the plan is read as it is."""
    made = plan(family(image("2.1/slim", test=ImageTest(command=("true",)))), push=False)
    found = commands(made, made.jobs[0])
    assert found.prepare.endswith("tagmatrix plan --from plan.json --format bake > bake.json")
    assert (found.test, found.export) == ("", "")
    assert "driver" not in found.build


def test_test_of_an_image() -> None:
    """A test runs on the digest of the image, with facts in its environment."""
    test = ImageTest(command=("sh", "-c", "exit 0"), wait=5, options=("--network=none",))
    made = plan(family(image("2.1/slim", test=test)))
    found = commands(made, made.jobs[0]).test
    assert "timeout -s KILL 5 docker run --rm --platform linux/amd64" in found
    assert "--env TAGMATRIX_VERSION=2.1.3" in found
    container = "metadata/2-1-slim-amd64.container"
    assert f"--network=none --cidfile {container} --env TAGMATRIX_DIGEST=" in found
    lines = found.splitlines()
    pulled = f'docker pull --platform linux/amd64 {REPOSITORY}"@$TAGMATRIX_DIGEST"'
    assert lines[1:4] == [pulled, "start=$(date +%s)", f"rm -f {container}"]
    assert lines[4].endswith("sh -c 'exit 0'; then result=passed; else")
    assert f'docker rm --force "$(cat {container})"' in lines[6]


def test_the_digest_of_a_test(tmp_path: Path) -> None:
    """A test finds the digest in the metadata of bake, and notes its result."""
    own = image("2.1/slim", architectures=("amd64",), test=ImageTest(command=("x",)))
    made = plan(family(own))
    (tmp_path / "metadata").mkdir()
    metadata = {
        "2-1-slim-amd64": {
            "containerimage.config.digest": f"sha256:{'b' * 64}",
            "containerimage.descriptor": {"digest": DIGEST, "size": 1},
            "containerimage.digest": DIGEST,
        }
    }
    (tmp_path / "metadata/2-1-slim-amd64.json").write_text(json.dumps(metadata, indent=2))
    for name in ("docker", "timeout"):
        (tmp_path / name).write_text('#!/bin/sh\necho "$@"\n')
        (tmp_path / name).chmod(0o755)
    shell = f"PATH={tmp_path}:$PATH\n{commands(made, made.jobs[0]).test}"
    done = subprocess.run(
        ["sh", "-eu", "-c", shell], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.split("\n")[0] == f"pull --platform linux/amd64 {REPOSITORY}@{DIGEST}"
    assert done.stdout.split()[-2:] == [f"{REPOSITORY}@{DIGEST}", "x"]
    assert (tmp_path / "metadata/2-1-slim-amd64.test").read_text().startswith("passed ")


DOCKER_WITHOUT_AN_END = """\
#!/bin/sh
echo "$@" >> calls
[ "$1" != pull ] || sleep 1.2 # longer than the test may take
[ "$1" = run ] || exit 0
while [ "$1" != --cidfile ]; do shift; done
[ ! -e "$2" ] || exit 125 # as docker
echo 0123abc > "$2"
trap '' TERM # as the first process of a container
while :; do sleep 0.1; done
"""


@pytest.mark.slow
@pytest.mark.parametrize("own", [image("2.1/slim", architectures=("amd64",)), WINDOWS])
def test_the_time_limit_of_a_test(tmp_path: Path, own: PlanImage) -> None:
    """A test that ignores signals ends at its time limit, after a pull that takes longer."""
    made = plan(family(replace(own, test=ImageTest(command=("x",), wait=1))))
    (tmp_path / "docker").write_text(DOCKER_WITHOUT_AN_END)
    (tmp_path / "docker").chmod(0o755)
    (tmp_path / "metadata").mkdir()
    (build,) = made.builds
    for suffix in ("json", "digest"):
        (tmp_path / f"metadata/{build.id}.{suffix}").write_text(f'"digest": "{DIGEST}"')
    shell = f"PATH={tmp_path}:$PATH\n{commands(made, made.jobs[0]).test}"
    for _ in range(2):
        subprocess.run(["sh", "-eu", "-c", shell], cwd=tmp_path, check=True, timeout=20)
    assert (tmp_path / "calls").read_text().splitlines()[2::3] == ["rm --force 0123abc"] * 2
    assert (tmp_path / f"metadata/{build.id}.test").read_text().startswith("failed ")


def test_script() -> None:
    """The script has all jobs, stage by stage, and then the tags."""
    text = script(PLAN, simple=False)
    assert text.startswith("#!/bin/sh\nset -eu\n")
    assert text.index("# 2-1-slim-arm64 (stage 1") < text.index("# 2-1-tools-amd64 (stage 2")
    whole = script(plan(family(image("2.1/slim"), image("2.1/fat")), by="cycle"), simple=False)
    assert "# sample-2-1-amd64 (stage 1, ubuntu-24.04): 2-1-slim-amd64, 2-1-fat-amd64\n" in whole
    assert text.endswith("tagmatrix registry publish --plan plan.json --digests digests\n")
    subprocess.run(["sh", "-n"], input=text.encode(), check=True)


@pytest.mark.parametrize("simple", [False, True])
def test_a_script_without_builds(tmp_path: Path, *, simple: bool) -> None:
    """A plan of nothing, as that of stale images on most days, is a script that does nothing."""
    text = script(plan(family(image("2.1/slim")), choice=Choice(changed={})), simple=simple)
    assert "registry publish" not in text
    assert "bake" not in text
    (tmp_path / "plan.json").write_text("{}")
    checks = "tagmatrix() { false; }\n"
    done = subprocess.run(["sh", "-c", checks + text], cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert [each.name for each in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("programs", "message"),
    [
        ((), "tagmatrix is not on the PATH; install it"),
        (("tagmatrix",), "this script needs docker with buildx"),
        (("tagmatrix", "docker"), "plan.json is missing: tagmatrix plan --format json > plan.json"),
    ],
)
def test_a_script_fails_at_its_start(
    tmp_path: Path, programs: tuple[str, ...], message: str
) -> None:
    """Without what it needs, the script fails before it builds or writes anything."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in programs:
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", script(PLAN, simple=False)],
        cwd=tmp_path,
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{message}\n")
    assert [each.name for each in tmp_path.iterdir()] == ["bin"]


def test_simple_script() -> None:
    """The simple script asks first what would be refused, and names what it does not build."""
    runner = Publish(
        runners={"all": Runner(label="x", architectures=("amd64", "arm64v8", "windows-amd64"))}
    )
    text = script(plan(family(image("2.1/slim"), WINDOWS, publish=runner)), simple=True)
    assert text.splitlines()[5:] == [
        "# what the registry would refuse:",
        "tagmatrix registry publish --plan plan.json --dry-run",
        "tagmatrix plan --from plan.json --simple --format bake > bake.json",
        "docker buildx bake --file bake.json",
        "# not built here (Windows, classic, and on them): 2-1-win-windows-amd64",
    ]
    without = script(plan(family(image("2.1/slim")), push=False), simple=True)
    assert "registry" not in without
