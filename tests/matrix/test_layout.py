"""Where `layout`, `folder`, `dockerfile` and `manifest` put the files of images, and where not."""

from __future__ import annotations

import pytest

from tagmatrix import config
from tagmatrix.layout import Layout
from tagmatrix.matrix.expand import expand, files_in_root
from tests.config.samples import edit, image, load, refusal

SLIM = "name: slim-{suite}"
DEFAULT = '    name: "{suite}"\n'


def with_top(keys: str, *changes: tuple[str, str]) -> str:
    """Return the sample with more keys at the top."""
    return edit(("branch: main\n", f"branch: main\n{keys}\n"), *changes)


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        ("library/{cycle}/{folder}", "library/3.14/windows/windows-ltsc2025/Dockerfile"),
        ("{cycle}/{folder}", "3.14/windows/windows-ltsc2025/Dockerfile"),
        ("{folder}/{cycle}", "windows/windows-ltsc2025/3.14/Dockerfile"),
        ("images/{version}/{name}", "images/3.14.6/windows-ltsc2025/Dockerfile"),
        ("{cycle}-{suite}/{name}", "3.14-ltsc2025/windows-ltsc2025/Dockerfile"),
    ],
)
def test_layouts(layout: str, path: str) -> None:
    """The layout is a pattern of the path from the folder of versions.yaml."""
    _, matrix = load(with_top(f'layout: "{layout}"'))
    found = [each for each in matrix.images if each.cycle == "3.14"]
    assert path in [each.dockerfile_path for each in found]


def test_a_folder_of_a_release() -> None:
    """{cycle} is the release's folder if it has one."""
    text = with_top(
        'layout: "{cycle}/{folder}"', ('version: "3.14.6"', 'version: "3.14.6"\n    folder: new')
    )
    assert image(text, "new/trixie").cycle == "3.14"


def test_empty_parts() -> None:
    """An empty folder is the one above it."""
    changes = ("folder: windows/{name}", 'folder: ""')
    _, matrix = load(with_top('layout: "{cycle}/{name}/{folder}"', changes))
    assert "3.14/windows-ltsc2025" in [each.directory for each in matrix.images]


def test_names_of_dockerfiles() -> None:
    """Several images can have one folder if the names of their Dockerfiles differ."""
    text = edit((SLIM, f"{SLIM}\n    folder: '{{suite}}'\n    dockerfile: Dockerfile.slim"))
    _, matrix = load(text)
    found = [each for each in matrix.images if each.directory == "library/3.14/trixie"]
    assert [each.dockerfile for each in found] == ["Dockerfile", "Dockerfile.slim"]


def test_files_in_the_folder_of_versions_yaml() -> None:
    """The files in the folder of versions.yaml are Dockerfiles, and the files beside them."""
    own = "folder: ''\n    dockerfile: 'Dockerfile.{name}'\n    files: [run.sh]"
    text = with_top("layout: '{folder}'", (SLIM, f"{SLIM}\n    {own}"))
    images = [each for each in expand(config.parse(text)).images if each.cycle == "3.14"]
    assert files_in_root(images) == [
        "Dockerfile.slim-trixie",
        "run.sh",
        "Dockerfile.slim-bookworm",
        "run.sh",
    ]


def test_a_listed_variant() -> None:
    """A listed variant can have another name for its Dockerfile."""
    item = "{name: trixie, dockerfile: Dockerfile.new}"
    text = edit(("    end_of_life: 2030-10-31\n", f"    variants: [{item}]\n"))
    assert image(text, "3.14/trixie").dockerfile_path == "library/3.14/trixie/Dockerfile.new"


def test_what_a_layout_can_make() -> None:
    """Folders of known and of retired cycles are the layout's; others are not."""
    layout = load(with_top('layout: "{cycle}/{folder}"'))[0].layout
    yes = ("3.14/trixie/Dockerfile", "2.7/buster/conf/x", "3.9/windows/windows-1809/a", "v1/x/y")
    no = ("docs/a/b.md", ".github/workflows/ci.yml", "3.14/Dockerfile", "README.md", "src/x/y")
    assert [layout.is_of_an_image(path) for path in (*yes, *no)] == [True] * 4 + [False] * 5
    assert layout.may_lead("3.14")
    assert not layout.may_lead("docs")


def test_what_a_layout_in_a_folder_can_make() -> None:
    """Everything below a folder that only the layout uses is the layout's."""
    layout = Layout(pattern="images/{cycle}/{folder}", manifest="images/x")
    assert layout.is_of_an_image("images/any/file")
    assert not layout.is_of_an_image("images/x")
    assert not layout.is_of_an_image("library/3.14/Dockerfile")
    assert layout.roots == ("images", "library")


