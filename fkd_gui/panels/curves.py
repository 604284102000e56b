"""Loss and error of training and validation by epoch, with the best epoch marked and a crosshair.

Imports pyqtgraph, which takes a few tenths of a second: import this module only when curves are shown.
"""

from __future__ import annotations

import math
from typing import Any

import attrs
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fkd_core.models.registry import plural
from fkd_gui.panels.axes import DecadeAxis, EpochAxis, PixelAxis, dress_axis, small_font, thin_out
from fkd_gui.panels.curve_exports import TITLES
from fkd_gui.panels.curve_keys import TRAINING, VALIDATION, CurveKeys, curve_pen
from fkd_gui.panels.kit import button
from fkd_gui.panels.series import MANY, EpochSeries, Values, nice_end, smoothed, view_range, window_of
from fkd_gui.plotting.save import SaveButton, offer
from fkd_gui.theme import current

REDRAW_MS = 80
_AXIS_WIDTH = 52
_FEW = 60
"""validated epochs up to which each is dotted"""
_LOOKS = (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.DevicePixelRatioChange)


@attrs.define
class _Plot:
    """One of the two plots: which columns it draws and the items that draw them."""

    train: str
    validation: str
    log: bool
    plot: pg.PlotItem
    line_train: pg.PlotDataItem
    line_validation: pg.PlotDataItem
    pale_train: pg.PlotDataItem
    pale_validation: pg.PlotDataItem
    best: pg.ScatterPlotItem
    best_line: pg.InfiniteLine
    cross: pg.InfiniteLine

    @property
    def lines(self) -> tuple[tuple[str, pg.PlotDataItem, pg.PlotDataItem], ...]:
        """Column, its line and its pale line."""
        return (
            (self.train, self.line_train, self.pale_train),
            (self.validation, self.line_validation, self.pale_validation),
        )

    def scaled(self, values: Values) -> Values:
        """As drawn: the logarithm where the axis has decades."""
        return np.log10(np.maximum(values, 1e-12)) if self.log else values


