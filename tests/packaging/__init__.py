"""Tests of what is installed: the wheel and the source archive."""
