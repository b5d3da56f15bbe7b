"""The matrix of releases and variants: images with their tags and architectures, and its laws."""
