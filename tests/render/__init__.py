"""Tests of `tagmatrix.render`."""
