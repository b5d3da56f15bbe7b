"""Read YAML so that each key and value has its place in the text."""
