"""Models that are no networks, to measure those against: the mean face, and a random forest on the pixels."""
