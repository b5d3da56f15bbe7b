"""Readers of an application's files: one module for each kind of file.

They read texts and never run them. A reader returns facts, each with its place.
"""
