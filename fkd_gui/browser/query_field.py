"""A line for the filter language: completes what is typed and underlines a mistake where it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from fkd_core.query import Completion, QueryError, Vocabulary, complete
from fkd_gui.theme import current

_PAUSE = 120
"""milliseconds without a key before what was typed is tried"""
_WAVE = 2
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class QueryField(QLineEdit):
    """Where a filter is typed.

    Tab or Enter takes a candidate; Enter without one applies the text at once, Escape leaves.
    """

    settled = Signal()
    """nothing was typed for a moment"""
    applied = Signal()
    left = Signal()
    entered = Signal()
    """it has the keyboard now"""

    def __init__(self, vocabulary: Vocabulary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vocabulary = vocabulary
        self.setPlaceholderText("Filter, such as error>3 not reviewed:yes")
        self.setAccessibleName("Filter")
        self._mistake: tuple[int, int] | None = None
        self._completion = Completion(0, 0, ())
        self._candidates = QStandardItemModel(0, 1, self)
        self._completer = QCompleter(self._candidates, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._completer.setWidget(self)
        self._completer.popup().setAccessibleName("What may follow")
        self._completer.popup().clicked.connect(self._take)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self._pause.timeout.connect(self.settled)
        self.textEdited.connect(self._edited)

    @property
    def mistake(self) -> tuple[int, int] | None:
        """Where the part begins and ends that is underlined; None if none is."""
        return self._mistake

    @property
    def offered(self) -> list[str]:
        """The words in the list below, which is empty while it is not shown."""
        return [c.word for c in self._completion.candidates] if self._popup_shown else []

    def mark(self, error: QueryError | None) -> None:
        """Underline a mistake, or none."""
        self._mistake = None if error is None else (error.start, error.end)
        self.setAccessibleDescription("" if error is None else str(error))
        self.update()

    def write(self, text: str) -> None:
        """Put a text in place of what was typed. It is not tried: whoever writes it knows."""
        self._pause.stop()
        self._completer.popup().hide()
        if text != self.text():
            self.setText(text)

    def offer(self) -> None:
        """Show what may stand at the cursor."""
        self._completion = complete(self.text(), self.cursorPosition(), self.vocabulary)
        self._candidates.clear()
        for candidate in self._completion.candidates:
            about = f"  –  {candidate.about}" if candidate.about else ""
            self._candidates.appendRow(QStandardItem(candidate.word + about))
        typed = self.text()[self._completion.start : self._completion.end]
        done = [c.inserted.strip() for c in self._completion.candidates] == [typed]
        popup = self._completer.popup()
        if self._completion.candidates and not done:
            width = max(self.width(), popup.sizeHintForColumn(0) + 40)
            self._completer.complete(QRect(0, 0, width, self.height()))
            popup.setCurrentIndex(QModelIndex())
        else:
            popup.hide()

    def event(self, event: QEvent) -> bool:
        """Keys of the list below and of the line, before Qt moves the focus by Tab."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._handled(event):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that someone begins to type."""
        super().focusInEvent(event)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed is tried before the focus is elsewhere."""
        super().focusOutEvent(event)
        if self._pause.isActive():
            self._pause.stop()
            self.settled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, and a wave below a mistake."""
        super().paintEvent(event)
        if self._mistake is None:
            return
        start, end = self._mistake
        metrics, cursor = self.fontMetrics(), self.cursorPosition()
        # Only the cursor's place is known: the text may be scrolled.
        origin = self.cursorRect().center().x() + 1 - metrics.horizontalAdvance(self.text()[:cursor])
        left = origin + metrics.horizontalAdvance(self.text()[:start])
        right = origin + metrics.horizontalAdvance(self.text()[:end])
        right = max(right, left + metrics.averageCharWidth())
        inside = self.rect().adjusted(6, 0, -6, 0)
        base = (self.height() + metrics.height()) / 2 + _WAVE  # below an underscore
        wave = [QPointF(x, base - _WAVE * (i % 2)) for i, x in enumerate(range(left, right + _WAVE, _WAVE))]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(inside)
            painter.setPen(QPen(QColor(current().danger), 1.5))
            painter.drawPolyline(QPolygonF(wave))

    @property
    def _popup_shown(self) -> bool:
        return self._completer.popup().isVisible()

    def _handled(self, event: QKeyEvent) -> bool:
        key, popup = Qt.Key(event.key()), self._completer.popup()
        if key == Qt.Key.Key_Escape:
            if self._popup_shown:
                popup.hide()
            else:
                self.left.emit()
            return True
        if key == Qt.Key.Key_Down and not self._popup_shown:
            self.offer()
            return True
        if key == Qt.Key.Key_Tab and self._popup_shown:
            first = self._candidates.index(0, 0)
            self._take(popup.currentIndex() if popup.currentIndex().isValid() else first)
            return True
        if key in _ENTER:
            if self._popup_shown and popup.currentIndex().isValid():
                self._take(popup.currentIndex())
            else:
                popup.hide()
                self._pause.stop()
                self.applied.emit()
            return True
        return False

    def _edited(self) -> None:
        self.mark(None)
        self._pause.start()
        self.offer()

    def _take(self, index: QModelIndex) -> None:
        candidate = self._completion.candidates[index.row()]
        text, cursor = self._completion.applied(self.text(), candidate)
        self._completer.popup().hide()
        self.setText(text)
        self.setCursorPosition(cursor)
        self._edited()
