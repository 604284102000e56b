"""What the plots of a search have in common. Imports pyqtgraph."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen
from PySide6.QtWidgets import QWidget

from fkd_core.search.record import FAILED, PRUNED, Trial
from fkd_gui.theme import Theme


def small_font(widget: QWidget) -> QFont:
    """The font of ticks."""
    font = QFont(widget.font())
    font.setPixelSize(max(11, font.pixelSize() - 2) if font.pixelSize() > 0 else 11)
    return font


def dress_axis(axis: Any, theme: Theme, font: QFont) -> None:
    """Colours and font of an axis."""
    axis.setPen(pg.mkPen(theme.border, width=1))
    axis.setTextPen(theme.muted)
    axis.setTickFont(font)
    axis.setStyle(tickLength=0, tickTextOffset=6)
    axis.label.setFont(font)
    axis.label.setDefaultTextColor(QColor(theme.muted))


def pen(widget: QWidget, colour: str, width: float, *, alpha: int = 255, dashed: bool = False) -> QPen:
    """A line as wide whatever the plot's units; Qt counts the width of such a one in pixels of the screen."""
    made = QColor(colour)
    made.setAlpha(alpha)
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    found = QPen(made, width * widget.devicePixelRatioF(), style)
    found.setCosmetic(True)
    return found


def incomplete(trial: Trial) -> bool:
    """Whether a trial was not trained to its end: drawn dashed."""
    return trial.status in (PRUNED, FAILED) or trial.score is None
