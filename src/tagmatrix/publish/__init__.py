"""Render the matrix, compare with the files on disk, write files and make commits."""
