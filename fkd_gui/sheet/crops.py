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

    def view(self, centre: NDArray[Any], corner: tuple[float, float], ratio: float) -> View:
        """The view of a face in which a point of it is in the middle of a crop.

        Args:
            centre: `(2,)` the point.
            corner: left and top of the crop in the widget.
            ratio: screen pixels for one widget pixel.
        """
        scale, middle = self.scale(ratio), self.picture / 2
        left, top = (at + middle - (float(c) + 0.5) * scale for at, c in zip(corner, centre, strict=True))
        return View(scale, round(left * ratio) / ratio, round(top * ratio) / ratio)

    def shows(self, centre: NDArray[Any], point: NDArray[Any]) -> bool:
        """Whether a point is well within the crop around another one."""
        return bool((np.abs(np.asarray(point) - centre) < self.pixels / 2 - 1).all())


def window(view: View, corner: tuple[float, float], side: float, frame: tuple[int, int]) -> tuple[int, ...]:
    """First and last column and row, the last ones excluded, of the pixels that a crop shows some of."""
    left, top = corner
    right, bottom = left + side, top + side
    height, width = frame
    found = (
        max(math.floor((left - view.left) / view.scale), 0),
        min(math.ceil((right - view.left) / view.scale), width),
        max(math.floor((top - view.top) / view.scale), 0),
        min(math.ceil((bottom - view.top) / view.scale), height),
    )
    return found if found[0] < found[1] and found[2] < found[3] else (0, 0, 0, 0)
