"""Tests of `tagmatrix.matrix`."""
