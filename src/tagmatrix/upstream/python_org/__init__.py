"""python.org as a source of releases and checksums."""
