"""Tests of a built image: `python -m pytest tests/image --image TAG`."""
