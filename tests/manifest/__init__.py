"""The tests of `tagmatrix.manifest`."""
