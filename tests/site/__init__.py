"""Tests of `tagmatrix.site`."""
