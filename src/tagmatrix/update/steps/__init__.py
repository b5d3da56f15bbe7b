"""The steps bump, add, promote and retire: their edits of versions.yaml. Pure.

`state` has the file before and after a step, `checksums` the rules for a version's checksums.
Each step returns edits, or raises an error that says what to do.
"""
