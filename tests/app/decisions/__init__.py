"""Tests of `tagmatrix.app.decisions`."""
