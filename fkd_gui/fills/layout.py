"""Where the pictures stand beside each other, as pure functions."""

from __future__ import annotations

import attrs

CAPTION = 26.0
"""height of what stands above each picture"""


@attrs.frozen
class Cell:
    """One picture without its caption: left, top, width and height in the widget."""

    left: float
    top: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a place of the widget is in it or in its caption."""
        inside = self.left <= x < self.left + self.width
        return inside and self.top - CAPTION <= y < self.top + self.height


def cells(count: int, width: float, height: float, gap: float = 8.0) -> list[Cell]:
    """Room for so many pictures, equally large, in as many columns as make them largest.

    Args:
        count: how many pictures.
        width, height: of the room that they share.
        gap: around and between them.
    """
    if count < 1:
        return []
    options = [(_side(count, columns, width, height, gap), -columns) for columns in range(1, count + 1)]
    columns = -max(options)[1]
    rows = -(-count // columns)
    wide = max((width - gap) / columns - gap, 1.0)
    high = max((height - gap) / rows - gap - CAPTION, 1.0)
    return [
        Cell(
            gap + (number % columns) * (wide + gap),
            gap + (number // columns) * (high + gap + CAPTION) + CAPTION,
            wide,
            high,
        )
        for number in range(count)
    ]


def _side(count: int, columns: int, width: float, height: float, gap: float) -> float:
    """Side of the square that fits into a cell."""
    rows = -(-count // columns)
    return min((width - gap) / columns - gap, (height - gap) / rows - gap - CAPTION)
