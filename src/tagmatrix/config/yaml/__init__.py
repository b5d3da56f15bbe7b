"""Read YAML so that each key and value has its place in the text."""

from typing import Final

MAX_BYTES: Final = 4 * 1024 * 1024
"""A longer document is not read."""
