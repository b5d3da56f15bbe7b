"""Plans: what is built, where, in which order."""
