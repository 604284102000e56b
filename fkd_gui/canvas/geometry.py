"""From the face's frame to the widget and back.

One convention holds everywhere: coordinate (0, 0) is the centre of the top-left pixel, so pixel (i, j)
covers i - 0.5 to i + 0.5 by j - 0.5 to j + 0.5, and a face 96 pixels wide is shown from -0.5 to 95.5.
Labels may lie anywhere from 0 to the frame's width and height, both included.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

LARGEST = 96.0
"""widget pixels for one pixel of a face, at most"""


@attrs.frozen
class View:
    """Where a face is shown.

    Attributes:
        scale: widget pixels for one pixel of the face.
        left, top: the widget's place for the outer corner of the top-left pixel.
    """

    scale: float
    left: float
    top: float

    def to_widget(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Places in the widget of `(…, 2)` points; NaN stays NaN."""
        return (np.asarray(points, np.float64) + 0.5) * self.scale + (self.left, self.top)

    def to_frame(self, x: float, y: float) -> tuple[float, float]:
        """The coordinate under a place of the widget."""
        return (x - self.left) / self.scale - 0.5, (y - self.top) / self.scale - 0.5

    def panned(self, dx: float, dy: float) -> View:
        """Moved by widget pixels."""
        return attrs.evolve(self, left=self.left + dx, top=self.top + dy)

    def zoomed(self, factor: float, x: float, y: float, smallest: float) -> View:
        """Magnified so that what is under a place of the widget stays there."""
        scale = min(max(self.scale * factor, smallest), max(LARGEST, smallest))
        factor = scale / self.scale
        return View(scale, x - (x - self.left) * factor, y - (y - self.top) * factor)

    def kept_near(self, frame: tuple[int, int], width: float, height: float) -> View:
        """Moved as little as needed, so that the widget's centre shows some part of the face."""
        rows, columns = frame
        left = min(max(self.left, width / 2 - columns * self.scale), width / 2)
        top = min(max(self.top, height / 2 - rows * self.scale), height / 2)
        return attrs.evolve(self, left=left, top=top)


def fit(
    frame: tuple[int, int],
    width: float,
    height: float,
    ratio: float = 1.0,
    *,
    margin: float = 8.0,
    below: float = 0.0,
) -> View:
    """The largest view of the whole face in which all its pixels are equally large on the screen.

    Args:
        frame: height and width of the face in pixels.
        width, height: of the widget.
        ratio: screen pixels for one widget pixel.
        margin: kept free on all sides.
        below: kept free below besides.
    """
    rows, columns = frame
    room = max(min((width - 2 * margin) / columns, (height - 2 * margin - below) / rows), 0.1)
    on_screen = room * ratio
    scale = math.floor(on_screen) / ratio if on_screen >= 1 else room
    left = (width - columns * scale) / 2
    top = (height - below - rows * scale) / 2
    return View(scale, round(left * ratio) / ratio, round(top * ratio) / ratio)


def clamped_shift(
    points: NDArray[Any], shift: tuple[float, float], frame: tuple[int, int]
) -> tuple[NDArray[np.float32], bool]:
    """Move points together, but not out of the frame.

    Args:
        points: `(n, 2)` pixels.
        shift: by how much, x then y.
        frame: height and width of the face.

    Returns:
        `(n, 2)` moved points and whether the frame held them back.
    """
    limits = np.array([frame[1], frame[0]], np.float64)
    points = np.asarray(points, np.float64)
    wanted = points + shift
    lowest = np.minimum(-points.min(axis=0), 0)
    highest = np.maximum((limits - points).min(axis=0), 0)
    moved = np.clip(points + np.clip(shift, lowest, highest), 0, limits)
    return moved.astype(np.float32), bool(np.abs(moved - wanted).max() > 1e-6)
