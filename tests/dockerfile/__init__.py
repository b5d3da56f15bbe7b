"""Tests of the reader of Dockerfiles."""
