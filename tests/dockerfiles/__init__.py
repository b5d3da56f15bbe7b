"""Rules for every rendered Dockerfile; they need only its text."""
