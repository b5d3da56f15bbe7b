"""Tests of `tagmatrix.app.decide`."""
