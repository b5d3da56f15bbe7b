r"""The reader of Dockerfiles, right where BuildKit is right.

`parse` reads a text into instructions with their arguments, lines and here-documents.
`stages` finds the build stages, `bases` the images that they come from, for each architecture.
All of them work on texts, and know nothing of files or of versions.yaml.

The reader is this project's own. The library that binds BuildKit's parser (`dockerfile` on
PyPI) is archived. It has no wheel for Linux on ARM and needs a Go compiler there. Its parser
is that of BuildKit 0.12, so it does not know `<< EOF`. It also neither expands variables nor
follows stages. It is a good reference: the tests compare both readers on thousands of mutated
Dockerfiles.
https://docs.docker.com/reference/dockerfile/

>>> text = "ARG V=3\nFROM alpine:$V AS x\nFROM x\n"
>>> [stage.base for stage in stages(outline(parse(text)), "amd64")]
['alpine:3', 'x']
"""

from tagmatrix.dockerfile.bases import SCRATCH, Bases, BasesReader, read_bases
from tagmatrix.dockerfile.errors import DockerfileError
from tagmatrix.dockerfile.instructions import Instruction
from tagmatrix.dockerfile.outline import outline
from tagmatrix.dockerfile.parse import Dockerfile, parse
from tagmatrix.dockerfile.stages import Stage, stages

__all__ = [
    "SCRATCH",
    "Bases",
    "BasesReader",
    "Dockerfile",
    "DockerfileError",
    "Instruction",
    "Stage",
    "outline",
    "parse",
    "read_bases",
    "stages",
]
