"""The build plan: what to build, where and in which order, for the engines that people have."""
