"""Where the cells of the grid are. All are equal, so any number of faces costs nothing."""

from __future__ import annotations

import attrs


@attrs.frozen
class Layout:
    """Cells in rows from the upper left, spread over the width.

    Attributes:
        count: how many cells.
        width: of the place for them.
        cell: width and height of a cell.
        margin: around all of them.
    """

    count: int
    width: int
    cell: tuple[int, int]
    margin: int = 4

    @property
    def columns(self) -> int:
        """How many fit side by side."""
        return max(1, (self.width - 2 * self.margin) // self.cell[0])

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return -(-self.count // self.columns)

    @property
    def height(self) -> int:
        """Of all rows."""
        return self.rows * self.cell[1] + 2 * self.margin

    @property
    def left(self) -> int:
        """Where the first column begins: what is left of the width lies on both sides."""
        return (self.width - self.columns * self.cell[0]) // 2

    def place(self, index: int) -> tuple[int, int]:
        """Left and top of a cell."""
        row, column = divmod(index, self.columns)
        return self.left + column * self.cell[0], self.margin + row * self.cell[1]

    def at(self, x: int, y: int) -> int | None:
        """The cell at a place."""
        column, row = (x - self.left) // self.cell[0], (y - self.margin) // self.cell[1]
        index = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and index < self.count
        return index if inside else None

    def between(self, top: int, bottom: int) -> range:
        """The cells of all rows that show in a strip."""
        first = max(0, (top - self.margin) // self.cell[1])
        last = max(0, -(-(bottom - self.margin) // self.cell[1]))
        return range(min(first * self.columns, self.count), min(last * self.columns, self.count))
