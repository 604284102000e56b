"""Facial keypoint detection without a window: everything the app can do, from Python and the shell."""

__version__ = "0.1.0"
