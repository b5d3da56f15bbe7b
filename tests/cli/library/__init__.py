"""Tests of tagmatrix library."""
