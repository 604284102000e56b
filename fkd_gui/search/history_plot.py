"""The errors of the trials in their order, and the best so far as a step line. Imports pyqtgraph."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.search.record import RUNNING, Trial
from fkd_gui.panels.axes import DecadeAxis, EpochAxis, dress_axis, small_font
from fkd_gui.search.exports import error_of
from fkd_gui.search.plot_dress import incomplete, pen
from fkd_gui.theme import current


class HistoryPlot(QWidget):
    """Discs are trials that were trained to their end, rings those that train, crosses those given up."""

    chosen = Signal(int)
    """number of a trial"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trials: list[Trial] = []
        self.selected: int | None = None
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.setContentsMargins(0, 4, 8, 0)
        left = DecadeAxis("left")
        axes = {"left": left, "bottom": EpochAxis("bottom")}
        self.plot = self._view.addPlot(axisItems=axes, enableMenu=False)
        self.plot.setLabel("left", "RMSE, pixels")
        self.plot.setLabel("bottom", "trial")
        left.setWidth(58)
        left.enableAutoSIPrefix(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.showGrid(x=False, y=True, alpha=0.12)
        self.best_line = pg.PlotDataItem()
        self.dots = pg.ScatterPlotItem(size=9, pxMode=True)
        self.ring = pg.ScatterPlotItem(size=16, pxMode=True)
        for item in (self.best_line, self.dots, self.ring):
            self.plot.addItem(item)
        self.dots.sigClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setMinimumHeight(140)
        self._dress()

    def show_trials(self, trials: Sequence[Trial]) -> None:
        """Draw these trials."""
        self.trials = [trial for trial in trials if error_of(trial) is not None]
        self._draw()

    def select(self, number: int | None) -> None:
        """Ring a trial."""
        self.selected = number
        self._draw_ring()

    def best_so_far(self) -> list[tuple[int, float]]:
        """For each trial, from 1, the lowest error up to it among those trained to their end."""
        best, found = math.inf, []
        for trial in self.trials:
            error = error_of(trial)
            if trial.counts and error is not None:
                best = min(best, error)
            if best < math.inf:
                found.append((trial.number + 1, best))
        return found

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        theme = current()
        self._view.setBackground(theme.surface)
        font = small_font(self)
        for side in ("left", "bottom"):
            dress_axis(self.plot.getAxis(side), theme, font)
        self._draw()

    def _draw(self) -> None:
        theme = current()
        # The same objects for all spots of a kind: pyqtgraph then draws each kind once.
        kinds = {
            "over": {"symbol": "o", "brush": pg.mkBrush(theme.series[0]), "pen": pg.mkPen(theme.surface)},
            "goes on": {"symbol": "o", "brush": pg.mkBrush(theme.surface), "pen": pg.mkPen(theme.series[0])},
            "given up": {"symbol": "x", "brush": pg.mkBrush(theme.muted), "pen": pg.mkPen(theme.muted)},
        }
        spots = []
        for trial in self.trials:
            kind = "given up" if incomplete(trial) else "goes on" if trial.status == RUNNING else "over"
            at = (trial.number + 1, math.log10(error_of(trial) or 1))
            spots.append({"pos": at, "data": trial.number, **kinds[kind]})
        self.dots.setData(spots)
        steps = self.best_so_far()
        if steps:
            xs = [x for step, _ in steps for x in (step - 0.5, step + 0.5)]
            ys = [math.log10(best) for _, best in steps for _ in range(2)]
            self.best_line.setData(xs, ys)
        else:
            self.best_line.setData([], [])
        self.best_line.setPen(pen(self, theme.series[1], 2.2))
        errors = [math.log10(error_of(trial) or 1) for trial in self.trials]
        last = max((trial.number + 1 for trial in self.trials), default=1)
        self.plot.setXRange(0.4, max(last, 4) + 0.6, padding=0)
        if errors:
            low, high = min(errors), max(errors)
            room = 0.08 * max(high - low, 0.05)
            self.plot.setYRange(low - room, high + room, padding=0)
        self._draw_ring()
        best = steps[-1][1] if steps else None
        self.setAccessibleName(
            f"History: {len(self.trials)} trials" + ("" if best is None else f", best {best:.2f} px")
        )

    def _draw_ring(self) -> None:
        theme = current()
        there = [trial for trial in self.trials if trial.number == self.selected]
        self.ring.setData(
            [(trial.number + 1) for trial in there], [math.log10(error_of(trial) or 1) for trial in there]
        )
        self.ring.setBrush(None)
        self.ring.setPen(pg.mkPen(theme.text, width=2))

    def _clicked(self, _: object, spots: Sequence[object], *__: object) -> None:
        if len(spots):
            self.chosen.emit(int(spots[0].data()))  # type: ignore[attr-defined]
