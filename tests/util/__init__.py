"""Tests of `tagmatrix.util`."""
