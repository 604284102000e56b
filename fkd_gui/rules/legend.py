"""The rules by name: shown in the picture or not, how many faces follow each, and the way to these."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QWidget

from fkd_core.rules import Rules
from fkd_gui.panels.kit import button, named
from fkd_gui.rules.marks import rule_icon
from fkd_gui.theme import UNIT, current, tabular


class RuleLegend(QWidget):
    """One line for each rule."""

    shown_changed = Signal()
    faces_requested = Signal(str)
    """name of the rule whose faces are to be shown"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: list[QCheckBox] = []
        self._texts: list[QLabel] = []
        self.faces: list[QPushButton] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(2 * UNIT)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)

    @property
    def shown(self) -> tuple[int, ...]:
        """Positions of the rules that are ticked."""
        return tuple(rule for rule, box in enumerate(self._boxes) if box.isChecked())

    def show_rules(self, rules: Rules) -> None:
        """Show the rules as the labels follow them now."""
        if [box.text() for box in self._boxes] != list(rules.names):
            self._offer(rules)
        now, came = (
            np.bincount(which[which >= 0], minlength=len(rules)).tolist()
            for which in (rules.of_row, rules.of_source)
        )
        for rule, label in enumerate(self._texts):
            keypoints = len(rules.rules[rule].keypoints)
            moved = f" ({came[rule]:,})" if now[rule] != came[rule] else ""
            label.setText(f"{now[rule]:,}{moved} faces · {keypoints} keypoints")
            label.setToolTip(f"{now[rule]:,} now, {came[rule]:,} in the source")
            self.faces[rule].setEnabled(now[rule] > 0)

    def changeEvent(self, event: QEvent) -> None:
        """Icons follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _offer(self, rules: Rules) -> None:
        for widget in (*self._boxes, *self._texts, *self.faces):
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._boxes, self._texts, self.faces = [], [], []
        for rule, name in enumerate(rules.names):
            box = named(QCheckBox(name), f"Show rule {name} in the picture and the table")
            box.setChecked(True)
            box.clicked.connect(self.shown_changed)
            text = QLabel()
            text.setProperty("role", "muted")
            text.setFont(tabular(self.font()))
            text.setTextFormat(Qt.TextFormat.PlainText)
            show = button("Faces", f"Faces of rule {name}", f"Show the faces of rule {name} in Label")
            show.clicked.connect(lambda _=False, name=name: self.faces_requested.emit(name))
            self._boxes.append(box)
            self._texts.append(text)
            self.faces.append(show)
            for column, widget in enumerate((box, text, show)):
                self._grid.addWidget(widget, rule, column)
        self._draw()

    def _draw(self) -> None:
        for rule, box in enumerate(self._boxes):
            box.setIcon(rule_icon(rule, current(), ratio=self.devicePixelRatioF()))
