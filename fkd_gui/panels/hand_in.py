"""Handing a saved submission to the site, where the user's own program can."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fkd_core.submitting.kaggle_client import Standing
from fkd_gui.panels.kit import Text, button
from fkd_gui.theme import UNIT


class HandIn(QWidget):
    """A button where Kaggle's program is set up; else a line that says how."""

    upload_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.upload = button("Submit to Kaggle", "Submit to Kaggle", "Hand the last saved file to the site")
        self.stop = button("Stop", "Stop handing in")
        self.text = Text("", "muted")
        self._standing: Standing | None = None
        self._number: int | None = None
        self._busy = False
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(self.upload)
        line.addWidget(self.stop)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT // 2)
        column.addLayout(line)
        column.addWidget(self.text)
        self.upload.clicked.connect(self.upload_requested)
        self.stop.clicked.connect(self.stop_requested)
        self._refresh()

    def set_standing(self, standing: Standing) -> None:
        """Whether the site can be reached."""
        before, self._standing = self._standing, standing
        if before is not None and self.text.text() == before.how_to:
            self.text.setText("")
        self._refresh()

    def set_last(self, number: int | None, name: str = "") -> None:
        """The submission that would be handed in, and its file's name; None where nothing was saved."""
        self._number = number
        self.upload.setText(f"Submit {name} to Kaggle" if name else "Submit to Kaggle")
        self._refresh()

    def set_busy(self, busy: bool) -> None:
        """Whether a submission is on its way."""
        self._busy = busy
        self.say("Handing it to Kaggle …" if busy else "")

    def say(self, text: str, role: str = "muted") -> None:
        """What came of it."""
        self.text.set_role(role)
        self.text.setText(text)
        self._refresh()

    def _refresh(self) -> None:
        ready = self._standing is not None and self._standing.ready
        self.upload.setVisible(ready and self._number is not None and not self._busy)
        self.stop.setVisible(self._busy)
        if self._standing is not None and not ready:
            self.text.set_role("muted")
            self.text.setText(self._standing.how_to)
        self.text.setVisible(bool(self.text.text()))
