"""The label store: value, origin and state of every keypoint of every face, with history and undo."""
