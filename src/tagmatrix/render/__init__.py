"""Text from templates: Dockerfiles, and the image's page."""
