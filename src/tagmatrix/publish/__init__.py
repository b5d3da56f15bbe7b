"""From the matrix to files and commits."""
