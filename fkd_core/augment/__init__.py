"""Changed copies of faces, image and keypoints by the same map."""
