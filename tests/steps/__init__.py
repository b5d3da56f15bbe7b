"""The tests of `tagmatrix.update.steps`."""
