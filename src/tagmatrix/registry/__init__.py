"""Registries of images, by the OCI distribution protocol: what is there, and what is pushed.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md
"""
