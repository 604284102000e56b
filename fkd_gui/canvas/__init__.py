"""The face, as large as fits, with its keypoints to be put right."""

from fkd_gui.canvas.scene import CanvasOptions
from fkd_gui.canvas.view import FaceCanvas

__all__ = ["CanvasOptions", "FaceCanvas"]
