"""The scheduled job: what upstream has that is new, committed on a branch of its own.

`workspace` is a work tree for the job alone, `places` where the branch is kept, here
or at a remote, and how it is moved; `tip` tells whose commits it has. `carry` and
`parts` decide, `write` commits, `outcome` says what came of it and `body` writes that
down for a pull request.
"""
