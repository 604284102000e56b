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
        angle: by how many degrees the face is turned clockwise about that corner.
    """

    scale: float
    left: float
    top: float
    angle: float = 0.0

    def to_widget(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Places in the widget of `(…, 2)` points; NaN stays NaN."""
        places = (np.asarray(points, np.float64) + 0.5) * self.scale
        if self.angle:
            across, along = _axes(self.angle)
            places = places[..., :1] * across + places[..., 1:] * along
        return places + (self.left, self.top)

    def to_frame(self, x: float, y: float) -> tuple[float, float]:
        """The coordinate under a place of the widget."""
        x, y = self.way_in_frame(x - self.left, y - self.top)
        return x - 0.5, y - 0.5

    def way_in_frame(self, dx: float, dy: float) -> tuple[float, float]:
        """How far on the face a way of so many widget pixels leads."""
        dx, dy = self.steps_in_frame(dx, dy)
        return dx / self.scale, dy / self.scale

    def steps_in_frame(self, dx: float, dy: float) -> tuple[float, float]:
        """Steps to the right and down on the screen as steps along the face's own axes."""
        if not self.angle:
            return dx, dy
        across, along = _axes(self.angle)
        return float(dx * across[0] + dy * across[1]), float(dx * along[0] + dy * along[1])

    def panned(self, dx: float, dy: float) -> View:
        """Moved by widget pixels."""
        return attrs.evolve(self, left=self.left + dx, top=self.top + dy)

    def zoomed(self, factor: float, x: float, y: float, smallest: float) -> View:
        """Magnified so that what is under a place of the widget stays there."""
        scale = min(max(self.scale * factor, smallest), max(LARGEST, smallest))
        factor = scale / self.scale
        return attrs.evolve(
            self, scale=scale, left=x - (x - self.left) * factor, top=y - (y - self.top) * factor
        )

    def kept_near(self, frame: tuple[int, int], width: float, height: float) -> View:
        """Moved as little as needed, so that the widget's centre shows some part of the face."""
        rows, columns = frame
        x, y = self.to_frame(width / 2, height / 2)
        kept = min(max(x, -0.5), columns - 0.5), min(max(y, -0.5), rows - 0.5)
        if kept == (x, y):
            return self
        (left, top), (kept_left, kept_top) = self.to_widget(np.array([(x, y), kept]))
        return self.panned(float(left - kept_left), float(top - kept_top))


def fit(
    frame: tuple[int, int],
    width: float,
    height: float,
    ratio: float = 1.0,
    *,
    margin: float = 8.0,
    below: float = 0.0,
    angle: float = 0.0,
) -> View:
    """The largest view of the whole face in which all its pixels are equally large on the screen.

    Args:
        frame: height and width of the face in pixels.
        width, height: of the widget.
        ratio: screen pixels for one widget pixel.
        margin: kept free on all sides.
        below: kept free below besides.
        angle: by how many degrees the face is turned clockwise.
    """
    rows, columns = frame
    corners = View(1, 0, 0, angle).to_widget(
        np.array([(0, 0), (columns, 0), (0, rows), (columns, rows)]) - 0.5
    )
    low = corners.min(axis=0)
    columns, rows = (corners.max(axis=0) - low).round(6).tolist()
    room = max(min((width - 2 * margin) / columns, (height - 2 * margin - below) / rows), 0.1)
    on_screen = room * ratio
    scale = math.floor(on_screen) / ratio if on_screen >= 1 else room
    left = (width - columns * scale) / 2 - float(low[0]) * scale
    top = (height - below - rows * scale) / 2 - float(low[1]) * scale
    return View(scale, round(left * ratio) / ratio, round(top * ratio) / ratio, angle)


def _axes(angle: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the face's x and y point on the screen, each `(2,)` of length 1."""
    turn = math.radians(angle)
    # Quarter turns exactly, so that pixels stay squares on whole pixels of the screen.
    x, y = round(math.cos(turn), 12), round(math.sin(turn), 12)
    return np.array([x, y]), np.array([-y, x])


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
