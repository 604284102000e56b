"""Networks that map faces to keypoints, each in its own file, behind one registry."""
