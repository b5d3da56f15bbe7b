"""Explain tags: what a tag names and why, or why it does not exist."""
