"""From upstream's answers to changes of versions.yaml."""
