"""Tests of `tagmatrix.publish`."""
