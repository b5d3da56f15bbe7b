"""Check the Dockerfiles with other tools, and build real images."""
