"""A simulated year: the scheduled job, day by day, against an upstream that fails.

`python -m tests.year --seeds 20` lets the job run on each day of 2025 in a real repository with a
bare remote, merges what it proposes and publishes, as maintainers would, and prints the figures.

- `world` is what upstream has at a moment, `releases` are what it is made of: pure, and all of it
  follows from a seed.
- `documents` puts that into upstream's documents, `faults` says what goes wrong with which request;
  `server` serves it over https.
- `image` is what the repository has on the first day; `places` has its clones, `runner` runs
  tagmatrix in processes of their own, `people` merge, publish and do what is left to people.
- `due` says what the job owes at a moment, by the words of the documentation and by nothing of the
  product; `job` compares a run with that, `branch` and `manifest` look at what is committed, with
  git and PyYAML alone.
- `simulation` lives through a day after the other; `figures` counts.

What is held, each day:

**Could be.** A version of a cycle *could be* in from the first run of the job for which upstream
lists it and a SHA-256 of its source is published (by the API, or beside the file), and the same
holds for its installer; or the policy lets it go without the installer, because the flavor says
`leave_out`, or `wait_days` have passed since its day, or the cycle's phase has none. It has to be
the newest then, and one that the cycle may move to by itself. An installer that comes late, and a
replaced file that people have accepted, could be in likewise.

**In time.** What could be in is on the branch after the same run, and on the main branch at the
latest two days later, excused days not counted.

**Excused** is a day on which the job was not told all about the cycle (the server knows which
questions it never answered well), on which it stopped before a commit of a person on its branch, or
on which people had let the pull request lie for more than an evening.

**Right.** What the job commits is what upstream says at that moment; what could not be learned is
as it was; each version and checksum on the main branch was true at some time. A run is refused
if, and only if, upstream replaced or withdrew what we have (on the main branch or the job's), or
contradicts itself, and people have not accepted that; it is degraded if, and only if, a question
was not answered well, or a file is there without any SHA-256. No commit is empty, of two cycles or
with other files, and no step of the main branch has a manifest that names what is not there.
"""
