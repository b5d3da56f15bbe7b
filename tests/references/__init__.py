"""Tests of `tagmatrix.references`."""
