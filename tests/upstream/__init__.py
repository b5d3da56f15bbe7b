"""Tests of tagmatrix.upstream."""
