"""What a training is told of itself: a calm line over the curves, never a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from fkd_gui.panels.kit import Text
from fkd_gui.theme import UNIT, Theme, current, icon

GLYPHS = {"diverging": "trend-up", "overfitting": "warning", "stalled": "equals"}
TITLES = {
    "diverging": "The training diverges.",
    "overfitting": "The training overfits.",
    "stalled": "The training no longer improves.",
}
"""kind of an advice to what a message says of it first"""


class Advice(Protocol):
    """See `fkd_core.runs.advice`."""

    @property
    def kind(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def text(self) -> str: ...


class AdviceLine(QWidget):
    """Hidden while there is nothing to say. It tells the most serious thing; the tooltip has all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = ""
        self._picture = QLabel()
        self._text = Text()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(UNIT + 4, 6, UNIT, 6)
        layout.setSpacing(UNIT)
        layout.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return self._text.text() if self._kind else ""

    def show_advice(self, found: Sequence[Advice]) -> None:
        """Tell what was found; nothing hides the line."""
        order = list(TITLES)
        ranked = sorted(found, key=lambda a: order.index(a.kind) if a.kind in order else len(order))
        self._kind = ranked[0].kind if ranked else ""
        self._text.setText(ranked[0].text if ranked else "")
        self.setToolTip("\n".join(advice.text for advice in ranked) if len(ranked) > 1 else "")
        self.setAccessibleName(f"Advice: {self._text.text()}" if ranked else "")
        self._draw()
        self.setVisible(bool(ranked))

    def changeEvent(self, event: QEvent) -> None:
        """The icon follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's own
        """A surface with a bar in the colour of what it says."""
        theme = current()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(theme.surface))
            painter.fillRect(0, 0, 3, self.height(), QColor(_colour(self._kind, theme)))

    def _draw(self) -> None:
        theme = current()
        if self._kind:
            glyph = icon(GLYPHS.get(self._kind, "info"), theme, _colour(self._kind, theme))
            self._picture.setPixmap(glyph.pixmap(QSize(18, 18)))
        self.update()


def _colour(kind: str, theme: Theme) -> str:
    return {"diverging": theme.danger, "overfitting": theme.warning}.get(kind, theme.accent)
