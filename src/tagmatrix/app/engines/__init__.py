"""Builders of images: which is there, which of its commands run, and the context that they get."""
