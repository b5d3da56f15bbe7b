"""Shapes: what may stand at a place of a YAML file.

A shape does two things from one description: it reads a node into a value,
noting every problem with its place, and it writes the same rule as JSON Schema
(draft 2020-12). So what the loader accepts and what an editor is told cannot
drift apart.
"""

from __future__ import annotations

from tagmatrix.config.shapes.composed import Either, Field, ListOf, MapOf, Record
from tagmatrix.config.shapes.reading import INVALID, Invalid, Reading, Shape, TooManyProblemsError
from tagmatrix.config.shapes.scalars import Count, Day, Flag, Nothing, Text, Yes

__all__ = [
    "INVALID",
    "Count",
    "Day",
    "Either",
    "Field",
    "Flag",
    "Invalid",
    "ListOf",
    "MapOf",
    "Nothing",
    "Reading",
    "Record",
    "Shape",
    "Text",
    "TooManyProblemsError",
    "Yes",
]
