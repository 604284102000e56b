"""Parallel coordinates: a line for each trial through its settings to its error. Imports pyqtgraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.search.record import Trial, best_of
from fkd_core.search.space import Space
from fkd_gui.panels.axes import small_font
from fkd_gui.search.parallel import Lines, lines, nearest
from fkd_gui.search.plot_dress import incomplete, pen
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
        # Few items, whatever the number of trials: each has its own cost at every drawing.
        self._given_up, self._others, self._best, self._chosen = (pg.PlotCurveItem() for _ in range(4))
        for level, item in enumerate((self._given_up, self._others, self._best, self._chosen)):
            item.setZValue(level)
            self.plot.addItem(item, ignoreBounds=True)
        self._frame: list[Any] = []
        self._framed: object = None
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
        if number != self.selected:
            self.selected = number
            self._draw_chosen()

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
            self._framed = None
            self._draw()

    def _clicked(self, event: Any) -> None:
        found = self.trial_at(event.scenePos())
        if found is not None:
            event.accept()
            self.chosen.emit(found)

    def _draw(self) -> None:
        theme = current()
        self._view.setBackground(theme.surface)
        if self.drawn is None:
            return
        known = {trial.number: trial for trial in self._trials}
        best = best_of(self._trials)
        half = np.array([incomplete(known[number]) for number in self.drawn.numbers], bool)
        first = np.array([best is not None and n == best.number for n in self.drawn.numbers], bool)
        self._put(self._given_up, half, pen(self, theme.muted, 1.3, alpha=110, dashed=True))
        self._put(self._others, ~half & ~first, pen(self, theme.series[0], 1.3, alpha=130))
        self._put(self._best, first, pen(self, theme.series[1], 2.6))
        self._draw_chosen()
        self._draw_frame()
        self.setAccessibleName(f"Parallel coordinates of {len(self.drawn.numbers)} trials")

    def _draw_chosen(self) -> None:
        if self.drawn is None:
            return
        theme = current()
        chosen = np.array([number == self.selected for number in self.drawn.numbers], bool)
        best = best_of(self._trials)
        colour = theme.series[1] if best is not None and best.number == self.selected else theme.text
        self._put(self._chosen, chosen, pen(self, colour, 3.6))

    def _put(self, item: Any, which: NDArray[np.bool_], how: QPen) -> None:
        """Several lines as one curve that is not joined between them."""
        assert self.drawn is not None
        heights = self.drawn.heights[which]
        across = np.tile(np.arange(len(self.drawn.axes), dtype=float), len(heights))
        joined = np.ones(heights.shape, np.int32)
        joined[:, -1] = 0
        item.setData(across, heights.ravel(), pen=how, connect=joined.ravel(), antialias=True)

    def _draw_frame(self) -> None:
        assert self.drawn is not None
        if self._framed == (self.drawn.axes, self.devicePixelRatioF()):
            return
        self._framed = (self.drawn.axes, self.devicePixelRatioF())
        for item in self._frame:
            self.plot.removeItem(item)
        self._frame = []
        theme, font = current(), small_font(self)
        last = len(self.drawn.axes) - 1
        for place, axis in enumerate(self.drawn.axes):
            upright = pg.PlotCurveItem([place, place], [0, 1], pen=pen(self, theme.outline, 1))
            self._add(upright, -1)
            title = pg.TextItem(axis.title, color=theme.text, anchor=(_side(place, last), 1))
            title.setFont(font)
            title.setPos(place, 1.06)
            self._add(title, 20)
            for height, text in axis.ticks:
                # Beside the axis, on the side where the plot goes on.
                side = 1.0 if place == last else 0.0
                mark = pg.TextItem(text, color=theme.text, anchor=(side, 0.5), fill=_veil(theme.surface))
                mark.setFont(font)
                mark.setPos(place, height)
                self._add(mark, 15)
        self.plot.setXRange(-0.04, last + 0.04, padding=0)
        self.plot.setYRange(-0.06, 1.2, padding=0)

    def _add(self, item: Any, level: int) -> None:
        item.setZValue(level)
        self.plot.addItem(item, ignoreBounds=True)
        self._frame.append(item)


def _side(place: int, last: int) -> float:
    """Titles at the ends stay inside."""
    return 0.0 if place == 0 else 1.0 if place == last else 0.5


def _veil(colour: str) -> Any:
    made = pg.mkColor(colour)
    made.setAlpha(120)
    return pg.mkBrush(made)
