"""Change versions.yaml: what is new upstream (`decide`, `apply`), and single steps (`steps`)."""
