"""Render templates: Dockerfiles, and the image's page."""
