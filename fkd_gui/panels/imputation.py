"""Filling in missing keypoints by a rule, and taking the filled ones away again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Choice, Figure, Text, WheelGuard, button, field, named, scrolling
from fkd_gui.theme import UNIT

METHODS = (
    ("backfill", "Takes each missing keypoint from the next face that has it, after shuffling the faces"),
    ("mean", "Puts each missing keypoint where it is on average"),
)
_SHUFFLED = ("backfill",)
"""methods whose result depends on the order of the faces"""


class ImputationPanel(QWidget):
    """Filled values carry their method as origin: nothing a person set is touched."""

    impute_requested = Signal(str, int, bool)
    """method, seed, whether to shuffle; `none` takes the filled values away"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missing = self._imputed = 0
        self._blocked = ""
        self._descriptions: dict[str, str] = {}
        self.missing = Figure("keypoints missing")
        self.imputed = Figure("filled in now")
        self.method = named(Choice(), "Method", "How missing keypoints are filled in")
        self.method.currentTextChanged.connect(self._refresh)
        self.description = Text("", "muted")
        self.seed = named(QSpinBox(), "Seed", "The same seed gives the same order of faces")
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setMinimumWidth(72)
        self.shuffle = named(
            QCheckBox("S&huffle the faces first"),
            "Shuffle the faces first",
            "Off: fills from the neighbouring row, as the published notebook did",
        )
        self.shuffle.setChecked(True)
        self.fill = button("Fill in missing keypoints", "Fill in missing keypoints", primary=True)
        self.remove = button("Remove filled values", "Remove all filled values")
        self.why = Text("", "muted")
        self.shuffle.toggled.connect(self._refresh)
        self.fill.clicked.connect(self._ask)
        self.remove.clicked.connect(lambda: self.impute_requested.emit("none", self.seed.value(), False))
        self._lay_out()
        self._guard = WheelGuard(self)
        self._guard.guard(self)
        self.set_methods(METHODS)

    def set_methods(self, methods: tuple[tuple[str, str], ...]) -> None:
        """Names of methods and a line about each."""
        self._descriptions = dict(methods)
        self.method.clear()
        self.method.addItems([name for name, _ in methods])
        self._refresh()

    def set_counts(self, missing: int, imputed: int) -> None:
        """How many keypoints have no value, and how many have one that a method filled in."""
        self._missing, self._imputed = missing, imputed
        self.missing.set_value(f"{missing:,}")
        self.imputed.set_value(f"{imputed:,}")
        self._refresh()

    def set_blocked(self, reason: str) -> None:
        """Why the labels cannot be changed now; empty if they can."""
        self._blocked = reason
        self._refresh()

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(UNIT + 4, 2 * UNIT, UNIT + 4, 2 * UNIT)
        column.setSpacing(2 * UNIT)
        figures = FlowLayout(3 * UNIT, UNIT)
        figures.addWidget(self.missing)
        figures.addWidget(self.imputed)
        column.addLayout(figures)
        column.addWidget(field("&Method", self.method, self.description))
        column.addWidget(self.shuffle)
        self._seed = field("&Seed", self.seed)
        column.addWidget(self._seed)
        buttons = FlowLayout(UNIT, UNIT)
        buttons.addWidget(self.fill)
        buttons.addWidget(self.remove)
        column.addLayout(buttons)
        column.addWidget(self.why)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(body))

    def _ask(self) -> None:
        method = self.method.currentText()
        self.impute_requested.emit(
            method, self.seed.value(), method in _SHUFFLED and self.shuffle.isChecked()
        )

    def _refresh(self) -> None:
        method = self.method.currentText()
        self.description.setText(self._descriptions.get(method, ""))
        shuffles = method in _SHUFFLED
        self.shuffle.setVisible(shuffles)
        self._seed.setVisible(shuffles)
        self.seed.setEnabled(self.shuffle.isChecked())
        nothing = "" if self._missing or self._imputed else "No keypoint is missing"
        why = self._blocked or nothing
        self.fill.setEnabled(not why)
        self.fill.setText(
            "Fill in again" if self._imputed and not self._missing else "Fill in missing keypoints"
        )
        self.fill.setToolTip(why or "Fill in missing keypoints; undo takes it back")
        no_removal = self._blocked or ("" if self._imputed else "No value was filled in")
        self.remove.setEnabled(not no_removal)
        self.remove.setToolTip(no_removal or "Remove all filled values; undo brings them back")
        self.why.setText(why)
        self.why.setVisible(bool(why))
