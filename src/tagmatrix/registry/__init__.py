"""The registry: what is there, what should be there, and how it gets there."""
