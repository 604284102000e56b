"""Filling in keypoints that nobody marked. One method a file, all of them behind `registry`."""
