"""What stands beside the pictures: how far the methods are apart, and buttons to take over what they say."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fkd_gui.fills.accept_all import AcceptAll
from fkd_gui.fills.differences import DifferenceTable
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Section, Text, WheelGuard, button, scrolling
from fkd_gui.session import Session
from fkd_gui.theme import UNIT

_STEPS = 1000
_ROWS = 6
"""of the table, at least; where there is less room all of the panel scrolls"""


class FillsPanel(QWidget):
    """It only shows and asks; `FillBench` answers."""

    take_requested = Signal(bool)
    """whether only the selected keypoints are meant"""
    next_requested = Signal()
    again_requested = Signal()
    leave_requested = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = DifferenceTable(session)
        self.says = Text("", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Working out what the methods fill in")
        self.take = button("Take for this face", "Take for this face", primary=True)
        self.take_keypoint = button("Take selected", "Take the selected keypoints")
        self.next = button("Next face", "Next face", "The next face with something to fill in (N)")
        self.again = button("Compute again", "Compute again", "Labels changed since this was worked out")
        self.leave = button("Back", "Back to the one face", "Back to the one face (Escape)")
        self.all = AcceptAll()
        for clicked in (self.take, self.take_keypoint, self.next, self.again):
            # The keyboard stays with the faces while a hand is at the mouse.
            clicked.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.table.activated.connect(lambda _: self.take_requested.emit(True))
        self.take.clicked.connect(lambda: self.take_requested.emit(False))
        self.take_keypoint.clicked.connect(lambda: self.take_requested.emit(True))
        self.next.clicked.connect(self.next_requested)
        self.again.clicked.connect(self.again_requested)
        self.leave.clicked.connect(self.leave_requested)
        buttons = FlowLayout(UNIT, UNIT)
        for widget in (self.take, self.take_keypoint, self.next, self.leave, self.again):
            buttons.addWidget(widget)
        self.section = Section("All faces at once", self.all)
        body = QVBoxLayout()
        body.setContentsMargins(UNIT + 4, 0, UNIT + 4, UNIT)
        body.setSpacing(UNIT)
        for widget in (self.says, self.bar):
            body.addWidget(widget)
        body.addLayout(buttons)
        body.addWidget(self.section)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        self.table.setMinimumHeight(_ROWS * 3 * UNIT)
        column.addWidget(self.table, 1)
        column.addLayout(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(whole))
        self._guard = WheelGuard(self)
        self._guard.guard(self)
        self.section.heading.setChecked(True)
        self.show_progress("")
        self.set_stale(False)

    def sizeHint(self) -> QSize:
        return QSize(300, 480)

    def show_progress(self, text: str, done: float | None = None, total: float | None = None) -> None:
        """What is being worked out; nothing for an empty text."""
        self.says.setText(text)
        self.says.setVisible(bool(text))
        self.bar.setVisible(bool(text))
        known = done is not None and total
        self.bar.setRange(0, _STEPS if known else 0)
        if known and done is not None and total:
            self.bar.setValue(round(_STEPS * done / total))

    def show_note(self, text: str) -> None:
        """What is to be known, without anything being under way."""
        self.says.setText(text)
        self.says.setVisible(bool(text))
        self.bar.hide()

    def set_stale(self, stale: bool) -> None:
        """Whether labels changed since the values were worked out."""
        self.again.setVisible(stale)

    def enable(self, method: str, number: int, *, face: bool, keypoints: bool, why: str) -> None:
        """What the buttons take from, and whether there is something to take."""
        self.take.setText(f"Take {method}" if method else "Take for this face")
        self.take.setEnabled(face and not why)
        self.take.setToolTip(
            why
            or f"All keypoints of this face that nobody placed, from {method or 'the method'}"
            f" (Enter takes and goes on; {number} takes and stays)"
        )
        self.take_keypoint.setEnabled(keypoints and not why)
        self.take_keypoint.setToolTip(why or "Only the selected keypoints (Tab or the arrow keys select)")
