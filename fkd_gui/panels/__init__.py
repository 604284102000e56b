"""Panels beside the face: what can be read and done there."""
