r"""Here-documents: `RUN <<EOF`, `COPY <<"EOF" /file`, with blanks since BuildKit 0.22.

One begins where a whole word is `[digits]<<[-]name`. So `<<<text`, `"<<EOF"` and `$((1<<2))`
begin none.
https://docs.docker.com/reference/dockerfile/#here-documents
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tagmatrix.dockerfile.operators import ShellError
from tagmatrix.dockerfile.word_expansion import Style, split_words

_OPENING: Final = re.compile(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)\Z")
_WRITTEN: Final = Style(keep_quotes=True, keep_escapes=True, keep_unset=True)
_NAME: Final = Style(keep_unset=True)
_QUOTED_NAME: Final = Style(keep_unset=True, keep_quotes=True)


class Heredoc(NamedTuple):
    """A here-document.

    Attributes:
        name: the word that ends it; COPY also gives the file this name.
        descriptor: the number before `<<`; 0 without one.
        expand: whether variables in it are replaced: no part of the name is quoted.
        tabs: whether tabs at the beginning of its lines are removed (`<<-`).
        content: the lines, with the tabs.
    """

    name: str
    descriptor: int = 0
    expand: bool = True
    tabs: bool = False
    content: str = ""


def openings(line: str) -> list[Heredoc]:
    """Return the here-documents that an instruction opens, in order, without content.

    A line with an open quote has none: it is the shell that reports it. Raises ShellError.

    >>> [heredoc.name for heredoc in openings("COPY <<a.txt 4<< 'b c' /dir/")]
    ['a.txt', 'b c']
    """
    try:
        words = split_words(line, _WRITTEN)
    except ShellError:
        return []
    return [heredoc for word in words if (heredoc := opening_of(word))]


def opening_of(word: str) -> Heredoc | None:
    """Return the here-document that a word opens; None if it opens none. Raises ShellError."""
    match = _OPENING.match(word)
    if match is None or not match[3]:
        return None
    names = split_words(match[3], _NAME)
    if len(names) != 1:
        return None
    (name,) = names
    (quoted,) = split_words(match[3], _QUOTED_NAME)
    return Heredoc(
        name=name,
        descriptor=int(match[1][-9:] or 0),
        expand=_quotes(name) == _quotes(quoted),
        tabs=bool(match[2]),
    )


def _quotes(text: str) -> int:
    return text.count("'") + text.count('"')
