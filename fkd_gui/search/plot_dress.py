"""What the plots of a search have in common. Imports pyqtgraph."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from fkd_core.search.record import FAILED, PRUNED, Trial


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
