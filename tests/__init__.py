"""The tests; they mirror `src/tagmatrix`."""
