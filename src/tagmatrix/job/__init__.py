"""The scheduled job (`tagmatrix regenerate`): it commits what is new upstream on a separate branch.

`run` is the run of the job, `options` are its options. `clone` runs git, `workspace` is a
work tree for one run. `branch` reads and moves the branch, locally or at a remote; `seals`
decides which of its commits the job made. `branch_edits` and `revisions` decide what each
commit contains, `commit_series` makes the commits, `result` is the result, and
`pull_request` describes it.
"""
