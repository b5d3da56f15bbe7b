"""The tests of `tagmatrix.guard`."""
