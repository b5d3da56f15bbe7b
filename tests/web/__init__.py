"""Tests of `tagmatrix.web`."""
