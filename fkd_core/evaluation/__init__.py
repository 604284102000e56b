"""How far predictions lie from the truth: plain figures, per keypoint, with intervals."""
