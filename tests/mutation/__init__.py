"""Mutation testing with mutmut, and the list of the mutants that survive."""
