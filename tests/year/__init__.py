"""A simulated year: the scheduled job, day by day, against an upstream that fails.

`python -m tests.year --seeds 20` lets the job run on each day of 2025 in a real repository with a
bare remote, merges what it proposes and publishes, as maintainers would, and prints the figures.

- `world` is what upstream has at a moment: pure, and all of it follows from a seed.
- `faults` and `weather` say what goes wrong with which request; `server` serves the world.
- `image` is the repository's content on the first day; `places` has its clones, `runner` runs
  tagmatrix in processes of their own, `people` merge, publish and do what is left to people.
- `due` says what the job owes at a moment, by the words of the documentation and by nothing of the
  product; `main`, `branch` and `manifest` look at what became of it, with git and PyYAML alone.
- `simulation` is a day after the other; `figures` counts.

What is held, each day:

**Could be.** A version of a cycle *could be* in from the first run of the job for which upstream
lists it and a SHA-256 of its source is published (by the API, or beside the file), and the same
holds for its installer; or the policy lets it go without the installer, because the flavor says
`leave_out`, or `wait_days` have passed since its day, or the cycle's phase has none. It has to be
the newest then, and a version that the cycle may move to by itself.

**Excused.** A day on which the job could not learn what it needed about the cycle (the server knows
which of its requests were never answered well), on which a refusal that is due stopped it, on which
a commit of a person stood on its branch, or on which people let its pull request lie for more than
a day.

**In time.** What could be in is on the branch after the first run that is not excused, and on the
main branch at the latest two days after it could be, excused days not counted.

**Right.** What the job commits is what upstream says at that moment, and each version and checksum
on the main branch was once the truth. A run is refused if, and only if, upstream replaced or
withdrew what we have, or contradicts itself, and people have not accepted that.
"""
