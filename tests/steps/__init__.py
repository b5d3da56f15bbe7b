"""The tests of `tagmatrix.steps`."""
