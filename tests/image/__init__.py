"""What has to hold for a built image: `python -m pytest tests/image --image TAG`."""
