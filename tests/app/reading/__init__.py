"""Tests of `tagmatrix.app.reading`."""
