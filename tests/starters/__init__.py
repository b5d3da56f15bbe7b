"""Tests of `tagmatrix.starters`."""
