"""Runs side by side: learning curves, cumulative errors, errors by keypoint, and face by face.

Imports pyqtgraph, which takes a few tenths of a second: the place imports this module when it is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fkd_core.comparison.table import RunComparison
from fkd_gui.compare.desk import Compared
from fkd_gui.compare.exports import TITLES
from fkd_gui.panels.axes import EpochAxis, dress_axis, small_font, thin_out
from fkd_gui.panels.series import Values, smoothed, window_of
from fkd_gui.plotting.save import offer
from fkd_gui.theme import current

_SYMBOLS = ("o", "s", "t", "d", "star", "p")
_DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)
_LOOKS = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange)
_NEAR = 14.0
"""pixels on the screen from which a click means a face"""


class ComparePlots(QWidget):
    """Four plots of one comparison; each run keeps its colour and its symbol in all of them."""

    face_chosen = Signal(int)
    """training row"""
    which_changed = Signal(int)
    save_wanted = Signal(str, str)
    """key of a plot in `compare.exports`, and the ending of the file"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Compared | None = None
        self._which = 1
        self._made = False
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scatter = pg.ScatterPlotItem(size=7, pxMode=True, hoverable=True)
        self._line = pg.PlotDataItem()
        self.setAccessibleName("Comparison of runs")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        self.setMinimumHeight(420)

    def pieces(self) -> Iterator[None]:
        """Make the plots, one at a time: all together would keep the window waiting. Then draw."""
        self.curves = self._plot(0, 0, "epoch", "validation RMSE, pixels", bottom=EpochAxis("bottom"))
        yield
        self.cumulative = self._plot(
            0, 1, "mean error of a face over its inter-ocular distance", "share of faces"
        )
        yield
        self.keypoints = self._plot(1, 0, "RMSE, pixels", "")
        yield
        self.faces = self._plot(1, 1, "", "")
        self._made = True
        self._dress()
        offer(self._view, self._plot_at, self.save_wanted.emit)
        yield

    def show_comparison(self, compared: Compared, which: int = 1) -> None:
        """Draw a comparison; face by face, that of run `which` with the first."""
        self._shown, self._which = compared, which
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Colours follow the theme."""
        super().changeEvent(event)
        if event.type() in _LOOKS and self._made:
            self._dress()
            self._draw()

    def _plot(
        self, row: int, column: int, below: str, left: str, *, bottom: pg.AxisItem | None = None
    ) -> pg.PlotItem:
        axes = {} if bottom is None else {"bottom": bottom}
        plot = self._view.addPlot(row=row, col=column, axisItems=axes, enableMenu=False)
        plot.setLabel("bottom", below)
        plot.setLabel("left", left)
        plot.hideButtons()
        plot.setMouseEnabled(x=False, y=False)
        plot.showGrid(x=True, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            plot.getAxis(side).enableAutoSIPrefix(False)
        return plot

    def _plot_at(self, place: QPoint) -> tuple[str, str] | None:
        where = self._view.mapToScene(place)
        plots = (self.curves, self.cumulative, self.keypoints, self.faces)
        found = (
            each for each, plot in zip(TITLES, plots, strict=True) if plot.sceneBoundingRect().contains(where)
        )
        return next(found, None)

    def _dress(self) -> None:
        theme = current()
        self._view.setBackground(theme.surface)
        font = small_font(self)
        for plot in (self.curves, self.cumulative, self.keypoints, self.faces):
            for side in ("left", "bottom"):
                dress_axis(plot.getAxis(side), theme, font)

    def _pen(self, which: int) -> Any:
        series = current().series
        dash = _DASHES[which // len(series) % len(_DASHES)]
        pen = pg.mkPen(series[which % len(series)], width=2 * self.devicePixelRatioF(), style=dash)
        pen.setCosmetic(True)
        return pen

    def _draw(self) -> None:
        if self._shown is None:
            return
        found = self._shown.found
        for plot in (self.curves, self.cumulative, self.keypoints, self.faces):
            plot.clear()
        self._draw_curves(self._shown)
        self._draw_cumulative(found)
        self._draw_keypoints(found)
        self._draw_faces(found)

    def _draw_curves(self, compared: Compared) -> None:
        lines = learning_curves(compared)
        for which, ((x, y), series) in enumerate(zip(lines, compared.epochs, strict=True)):
            if not len(x):
                continue
            # Folds are networks of their own.
            joined = series.joined("val_rmse") if window_of(series) == 1 else "all"
            alone = {"symbol": _SYMBOLS[which % len(_SYMBOLS)], "symbolBrush": self._pen(which).color()}
            alone = alone if len(x) == 1 else {}
            line = pg.PlotDataItem(x, y, pen=self._pen(which), connect=joined, antialias=True, **alone)
            self.curves.addItem(line)
            thin_out(line, "subsample" if window_of(series) > 1 else "peak")
        widest = max((window_of(series) for series in compared.epochs), default=1)
        # The mean is taken in one pass: its only point is no curve that would need a word.
        units = " or ".join(sorted({series.unit for series in compared.epochs} - {"pass"})) or "epoch"
        self.curves.setLabel("bottom", f"{units} (means of {widest})" if widest > 1 else units)
        drawn = [y for _, y in lines if len(y)]
        if drawn:
            low, high = min(y.min() for y in drawn), max(float(np.quantile(y, 0.8)) for y in drawn)
            self.curves.setYRange(0.95 * low, 1.05 * max(high, 1.2 * low))
            self.curves.setXRange(0, max(float(x[-1]) for x, _ in lines if len(x)), padding=0.02)

    def _draw_cumulative(self, found: RunComparison) -> None:
        for which, curve in enumerate(found.curves):
            self.cumulative.addItem(
                pg.PlotDataItem(curve.limits, curve.shares, pen=self._pen(which), antialias=True)
            )
        self.cumulative.setYRange(0, 1)

    def _draw_keypoints(self, found: RunComparison) -> None:
        known = np.flatnonzero(np.isfinite(found.per_keypoint).all(axis=0))
        heights = np.arange(len(known))[::-1]
        for which in range(len(found.runs)):
            self.keypoints.addItem(
                pg.ScatterPlotItem(
                    found.per_keypoint[which, known],
                    heights,
                    size=10,
                    symbol=_SYMBOLS[which % len(_SYMBOLS)],
                    brush=self._pen(which).color(),
                    pen=pg.mkPen(current().surface, width=1),
                )
            )
        names = [found.keypoints[k].replace("_", " ") for k in known]
        self.keypoints.getAxis("left").setTicks([list(zip(heights.tolist(), names, strict=True))])
        self.keypoints.setYRange(-0.6, len(known) - 0.4, padding=0)
        self.keypoints.setXRange(0, 1.08 * float(np.max(found.per_keypoint[:, known])), padding=0)

    def _draw_faces(self, found: RunComparison) -> None:
        errors = found.face_errors
        first, other = errors[0], errors[self._which]
        self.faces.setLabel("bottom", f"error of a face by {found.runs[0]}, pixels")
        self.faces.setLabel("left", f"by {found.runs[self._which]}")
        # Decades would hide what differs; a few broken faces would squeeze all others.
        end = float(np.nanquantile(np.concatenate([first, other]), 0.99)) * 1.15
        theme = current()
        self._line = pg.PlotDataItem([0, end], [0, end], pen=pg.mkPen(theme.muted, width=1))
        brush = self._pen(self._which).color()
        brush.setAlpha(150)
        self._scatter = pg.ScatterPlotItem(
            np.minimum(first, end), np.minimum(other, end), size=7, brush=brush, pen=None
        )
        self.faces.addItem(self._line)
        self.faces.addItem(self._scatter)
        self.faces.setXRange(0, end, padding=0.01)
        self.faces.setYRange(0, end, padding=0.01)

    def _clicked(self, event: Any) -> None:
        if self._shown is None or not self.faces.sceneBoundingRect().contains(event.scenePos()):
            return
        found = self._shown.found
        errors = found.face_errors
        box = self.faces.getViewBox()
        end = float(self._line.getData()[0][-1])
        # The view scales both axes alone, so that two corners place all points.
        low, high = (np.array(_xy(box.mapViewToScene(QPointF(at, at)))) for at in (0.0, end))
        spots = np.minimum(np.stack([errors[0], errors[self._which]], axis=1), end)
        gaps = np.hypot(*(low + spots / end * (high - low) - _xy(event.scenePos())).T)
        nearest = int(np.argmin(gaps))
        if gaps[nearest] <= _NEAR:
            self.face_chosen.emit(int(found.rows[nearest]))


def learning_curves(compared: Compared) -> list[tuple[Values, Values]]:
    """Epochs and validation errors of each run as they are drawn; empty where it has none."""
    return [smoothed(*series.known("val_rmse"), window_of(series)) for series in compared.epochs]


def _xy(point: QPointF) -> tuple[float, float]:
    return point.x(), point.y()
