"""The tests of `tagmatrix.config`."""
