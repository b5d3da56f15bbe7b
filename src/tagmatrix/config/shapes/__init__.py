"""Shapes: the kinds of values that a YAML file may contain.

A shape does two things with one description: it reads a node as a value and
notes every problem with its place, and it writes the same rule as JSON Schema
(draft 2020-12, https://json-schema.org/draft/2020-12). So the loader and an
editor follow the same rules.
"""

from __future__ import annotations

from tagmatrix.config.shapes.composed import Either, Field, ListOf, MapOf, Record
from tagmatrix.config.shapes.data import Data, thawed
from tagmatrix.config.shapes.scalars import FLAG, NULL, YES, Constant, Day, Number, Text
from tagmatrix.config.shapes.shape import INVALID, Invalid, Reading, Shape, TooManyProblemsError

__all__ = [
    "FLAG",
    "INVALID",
    "NULL",
    "YES",
    "Constant",
    "Data",
    "Day",
    "Either",
    "Field",
    "Invalid",
    "ListOf",
    "MapOf",
    "Number",
    "Reading",
    "Record",
    "Shape",
    "Text",
    "TooManyProblemsError",
    "thawed",
]
