"""Keypoints of new faces from trained networks."""
