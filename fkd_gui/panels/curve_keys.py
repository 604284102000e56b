"""The key of the training curves, which also tells their values at one epoch."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from fkd_gui.panels.flow import FlowLayout
from fkd_gui.theme import UNIT, Theme, current, tabular

TRAINING, VALIDATION = "training", "validation"


def curve_pen(what: str, theme: Theme) -> QPen:
    """How a curve is drawn: colour and dash both tell which it is."""
    if what == TRAINING:
        pen = QPen(QColor(theme.series[1]), 1.6, Qt.PenStyle.DashLine)
    else:
        pen = QPen(QColor(theme.series[0]), 2.2)
    return pen


class CurveKeys(QWidget):
    """Epoch, then for validation and training a sample of the line and the values at that epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = FlowLayout(2 * UNIT, 2, self)
        self._epoch = _Key("epoch", "epoch 10,000")
        self._keys = {what: _Key(what, f"{what} 0.00 px · loss 0.000") for what in (VALIDATION, TRAINING)}
        for key in (self._epoch, *self._keys.values()):
            layout.addWidget(key)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def text(self) -> str:
        """All that it says."""
        parts = (self._epoch.text, *(key.text for key in self._keys.values()))
        return ", ".join(part for part in parts if part)

    def show_values(self, values: dict[str, float] | None, *, best: bool, unit: str = "epoch") -> None:
        """Tell an epoch's values, as `EpochSeries.at` gives them; `best` if it is the best one."""
        self._epoch.show_text(f"{unit} {values['epoch']:,.0f}" if values else "", starred=best)
        self._epoch.setToolTip(f"The best {unit}" if best else "")
        columns = {TRAINING: ("rmse", "loss"), VALIDATION: ("val_rmse", "val_loss")}
        for what, key in self._keys.items():
            rmse, loss = columns[what]
            said = [what]
            if values and rmse in values:
                said.append(f"{values[rmse]:.2f} px")
            if values and loss in values:
                said.append(f"· loss {values[loss]:.3g}")
            key.show_text(" ".join(said))
        self.setAccessibleName(f"{'Best: ' if best else ''}{self.text}")


class _Key(QWidget):
    def __init__(self, what: str, widest: str) -> None:
        super().__init__()
        self._label = QLabel()
        self._label.setFont(tabular(self.font()))
        self._label.setMinimumWidth(QFontMetrics(self._label.font()).horizontalAdvance(widest))
        self._sample = _Sample(what)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._sample)
        layout.addWidget(self._label)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        return self._label.text()

    def show_text(self, text: str, *, starred: bool = False) -> None:
        self._label.setText(text)
        self._sample.starred = starred
        self._sample.update()


class _Sample(QWidget):
    """A piece of the line, or the star of the best epoch."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self.starred = False
        self.setFixedSize(QSize(26 if what != "epoch" else 16, 18))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self._what != "epoch":
            painter.setPen(curve_pen(self._what, theme))
            painter.drawLine(QPointF(1, middle.y()), QPointF(self.width() - 1, middle.y()))
        elif self.starred:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.text))
            painter.drawPolygon(star(middle, 7))
        else:
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.drawLine(QPointF(middle.x(), 1), QPointF(middle.x(), self.height() - 1))


def star(middle: QPointF, radius: float) -> QPolygonF:
    """A star of five points."""
    points = []
    for corner in range(10):
        far = radius if corner % 2 == 0 else radius * 0.45
        angle = math.pi * corner / 5
        points.append(middle + QPointF(far * math.sin(angle), -far * math.cos(angle)))
    return QPolygonF(points)