BAD = {
    "a layout that leaves the tree": (
        with_top("layout: ../{cycle}"),
        'layout: invalid value "../{cycle}": expected the path of images\' folders',
    ),
    "an absolute layout": (with_top("layout: /{cycle}"), "layout: invalid value"),
    "an empty layout": (with_top('layout: ""'), "layout: invalid value"),
    "an unknown placeholder": (
        with_top('layout: "{cycel}/{folder}"'),
        "layout: there is no placeholder {cycel} here; did you mean {cycle}?",
    ),
    "a layout without a hole": (
        with_top("layout: images"),
        "3.15-rc/trixie and 3.15-rc/slim-trixie have one folder, images; give each its own",
    ),
    "a manifest that leaves the tree": (
        with_top("manifest: ../x"),
        'manifest: invalid value "../x": expected a path of a file',
    ),
    "a manifest in an image's folder": (
        with_top('layout: "{cycle}/{folder}"\nmanifest: 3.14/trixie/list'),
        "3.14/trixie/list is in the folder of this image, 3.14/trixie",
    ),
    "a folder at the manifest": (
        with_top('layout: "{folder}/{cycle}"\nmanifest: trixie'),
        "the folder trixie has the name of the file trixie; rename it",
    ),
    "a folder at versions.yaml": (
        edit(("folder: windows/{name}", "folder: versions.yaml/{name}")).replace(
            "branch: main\n", 'branch: main\nlayout: "{folder}/{cycle}"\n'
        ),
        "the folder versions.yaml has the name of the file versions.yaml; rename it",
    ),
    "a folder in that of the templates": (
        with_top('layout: "templates/{cycle}/{folder}"'),
        "templates/3.15-rc/trixie is in the folder of the templates; give it another folder",
    ),
    "a folder of git": (with_top('layout: ".git/{cycle}/{folder}"'), "cannot have the name .git"),
    "a Dockerfile in a folder": (
        edit((SLIM, f"{SLIM}\n    dockerfile: a/Dockerfile")),
        'flavors.slim.dockerfile: invalid value "a/Dockerfile": expected the name of a Dockerfile',
    ),
    "a Dockerfile above": (edit((SLIM, f"{SLIM}\n    dockerfile: '..'")), "dockerfile: invalid"),
    "a Dockerfile that Windows refuses": (
        edit((SLIM, f"{SLIM}\n    dockerfile: con.txt")),
        "Windows or tagmatrix do not accept a Dockerfile with the name con.txt; rename it",
    ),
    "a Dockerfile of git": (
        edit((SLIM, f"{SLIM}\n    dockerfile: .git")),
        'a Dockerfile cannot have the name ".git"; rename it',
    ),
    "a Dockerfile that git reads": (
        edit((SLIM, f"{SLIM}\n    dockerfile: .gitattributes")),
        "Docker and git read .gitattributes as a file of their own; rename the Dockerfile",
    ),
    "a Dockerfile at versions.yaml": (
        edit((SLIM, f"{SLIM}\n    dockerfile: versions.yaml")).replace(
            "branch: main\n", "branch: main\nlayout: .\n"
        ),
        "the Dockerfile would replace the file versions.yaml; rename it: `dockerfile`",
    ),
    "a Dockerfile at the JSON": (
        edit((SLIM, f"{SLIM}\n    dockerfile: Tool.json")).replace(
            "branch: main\n", "branch: main\nlayout: .\nmanifest: tool\n"
        ),
        "the Dockerfile would replace the file Tool.json; rename it: `dockerfile`",
    ),
    "a Dockerfile that is a folder": (
        edit(
            (SLIM, f"{SLIM}\n    folder: '{{suite}}'\n    dockerfile: sub"),
            ("name: alpine{suite}", "name: alpine{suite}\n    folder: trixie/sub"),
            ('  "3.23": {flavors: [alpine], architectures: [amd64, s390x]}\n', ""),
        ),
        "has the Dockerfile sub, which is also a folder of 3.15-rc/alpine3.24; rename one of them",
    ),
    "one Dockerfile for two": (
        edit((SLIM, f"{SLIM}\n    folder: '{{suite}}'\n    dockerfile: dockerfile")),
        "3.15-rc/trixie and 3.15-rc/slim-trixie have one Dockerfile, 3.15-rc/trixie/dockerfile",
    ),
    "a file with the Dockerfile's name": (
        edit((SLIM, f"{SLIM}\n    dockerfile: D.slim\n    files: [{{file: a, to: D.slim}}]")),
        "a file of `files` has the name of the Dockerfile; give it another `to`",
    ),
    "a file at the manifest": (
        with_top(
            "layout: .", (DEFAULT, f"{DEFAULT}    files: [{{file: a, to: library/sample}}]\n")
        ),
        "the file library/sample is not one of an image; give it another `to`",
    ),
    "a file among the templates": (
        with_top("layout: .", (DEFAULT, f"{DEFAULT}    files: [{{file: a, to: templates/x}}]\n")),
        "templates/x is in a folder that belongs to no image; give it another `to`",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_bad_places(text: str, message: str) -> None:
    """The message for a bad place says what is wrong there."""
    assert message in refusal(text)
