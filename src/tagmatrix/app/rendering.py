"""The files of a plan, by the package's own templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tagmatrix import header
from tagmatrix.app import ignoring, quoting
from tagmatrix.dockerfile.ignore import IGNORE_FILE, ignore_rules, is_ignored

if TYPE_CHECKING:
    from jinja2 import Environment

    from tagmatrix.app.application_plan import ApplicationPlan
    from tagmatrix.app.decisions.build_steps import BuildStep
    from tagmatrix.dockerfile.ignore import IgnoreRule

DOCKERFILE: Final = "Dockerfile"
OF_EXTRAS: Final = {
    "compose": ("compose.yaml", "compose.yaml.j2"),
    "ci-github": (".github/workflows/image.yml", "github.yml.j2"),
    "ci-gitlab": (".gitlab-ci.yml", "gitlab.yml.j2"),
}
_TEMPLATES: Final = Path(__file__).with_name("templates")
_HEALTH: Final = (
    "import os, urllib.request as r; "
    "r.build_opener(r.ProxyHandler({{}})).open('http://127.0.0.1:{port}{path}', timeout=4)"
)


def files(plan: ApplicationPlan) -> dict[str, bytes]:
    """Return the files, by their paths."""
    environment = _jinja()
    hidden = {
        "folders": [name for name in ignoring.FOLDERS if name not in plan.packages],
        "secrets": [
            *ignoring.SECRETS,
            *(name for name in ignoring.SECRET_FOLDERS if name not in plan.packages),
            *(path for path in plan.password_files if path.partition("/")[0] in plan.packages),
        ],
    }
    rules = ignore_rules(environment.get_template("dockerignore.j2").render(hidden, kept=[]))
    context = _context(plan, _kept(plan, rules)) | hidden
    templates = {DOCKERFILE: "Dockerfile.j2", IGNORE_FILE: "dockerignore.j2"}
    templates |= dict(OF_EXTRAS[extra] for extra in plan.options.extras)
    return {
        path: header.with_header(
            environment.get_template(name).render(context), maker=header.APP
        ).encode()
        for path, name in templates.items()
    }


@cache
def _jinja() -> Environment:
    """Return the environment of the templates, which compiles each of them once."""
    import jinja2  # noqa: PLC0415 (slow to import)

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (no HTML: quoting has a function for each context)
    )
    environment.filters |= {
        "env": quoting.env_value,
        "exec": quoting.exec_form,
        "yaml": quoting.yaml,
        "workflow": quoting.workflow,
        "path": quoting.path,
        "variable": quoting.variable,
        "run": _run,
    }
    return environment


def _context(plan: ApplicationPlan, kept: list[str]) -> dict[str, Any]:
    """Return what the templates read."""
    process = plan.process
    port = (
        "' + os.environ['" + process.port_variable + "'] + '"
        if process.port_variable
        else process.port
    )
    health = _HEALTH.format(port=port, path=process.health) if process.health else ""
    return {
        "plan": plan,
        "process": process,
        "system": plan.system,
        "install": plan.install,
        "options": plan.options.comment(),
        "health": ["python3", "-c", health] if health else [],
        "environment": _environment(plan),
        "kept": kept,
        "others": _others(plan),
        "client": {
            name: value for service in plan.services for name, value in service.client.items()
        },
    }


def _kept(plan: ApplicationPlan, rules: tuple[IgnoreRule, ...]) -> list[str]:
    """Return the patterns of what the build reads and .dockerignore would hide otherwise."""
    read = [path for step in plan.install.before for path in (*step.files, *step.folders)]
    found = []
    for pattern in dict.fromkeys((*plan.keeps, *read, plan.process.file)):
        example = pattern.replace("**/", "folder/").replace("*", "x")
        if quoting.is_path(example) and is_ignored(example, rules):
            found.append(pattern)
    return found


def _others(plan: ApplicationPlan) -> dict[str, tuple[str, ...]]:
    """Return the commands of other processes, by names that no other service has."""
    taken = {"app", *(service.name for service in plan.services)}
    return {
        f"process-{name}" if name in taken else name: words
        for name, words in plan.process.others.items()
    }


def _environment(plan: ApplicationPlan) -> dict[str, str]:
    """Return the variables of the image, besides PATH."""
    found = {"PYTHONUNBUFFERED": "1"}
    if plan.sources:
        found["PYTHONDONTWRITEBYTECODE"] = "1"
    if plan.python_path:
        found["PYTHONPATH"] = plan.python_path
    return dict(sorted((found | plan.process.environment).items()))


def _run(step: BuildStep) -> str:
    """Return a step as a RUN instruction, behind COPY instructions for what it reads.

    A bind mount would be shorter, but buildah does not compare what is in it: a build after
    a change of the file would have the old dependencies.
    https://github.com/containers/buildah/issues/5400
    """
    copied: dict[str, list[str]] = {}
    for path in step.files:
        copied.setdefault(f"./{path.rpartition('/')[0]}".rstrip("/") + "/", []).append(path)
    lines = [f"COPY {' '.join(paths)} {folder}" for folder, paths in copied.items()]
    lines += [f"COPY {path} ./{path}" for path in step.folders]
    mounts = []
    if step.cache:
        mounts.append(f"--mount=type=cache,target={step.cache}")
    mounts += [f"--mount=type=secret,id={name},target={target}" for name, target in step.secrets]
    commands = step.commands
    if step.folders:
        commands += (f"rm -rf {' '.join(step.folders)}",)
    if len(commands) > 1:
        commands = ("set -eux", *commands)
    words = [*mounts, *(f"{command};" for command in commands[:-1]), commands[-1]]
    return "\n".join([*lines, "RUN " + " \\\n    ".join(words)])
