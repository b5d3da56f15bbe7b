"""What a tag is, why it is, and why there is no such tag."""
