"""One step by hand: bump, add, promote, retire. What each does to versions.yaml; pure.

`state` is the file before and after, `checksums` what a version needs; each of the
others turns a wish into edits, or refuses it and says what to do.
"""
