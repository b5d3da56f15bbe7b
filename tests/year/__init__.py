"""A simulated year: the scheduled job, day by day, against an upstream that fails.

`python -m tests.year --seeds 20` runs the job on each day of 2025 in a real repository with a
bare remote. It merges the job's pull requests and publishes, like maintainers, and prints figures.

- `world` is upstream at a moment, and `releases` are its parts. Both are pure: a seed decides
  everything.
- `documents` makes upstream's documents from it, `faults` are the faults of requests, and
  `server` serves the documents over https.
- `image` is the repository on the first day, `places` has its clones. `runner` runs tagmatrix in
  separate processes. `people` merge, publish and do the other work of maintainers.
- `due` computes the updates that are due at a moment. It follows the documentation and does not
  use tagmatrix's code. `job` compares a run with them; `branch` and `manifest` check the commits,
  with git and PyYAML only.
- `simulation` simulates day after day; `figures` counts.
- `three_families` does the same for three upstreams of different kinds, of which `three_worlds` has
  the releases: `python -m tests.year --families`.

The rules that are checked each day:

**Possible.** An update to a version becomes *possible* with the first run of the job at which
upstream lists the version and publishes a SHA-256 of its source (in the API, or next to the file),
and the same for its installer. The installer may be missing if the flavor has `leave_out`, if
`wait_days` have passed since the release, or if the cycle's phase has no installers. The version
must be the newest one, and one to which the cycle may move without a maintainer. A late installer
and a replaced file that maintainers have accepted become possible in the same way.

**In time.** A possible update is on the branch after the same run, and on the main branch at most
two days later; excused days do not count.

**Excused.** A day is excused if the job did not get all facts about the cycle (the server knows
the requests that it never answered correctly), if the job stopped because of a maintainer's commit
on its branch, or if maintainers left the pull request open for more than one evening.

**Right.** The job commits the facts that upstream publishes at that moment, and keeps the old
values for facts that it did not get. Each version and checksum on the main branch was true at some
time. A run is refused if, and only if, upstream replaced or withdrew a file that the repository has
(on the main branch or the job's), or contradicts itself, and maintainers have not accepted it. A
run is degraded if, and only if, a request was not answered correctly, or a file has no SHA-256. No
commit is empty, has two cycles or has other files. Every manifest on the main branch names only
existing commits and files.
"""
