"""Tests of `tagmatrix.app`."""
