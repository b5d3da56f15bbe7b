"""Releases times variants are images: the tags of each, their architectures, the laws that hold."""
