"""Go to a row of the source by its number."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from fkd_gui.panels.kit import roomy
from fkd_gui.session import Session
from fkd_gui.theme import UNIT, tabular


class GoToRow(QWidget):
    """The row of the current face within its split; a number typed here goes to that row."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._label = QLabel()
        self._label.setProperty("role", "muted")
        self._spin: QSpinBox = roomy(QSpinBox())
        self._spin.setFont(tabular(self.font()))
        self._spin.setKeyboardTracking(False)
        self._spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._spin.setToolTip("Row of the source file, counted from 0")
        self._label.setBuddy(self._spin)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(UNIT)
        layout.addWidget(self._label)
        layout.addWidget(self._spin)
        self._show(session.face)
        self._spin.valueChanged.connect(self._go)
        session.face_changed.connect(self._show)

    def focus(self) -> None:
        """Let the next digits typed be a row."""
        self._spin.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._spin.selectAll()

    def _go(self, row: int) -> None:
        project = self._session.project
        split, _ = project.locate(self._session.face)
        self._session.go_to(project.span(split).start + row)

    def _show(self, face: int) -> None:
        split, row = self._session.project.locate(face)
        before = self._spin.blockSignals(True)
        self._spin.setRange(0, self._session.project.manifest.splits[split] - 1)
        self._spin.setValue(row)
        self._spin.blockSignals(before)
        self._label.setText(f"{split.capitalize()} row")
        self._spin.setAccessibleName(f"Row of the {split} faces")
