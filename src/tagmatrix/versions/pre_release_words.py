"""The words of versions: which of them mean a pre-release, and which of them do not.

| rank | words | used by |
|---|---|---|
| 1 | `dev`, `nightly`, `snapshot` | haproxy, Maven |
| 2 | `alpha`, `a` | nearly all |
| 3 | `beta`, `b` | nearly all |
| 4 | `milestone`, `m` | redis, tomcat, Spring |
| 5 | `ea`, `pre`, `preview`, `tp` | OpenJDK, ruby, .NET, docker |
| 6 | `rc`, `cr`, `c` | nearly all |

A pre-release of a lower rank is the older one. Words are read in any case. A single letter
needs a number: `9.0.0-M1`.

SemVer allows any word with a number behind a dot: `1.2.3-x.7.z.92`. Such a word sorts between
those of the table, by alphabet, and a number (`1.0.0-0.3.7`) sorts before words.

A word that is a choice of the user is a channel, not a pre-release: `unstable`, `edge`, `next`,
`testing`, `canary` and the others of CHANNELS. `8.9.0-canary.3` is a version of such a channel.
It is not final, and sorts before 8.9.0 as SemVer says, but users may have chosen it.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = (
    ("dev", "nightly", "snapshot"),
    ("alpha", "a"),
    ("beta", "b"),
    ("milestone", "m"),
    ("ea", "pre", "preview", "tp"),
    ("rc", "cr", "c"),
)
# The end of a version has rank 0: what leads to the final version sorts before it.
PRE_RELEASES: Final = {
    word: rank - len(_WORDS) for rank, words in enumerate(_WORDS) for word in words
}

# What comes after the final version: a patch, a revision or a build. They need a number.
AFTER: Final = ("patch", "pl", "p", "post", "rev", "r", "sp", "build", "b", "ga", "v")

# Words that say nothing: 10.0.0.Final, 17.06.0-ce.
NEUTRAL: Final = ("final", "release", "ga", "ce")

_ALPHABETICAL: Final = ("alpha", "beta", "milestone", "preview", "rc")

CHANNELS: Final = frozenset(
    {
        "canary",
        "current",
        "devel",
        "edge",
        "experimental",
        "lts",
        "mainline",
        "next",
        "oldoldstable",
        "oldstable",
        "rawhide",
        "rolling",
        "stable",
        "testing",
        "tip",
        "unstable",
    }
)


def is_channel(word: str) -> bool:
    """Return whether a word is a channel, which users choose: `edge`, `unstable`.

    >>> is_channel("edge"), is_channel("rc")
    (True, False)
    """
    return word.lower() in CHANNELS


def rank_among(word: str) -> int:
    """Return the rank after which a word of SemVer, which the table does not have, sorts.

    >>> rank_among("insiders") == PRE_RELEASES["beta"], rank_among("0") == PRE_RELEASES["dev"]
    (True, True)
    """
    return max(
        (PRE_RELEASES[known] for known in _ALPHABETICAL if known < word),
        default=PRE_RELEASES["dev"],
    )


def is_pre_release_word(word: str) -> bool:
    """Return whether a word alone means a pre-release, in any case: `rc`, `ea`.

    >>> is_pre_release_word("RC"), is_pre_release_word("m"), is_pre_release_word("edge")
    (True, False, False)
    """
    return len(word) > 1 and word.lower() in PRE_RELEASES
