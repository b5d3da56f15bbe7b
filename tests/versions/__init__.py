"""The tests of `tagmatrix.diff`."""
