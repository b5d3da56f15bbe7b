"""The tests of `tagmatrix.library`."""
