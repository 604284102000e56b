"""Accepting all values of a method whose uncertainty is under a slider; how many these are is said before."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from fkd_core.fills import Acceptable
from fkd_gui.panels.kit import Choice, Text, button, field, named, roomy
from fkd_gui.theme import UNIT

_STEPS = 20
"""of the slider for one pixel"""


class AcceptAll(QWidget):
    """A method, a limit in pixels, what is under it, and the button."""

    method_changed = Signal(str)
    accept_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ledger: Acceptable | None = None
        self._blocked = ""
        self._busy = False
        self.method = named(Choice(), "Method", "Whose values are accepted")
        self.slider = named(
            QSlider(Qt.Orientation.Horizontal), "Uncertainty in pixels", "Accept what is surer than this"
        )
        self.limit = named(roomy(QDoubleSpinBox()), "Uncertainty in pixels", "Accept what is surer than this")
        self.limit.setDecimals(2)
        self.limit.setSingleStep(0.05)
        self.limit.setSuffix(" px")
        self.limit.setMaximum(10.0)
        self.slider.setMinimumWidth(5 * UNIT)
        self.limit.setMinimumWidth(10 * UNIT)
        self.counted = Text("", "")
        self.means = Text(
            "Accepted values count as looked at: training learns from them as from a person’s labels.",
            "muted",
        )
        self.accept = button("Accept", "Accept all under the limit")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(UNIT)
        line = QHBoxLayout()
        line.setSpacing(UNIT)
        line.addWidget(self.slider, 1)
        line.addWidget(self.limit)
        row = QWidget()
        row.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        column.addWidget(field("Accept all fro&m", self.method))
        column.addWidget(field("that are surer t&han", row))
        for widget in (self.counted, self.accept, self.means):
            column.addWidget(widget)
        self.method.currentTextChanged.connect(self.method_changed)
        self.slider.valueChanged.connect(lambda value: self.limit.setValue(value / _STEPS))
        self.limit.valueChanged.connect(self._limit_changed)
        self.accept.clicked.connect(lambda: self.accept_requested.emit(self.limit.value()))
        self.show_ledger(None)

    def set_methods(self, methods: list[str], chosen: str) -> None:
        """The methods whose values are known; the chosen one is shown."""
        if [self.method.itemText(i) for i in range(self.method.count())] != methods:
            self.method.blockSignals(True)
            self.method.clear()
            self.method.addItems(methods)
            self.method.blockSignals(False)
        if chosen != self.method.currentText():
            self.method.setCurrentText(chosen)

    def show_ledger(self, ledger: Acceptable | None) -> None:
        """Count in this one from now on; the limit begins where half of its values are under it."""
        self._ledger = ledger
        if ledger is not None:
            largest = max(1, math.ceil(ledger.largest))
            self.limit.setMaximum(float(largest))
            self.slider.setRange(0, largest * _STEPS)
            self.limit.setValue(round(ledger.typical(), 1))
        self.count()

    def set_blocked(self, why: str) -> None:
        """Why nothing can be accepted now; empty if something can."""
        self._blocked = why
        self.count()

    def set_busy(self, busy: bool) -> None:
        """Whether it is being done."""
        self._busy = busy
        self.count()

    def count(self) -> None:
        """Say how many values are under the limit now."""
        ready = self._ledger is not None
        for control in (self.method, self.slider, self.limit):
            control.setEnabled(ready)
        faces, keypoints = self._ledger.count(self.limit.value()) if self._ledger is not None else (0, 0)
        if not ready:
            self.counted.setText("Nothing is worked out yet.")
        elif self._ledger is not None and self._ledger.largest == 0:
            self.counted.setText(
                "There is nothing of this method left to accept, or it is not known how sure."
            )
        else:
            self.counted.setText(f"{_counted(keypoints, 'keypoint')} of {_counted(faces, 'face')}")
        self.accept.setText(f"Accept {keypoints:,}" if keypoints else "Accept")
        self.accept.setEnabled(bool(keypoints) and not self._blocked and not self._busy)
        self.accept.setToolTip(
            self._blocked or "Take and accept all of them in one step; one undo takes it back"
        )

    def _limit_changed(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * _STEPS))
        self.slider.blockSignals(False)
        self.count()


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
