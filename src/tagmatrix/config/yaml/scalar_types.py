"""The type that YAML gives to a plain scalar."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

_resolve: Any = yaml.SafeLoader("").resolve
# Most editors follow YAML 1.2 (https://yaml.org/spec/1.2.2/), which has more numbers than
# YAML 1.1 and PyYAML: 1e3, 0o14.
_NUMBER: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|0o[0-7]+")
_TYPES: Final = frozenset({"int", "float", "bool", "null", "timestamp"})


def type_of(text: str) -> str:
    """Return the type of a plain scalar: str, int, float, bool, null or timestamp.

    >>> type_of("3.10"), type_of("3.14.6"), type_of("yes"), type_of("<<")
    ('float', 'str', 'bool', 'str')
    """
    found: str = _resolve(yaml.ScalarNode, text, (True, False)).rpartition(":")[2]
    if found in _TYPES:
        return found
    return "float" if _NUMBER.fullmatch(text) else "str"
