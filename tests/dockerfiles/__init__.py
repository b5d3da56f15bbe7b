"""What has to hold for every rendered Dockerfile, decided from its text alone."""
