"""The image's page, library/README.md."""
