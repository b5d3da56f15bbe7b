"""Tests of the explanations of tags."""
