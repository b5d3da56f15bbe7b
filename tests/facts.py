"""What others published, for tests to compare with; `data/README.md` says what there is."""

from __future__ import annotations

import functools
import gzip
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@functools.cache
def facts(name: str) -> Any:  # noqa: ANN401 (JSON holds anything)
    """Return what a file holds; it is read once and to be left as it is."""
    return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))
