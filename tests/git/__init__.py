"""Tests of `tagmatrix.git`."""
