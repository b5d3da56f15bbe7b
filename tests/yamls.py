"""YAML by libyaml, which takes a tenth of the time, where PyYAML was built with it."""

from __future__ import annotations

from typing import Any

import yaml

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def load(text: str | bytes) -> Any:  # noqa: ANN401 (YAML holds anything)
    """Return what a document means."""
    return yaml.load(text, Loader)  # noqa: S506 (a safe one)


def dump(value: object, **options: Any) -> str:  # noqa: ANN401 (PyYAML's own)
    """Return a value as YAML."""
    text: str = yaml.dump(value, Dumper=_Dumper, **options)
    return text
