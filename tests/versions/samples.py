"""Texts of versions for the tests: forms that projects use, and random ones."""

from __future__ import annotations

from hypothesis import strategies as st

_COUNT = st.integers(0, 30).map(str)
_NUMBERS = st.lists(_COUNT, min_size=1, max_size=4).map(".".join)
_DATES = st.dates().map(lambda day: f"{day:%Y-%m-%d}")
_BEGIN = st.one_of(
    _NUMBERS,
    _NUMBERS.map("v{}".format),
    _NUMBERS.map("1:{}".format),
    _NUMBERS.map("2!{}".format),
    st.builds("{}u{}".format, _COUNT, _COUNT),
    _DATES,
    _DATES.map(lambda day: day.replace("-", "")),
    _DATES.map("RELEASE.{}".format),
    _DATES.map("RELEASE.{}T00-52-20Z".format),
)
_TEXT = """
a b c m rc RC cr CR M beta Beta alpha milestone dev ea pre preview snapshot SNAPSHOT nightly
tp p patch post rev r sp build ga v final Final release ce g1a2b3c4 LTS slim u edge
"""
WORDS = _TEXT.split()
_WORD = st.sampled_from(WORDS)
_SEPARATOR = st.sampled_from(["", "-", ".", "_", "~", "+"])
_MARK = st.one_of(
    st.builds("{}{}{}{}".format, _SEPARATOR, _WORD, _SEPARATOR, _COUNT | st.just("")),
    st.builds("{}{}".format, _SEPARATOR, _NUMBERS),
)
LIKELY = st.builds("{}{}".format, _BEGIN, st.lists(_MARK, max_size=3).map("".join))
TEXTS = st.one_of(LIKELY, st.text(max_size=30), st.text("0123456789.-_+~:!vurcabm", max_size=20))
