"""The Dockerfiles checked by real tools, and really built."""
