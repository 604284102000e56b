"""Parallel coordinates: a line for each trial through its settings to its error. Imports pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.search.record import Trial, best_of
from fkd_core.search.space import Space
from fkd_gui.search.parallel import Lines, lines, nearest
from fkd_gui.search.plot_dress import incomplete, pen, small_font
from fkd_gui.theme import current

REACH = 12.0
"""pixels that a click may be off a line"""


class ParallelPlot(QWidget):
    """The best trial is thick and in its own colour, the chosen one thicker; dashed ones were given up."""

    chosen = Signal(int)
    """number of a trial"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawn: Lines | None = None
        self.selected: int | None = None
        self._space: Space | None = None
        self._trials: list[Trial] = []
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.setContentsMargins(0, 0, 0, 0)
        self.plot = self._view.addPlot(enableMenu=False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        for side in ("left", "bottom"):
            self.plot.hideAxis(side)
        self._items: list[Any] = []
        self._view.scene().sigMouseClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setMinimumHeight(180)
        self._draw()

    def show_trials(self, space: Space, trials: Sequence[Trial]) -> None:
        """Draw these trials."""
        self._space, self._trials = space, list(trials)
        self.drawn = lines(space, trials)
        self._draw()

    def select(self, number: int | None) -> None:
        """Draw a trial over the others."""
        self.selected = number
        self._draw()

    def trial_at(self, where: QPointF) -> int | None:
        """The trial whose line is near a point of the scene."""
        if self.drawn is None:
            return None
        box = self.plot.getViewBox()
        at = box.mapSceneToView(where)
        (_, _), (low, high) = box.viewRange()
        ratio = box.height() / max(high - low, 1e-9)
        return nearest(self.drawn, at.x(), at.y(), REACH, ratio=ratio)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _clicked(self, event: Any) -> None:
        found = self.trial_at(event.scenePos())
        if found is not None:
            event.accept()
            self.chosen.emit(found)

    def _draw(self) -> None:
        theme = current()
        self._view.setBackground(theme.surface)
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        if self.drawn is None:
            return
        known = {trial.number: trial for trial in self._trials}
        best = best_of(self._trials)
        across = np.arange(len(self.drawn.axes), dtype=float)
        for number, heights in zip(self.drawn.numbers, self.drawn.heights, strict=True):
            dashed = incomplete(known[number])
            is_best = best is not None and number == best.number
            colour, width, alpha, level = theme.series[0], 1.3, 130, 0
            if dashed:
                colour, alpha = theme.muted, 110
            if is_best:
                colour, width, alpha, level = theme.series[1], 2.6, 255, 5
            if number == self.selected:
                width, alpha, level = 3.6, 255, 10
                colour = colour if is_best else theme.text
            line = pg.PlotCurveItem(across, heights, antialias=True)
            line.setPen(pen(self, colour, width, alpha=alpha, dashed=dashed))
            line.setZValue(level)
            self._add(line)
        font = small_font(self)
        last = len(self.drawn.axes) - 1
        for place, axis in enumerate(self.drawn.axes):
            upright = pg.PlotCurveItem([place, place], [0, 1])
            upright.setPen(pen(self, theme.outline, 1))
            self._add(upright)
            title = pg.TextItem(axis.title, color=theme.text, anchor=(_side(place, last), 1))
            title.setFont(font)
            title.setPos(place, 1.06)
            title.setZValue(20)
            self._add(title)
            for height, text in axis.ticks:
                # Beside the axis, on the side where the plot goes on.
                mark = pg.TextItem(text, color=theme.text, anchor=(1.0 if place == last else 0.0, 0.5))
                mark.fill = pg.mkBrush(_veil(theme.surface))
                mark.setFont(font)
                mark.setPos(place, height)
                mark.setZValue(15)
                self._add(mark)
        self.plot.setXRange(-0.04, last + 0.04, padding=0)
        self.plot.setYRange(-0.06, 1.2, padding=0)
        self.setAccessibleName(f"Parallel coordinates of {len(self.drawn.numbers)} trials")

    def _add(self, item: Any) -> None:
        self.plot.addItem(item, ignoreBounds=True)
        self._items.append(item)


def _side(place: int, last: int) -> float:
    """Titles at the ends stay inside."""
    return 0.0 if place == 0 else 1.0 if place == last else 0.5


def _veil(colour: str) -> Any:
    made = pg.mkColor(colour)
    made.setAlpha(120)
    return made
