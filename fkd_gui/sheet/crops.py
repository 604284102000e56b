"""Where the pixels of a face are in a cell of the sheet. Pure functions, on the canvas's own geometry."""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from fkd_gui.browser.grid import CellSize
from fkd_gui.canvas.geometry import View

CROPS = (24, 32, 48)
"""pixels of a face that a cell shows across, to choose from"""

_SIDES = {CellSize.SMALL: 80, CellSize.MEDIUM: 112, CellSize.LARGE: 168}
_GAP = 4
_CAPTION = 16


@attrs.frozen
class CropSize:
    """How large the crops are on the screen, and how much of the face they show.

    Attributes:
        size: small, medium or large cells.
        pixels: of the face across a cell, at least.
    """

    size: CellSize = CellSize.MEDIUM
    pixels: int = 32

    @property
    def picture(self) -> int:
        """Side of a crop in widget pixels."""
        return _SIDES[self.size]

    @property
    def cell(self) -> tuple[int, int]:
        """Width and height of a cell, its caption included."""
        side = self.picture + 2 * _GAP
        return side, side + _CAPTION

    def scale(self, ratio: float) -> float:
        """Widget pixels for one pixel of the face: whole pixels of the screen, so that all are equally large.

        Where they would be hardly larger than those of the screen, the crop shows no more than was asked for.

        Args:
            ratio: screen pixels for one widget pixel.
        """
        on_screen = self.picture * ratio / self.pixels
        return (math.floor(on_screen) if on_screen >= 2 else on_screen) / ratio

    def views(self, centres: NDArray[Any], corners: NDArray[Any], ratio: float) -> list[View]:
        """The views of n faces in which a point of each is in the middle of a crop.

        Args:
            centres: `(n, 2)` the points.
            corners: `(n, 2)` left and top of the crops in the widget.
            ratio: screen pixels for one widget pixel.
        """
        scale = self.scale(ratio)
        places = np.asarray(corners) + self.picture / 2 - (np.asarray(centres, np.float64) + 0.5) * scale
        return [View(scale, left, top) for left, top in (np.round(places * ratio) / ratio).tolist()]

    def shows(self, centre: NDArray[Any], point: NDArray[Any]) -> bool:
        """Whether a point is well within the crop around another one."""
        return bool((np.abs(np.asarray(point) - centre) < self.pixels / 2 - 1).all())


def enlarged(
    pixels: NDArray[np.uint8], view: View, corner: tuple[float, float], side: float, ratio: float, beyond: int
) -> NDArray[np.uint8]:
    """The pixels of a crop as the screen shows them, each of the face a square: uint8 `(n, n)`.

    Made here because the painter takes ten times as long to enlarge grey images.

    Args:
        pixels: `(H, W)` of the face.
        view: of the face.
        corner: left and top of the crop in the widget.
        side: of the crop in the widget.
        ratio: screen pixels for one widget pixel.
        beyond: grey of what lies outside the face.
    """
    steps = (np.arange(round(side * ratio)) + 0.5) / ratio
    height, width = pixels.shape
    columns = np.floor((corner[0] - view.left + steps) / view.scale).astype(np.intp)
    rows = np.floor((corner[1] - view.top + steps) / view.scale).astype(np.intp)
    shown = pixels.take(rows, axis=0, mode="clip").take(columns, axis=1, mode="clip")
    for axis, places, end in ((0, rows, height), (1, columns, width)):
        if places[0] < 0 or places[-1] >= end:
            outside = (places < 0) | (places >= end)
            shown[outside if axis == 0 else (slice(None), outside)] = beyond
    return shown
