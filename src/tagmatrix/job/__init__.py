"""The scheduled job: what upstream has that is new, committed on a branch of its own.

`workspace` is a work tree for the job alone. `branch` reads and moves the branch, here or
at a remote; `seals` tells whose commits it has. `branch_edits` and `revisions` decide what
each commit contains, `commit_series` makes the commits, `result` is the result, and
`pull_request` describes it.
"""
