"""One thing said over the face, until it is done."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from fkd_gui.session import Session
from fkd_gui.theme import UNIT, current


class Hint(QLabel):
    """Lies over the upper edge of a widget, as wide as that is.

    Over the face, not above it: the face must not jump away from the hand when the hint goes.
    """

    def __init__(self, session: Session, over: QWidget) -> None:
        super().__init__(over)
        self._session, self._over = session, over
        self._face: int | None = None
        self._everywhere = False
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        over.installEventFilter(self)
        session.face_changed.connect(self._moved)
        session.labels_changed.connect(self._changed)
        self._draw()

    @property
    def said(self) -> str:
        """What is said now; empty if nothing is."""
        return "" if self.isHidden() else self.text()

    def say(self, text: str, *, everywhere: bool = False) -> None:
        """Say one thing on this face until labels change, or on every one until something else is said.

        An empty text says nothing any more.
        """
        self._face = self._session.face if text else None
        self._everywhere = everywhere
        self.setText(text)
        self._place()
        self.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It is as wide as what it lies over."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """It follows the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _moved(self, face: int) -> None:
        self.setVisible(self._everywhere or face == self._face)

    def _changed(self, _faces: Any) -> None:
        if not self._everywhere:
            self._face = None
            self.hide()

    def _place(self) -> None:
        width = self._over.width()
        self.setGeometry(0, 0, width, self.heightForWidth(width))

    def _draw(self) -> None:
        theme = current()
        sheet = (
            f"background: {theme.accent}; color: {theme.on_accent};"
            f" padding: {UNIT}px {2 * UNIT}px; font-weight: 600;"
        )
        # A new sheet is itself a change of the palette.
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
