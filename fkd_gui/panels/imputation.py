"""Filling in missing keypoints by a rule, and taking the filled ones away again."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from fkd_core.impute.registry import Method, available, get
from fkd_gui.panels.flow import FlowLayout
from fkd_gui.panels.kit import Choice, Figure, Text, WheelGuard, button, field, named, roomy, scrolling
from fkd_gui.theme import UNIT

NONE = "none"
"""the method that takes filled values away; it has a button of its own"""


class ImputationPanel(QWidget):
    """Filled values carry their method as origin: nothing a person set is touched."""

    impute_requested = Signal(str, int, bool)
    """method, seed, whether to shuffle; `none` takes the filled values away"""
    look_requested = Signal(str, str)
    """a method that looks at the faces, and the run that it looks with"""

    compare_requested = Signal()
    """to see what each method would fill in before anything is"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missing = self._imputed = 0
        self._blocked = ""
        self._methods: dict[str, Method] = {}
        self.missing = Figure("keypoints missing")
        self.imputed = Figure("filled in now")
        self.method = named(Choice(), "Method", "How missing keypoints are filled in")
        self.method.currentTextChanged.connect(self._refresh)
        self.description = Text("", "muted")
        self.run = named(Choice(), "Run", "The trained run that looks at the faces")
        self.seed = named(roomy(QSpinBox()), "Seed", "The same seed gives the same order of faces")
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
        self.compare = button(
            "Compare on each face", "Compare on each face", "What each method would fill in, side by side (I)"
        )
        self.why = Text("", "muted")
        self.shuffle.toggled.connect(self._refresh)
        self.fill.clicked.connect(self._ask)
        self.remove.clicked.connect(lambda: self.impute_requested.emit(NONE, self.seed.value(), False))
        self.compare.clicked.connect(self.compare_requested)
        self._lay_out()
        self._guard = WheelGuard(self)
        self._guard.guard(self)
        self.set_methods([get(name) for name in available() if name != NONE])

    def set_methods(self, methods: Sequence[Method]) -> None:
        """The methods to choose from."""
        self._methods = {method.name: method for method in methods}
        self.method.clear()
        self.method.addItems(list(self._methods))
        self._refresh()

    def set_runs(self, names: Sequence[str]) -> None:
        """The runs that can look at faces, the newest first; the chosen one stays chosen."""
        chosen = self.run.currentText()
        self.run.clear()
        self.run.addItems(list(names))
        self.run.setCurrentIndex(max(0, self.run.findText(chosen)) if names else -1)
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
        self._run = field("&Run", self.run)
        column.addWidget(self._run)
        column.addWidget(self.shuffle)
        self._seed = field("&Seed", self.seed)
        column.addWidget(self._seed)
        buttons = FlowLayout(UNIT, UNIT)
        buttons.addWidget(self.fill)
        buttons.addWidget(self.compare)
        buttons.addWidget(self.remove)
        column.addLayout(buttons)
        column.addWidget(self.why)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(body))

    def _ask(self) -> None:
        method = self._methods[self.method.currentText()]
        if method.needs_run:
            self.look_requested.emit(method.name, self.run.currentText())
        else:
            shuffled = method.shuffles and self.shuffle.isChecked()
            self.impute_requested.emit(method.name, self.seed.value(), shuffled)

    def _refresh(self) -> None:
        method = self._methods.get(self.method.currentText())
        if method is None:
            return
        self.description.setText(method.text)
        self.shuffle.setVisible(method.shuffles)
        self._seed.setVisible(method.shuffles)
        self._run.setVisible(method.needs_run)
        self.run.setEnabled(self.run.count() > 0)
        self.seed.setEnabled(self.shuffle.isChecked())
        nothing = "" if self._missing or self._imputed else "No keypoint is missing"
        no_run = "Train a network first; this method looks at the faces with one"
        lacks_run = method.needs_run and not self.run.count()
        self.run.setToolTip(no_run if lacks_run else "The trained run that looks at the faces")
        why = self._blocked or nothing or (no_run if lacks_run else "")
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
