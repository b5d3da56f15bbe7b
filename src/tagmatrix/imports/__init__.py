"""A manifest becomes a versions.yaml that makes it, and Dockerfiles become its templates."""
