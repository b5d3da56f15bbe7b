"""Tests of this repository's workflows: static checks, and runs step by step."""
