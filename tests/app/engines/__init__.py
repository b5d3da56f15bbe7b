"""Tests of `tagmatrix.app.engines`."""
