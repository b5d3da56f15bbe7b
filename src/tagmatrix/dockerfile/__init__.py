"""The reader of Dockerfiles, right where BuildKit is right.

`parse` reads a text into instructions with their arguments, lines and here-documents.
`outline` and `stages` find the build stages, `from_lines` the images that they come from, for
each architecture. `docker_rules` has what Docker refuses in a well-formed text. All of them work
on texts, and know nothing of files or of versions.yaml.

The reader is this project's own. The library that binds BuildKit's parser (`dockerfile` on
PyPI) is archived. It has no wheel for Linux on ARM and needs a Go compiler there. Its parser
is that of BuildKit 0.12, so it does not know `<< EOF`. It also neither expands variables nor
follows stages. It is a good reference: the tests compare both readers on thousands of mutated
Dockerfiles.
https://docs.docker.com/reference/dockerfile/
"""