class Curves(QWidget):
    """Two plots over one epoch axis.

    The wheel zooms, dragging pans, a double click or 'Whole run' shows all; with the keyboard, the arrow
    keys move the crosshair (Home, End: first, last epoch).
    """

    redrawn = Signal()
    save_wanted = Signal(str, str)
    """key of a plot in `curve_exports`, and the ending of the file"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.series = EpochSeries()
        self.planned: int | None = None
        self.cursor: float | None = None
        self._view = pg.GraphicsLayoutWidget()
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.ci.setContentsMargins(0, 0, 0, 0)
        self._view.ci.layout.setVerticalSpacing(4)
        self._plots = [
            self._make_plot(0, "Loss", "loss", "val_loss", DecadeAxis("left"), log=True),
            self._make_plot(1, "RMSE, pixels", "rmse", "val_rmse", PixelAxis("left"), log=False),
        ]
        self._plots[0].plot.setXLink(self._plots[1].plot)
        self._plots[0].plot.getAxis("bottom").setStyle(showValues=False)
        self._plots[1].plot.setLabel("bottom", "epoch")
        self.keys = CurveKeys()
        self.whole = button("Whole run", "Show the whole run", "Show the whole run (double click)")
        self.whole.setProperty("flat", True)
        self.save = SaveButton(TITLES)
        self.save.wanted.connect(self.save_wanted)
        self.whole.clicked.connect(self.show_all)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 4)
        head.addWidget(self.keys, 1)
        head.addWidget(self.whole)
        head.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._view, 1)
        policy = self.whole.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.whole.setSizePolicy(policy)
        self.whole.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(160)
        self.setAccessibleName("Training curves")
        self._timer = QTimer(self, interval=REDRAW_MS, singleShot=True)
        self._timer.timeout.connect(self.redraw)
        self._view.scene().sigMouseMoved.connect(self._hover)
        self._view.scene().sigMouseClicked.connect(self._clicked)
        for part in self._plots:
            part.plot.getViewBox().sigRangeChangedManually.connect(self._zoomed)
        offer(self._view, self._plot_at, self.save_wanted.emit)
        self._dress()

    def show_series(self, series: EpochSeries, planned: int | None = None) -> None:
        """Draw a series, now and after each `refresh`; `planned` is how many epochs it is going to have."""
        self.series, self.planned = series, planned
        self.cursor = None
        self.whole.hide()
        self.redraw()

    def refresh(self) -> None:
        """The series grew: draw it soon, however often this is called."""
        if not self._timer.isActive():
            self._timer.start()

    def redraw(self) -> None:
        """Draw the series now."""
        self._timer.stop()
        for part in self._plots:
            self._draw(part)
        if self.whole.isHidden():
            self._set_ranges()
        unit = self.series.unit
        label = f"{unit} (lines: mean of {self.window} {plural(unit)})" if self.window > 1 else unit
        self._plots[1].plot.getAxis("bottom").setLabel(label)
        self._tell()
        self.redrawn.emit()

    def show_all(self) -> None:
        """Undo zooming and panning."""
        self.whole.hide()
        self._set_ranges()

    @property
    def window(self) -> int:
        """How many epochs a point of the lines is the mean of; 1 if it is none."""
        return window_of(self.series)

    @property
    def readout(self) -> str:
        """The values told above the curves."""
        return self.keys.text

    def drawn(self, column: str) -> tuple[Values, Values]:
        """Epochs and values of a column as they are drawn."""
        for part in self._plots:
            for name, line, pale in part.lines:
                if name == column:
                    x, y = (pale if pale.isVisible() else line).getOriginalDataset()
                    return (np.empty(0), np.empty(0)) if x is None else (x, 10**y if part.log else y)
        raise KeyError(f"curves must be one of loss, val_loss, rmse, val_rmse, received {column!r}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the crosshair."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}
        count = len(self.series)
        epochs = self.series.column("epoch")
        key = Qt.Key(event.key())
        if not count:
            super().keyPressEvent(event)
        elif key in steps:
            now = self.cursor if self.cursor is not None else float(epochs[-1])
            at = int(np.searchsorted(epochs, now)) + (steps[key] if self.cursor is not None else 0)
            self._point_at(float(epochs[min(max(at, 0), count - 1)]))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._point_at(float(epochs[0 if key == Qt.Key.Key_Home else -1]))
        elif key == Qt.Key.Key_Escape and self.cursor is not None:
            self._point_at(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Redraw in the theme's colours, and for another screen."""
        done = super().event(event)
        if event.type() in _LOOKS:
            self._dress()
        return done

    def leaveEvent(self, event: QEvent) -> None:
        """Without the mouse, the readout tells the best epoch again."""
        super().leaveEvent(event)
        self._point_at(None)

    def _make_plot(
        self, row: int, title: str, train: str, validation: str, axis: pg.AxisItem, *, log: bool
    ) -> _Plot:
        axes = {"left": axis, "bottom": EpochAxis("bottom")}
        plot = self._view.addPlot(row=row, col=0, axisItems=axes, enableMenu=False)
        plot.setLabel("left", title)
        axis.setWidth(_AXIS_WIDTH)
        axis.enableAutoSIPrefix(False)
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.setMouseEnabled(x=True, y=False)
        plot.showGrid(x=True, y=True, alpha=0.12)
        plot.getViewBox().setDefaultPadding(0)
        lines = [pg.PlotDataItem(antialias=True) for _ in range(4)]
        for line in reversed(lines):
            plot.addItem(line)
        for line, method in zip(lines, ("subsample", "subsample", "peak", "peak"), strict=True):
            thin_out(line, method)
        best = pg.ScatterPlotItem(symbol="star", size=15, pxMode=True)
        best_line, cross = pg.InfiniteLine(angle=90), pg.InfiniteLine(angle=90)
        for item in (best_line, best, cross):
            plot.addItem(item, ignoreBounds=True)
        best.setZValue(10)
        cross.hide()
        return _Plot(train, validation, log, plot, *lines, best, best_line, cross)

    def _plot_at(self, place: QPoint) -> tuple[str, str] | None:
        where = self._view.mapToScene(place)
        parts = zip(TITLES, self._plots, strict=True)
        return next((key for key, part in parts if part.plot.sceneBoundingRect().contains(where)), None)

    def _dress(self) -> None:
        theme = current()
        self.save.retint()
        self._view.setBackground(theme.surface)
        font = small_font(self)
        for part in self._plots:
            for what, (_, line, pale) in zip((TRAINING, VALIDATION), part.lines, strict=True):
                pen = self._cosmetic(curve_pen(what, theme))
                line.setPen(pen)
                line.setSymbolBrush(pen.color())
                line.setSymbolPen(None)
                pale.setPen(pg.mkPen(_faded(pen.color().name(), 80), width=1))
            part.best.setBrush(theme.text)
            part.best.setPen(pg.mkPen(theme.surface, width=1.5))
            dots = QPen(QColor(theme.muted), 1, Qt.PenStyle.DotLine)
            part.best_line.setPen(self._cosmetic(dots))
            part.cross.setPen(self._cosmetic(QPen(QColor(theme.text), 1)))
            for side in ("left", "bottom"):
                dress_axis(part.plot.getAxis(side), theme, font)

    def _cosmetic(self, pen: QPen) -> QPen:
        """As wide whatever the plot's units; Qt then counts the width in pixels of the screen."""
        pen.setCosmetic(True)
        pen.setWidthF(pen.widthF() * self.devicePixelRatioF())
        return pen

    def _draw(self, part: _Plot) -> None:
        for name, line, pale in part.lines:
            epochs, values = self.series.known(name)
            values = part.scaled(values)
            many = len(values) > MANY
            pale.setVisible(many)
            pale.setData(*((epochs, values) if many else ([], [])))
            joined: Any = self.series.joined(name)
            if many:
                epochs, values = smoothed(epochs, values, self.window)
                joined = "all"
            few = len(values) <= (_FEW if name == part.validation else 1)
            line.setData(epochs, values, symbol="o" if few else None, symbolSize=5, connect=joined)
        best = self.series.best
        value = None if best is None else best.get(part.validation, best.get(part.train))
        part.best_line.setVisible(best is not None)
        if best is None or value is None:
            part.best.clear()
        else:
            part.best.setData([best["epoch"]], part.scaled(np.array([value])))
        if best is not None:
            part.best_line.setPos(best["epoch"])

    def _set_ranges(self) -> None:
        count = len(self.series)
        last = float(self.series.column("epoch")[-1]) if count else 10.0
        end = nice_end(math.ceil(last), self.planned)
        for part in self._plots:
            part.plot.setXRange(min(1.0, end - 1) - 0.01 * end, end + 0.01 * end, padding=0)
            columns = [part.scaled(self.series.column(name)) for name in (part.train, part.validation)]
            shown = view_range(columns)
            if shown is not None:
                part.plot.setYRange(*shown, padding=0)

    def _zoomed(self, *_: object) -> None:
        self.whole.show()

    def _clicked(self, event: object) -> None:
        if event.double():  # type: ignore[attr-defined]  # an event class of pyqtgraph, which has no types
            self.show_all()

    def _hover(self, position: QPointF) -> None:
        for part in self._plots:
            if part.plot.sceneBoundingRect().contains(position) and len(self.series):
                epoch = part.plot.getViewBox().mapSceneToView(position).x()
                self._point_at(self.series.at(epoch)["epoch"])
                return
        self._point_at(None)

    def _point_at(self, epoch: float | None) -> None:
        if epoch == self.cursor:
            return
        self.cursor = epoch
        for part in self._plots:
            part.cross.setVisible(epoch is not None)
            if epoch is not None:
                part.cross.setPos(epoch)
        self._tell()

    def _tell(self) -> None:
        values = self.series.best if self.cursor is None else self.series.at(self.cursor)
        self.keys.show_values(
            values, best=values is not None and values == self.series.best, unit=self.series.unit
        )
        self.setAccessibleDescription(self.keys.text)


def _faded(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
