"""The workflows of this repository: checked, and run step by step."""
