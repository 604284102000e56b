"""The rows along the file, coloured by the marking rule that each follows now."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fkd_core.rules import NO_RULE
from fkd_gui.rules.marks import rule_colour
from fkd_gui.theme import UNIT, current, tabular

_BAR = 28
_BLOCKS = 200
"""into which a file is cut to find where its rules change"""
_SHARE = 0.5
"""of the rows of a stretch, so that its letter stands for it"""


class RowStrip(QWidget):
    """Each column shows the shares of the rules among its rows. A click, or Enter, goes to the row."""

    row_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._of_row: NDArray[np.int16] = np.zeros(0, np.int16)
        self._names: tuple[str, ...] = ()
        self._stops: NDArray[np.intp] = np.zeros(0, np.intp)
        self._stretches: list[tuple[int, int, int]] = []
        self._shares: NDArray[np.float64] = np.zeros((0, 0))
        self._cursor = 0
        self.setFixedHeight(_BAR + 22)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMouseTracking(True)
        self.setAccessibleName("Rows along the file by marking rule")

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(640, _BAR + 22)

    def show_rows(self, of_row: NDArray[np.int16], names: tuple[str, ...], changes: tuple[int, ...]) -> None:
        """Show rows.

        Args:
            of_row: `(N,)` positions in `names`, -1 for rows without a rule.
            names: of the rules.
            changes: rows at which the labels were found to change.
        """
        self._of_row, self._names = of_row, names
        self._stops = _stops(of_row, changes)
        # Kept, since a million rows cannot be counted at each step from face to face.
        self._stretches = _stretches(of_row, self._stops)
        self._shares = np.zeros((0, 0))
        self._cursor = min(self._cursor, max(0, len(of_row) - 1))
        self._tell()
        self.update()

    def set_row(self, row: int) -> None:
        """Point at a row."""
        if row != self._cursor and 0 <= row < len(self._of_row):
            self._cursor = row
            self._tell()
            self.update()

    @property
    def row(self) -> int:
        """The row that is pointed at."""
        return self._cursor

    def row_at(self, x: float) -> int:
        """The row drawn at a place of the widget."""
        share = (x - UNIT) / max(1.0, self.width() - 2 * UNIT)
        return int(np.clip(int(share * len(self._of_row)), 0, max(0, len(self._of_row) - 1)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the row under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton and len(self._of_row):
            self.set_row(self.row_at(event.position().x()))
            self.row_chosen.emit(self._cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows lead from change to change; Enter goes to the row."""
        key, last = event.key(), len(self._of_row) - 1
        stops = {
            Qt.Key.Key_Left: self._stops[self._stops < self._cursor][-1:],
            Qt.Key.Key_Right: self._stops[self._stops > self._cursor][:1],
            Qt.Key.Key_Home: np.array([0]),
            Qt.Key.Key_End: np.array([last]),
        }
        if last >= 0 and key in stops:
            if len(stops[Qt.Key(key)]):
                self.set_row(int(stops[Qt.Key(key)][0]))
        elif last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.row_chosen.emit(self._cursor)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tell the row under the pointer in words."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and len(self._of_row):
            QToolTip.showText(event.globalPos(), self.told(self.row_at(event.pos().x())), self)
            return True
        return super().event(event)

    def told(self, row: int) -> str:
        """A row in words."""
        rule = int(self._of_row[row])
        return f"row {row:,} · {'no rule' if rule == NO_RULE else f'rule {self._names[rule]}'}"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        """Columns, letters, the row that is pointed at, and where the file begins and ends."""
        if not len(self._of_row):
            return
        theme, painter = current(), QPainter(self)
        bar = QRectF(UNIT, 2, self.width() - 2 * UNIT, _BAR)
        painter.fillRect(bar, QColor(theme.raised))
        self._paint_columns(painter, bar)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for start, stop, rule in self._stretches:
            self._paint_letter(painter, bar, start, stop, self._names[rule])
        painter.setPen(
            QPen(QColor(theme.focus if self.hasFocus() else theme.outline), 2 if self.hasFocus() else 1)
        )
        painter.drawRect(bar)
        count = len(self._of_row)
        x = bar.x() + (self._cursor + 0.5) / count * bar.width()
        for colour, width in ((theme.surface, 4.0), (theme.text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawLine(QPointF(x, bar.top()), QPointF(x, bar.bottom()))
        painter.setFont(tabular(self.font()))
        below = QRectF(bar.x(), bar.bottom(), bar.width(), self.height() - bar.bottom())
        painter.setPen(QColor(theme.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "row 0")
        end = f"{count - 1:,}"
        painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, end)
        painter.setPen(QColor(theme.text))
        text = self.told(self._cursor)
        metrics = QFontMetrics(painter.font())
        half = metrics.horizontalAdvance(text) / 2
        edges = [metrics.horizontalAdvance(word) + 2 * UNIT for word in ("row 0", end)]
        middle = min(max(x, bar.x() + edges[0] + half), bar.right() - edges[1] - half)
        place = QRectF(middle - half - 2, below.y(), 2 * half + 4, below.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_columns(self, painter: QPainter, bar: QRectF) -> None:
        theme, count = current(), len(self._of_row)
        ratio = self.devicePixelRatioF()
        columns = min(count, max(1, round(bar.width() * ratio)))
        if self._shares.shape != (len(self._names), columns):
            self._shares = _shares(self._of_row, len(self._names), columns)
        tops = np.cumsum(self._shares, axis=0) - self._shares
        for rule, shares in enumerate(self._shares):
            colour = QColor(rule_colour(rule, theme))
            for column in np.flatnonzero(shares).tolist():
                left = bar.x() + column * bar.width() / columns
                top = bar.y() + tops[rule, column] * bar.height()
                # A hair wider, so that no gap shows between columns.
                width = bar.width() / columns + 0.5 / ratio
                painter.fillRect(QRectF(left, top, width, shares[column] * bar.height()), colour)

    def _paint_letter(self, painter: QPainter, bar: QRectF, start: int, stop: int, name: str) -> None:
        theme = current()
        left, right = (bar.x() + row / len(self._of_row) * bar.width() for row in (start, stop))
        width = QFontMetrics(self.font()).horizontalAdvance(name) + 10
        if right - left < width + 6:
            return
        pill = QRectF((left + right - width) / 2, bar.center().y() - 9, width, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.surface))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(theme.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, name)

    def _tell(self) -> None:
        self.setAccessibleDescription(self.told(self._cursor) if len(self._of_row) else "")


def _stops(of_row: NDArray[np.int16], changes: tuple[int, ...]) -> NDArray[np.intp]:
    """The rows at which the rule of most rows changes, the first row among them; single strays are none."""
    if not len(of_row):
        return np.zeros(0, np.intp)
    block = max(1, len(of_row) // _BLOCKS)
    most = []
    for start in range(0, len(of_row), block):
        here = of_row[start : start + block]
        most.append(int(np.bincount(here + 1).argmax()))
    starts = (np.flatnonzero(np.diff(most)) + 1) * block
    known = np.array(changes, np.intp)
    for place, start in enumerate(starts):
        near = known[np.abs(known - start) <= block]
        if len(near):
            starts[place] = near[0]
    return np.unique([0, *starts]).astype(np.intp)


def _stretches(of_row: NDArray[np.int16], stops: NDArray[np.intp]) -> list[tuple[int, int, int]]:
    """First row, row after the last, and the rule of most rows, where one has more than half."""
    found = []
    for start, stop in zip(stops, [*stops[1:], len(of_row)], strict=True):
        here = of_row[start:stop]
        counts = np.bincount(here[here >= 0], minlength=1)
        if stop > start and counts.max() > _SHARE * (stop - start):
            found.append((int(start), int(stop), int(counts.argmax())))
    return found


def _shares(of_row: NDArray[np.int16], rules: int, columns: int) -> NDArray[np.float64]:
    """`(rules, columns)`, the share of each rule among the rows of each column."""
    ends = np.linspace(0, len(of_row), columns + 1).astype(np.intp)
    shares = np.zeros((rules, columns))
    for rule in range(rules):
        sums = np.concatenate([[0], np.cumsum(of_row == rule)])
        shares[rule] = np.diff(sums[ends]) / np.maximum(1, np.diff(ends))
    return shares
