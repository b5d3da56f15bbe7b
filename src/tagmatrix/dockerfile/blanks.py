"""White space as BuildKit sees it, which is not Python's."""

from __future__ import annotations

import re
from typing import Final

SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space of Unicode. `str.isspace` also accepts U+001C to U+001F."""

SEPARATOR: Final = re.compile(r"[\t\v\f\r ]+")
"""What separates the words of most instructions."""
