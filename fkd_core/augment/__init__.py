"""Changed copies of faces, keypoints moving with them; made in batches on demand."""
