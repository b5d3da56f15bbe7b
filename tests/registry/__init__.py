"""Tests of the registry, with a stand-in server."""
