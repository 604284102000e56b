"""A plot as plain values: what is drawn, and its numbers as a table. No widgets."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
LINE, DOTS, BARS = "line", "dots", "bars"


@attrs.frozen(eq=False)
class Drawn:
    """One line, cloud of dots or set of bars.

    Attributes:
        name: in the legend; empty for none.
        x, y: `(P,)`; NaN interrupts a line. Bars lie along x, at the heights y.
        colour: place among the theme's series, or the name of one of its colours, as `muted`.
        kind: `line`, `dots` or `bars`.
        dashed: of a line.
        strong: of a line, drawn thicker.
        symbol: of dots, a number; which tells them apart where colours do not.
    """

    name: str
    x: Values
    y: Values
    colour: int | str = 0
    kind: str = LINE
    dashed: bool = False
    strong: bool = False
    symbol: int = 0


@attrs.frozen(eq=False)
class Plot:
    """One picture with its numbers.

    Attributes:
        key: for the name of its file.
        title: in a few words.
        finding: what it says, in a sentence or two.
        x_title, y_title: what the axes show; empty for nothing.
        drawn: what is drawn, the first one lowest.
        header, rows: its numbers as a table; None stands for what is unknown.
        x_span, y_span: ends of the axes; from what is drawn if None.
        log: whether equal ratios are equally far apart along y.
        x_names, y_names: in place of numbers at 0, 1, 2, …; numbers where there are none.
        marks: `(x, y, text)` of words beside upright axes.
    """

    key: str
    title: str
    finding: str
    x_title: str
    y_title: str
    drawn: tuple[Drawn, ...]
    header: tuple[str, ...]
    rows: Sequence[Sequence[Any]]
    x_span: tuple[float, float] | None = None
    y_span: tuple[float, float] | None = None
    log: bool = False
    x_names: tuple[str, ...] = ()
    y_names: tuple[str, ...] = ()
    marks: tuple[tuple[float, float, str], ...] = ()

    def csv(self) -> str:
        """Its numbers; empty cells where nothing is known."""
        out = io.StringIO()
        table = csv.writer(out, lineterminator="\n")
        table.writerow(self.header)
        for row in self.rows:
            table.writerow(["" if cell is None or cell != cell else cell for cell in row])
        return out.getvalue()


def by_first(names: Sequence[str], columns: Sequence[tuple[Values, Values]]) -> list[list[Any]]:
    """Lines `(x, y)` as the rows of one table: each x of any, then the y of each, NaN where it has none."""
    every = np.unique(np.concatenate([x for x, _ in columns])) if columns else np.empty(0)
    cells = [np.full(len(every), np.nan) for _ in names]
    for cell, (x, y) in zip(cells, columns, strict=True):
        cell[np.searchsorted(every, x)] = y
    whole = bool(np.all(every == np.round(every)))
    firsts: list[Any] = every.astype(np.int64).tolist() if whole else every.tolist()
    rest = zip(*(cell.tolist() for cell in cells), strict=True) if cells else ()
    return [[first, *row] for first, row in zip(firsts, rest, strict=True)]
