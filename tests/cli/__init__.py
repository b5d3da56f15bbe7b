"""The tests of `tagmatrix.cli`."""
