"""From facts to decisions: each module makes one, and gives its reason and its place."""
