"""Tests of `tagmatrix.upstream.python_org`."""
