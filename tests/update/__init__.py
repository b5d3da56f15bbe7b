"""Tests of `tagmatrix.update`."""
