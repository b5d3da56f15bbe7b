"""The tests of `tagmatrix.editing`."""
